/**
 * The per-bin fields of many `grid_update` messages as columns of one buffer: a block of bins crosses a worker
 * boundary without a copy, and a message is made only for the bin that somebody reads.
 *
 * Every field is a column of 8-byte values: 64-bit integers as such, numbers as doubles, flags as 0 and 1.
 */
import type { BinHead } from '#core/vp/frame';
import {
  GRID_UPDATE_FIELDS,
  type GridHeadsData,
  type GridUpdateField,
  type GridUpdateMessage,
} from '#protocol/grid-messages';

type FieldOf<Type> = {
  [F in GridUpdateField]: (typeof GRID_UPDATE_FIELDS)[F] extends Type ? F : never;
}[GridUpdateField];

export type GridHeadColumns = Readonly<
  Record<FieldOf<'i64'>, BigInt64Array> & Record<FieldOf<'number' | 'boolean'>, Float64Array>
>;

const FIELDS = Object.entries(GRID_UPDATE_FIELDS).filter(([, type]) => type !== 'string');
const BIN_BYTES = FIELDS.length * 8;

export class GridHeads {
  /** Values from `count` on mean nothing. */
  readonly columns: GridHeadColumns;
  readonly #buffer: ArrayBuffer;
  #count: number;

  private constructor(
    buffer: ArrayBuffer,
    count: number,
    readonly stateModelName: string,
  ) {
    this.#buffer = buffer;
    this.#count = count;
    const capacity = buffer.byteLength / BIN_BYTES;
    this.columns = Object.fromEntries(
      FIELDS.map(([name, type], i) => {
        const View = type === 'i64' ? BigInt64Array : Float64Array;
        return [name, new View(buffer, i * capacity * 8, capacity)];
      }),
    ) as unknown as GridHeadColumns;
  }

  static withCapacity(bins: number): GridHeads {
    return new GridHeads(new ArrayBuffer(bins * BIN_BYTES), 0, 'derivative');
  }

  /** Those that came over a boundary; undefined when the buffer is not one of so many bins. */
  static of({ buffer, count, state_model_name }: GridHeadsData): GridHeads | undefined {
    const fits = buffer.byteLength % BIN_BYTES === 0 && count * BIN_BYTES <= buffer.byteLength;
    return fits ? new GridHeads(buffer, count, state_model_name) : undefined;
  }

  get count(): number {
    return this.#count;
  }

  /** As what crosses a boundary; the buffer is the one of this object. */
  get data(): GridHeadsData {
    return { count: this.#count, state_model_name: this.stateModelName, buffer: this.#buffer };
  }

  /** @param timeBaseNs what the head's relative times count from, ns since the epoch */
  append(head: Readonly<BinHead>, timeBaseNs: bigint): void {
    const at = this.#count++;
    const c = this.columns;
    const endNs = timeBaseNs + BigInt(head.endNs);
    c.ts_ns[at] = endNs;
    c.bin_seq[at] = head.binSeq;
    c.bin_start_ns[at] = timeBaseNs + BigInt(head.startNs);
    c.bin_end_ns[at] = endNs;
    c.bin_event_count[at] = head.eventCount;
    c.event_id[at] = head.eventId;
    c.mid_price[at] = head.midPrice;
    c.spot_ref_price_int[at] = BigInt(head.spotPriceInt);
    c.best_bid_price_int[at] = BigInt(head.bestBidPriceInt);
    c.best_ask_price_int[at] = BigInt(head.bestAskPriceInt);
    c.book_valid[at] = head.bookValid ? 1 : 0;
    const { model } = head;
    c.state_model_score[at] = model.score;
    c.state_model_ready[at] = model.ready ? 1 : 0;
    c.state_model_sample_count[at] = model.sampleCount;
    c.state_model_base[at] = model.base;
    c.state_model_d1[at] = model.d1;
    c.state_model_d2[at] = model.d2;
    c.state_model_d3[at] = model.d3;
    c.state_model_z1[at] = model.z1;
    c.state_model_z2[at] = model.z2;
    c.state_model_z3[at] = model.z3;
    c.state_model_bull_intensity[at] = model.bullIntensity;
    c.state_model_bear_intensity[at] = model.bearIntensity;
    c.state_model_mixed_intensity[at] = model.mixedIntensity;
    c.state_model_dominant_state5_code[at] = model.dominantState5Code;
  }

  /** The bin as the JSON message of the stream. */
  message(index: number): GridUpdateMessage {
    const columns: Readonly<Record<string, BigInt64Array | Float64Array>> = this.columns;
    const fields = Object.entries(GRID_UPDATE_FIELDS).map(([name, type]) => {
      if (type === 'string') return [name, this.stateModelName];
      const value = columns[name][index];
      return [name, type === 'i64' ? String(value) : type === 'boolean' ? value === 1 : value];
    });
    return { type: 'grid_update', ...Object.fromEntries(fields) } as GridUpdateMessage;
  }
}
