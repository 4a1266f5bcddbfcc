/** Places of what a kernel tells in its `status`, an array of f64 that both sides share; kernel code. */
import type { i32 } from '#base/numeric/types';

// Set by the caller before `run`.
/** Latest engine time; `run` moves it on. */
export const S_NOW_NS: i32 = 0;
/** Records from here on are not plain: a phase, a bin or the session ends, or time jumps. */
export const S_PLAIN_END_NS: i32 = 1;
/** Origin of times, two unsigned words. */
export const S_BASE_LO: i32 = 2;
export const S_BASE_HI: i32 = 3;
/** 1 while fast-forwarding: records change the book only. */
export const S_BOOK_ONLY: i32 = 18;

// Counted by `run` since the caller last set them to 0.
/** Records applied. */
export const S_TAKEN: i32 = 4;
/** Records of another instrument or publisher. */
export const S_FOREIGN: i32 = 5;

// Told after every call.
export const S_EVENT_COUNT: i32 = 6;
export const S_ORDER_COUNT: i32 = 7;
/** 1 or 0, as are the following. */
export const S_BOOK_VALID: i32 = 8;
export const S_IN_SNAPSHOT: i32 = 9;
export const S_SUSPECT: i32 = 10;
/** NaN before the book was first two-sided. */
export const S_ANCHOR_TICK: i32 = 11;
export const S_OUT_OF_RANGE: i32 = 12;
/** Number of the last closed bin, -1 before the first, and its end. */
export const S_LAST_EDGE: i32 = 19;
export const S_LAST_EDGE_NS: i32 = 13;

// Told by `closeBin`.
/** Best prices as price_int, NaN = none. */
export const S_BEST_BID: i32 = 14;
export const S_BEST_ASK: i32 = 15;
/** Spot reference as price_int; meaningful only where the spot has a slot. */
export const S_SPOT: i32 = 16;
/** Slot of the spot, -1 = none. */
export const S_CENTRE: i32 = 17;

/** From here on the anomalies of the book in the order of `BookAnomalies`. */
export const S_ANOMALIES: i32 = 20;
export const STATUS_NUMBERS: i32 = 31;
