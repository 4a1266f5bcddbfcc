import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cosSinOfTurn } from '#base/portable-turns';

describe('parts of a turn', () => {
  it('agree with the functions of the engine', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (n) => {
        const part = (n + 0.5) / 2 ** 32;
        const { cos, sin } = cosSinOfTurn(part);
        expect(Math.abs(cos - Math.cos(2 * Math.PI * part))).toBeLessThan(2e-15);
        expect(Math.abs(sin - Math.sin(2 * Math.PI * part))).toBeLessThan(2e-15);
        expect(Math.abs(cos * cos + sin * sin - 1)).toBeLessThan(2e-15);
      }),
      { numRuns: 2000 },
    );
  });

  it('are exact at quarters', () => {
    const at = [0, 0.25, 0.5, 0.75].map((part) => {
      const { cos, sin } = cosSinOfTurn(part);
      return [cos + 0, sin + 0];
    });
    expect(at).toEqual([
      [1, 0],
      [0, 1],
      [-1, 0],
      [0, -1],
    ]);
  });
});
