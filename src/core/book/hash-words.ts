/**
 * Hash of 64-bit keys held as two 32-bit words, for the open-addressing tables of the book. Multiplying by an odd
 * constant and keeping the high bits spreads the keys that occur (ids in steps, prices in ticks) evenly. Keys
 * chosen to collide are met by changing the constants: see `runLimit`.
 */
export function hashWords(lo: number, hi: number, mulLo: number, mulHi: number): number {
  return Math.imul(lo, mulLo) ^ Math.imul(hi, mulHi);
}

/**
 * Longest run of occupied places that a table accepts before it changes its constants, which spreads the keys anew.
 * Random keys stay far below the first limit at the load factors used here. The limit doubles with each change, so
 * that no input can keep a table busy with changing.
 */
export function runLimit(rekeys: number): number {
  return 32 * 2 ** Math.min(rekeys, 24);
}

/**
 * The `n`-th odd multiplier of a fixed sequence (a 32-bit integer mixer over a counter). 31 bits, so that every engine
 * keeps it as a small integer.
 */
export function multiplier(n: number): number {
  let x = Math.imul(n + 1, 0x9e3779b9);
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return ((x ^ (x >>> 15)) >> 1) | 1;
}
