import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { halfEven } from '#base/half-even';

describe('halfEven', () => {
  it('rounds ties to the even neighbour', () => {
    const ties = [-3.5, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5, 4503599627370495.5];
    expect(ties.map((x) => halfEven(x) + 0)).toEqual([-4, -2, -2, 0, 0, 2, 2, 4, 4503599627370496]);
  });

  it('rounds values next to a tie to the nearer side', () => {
    expect(halfEven(0.49999999999999994)).toBe(0);
    expect(halfEven(0.5000000000000001)).toBe(1);
    expect(halfEven(-0.49999999999999994) + 0).toBe(0);
    expect(halfEven(2.4999999999999996)).toBe(2);
  });

  it('leaves integers alone, however large', () => {
    fc.assert(fc.property(fc.maxSafeInteger(), (n) => halfEven(n) === n));
    expect(halfEven(2 ** 70)).toBe(2 ** 70);
  });

  it('is never further than a half from its argument, and even when it is exactly a half', () => {
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 40), max: 2 ** 40 }), (halves) => {
        const rounded = halfEven(halves / 2);
        const distance = Math.abs(rounded - halves / 2);
        return distance < 0.5 || (distance === 0.5 && rounded % 2 === 0);
      }),
    );
  });
});
