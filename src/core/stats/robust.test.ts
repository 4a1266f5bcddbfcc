import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixturePath, readJson } from '#testdata/fixtures';
import { clampUnit, tanhBlend } from '#core/stats/blend';
import { robustOrGlobalZLatest, robustOrGlobalZSeries, robustZSeries } from '#core/stats/latest-z';
import { meanStd } from '#core/stats/robust';
import { robustZ } from '#core/stats/robust-z';
import { SlidingMedianMad } from '#core/stats/sliding-median-mad';
import { mad, median } from '#core/stats/testing/plain-median';

function latestZ(values: readonly number[], minPeriods: number): number {
  const history = new SlidingMedianMad(Math.max(1, values.length));
  for (const value of values) history.push(0, value);
  const scratch = new Float64Array(history.window);
  return robustOrGlobalZLatest(history, 0, values[values.length - 1], minPeriods, scratch);
}

function vectors<T>(name: string): T[] {
  return readJson<T[]>(fixturePath('vp', 'unit', `${name}.json`));
}

function expectClose(actual: number, expected: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-9 * Math.abs(expected) + 1e-12);
}

function expectAllClose(actual: ArrayLike<number>, expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  expected.forEach((value, i) => expectClose(actual[i], value));
}

describe('reference vectors', () => {
  it('of the latest robust or global z', () => {
    const cases = vectors<{ history: number[]; min_periods: number; z: number }>('robust_z_latest');
    expect(cases.length).toBe(19);
    for (const c of cases) expectClose(latestZ(c.history, c.min_periods), c.z);
  });

  it('of the series', () => {
    const cases = vectors<{ values: number[]; window: number; min_periods: number; z: number[] }>(
      'robust_z_series',
    );
    expect(cases.length).toBe(5);
    for (const c of cases) expectAllClose(robustOrGlobalZSeries(c.values, c.window, c.min_periods), c.z);
  });

  it('of columns', () => {
    const cases = vectors<{ history_rows: number[][]; current: number[]; scale_eps: number; z: number[] }>(
      'robust_z_vectorized',
    );
    expect(cases.length).toBe(3);
    for (const c of cases) {
      const history = new SlidingMedianMad(c.history_rows.length, c.current.length);
      for (const row of c.history_rows) row.forEach((value, column) => history.push(column, value));
      const z = c.current.map((value, column) => {
        history.measure(column);
        return robustZ(value, history.medians[column], history.mads[column], c.scale_eps);
      });
      expectAllClose(z, c.z);
    }
  });

  it('of the tanh blend', () => {
    const cases = vectors<{ z: number[]; weights: number[]; tanh_scale: number; score: number }>(
      'tanh_blend',
    );
    expect(cases.length).toBe(14);
    for (const c of cases)
      expectClose(
        tanhBlend(c.z[0], c.z[1], c.z[2], c.weights[0], c.weights[1], c.weights[2], c.tanh_scale),
        c.score,
      );
  });

  it('of the unit sanitiser, sign of zero included', () => {
    const cases = vectors<{ in: string; out: number }>('sanitize_unit');
    expect(cases.length).toBe(7);
    for (const c of cases) {
      const input = Number(c.in.replace('inf', 'Infinity'));
      expect(clampUnit(input)).toBe(c.out);
    }
  });
});

describe('median and MAD', () => {
  it('average the two middle values of an even count', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(mad([1, 2, 4, 9])).toBe(1.5);
    expect(median([7])).toBe(7);
    expect(median([])).toBe(0);
  });

  it('never give a negative zero', () => {
    expect(median([-0, -0])).toBe(0);
    expect(median([-0])).toBe(0);
  });
});

describe('mean and standard deviation', () => {
  it('of a constant series are exact, whatever the constant', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, min: -1e9, max: 1e9 }),
        fc.integer({ min: 1, max: 300 }),
        (x, n) => {
          const { mean, std } = meanStd(new Array<number>(n).fill(x));
          expect(mean).toBe(x + 0);
          expect(std).toBe(0);
        },
      ),
    );
  });

  it('agree with the textbook', () => {
    const { mean, std } = meanStd([2, 4, 4, 4, 5, 5, 7, 9]);
    expect(mean).toBe(5);
    expect(std).toBe(2);
    expect(meanStd([1, 3, 100], 2)).toEqual({ mean: 2, std: 1 });
  });
});

describe('the series helpers', () => {
  it('fall back to the whole series only when every rolling z is zero', () => {
    const flat = [0, 0, 0, 9, 0, 0, 0, 0];
    expect(robustZSeries(flat, 5, 2).every((z) => z === 0)).toBe(true);
    expect(robustOrGlobalZSeries(flat, 5, 2)[0]).not.toBe(0);
    const lively = [...flat, 1, 2, 3, 4];
    expect(robustOrGlobalZSeries(lively, 5, 2)).toEqual(robustZSeries(lively, 5, 2));
  });

  it('of a constant series are zero', () => {
    expect(robustOrGlobalZSeries([0.1, 0.1, 0.1], 3, 2)).toEqual(new Float64Array(3));
    expect(latestZ([0.1, 0.1, 0.1], 2)).toBe(0);
  });
});

describe('the tanh blend', () => {
  it('is undivided when there is no weight', () => {
    expect(tanhBlend(1, 2, 3, 0, 0, 0, 3)).toBe(0);
  });

  it('reaches the threshold exactly when only the third of the default weights saturates', () => {
    expect(tanhBlend(0, 0, 1e6, 0.55, 0.3, 0.15, 3)).toBe(0.15);
  });
});
