/** What is known of closed bins besides their rows, noted when they are closed: `NOTES` numbers each. */
import type { BinClock } from '#core/vp/bin-clock';
import { BLOCK_BINS } from '#core/vp/frame-block';
import {
  S_ANCHOR_TICK,
  S_BEST_ASK,
  S_BEST_BID,
  S_BOOK_VALID,
  S_CENTRE,
  S_EVENT_COUNT,
  S_ORDER_COUNT,
  S_SPOT,
} from '#core/vp/kernel-status';

export const N_SEQ = 0;
/** Times on the time base of the stream. */
export const N_START_NS = 1;
export const N_END_NS = 2;
export const N_EVENTS = 3;
export const N_EVENT_ID = 4;
/** Prices as price_int, NaN = none. */
export const N_BEST_BID = 5;
export const N_BEST_ASK = 6;
/** Meaningful only where the spot has a slot. */
export const N_SPOT = 7;
/** Slot of the spot, -1 = none. */
export const N_CENTRE = 8;
export const N_BOOK_VALID = 9;
export const N_ORDERS = 10;
/** NaN before the book was first two-sided. */
export const N_ANCHOR_TICK = 11;
export const NOTES = 12;

export class BinNotes {
  /** Number n of bin i at `i * NOTES + n`. */
  readonly values = new Float64Array(BLOCK_BINS * NOTES);
  count = 0;

  /** Notes the open bin, which a kernel of this status has just closed. */
  add(bins: BinClock, status: Float64Array): void {
    const { values } = this;
    const at = this.count++ * NOTES;
    values[at + N_SEQ] = bins.seq;
    values[at + N_START_NS] = bins.startNs;
    values[at + N_END_NS] = bins.endNs;
    values[at + N_EVENTS] = bins.eventCount;
    values[at + N_EVENT_ID] = status[S_EVENT_COUNT];
    values[at + N_BEST_BID] = status[S_BEST_BID];
    values[at + N_BEST_ASK] = status[S_BEST_ASK];
    values[at + N_SPOT] = status[S_SPOT];
    values[at + N_CENTRE] = status[S_CENTRE];
    values[at + N_BOOK_VALID] = status[S_BOOK_VALID];
    values[at + N_ORDERS] = status[S_ORDER_COUNT];
    values[at + N_ANCHOR_TICK] = status[S_ANCHOR_TICK];
  }
}
