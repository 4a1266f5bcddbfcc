import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from './random';

/** sfc32 written from its definition with exact integers, to compare with. */
class ReferenceSfc32 {
  private readonly words: [bigint, bigint, bigint, bigint];
  constructor(a: bigint, b: bigint, c: bigint, counter: bigint) {
    this.words = [a, b, c, counter];
  }
  next(): number {
    const cut = (x: bigint): bigint => x & 0xffffffffn;
    const [a, b, c, counter] = this.words;
    const out = cut(a + b + counter);
    this.words[3] = cut(counter + 1n);
    this.words[0] = b ^ (b >> 9n);
    this.words[1] = cut(c + (c << 3n));
    this.words[2] = cut(cut((c << 21n) | (c >> 11n)) + out);
    return Number(out);
  }
}

function murmurFinaliser(x: bigint): bigint {
  let h = ((x ^ (x >> 16n)) * 0x85ebca6bn) & 0xffffffffn;
  h = ((h ^ (h >> 13n)) * 0xc2b2ae35n) & 0xffffffffn;
  return h ^ (h >> 16n);
}

function take(random: Random, n: number): number[] {
  return Array.from({ length: n }, () => random.u32());
}

const seeds = fc.maxSafeNat();

describe('Random', () => {
  it('is sfc32 started from the mixed seed and stream', () => {
    fc.assert(
      fc.property(seeds, fc.nat(0xffffffff), (seed, stream) => {
        const low = BigInt(seed) & 0xffffffffn;
        const high = BigInt(seed) >> 32n;
        const reference = new ReferenceSfc32(
          murmurFinaliser(low),
          murmurFinaliser(high ^ 0x9e3779b9n),
          murmurFinaliser(BigInt(stream) ^ 0x243f6a88n),
          1n,
        );
        for (let i = 0; i < 16; i++) reference.next();
        const expected = Array.from({ length: 50 }, () => reference.next());
        expect(take(new Random(seed, stream), 50)).toEqual(expected);
      }),
    );
  });

  it('gives different sequences for different seeds and streams', () => {
    fc.assert(
      fc.property(seeds, seeds, fc.nat(0xffffffff), (seed, other, stream) => {
        fc.pre(seed !== other && stream !== 0);
        const sequence = take(new Random(seed), 8);
        expect(take(new Random(other), 8)).not.toEqual(sequence);
        expect(take(new Random(seed, stream), 8)).not.toEqual(sequence);
      }),
    );
  });

  it('refuses seeds that are not whole numbers in [0, 2^53)', () => {
    for (const seed of [-1, 0.5, Number.NaN, 2 ** 53]) expect(() => new Random(seed)).toThrow(RangeError);
  });

  it('keeps every derived number in its stated range', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 1 << 21 }), (seed, n) => {
        const random = new Random(seed);
        for (let i = 0; i < 50; i++) {
          const k = random.below(n);
          expect(Number.isInteger(k) && k >= 0 && k < n).toBe(true);
          const b = random.between(-3, 3);
          expect(Number.isInteger(b) && b >= -3 && b <= 3).toBe(true);
          const u = random.unit();
          expect(u >= 0 && u < 1).toBe(true);
          const p = random.positiveUnit();
          expect(p > 0 && p <= 1).toBe(true);
          expect(random.exponential()).toBeGreaterThanOrEqual(0);
        }
        expect(random.chance(0)).toBe(false);
        expect(random.chance(1)).toBe(true);
      }),
    );
  });

  it('draws exponentials by inverting the uniform, equal to the logarithm within 1e-10', () => {
    const twin = new Random(11);
    const random = new Random(11);
    for (let i = 0; i < 20_000; i++) {
      expect(Math.abs(random.exponential() + Math.log((twin.u32() + 1) / 2 ** 32))).toBeLessThan(1e-10);
    }
  });

  it('has the moments of the distributions it names', () => {
    const random = new Random(5);
    const n = 200_000;
    let unit = 0;
    let exponential = 0;
    let squares = 0;
    let heads = 0;
    const faces = new Array<number>(6).fill(0);
    for (let i = 0; i < n; i++) {
      unit += random.unit();
      const e = random.exponential();
      exponential += e;
      squares += e * e;
      if (random.chance(0.3)) heads++;
      faces[random.below(6)]++;
    }
    // Five standard errors each.
    expect(Math.abs(unit / n - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / n));
    expect(Math.abs(exponential / n - 1)).toBeLessThan(5 * Math.sqrt(1 / n));
    expect(Math.abs(squares / n - 2)).toBeLessThan(5 * Math.sqrt(20 / n));
    expect(Math.abs(heads / n - 0.3)).toBeLessThan(5 * Math.sqrt(0.21 / n));
    for (const count of faces) expect(Math.abs(count / n - 1 / 6)).toBeLessThan(5 * Math.sqrt(5 / 36 / n));
  });
});
