import { GRID_COLUMNS } from '#core/vp/columns';

export type FrameColumn = Float64Array | Int32Array | Int8Array;

/**
 * The rows of one bin as a structure of arrays, in the order of `GRID_COLUMNS`; allocated once and overwritten
 * by every bin. `last_event_id` is held as Float64 (exact below 2^53) and becomes int64 on the wire.
 */
export class GridFrame {
  readonly columns: readonly FrameColumn[];

  /** @param rows 2R+1 */
  constructor(readonly rows: number) {
    this.columns = GRID_COLUMNS.map((c) =>
      c.type === 'int8' ? new Int8Array(rows) : c.type === 'int32' ? new Int32Array(rows) : new Float64Array(rows),
    );
  }
}

/** Read-out of the derivative state model for one bin (vacuum-pressure.md section 13). */
export interface StateModelOutput {
  score: number;
  ready: boolean;
  sampleCount: number;
  base: number;
  d1: number;
  d2: number;
  d3: number;
  z1: number;
  z2: number;
  z3: number;
  bullIntensity: number;
  bearIntensity: number;
  mixedIntensity: number;
  dominantState5Code: number;
}

/**
 * The fields of one bin that are not per row. Times are ns relative to `timeBaseNs` of the stream (f64, exact
 * for 104 days); prices are `price_int` as f64 (exact below 2^53), 0 = none.
 */
export interface BinHead {
  binSeq: number;
  startNs: number;
  endNs: number;
  eventCount: number;
  eventId: number;
  midPrice: number;
  spotPriceInt: number;
  bestBidPriceInt: number;
  bestAskPriceInt: number;
  bookValid: boolean;
  bestAskMoveTicks: number;
  bestBidMoveTicks: number;
  microstateId: number;
  orderCount: number;
  /** Absolute tick of the grid's centre slot; `undefined` before the book was first two-sided. */
  anchorTick: number | undefined;
  model: StateModelOutput;
}

/** Called at every bin edge. Both arguments are reused: copy what must outlive the call. */
export type BinSink = (head: Readonly<BinHead>, frame: GridFrame) => void;
