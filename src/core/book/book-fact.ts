/**
 * What one record did to the book, as a set of numbers overwritten by the next record: the book's only output
 * to accumulators (vacuum-pressure, velocity, trades). Listeners read it right after `OrderBook.apply` and
 * never keep it. Source: vacuum-pressure.md section 6, velocity.md section 6.
 */
import type { f64, i32 } from '#base/numeric/types';
import { F_SNAPSHOT } from '#core/mbo/mbo-layout';

export const FACT_NONE: i32 = 0;
/** New resting order: `side`, `newLevel`, `newQty`, `add`. */
export const FACT_ADD: i32 = 1;
/** Cancel of a known order: `side`, `oldLevel`, `oldQty`, `newQty`, `pull`, `fill`. */
export const FACT_CANCEL: i32 = 2;
/** Modify at the same price: `side`, `oldLevel` = `newLevel`, `oldQty`, `newQty`, `add`, `pull`, `fill`. */
export const FACT_SET: i32 = 3;
/** Modify to another price: pulled (or filled) from `oldLevel`, added at `newLevel`; the side is kept. */
export const FACT_MOVE: i32 = 4;
/** All orders of the instrument disappeared. */
export const FACT_CLEAR: i32 = 5;

/**
 * `OrderBook.fact`. Levels are slots of the level table (price by `levelPrice*`), -1 = none. After `FACT_NONE` and
 * `FACT_CLEAR` only `kind`, `flags` and `snapshot` mean anything.
 *
 * `apply` stores what happened; `add` and `pull` follow from it and are computed where they are read. Fields that will
 * hold fractions or large numbers start as -0, which engines store as a float: a field that turns from integer to
 * float later makes them compile everything again, for two shapes of the object. Kernel code.
 */
export class BookFact {
  kind: i32 = FACT_NONE;
  /** Flags byte of the record. */
  flags: i32 = 0;
  /** Side of the resting order: 0 bid, 1 ask. It never changes during an order's life. */
  side: i32 = 0;
  oldLevel: i32 = -1;
  newLevel: i32 = -1;
  /** Quantity of the order before and after the record. */
  oldQty: f64 = 0;
  newQty: f64 = 0;
  /** Part of `oldQty` that left by a trade. */
  fill: f64 = -0;
  /** Entry time of the order before the record, ns relative to the time base (resting age = now - entry). */
  entryNs: f64 = -0;
  /** `event_id` of the F that last fed a consumed credit. */
  lastFillEventId: f64 = 0;

  /** Quantity that came, at `newLevel`. Source: velocity.md section 6, step 4. */
  get add(): f64 {
    if (this.kind === FACT_MOVE) return this.newQty;
    const rest = this.oldQty - this.fill;
    return this.newQty > rest ? this.newQty - rest : 0;
  }

  /** Quantity that left `oldLevel` other than by a trade. */
  get pull(): f64 {
    const rest = this.oldQty - this.fill;
    if (this.kind === FACT_MOVE) return rest;
    return rest > this.newQty ? rest - this.newQty : 0;
  }

  /** `event_id` of the last F that fed the consumed credit; 0 = no fill. */
  get fillEventId(): f64 {
    return this.fill > 0 ? this.lastFillEventId : 0;
  }

  /** 1 while the record belongs to a snapshot. */
  get snapshot(): i32 {
    return (this.flags & F_SNAPSHOT) === 0 ? 0 : 1;
  }
}
