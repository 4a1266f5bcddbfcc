/**
 * The per-bin fields of `grid_update` as growing columns: what trails, projection, scrubber and state-model
 * panels read. Times are ns relative to `baseNs` (f64), prices are ticks (price_int / tickInt), NaN = none.
 */
import type { GridHeads } from '#protocol/grid-heads';

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

/** The columns that are kept as they come. */
const COPIED = [
  ['midPrice', 'mid_price'],
  ['eventId', 'event_id'],
  ['eventCount', 'bin_event_count'],
  ['bookValid', 'book_valid'],
  ['score', 'state_model_score'],
  ['ready', 'state_model_ready'],
  ['sampleCount', 'state_model_sample_count'],
  ['base', 'state_model_base'],
  ['d1', 'state_model_d1'],
  ['z1', 'state_model_z1'],
  ['bull', 'state_model_bull_intensity'],
  ['bear', 'state_model_bear_intensity'],
  ['mixed', 'state_model_mixed_intensity'],
  ['dominant', 'state_model_dominant_state5_code'],
] as const;

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

  append(heads: GridHeads): void {
    const { columns: from, count } = heads;
    if (count === 0) return;
    if (this.count === 0) this.baseNs = from.bin_start_ns[0];
    const first = this.count;
    this.count += count;
    while (this.count > this.#columns.endNs.length) this.#grow();
    this.modelName = heads.stateModelName;
    const to = this.#columns;
    for (const [field, source] of COPIED) to[field].set(from[source].subarray(0, count), first);
    for (let i = 0; i < count; i++) {
      const spotTick = this.#tick(from.spot_ref_price_int[i]);
      to.endNs[first + i] = Number(from.bin_end_ns[i] - this.baseNs);
      to.spotTick[first + i] = spotTick;
      to.bestBidTick[first + i] = this.#tick(from.best_bid_price_int[i]);
      to.bestAskTick[first + i] = this.#tick(from.best_ask_price_int[i]);
      if (spotTick < this.spotRange.low) this.spotRange.low = spotTick;
      if (spotTick > this.spotRange.high) this.spotRange.high = spotTick;
    }
  }

  truncate(count: number): void {
    this.count = Math.min(this.count, count);
  }

  /** 0 means none on the wire. */
  #tick(priceInt: bigint): number {
    return priceInt === 0n ? NaN : Number(priceInt) / this.#tickInt;
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
