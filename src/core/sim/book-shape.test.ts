import { describe, expect, it } from 'vitest';
import { Random } from '#base/random';
import { BookShape, REACH_TICKS } from './book-shape';
import { HALF_BAND_TICKS, simulatorOptions } from './options';

const shape = new BookShape(simulatorOptions({ depthOrders: 10 }));

describe('BookShape', () => {
  it('acts on distances in proportion to (1 + distance)^-1.25', () => {
    const random = new Random(1);
    const n = 400_000;
    const seen = new Float64Array(REACH_TICKS);
    for (let i = 0; i < n; i++) seen[shape.distance(random)]++;
    const weight = (d: number): number => (1 + d) ** -1.25;
    const total = Array.from(seen, (_, d) => weight(d)).reduce((a, b) => a + b, 0);
    for (const d of [0, 1, 2, 5, 10]) {
      const expected = weight(d) / total;
      // The table has 4,096 places: half a place of rounding, and five standard errors of the sample.
      expect(Math.abs(seen[d] / n - expected)).toBeLessThan(1 / 4096 + 5 * Math.sqrt(expected / n));
    }
    expect(seen[0] / seen[1]).toBeGreaterThan(2);
    expect(Array.from(seen.subarray(100)).some((count) => count > 0)).toBe(true);
  });

  it('holds fewer orders at the touch than behind it and ever fewer far away', () => {
    const usual = shape.usualOrders;
    expect(usual[0]).toBeLessThan(usual[3]);
    for (let d = 9; d < REACH_TICKS; d++) expect(usual[d]).toBeLessThanOrEqual(usual[d - 1]);
    expect(usual[REACH_TICKS - 1]).toBeGreaterThan(0);
  });

  it('makes round prices popular away from the touch only', () => {
    // The middle of the band is 6,000.00.
    expect(shape.usualAt(20, HALF_BAND_TICKS)).toBeGreaterThan(2 * shape.usualAt(20, HALF_BAND_TICKS + 1));
    expect(shape.usualAt(20, HALF_BAND_TICKS - 4)).toBeGreaterThan(shape.usualAt(20, HALF_BAND_TICKS + 1));
    expect(shape.usualAt(0, HALF_BAND_TICKS)).toBe(shape.usualAt(0, HALF_BAND_TICKS + 1));
  });

  it('draws sizes between 1 and 400 with a heavy tail', () => {
    const random = new Random(2);
    const sizes = Array.from({ length: 100_000 }, () => shape.orderSize(random, 10)).sort((a, b) => a - b);
    expect(sizes[0]).toBe(1);
    expect(sizes.at(-1)).toBe(400);
    expect(sizes[50_000]).toBe(2);
    // A tail of index 2: a tenth of the exceedances at three times (square root of ten) the size.
    const above = (size: number): number => sizes.filter((s) => s >= size).length;
    expect(above(38) / above(120)).toBeGreaterThan(7);
    expect(above(38) / above(120)).toBeLessThan(14);
  });
});
