/** Where the fields of a packed MBO record stand and what their codes mean; the picture is in `mbo-block.ts`. Kernel code. */
import { unsigned } from '#base/numeric/arrays';
import type { f64, i32 } from '#base/numeric/types';

export const MBO_BYTES = 56;
export const MBO_WORDS = 14;
export const MBO_RTYPE = 0xa0;

/** 32-bit word index of each field inside a record. Two-word fields are low word first. */
export const W_HEAD = 0;
export const W_INSTRUMENT = 1;
export const W_TS_EVENT = 2;
export const W_ORDER_ID = 4;
export const W_PRICE = 6;
export const W_SIZE = 8;
/** flags | channel << 8 | action << 16 | side << 24 */
export const W_TAGS = 9;
export const W_TS_RECV = 10;
export const W_TS_IN_DELTA = 12;
export const W_SEQUENCE = 13;

/** Bits of the flags byte. */
export const F_LAST = 128;
export const F_TOB = 64;
export const F_SNAPSHOT = 32;
export const F_MBP = 16;
export const F_BAD_TS_RECV = 8;
export const F_MAYBE_BAD_BOOK = 4;

/** ASCII codes of actions and sides. */
export const ADD = 65; // A
export const CANCEL = 67; // C
export const FILL = 70; // F
export const MODIFY = 77; // M
export const NONE = 78; // N
export const CLEAR = 82; // R
export const TRADE = 84; // T
export const BID = 66; // B
export const ASK = 65; // A

const TWO_32: f64 = 4294967296;

/** Two words of an i64 as f64: exact below 2^53 in magnitude. */
export function wordsToNumber(lo: i32, hi: i32): f64 {
  return (hi | 0) * TWO_32 + unsigned(lo);
}
