import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exp, power, tanh } from '#base/portable-math';

/** |a - b| in units of the last place of b. */
function ulps(a: number, b: number): number {
  if (a === b) return 0;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Math.abs(b));
  view.setBigUint64(0, view.getBigUint64(0) + 1n);
  return Math.abs(a - b) / (view.getFloat64(0) - Math.abs(b));
}

const RUNS = 20_000;

describe('portable exp', () => {
  it('agrees with the engine within 1 ulp', () => {
    fc.assert(
      fc.property(fc.double({ min: -708, max: 709, noNaN: true }), (x) => {
        expect(ulps(exp(x), Math.exp(x))).toBeLessThanOrEqual(1.01);
      }),
      { numRuns: RUNS },
    );
  });

  it('is exact at the edges', () => {
    expect(exp(0)).toBe(1);
    expect(exp(-0)).toBe(1);
    expect(exp(-Infinity)).toBe(0);
    expect(exp(Infinity)).toBe(Infinity);
    expect(exp(NaN)).toBeNaN();
    expect(exp(710)).toBe(Infinity);
    expect(exp(-746)).toBe(0);
    expect(exp(709.7)).toBeCloseTo(Math.exp(709.7), -295);
  });

  it('reaches into the subnormals', () => {
    for (const x of [-709, -720, -740, -745]) {
      expect(Math.abs(exp(x) - Math.exp(x))).toBeLessThanOrEqual(2 * Number.MIN_VALUE + Math.exp(x) * 1e-15);
    }
  });

  it('keeps 1 - exp(-x) as accurate as the engine for tiny x', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 1e-2, noNaN: true }), (x) => {
        expect(Math.abs(1 - exp(-x) - (1 - Math.exp(-x)))).toBeLessThanOrEqual(1.2e-16);
      }),
    );
  });

  it('gives these bits on every engine', () => {
    expect([exp(-0.05), exp(-1 / 300), exp(-1e-6), exp(1)]).toEqual([
      0.951229424500714, 0.9966722160545233, 0.9999990000005, 2.718281828459045,
    ]);
  });
});

describe('portable tanh', () => {
  it('agrees with the engine within 4 ulp', () => {
    fc.assert(
      fc.property(fc.double({ min: -25, max: 25, noNaN: true }), (x) => {
        expect(ulps(tanh(x), Math.tanh(x))).toBeLessThanOrEqual(4);
      }),
      { numRuns: RUNS },
    );
  });

  it('is odd and bounded', () => {
    expect(tanh(0)).toBe(0);
    expect(tanh(1e6)).toBe(1);
    expect(tanh(-1e6)).toBe(-1);
    expect(tanh(NaN)).toBeNaN();
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (x) => Math.abs(tanh(x)) <= 1 && tanh(-x) === -tanh(x)),
    );
  });
});

describe('portable power', () => {
  it('agrees with the engine as far as the rounding of exponent times logarithm allows', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.double({ min: -10, max: 3, noNaN: true }),
        (base, exponent) => {
          const reference = Math.pow(base, exponent);
          const bound = Number.EPSILON * (8 + Math.abs(exponent * Math.log(base))) * reference;
          expect(Math.abs(power(base, exponent) - reference)).toBeLessThanOrEqual(bound);
        },
      ),
      { numRuns: RUNS },
    );
  });
});
