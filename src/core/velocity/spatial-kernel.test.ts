import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpatialKernel } from '#core/velocity/spatial-kernel';
import { DEFAULT_VELOCITY_CONFIG } from '#core/velocity/velocity-config';

const { near, far } = DEFAULT_VELOCITY_CONFIG.gold;
const WIDTH = 401;

function smooth(kernel: SpatialKernel, row: Float64Array): Float64Array {
  const out = new Float64Array(row.length);
  kernel.smooth(row, 0, out, 0);
  return out;
}

const anyRow = fc
  .array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: WIDTH, maxLength: WIDTH })
  .map((values) => Float64Array.from(values));

describe('averages over neighbouring cells', () => {
  it('have the published sums of weights', () => {
    expect(new SpatialKernel(near, WIDTH).fullSum).toBeCloseTo(14.95100713360942, 12);
    expect(new SpatialKernel(far, WIDTH).fullSum).toBeCloseTo(59.72625083290406, 11);
  });

  it.each([near, far])('leave a constant row constant up to its ends (sigma $sigma)', (kernel) => {
    const out = smooth(new SpatialKernel(kernel, WIDTH), new Float64Array(WIDTH).fill(7.25));
    for (const value of out) expect(value).toBeCloseTo(7.25, 12);
  });

  it('of a mirrored row are exactly the mirrored averages', () => {
    const kernel = new SpatialKernel(near, WIDTH);
    fc.assert(
      fc.property(anyRow, (row) => {
        const mirrored = smooth(kernel, row.slice().reverse()).reverse();
        expect(mirrored).toEqual(smooth(kernel, row));
      }),
      { numRuns: 20 },
    );
  });

  it('stay between the smallest and the largest value', () => {
    const kernel = new SpatialKernel(far, WIDTH);
    fc.assert(
      fc.property(anyRow, (row) => {
        const [low, high] = [Math.min(...row), Math.max(...row)];
        for (const value of smooth(kernel, row)) {
          expect(value).toBeGreaterThanOrEqual(low - 1e-6);
          expect(value).toBeLessThanOrEqual(high + 1e-6);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('take a kernel wider than the row', () => {
    expect(smooth(new SpatialKernel(far, 3), Float64Array.of(1, 1, 1))[1]).toBeCloseTo(1, 14);
  });
});
