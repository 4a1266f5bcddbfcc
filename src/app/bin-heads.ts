/**
 * The per-bin fields of `grid_update` as growing columns: what trails, projection, scrubber and state-model
 * panels read. Times are ns relative to `baseNs` (f64), prices are ticks (price_int / tickInt), NaN = none.
 */
import type { GridUpdateMessage } from '#protocol/grid-messages';

const FIELDS = [
  'endNs',
  'midPrice',
  'spotTick',
  'bestBidTick',
  'bestAskTick',
  'eventId',
  'eventCount',
  'bookValid',
  'score',
  'ready',
  'sampleCount',
  'base',
  'd1',
  'z1',
  'bull',
  'bear',
  'mixed',
  'dominant',
] as const;

export type HeadField = (typeof FIELDS)[number];

const INITIAL_BINS = 1024;

export class BinHeads {
  /** Start of bin 0, ns since the epoch. */
  baseNs = 0n;
  count = 0;
  /** Of the latest bin; a stream has one. */
  modelName = '';
  /** Lowest and highest spot tick so far; low > high while there was none. */
  readonly spotRange = { low: Infinity, high: -Infinity };
  readonly #tickInt: number;
  #columns: Record<HeadField, Float64Array>;

  constructor(tickInt: number) {
    this.#tickInt = tickInt;
    this.#columns = allocate(INITIAL_BINS);
  }

  get byteLength(): number {
    return FIELDS.length * this.#columns.endNs.byteLength;
  }

  /** The column of all bins so far; valid until the next `append`. */
  column(field: HeadField): Float64Array {
    return this.#columns[field].subarray(0, this.count);
  }

  append(update: GridUpdateMessage): void {
    if (this.count === 0) this.baseNs = BigInt(update.bin_start_ns);
    if (this.count === this.#columns.endNs.length) this.#grow();
    const i = this.count++;
    this.modelName = update.state_model_name;
    const c = this.#columns;
    c.endNs[i] = Number(BigInt(update.bin_end_ns) - this.baseNs);
    c.midPrice[i] = update.mid_price;
    c.spotTick[i] = this.#tick(update.spot_ref_price_int);
    if (c.spotTick[i] < this.spotRange.low) this.spotRange.low = c.spotTick[i];
    if (c.spotTick[i] > this.spotRange.high) this.spotRange.high = c.spotTick[i];
    c.bestBidTick[i] = this.#tick(update.best_bid_price_int);
    c.bestAskTick[i] = this.#tick(update.best_ask_price_int);
    c.eventId[i] = update.event_id;
    c.eventCount[i] = update.bin_event_count;
    c.bookValid[i] = update.book_valid ? 1 : 0;
    c.score[i] = update.state_model_score;
    c.ready[i] = update.state_model_ready ? 1 : 0;
    c.sampleCount[i] = update.state_model_sample_count;
    c.base[i] = update.state_model_base;
    c.d1[i] = update.state_model_d1;
    c.z1[i] = update.state_model_z1;
    c.bull[i] = update.state_model_bull_intensity;
    c.bear[i] = update.state_model_bear_intensity;
    c.mixed[i] = update.state_model_mixed_intensity;
    c.dominant[i] = update.state_model_dominant_state5_code;
  }

  truncate(count: number): void {
    this.count = Math.min(this.count, count);
  }

  /** `"0"` means none on the wire. */
  #tick(priceInt: string): number {
    return priceInt === '0' ? NaN : Number(priceInt) / this.#tickInt;
  }

  #grow(): void {
    const larger = allocate(this.#columns.endNs.length * 2);
    for (const field of FIELDS) larger[field].set(this.#columns[field]);
    this.#columns = larger;
  }
}

function allocate(bins: number): Record<HeadField, Float64Array> {
  return Object.fromEntries(FIELDS.map((field) => [field, new Float64Array(bins)])) as Record<
    HeadField,
    Float64Array
  >;
}
