import { describe, expect, it } from 'vitest';
import { checkProjection, DEFAULT_PROJECTION, projectScore } from '#core/spectrum/projection';

describe('the projection', () => {
  it('follows the second-order expansion by default', () => {
    expect(projectScore(0.1, 0.2, 0.4, 99, 0.5)).toBeCloseTo(0.1 + 0.1 + 0.05, 15);
  });

  it('adds the cubic term and the damping when asked', () => {
    const options = { useCubic: true, cubicScale: 0.5, dampingLambda: 2 };
    expect(projectScore(0.1, 0.2, 0, 0.4, 0.5, options)).toBeCloseTo((0.2 + 0.025) * Math.exp(-1), 15);
  });

  it('stays in [-1, 1] and is 0 where it is undefined', () => {
    expect(projectScore(0.9, 50, 0, 0, 1)).toBe(1);
    expect(projectScore(0.9, -50, 0, 0, 1)).toBe(-1);
    expect(projectScore(0, Infinity, -Infinity, 0, 1)).toBe(0);
  });

  it('refuses negative parameters', () => {
    expect(checkProjection(DEFAULT_PROJECTION)).toBe(DEFAULT_PROJECTION);
    expect(() => checkProjection({ ...DEFAULT_PROJECTION, cubicScale: -1 })).toThrow(/cubicScale/);
    expect(() => checkProjection({ ...DEFAULT_PROJECTION, dampingLambda: NaN })).toThrow(/dampingLambda/);
  });
});
