import { describe, expect, it } from 'vitest';
import { barLength, depthScale } from '#ui/depth-bars';

describe('bars of the depth profile', () => {
  it('share the scale of the map but always fit', () => {
    expect(depthScale([1, 2, 3], 400)).toBe(400);
    expect(depthScale([1, 900, 3], 400)).toBe(900);
    expect(depthScale([1, 2, 3], undefined)).toBe(100);
    expect(depthScale([NaN], undefined)).toBe(100);
  });

  it('grow with the logarithm of the depth', () => {
    expect(barLength(99, 99)).toBe(1);
    expect(barLength(9, 99)).toBeCloseTo(0.5, 12);
    expect(barLength(0, 99)).toBe(0);
    expect(barLength(NaN, 99)).toBe(0);
    expect(barLength(1e6, 99)).toBe(1);
  });
});
