import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHAIN_STRIDE, emaAlpha, leftAfter, stepChain } from '#core/vp/decay';
import { goldenUnit } from '#testdata/vp-golden';

function expectClose(actual: number, expected: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-9 * Math.abs(expected) + 1e-12);
}

interface ChainCase {
  mode: 'delta' | 'value';
  tau_v: number;
  tau_a: number;
  tau_j: number;
  steps: {
    dt_s: number;
    delta?: number;
    prev_value?: number;
    new_value?: number;
    v: number;
    a: number;
    j: number;
  }[];
}

describe('the weight of an exponential average', () => {
  it('has the golden values', () => {
    for (const { dt_s, tau, alpha } of goldenUnit('ema_alpha') as {
      dt_s: number;
      tau: number;
      alpha: number;
    }[]) {
      expectClose(emaAlpha(dt_s, tau), alpha);
    }
  });

  it('is exactly 1 more than fifty time constants away', () => {
    for (let x = 50; x < 2000; x += 0.37) expect(emaAlpha(2 * x, 2)).toBe(1);
    expect(emaAlpha(2 * 30, 2)).toBeLessThan(1);
  });
});

describe('what is left after a step', () => {
  it('is e to the minus x to within one unit in the last place, for steps of any length', () => {
    const taus = Float64Array.of(1, 2, 5, 30);
    const seconds = fc.oneof(
      fc.double({ min: 1e-9, max: 0.2, noNaN: true }),
      fc.double({ min: 1e-9, max: 1000, noNaN: true }),
      fc.constantFrom(1 / 16, 0.0625 - 2 ** -57, 1e-9),
    );
    fc.assert(
      fc.property(seconds, (dt) => {
        taus.forEach((tau) => {
          const expected = Math.exp(-dt / tau);
          expect(Math.abs(leftAfter(dt / tau) - expected)).toBeLessThanOrEqual(2.3e-16 * expected);
        });
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a chain of velocity, acceleration and jerk', () => {
  it('follows the golden steps', () => {
    for (const c of goldenUnit('derivative_chain') as ChainCase[]) {
      const s = new Float64Array(2 * CHAIN_STRIDE + 1);
      for (const step of c.steps) {
        const delta = c.mode === 'delta' ? step.delta! : step.new_value! - step.prev_value!;
        if (step.dt_s > 0) {
          const [leftV, leftA, leftJ] = [c.tau_v, c.tau_a, c.tau_j].map((tau) => leftAfter(step.dt_s / tau));
          stepChain(s, 0, delta / step.dt_s, leftV, leftA, leftJ, 1 / step.dt_s);
        }
        expectClose(s[0], step.v);
        expectClose(s[CHAIN_STRIDE], step.a);
        expectClose(s[2 * CHAIN_STRIDE], step.j);
      }
    }
  });

  it('stores all three results or none, and never one that is not finite', () => {
    const any = fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(1e15, 1e300, -1e308, Infinity));
    fc.assert(
      fc.property(
        any,
        any,
        any,
        any,
        fc.double({ min: 1e-9, max: 2000, noNaN: true }),
        (v, a, j, rate, dt) => {
          fc.pre([v, a, j].every(Number.isFinite));
          const s = Float64Array.of(v, 0, 0, 0, 0, a, 0, 0, 0, 0, j);
          stepChain(s, 0, rate, leftAfter(dt / 2), leftAfter(dt / 5), leftAfter(dt / 10), 1 / dt);
          const after = [s[0], s[CHAIN_STRIDE], s[2 * CHAIN_STRIDE]];
          expect(after.every(Number.isFinite)).toBe(true);
          if (!Number.isFinite(rate)) expect(after).toEqual([v, a, j]);
        },
      ),
    );
  });
});
