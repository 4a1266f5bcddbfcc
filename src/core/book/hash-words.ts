/**
 * Hash of 64-bit keys held as two 32-bit words, for the open-addressing tables of the book. Multiplying by an odd
 * constant and keeping the high bits spreads the keys that occur (ids in steps, prices in ticks) evenly. Keys
 * chosen to collide are met by changing the constants: see `runLimit`. Kernel code.
 */
import { multiplyI32 } from '#base/numeric/arrays';
import type { i32 } from '#base/numeric/types';

/** @inline */
export function hashWords(lo: i32, hi: i32, mulLo: i32, mulHi: i32): i32 {
  return multiplyI32(lo, mulLo) ^ multiplyI32(hi, mulHi);
}

/**
 * Longest run of occupied places that a table accepts before it changes its constants, which spreads the keys anew.
 * Random keys stay far below the first limit at the load factors used here. The limit doubles with each change, so
 * that no input can keep a table busy with changing.
 */
export function runLimit(rekeys: i32): i32 {
  return 32 << (rekeys < 24 ? rekeys : 24);
}

/** The `n`-th odd multiplier of a fixed sequence (a 32-bit integer mixer over a counter), of 31 bits. */
export function multiplier(n: i32): i32 {
  let x = multiplyI32(n + 1, -1640531527);
  x = multiplyI32(x ^ (x >>> 16), 569420461);
  x = multiplyI32(x ^ (x >>> 15), 1935289751);
  return ((x ^ (x >>> 15)) >> 1) | 1;
}
