/**
 * What the engine worker answers about any moment of its session, while it loads and afterwards. A moment is the
 * number of records before it; `src/core/moment` has the rules.
 */
import type { CellOrder } from '#core/moment/cell-orders';

/** An instant, or so many events after (negative: before) a moment that a reply named. */
export type MomentAddress = { readonly ns: bigint } | { readonly records: number; readonly events: number };

/** Memory for moments, in bytes. What it holds is in the README of `src/core/moment`. */
export interface MomentBudgets {
  readonly records: number;
  /** Checkpoints of the book. */
  readonly books: number;
  /** Checkpoints of the engine, for `columnsAt`; absent: none. */
  readonly engines?: number;
}

export interface MomentPlace {
  /** Records before the moment. */
  records: number;
  /** Market time, ns since the epoch; `undefined` before the first record. */
  marketNs: bigint | undefined;
  /** No later record has come so far: while the session loads, the moment may not be complete. */
  isLatest: boolean;
}

export interface MomentLevel {
  /** 1e-9 currency units. */
  priceInt: bigint;
  qty: number;
  orders: number;
}

export interface MomentBook extends MomentPlace {
  /** Resting orders. */
  orders: number;
  /** Best first. */
  bids: MomentLevel[];
  asks: MomentLevel[];
  ordersSha256: string;
}

export interface MomentOrders extends MomentPlace {
  /** Bids before asks, each in queue order; fates as far as records have come. */
  orders: CellOrder[];
}

export interface MomentColumns extends MomentPlace {
  /** Price levels of the grid. */
  slots: number;
  /** Absolute tick of the centre slot; `undefined` before the book was first two-sided. */
  anchorTick: number | undefined;
  /**
   * Transferred: the first 26 float columns of the grid and `last_event_id`, column c of slot s at `c · slots + s`.
   * They are as of the latest touch of a level or edge of a bin, whichever is later.
   */
  columns: Float64Array;
}

/** Rejects with `moment/none` where the run keeps no moments, `moment/forgotten` where a budget was too small. */
export interface MomentApi {
  bookAt(at: MomentAddress, levels: number): Promise<MomentBook>;
  /** @param side 0 bid, 1 ask, absent both */
  ordersAt(at: MomentAddress, priceInt: bigint, side?: number): Promise<MomentOrders>;
  columnsAt(at: MomentAddress): Promise<MomentColumns>;
}
