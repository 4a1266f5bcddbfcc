/**
 * Seeded pseudo-random numbers that are the same on every machine and engine: the generator (sfc32, from the
 * PractRand collection) is integer only, and what is derived from it uses + - * / and comparisons, whose results
 * IEEE 754 fixes to the last bit. `Math.log`, `Math.exp` and `Math.pow` are not used: their last digits differ
 * between engines.
 */
const TWO_32 = 4294967296;
const WARM_UP = 16;

export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  /**
   * @param seed whole number in [0, 2^53)
   * @param stream whole number in [0, 2^32): independent sequences of one seed
   */
  constructor(seed: number, stream = 0) {
    if (!Number.isSafeInteger(seed) || seed < 0)
      throw new RangeError(`Random: seed ${seed} is not in [0, 2^53)`);
    this.a = mix32(seed >>> 0);
    this.b = mix32(Math.floor(seed / TWO_32) ^ 0x9e3779b9);
    this.c = mix32(stream ^ 0x243f6a88);
    for (let i = 0; i < WARM_UP; i++) this.u32();
  }

  /** Uniform in [0, 2^32). */
  u32(): number {
    const sum = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** Uniform in [0, 1), in steps of 2^-32. */
  unit(): number {
    return this.u32() / TWO_32;
  }

  /** Uniform in (0, 1], in steps of 2^-32: safe to divide by. */
  positiveUnit(): number {
    return (this.u32() + 1) / TWO_32;
  }

  /** Whole number in [0, n); n at most 2^21, so that the product is exact. */
  below(n: number): number {
    return Math.floor((this.u32() * n) / TWO_32);
  }

  /** Whole number in [low, high], both included. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  chance(probability: number): boolean {
    return this.u32() < probability * TWO_32;
  }

  /** Exponentially distributed with mean 1. */
  exponential(): number {
    return 32 * LN2 - logOfU33(this.u32() + 1);
  }
}

const LN2 = 0.6931471805599453;

/** 2^k for k in 0..32, by doubling. */
const POWERS_OF_TWO = new Float64Array(33);
for (let k = 0, power = 1; k <= 32; k++, power *= 2) POWERS_OF_TWO[k] = power;

/** Natural logarithm of a whole number in [1, 2^32], to 2e-11. */
function logOfU33(x: number): number {
  const exponent = x >= TWO_32 ? 32 : 31 - Math.clz32(x);
  const mantissa = x / POWERS_OF_TWO[exponent];
  // ln m = 2 artanh((m - 1) / (m + 1)), m in [1, 2): the argument is below 1/3 and ten terms suffice.
  const s = (mantissa - 1) / (mantissa + 1);
  const s2 = s * s;
  let sum = 0;
  for (let k = 19; k >= 1; k -= 2) sum = sum * s2 + 1 / k;
  return exponent * LN2 + 2 * s * sum;
}

/** A bijection of 32-bit integers that spreads every input bit (the finaliser of MurmurHash3). */
function mix32(x: number): number {
  let h = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
