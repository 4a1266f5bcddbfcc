import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  forwardBands,
  horizonLabel,
  projectedTick,
  projectionOpacity,
  projectionSpread,
  sortedHorizons,
} from '#view/projection';

describe('spread and opacity', () => {
  it('meet the knots, run straight between them and stay constant outside', () => {
    expect([1, 2, 4, 8].map(projectionSpread)).toEqual([6, 10, 16, 24]);
    expect([3, 6, 0, 100].map(projectionSpread)).toEqual([13, 20, 6, 24]);
    expect([1, 2, 4, 8].map(projectionOpacity)).toEqual([0.5, 0.4, 0.3, 0.2]);
    expect(projectionOpacity(3)).toBeCloseTo(0.35, 12);
    expect(projectionOpacity(100)).toBe(0.2);
  });

  it('grow and fade with the horizon', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 50 }), (a, b) => {
        if (a >= b) return;
        expect(projectionSpread(a)).toBeLessThanOrEqual(projectionSpread(b));
        expect(projectionOpacity(a)).toBeGreaterThanOrEqual(projectionOpacity(b));
      }),
    );
  });
});

describe('forward bands', () => {
  it('are one slice per horizon, sorted, unique and labelled', () => {
    const bands = forwardBands([4, 1, 4, 2], 100, 1000, 0.5);
    expect(bands.map((b) => b.label)).toEqual(['100ms', '200ms', '400ms']);
    expect(bands.map((b) => b.centerTick)).toEqual([1024, 1040, 1064]);
    expect(bands.map((b) => [b.from, b.to])).toEqual([
      [0, 1 / 3],
      [1 / 3, 2 / 3],
      [2 / 3, 1],
    ]);
  });

  it('lie above the spot for a positive score, below for a negative one', () => {
    expect(projectedTick(1000, 1, 1)).toBe(1048);
    expect(projectedTick(1000, -1, 1)).toBe(952);
    expect(projectedTick(1000, 0, 8)).toBe(1000);
  });

  it('do not exist without a spot or while the model is not ready', () => {
    expect(forwardBands([1, 2], 100, NaN, 0.5)).toEqual([]);
    expect(forwardBands([1, 2], 100, 1000, NaN)).toEqual([]);
    expect(forwardBands([], 100, 1000, 0.5)).toEqual([]);
  });

  it('have the labels of the axis', () => {
    expect([horizonLabel(1, 100), horizonLabel(10, 100), horizonLabel(15, 100), horizonLabel(3, 7)]).toEqual([
      '100ms',
      '1s',
      '1.5s',
      '21ms',
    ]);
    expect(sortedHorizons([3, -1, 0, 3, 1])).toEqual([1, 3]);
  });
});
