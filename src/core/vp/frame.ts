import type { StateModelOutput } from '#core/score/derivative-runtime';
import { GRID_COLUMNS } from '#core/vp/columns';
import type { LabelColumns } from '#core/vp/label-columns';

export type { StateModelOutput };
export type FrameColumn = Float64Array | Int32Array | Int8Array;

/**
 * The rows of one bin as a structure of arrays, in the order of `GRID_COLUMNS`; views that are overwritten by later
 * bins. `last_event_id` is held as Float64 (exact below 2^53) and becomes int64 on the wire.
 */
export class GridFrame {
  readonly columns: readonly FrameColumn[];

  /**
   * @param rows 2R+1
   * @param floats all Float64 columns one after another: float column f, row r is at `f · rows + r`. See
   * `FLOAT_COLUMNS`
   * @param flowState column `flow_state_code`
   */
  constructor(
    readonly rows: number,
    readonly floats: Float64Array,
    flowState: Int8Array,
    labels: LabelColumns,
  ) {
    this.columns = GRID_COLUMNS.map((c) => {
      const f = FLOAT_COLUMNS.indexOf(c.name);
      if (f >= 0) return floats.subarray(f * rows, (f + 1) * rows);
      return c.name === 'flow_state_code' ? flowState : labels.column(c.name);
    });
  }
}

/** Names of the columns held as Float64, in the order of `GRID_COLUMNS`. */
export const FLOAT_COLUMNS: readonly string[] = GRID_COLUMNS.filter(
  (c) => c.type === 'float64' || c.type === 'int64',
).map((c) => c.name);

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

/** @param model shared with the runtime that overwrites it */
export function emptyHead(model: StateModelOutput): BinHead {
  return {
    binSeq: 0,
    startNs: 0,
    endNs: 0,
    eventCount: 0,
    eventId: 0,
    midPrice: 0,
    spotPriceInt: 0,
    bestBidPriceInt: 0,
    bestAskPriceInt: 0,
    bookValid: false,
    bestAskMoveTicks: 0,
    bestBidMoveTicks: 0,
    microstateId: 0,
    orderCount: 0,
    anchorTick: undefined,
    model,
  };
}

/**
 * Called for every bin, in order. Both arguments are reused: copy what must outlive the call. The frame is void after a
 * call to the pipeline's `book`.
 */
export type BinSink = (head: Readonly<BinHead>, frame: GridFrame) => void;
