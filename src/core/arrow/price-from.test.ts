import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { priceFromDecimal, priceFromFloat, priceFromLargeFloat } from '#core/arrow/price-from';

/** Exact reference: the double as a fraction, times 10^9, rounded half-even in integers. */
function reference(x: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const mantissa = exponent === 0 ? fraction : fraction | (1n << 52n);
  const power = (exponent === 0 ? 1 : exponent) - 1075;
  const numerator = mantissa * 1_000_000_000n * (power > 0 ? 1n << BigInt(power) : 1n);
  const denominator = power < 0 ? 1n << BigInt(-power) : 1n;
  const floor = numerator / denominator;
  const twice = 2n * (numerator % denominator);
  const up = twice > denominator || (twice === denominator && floor % 2n === 1n);
  const magnitude = up ? floor + 1n : floor;
  return bits >> 63n ? -magnitude : magnitude;
}

describe('priceFromFloat', () => {
  it('gives the exactly rounded integer for every double in its range', () => {
    const price = fc.oneof(
      fc.double({ min: -4e6, max: 4e6, noNaN: true }),
      // Ties and their neighbours: k + 1/2 units of 1e-9.
      fc.integer({ min: -1e9, max: 1e9 }).chain((k) => {
        const tie = (k + 0.5) / 1e9;
        return fc.constantFrom(tie, tie * (1 + 2 ** -52), tie * (1 - 2 ** -53));
      }),
      fc.integer({ min: -2_000_000_000, max: 2_000_000_000 }).map((k) => k / 1024),
      // Multiples of 2^-10 times 1e9 hold exact halves: 1e9 / 2^10 = 976562.5.
      fc.integer({ min: -4_000_000, max: 4_000_000 }).map((k) => k / 2 ** 10),
    );
    fc.assert(
      fc.property(price, (x) => {
        const result = priceFromFloat(x);
        expect(BigInt(result)).toBe(reference(x));
      }),
      { numRuns: 5000 },
    );
  });

  it('restores decimal prices that have no exact binary form', () => {
    expect(priceFromFloat(5000.1)).toBe(5000100000000);
    expect(priceFromFloat(0.1 + 0.2)).toBe(300000000);
    expect(priceFromFloat(-37.63)).toBe(-37630000000);
  });

  it('rounds an exact half to the even neighbour', () => {
    expect(priceFromFloat(1 / 1024)).toBe(976562);
    expect(priceFromFloat(3 / 1024)).toBe(2929688);
  });

  it('leaves results beyond 2^52, and what is no number, to the exact path', () => {
    expect(priceFromFloat(5e6)).toBeNaN();
    expect(priceFromFloat(Infinity)).toBeNaN();
    expect(priceFromFloat(NaN)).toBeNaN();
  });
});

describe('priceFromLargeFloat', () => {
  it('equals the exact reference for large and small prices alike', () => {
    fc.assert(
      fc.property(fc.double({ min: -9.2e9, max: 9.2e9, noNaN: true }), (x) => {
        expect(priceFromLargeFloat(x)).toBe(reference(x));
      }),
    );
  });

  it('has no answer where 64 bits do not suffice', () => {
    expect(priceFromLargeFloat(9.3e9)).toBeUndefined();
    expect(priceFromLargeFloat(-Infinity)).toBeUndefined();
  });
});

describe('priceFromDecimal', () => {
  it('scales up exactly and rounds half-even when there are more than nine digits', () => {
    expect(priceFromDecimal(501025n, 2)).toBe(5010250000000n);
    expect(priceFromDecimal(123n, 9)).toBe(123n);
    expect(priceFromDecimal(-25n, 10)).toBe(-2n);
    expect(priceFromDecimal(-35n, 10)).toBe(-4n);
    expect(priceFromDecimal(36n, 10)).toBe(4n);
    expect(priceFromDecimal(5n, -1)).toBe(50_000_000_000n);
    expect(priceFromDecimal(10n ** 30n, 9)).toBeUndefined();
  });
});
