/**
 * What one record did to the book, as a set of numbers overwritten by the next record: the book's only output
 * to accumulators (vacuum-pressure, velocity, trades). Listeners read it right after `OrderBook.apply` and
 * never keep it. Source: vacuum-pressure.md section 6, velocity.md section 6.
 */
export const FACT_NONE = 0;
/** New resting order: `side`, `newLevel`, `newQty`, `add`. */
export const FACT_ADD = 1;
/** Cancel of a known order: `side`, `oldLevel`, `oldQty`, `newQty`, `pull`, `fill`. */
export const FACT_CANCEL = 2;
/** Modify at the same price: `side`, `oldLevel` = `newLevel`, `oldQty`, `newQty`, `add`, `pull`, `fill`. */
export const FACT_SET = 3;
/** Modify to another price: pulled (or filled) from `oldLevel`, added at `newLevel`; the side is kept. */
export const FACT_MOVE = 4;
/** All orders of the instrument disappeared. */
export const FACT_CLEAR = 5;

/** Shape of `OrderBook.fact`. Levels are slots of the level table (price by `levelPrice*`), -1 = none. */
export interface BookFact {
  kind: number;
  /** Side of the resting order: 0 bid, 1 ask. It never changes during an order's life. */
  side: number;
  oldLevel: number;
  newLevel: number;
  oldQty: number;
  newQty: number;
  add: number;
  pull: number;
  fill: number;
  /** `event_id` of the last F that fed the consumed credit; 0 = none. */
  fillEventId: number;
  /** Entry time of the order, ns relative to the book's time base (resting age = now - entry). */
  entryNs: number;
  /** 1 while the record belongs to a snapshot. */
  snapshot: number;
}

export function emptyFact(): BookFact {
  return {
    kind: FACT_NONE,
    side: 0,
    oldLevel: -1,
    newLevel: -1,
    oldQty: 0,
    newQty: 0,
    add: 0,
    pull: 0,
    fill: 0,
    fillEventId: 0,
    entryNs: 0,
    snapshot: 0,
  };
}
