import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { stackTags } from '#ui/tag-stack';

describe('tags on the price axis', () => {
  it('stay where they want to be when there is room', () => {
    const placed = stackTags(
      [
        { id: 'a', y: 20 },
        { id: 'b', y: 60 },
      ],
      16,
      100,
    );
    expect([...placed]).toEqual([
      ['a', 20],
      ['b', 60],
    ]);
  });

  it('move apart evenly when they collide', () => {
    const placed = stackTags(
      [
        { id: 'bid', y: 51 },
        { id: 'ask', y: 49 },
      ],
      16,
      100,
    );
    expect(placed.get('ask')).toBe(42);
    expect(placed.get('bid')).toBe(58);
  });

  it('are left out when their price is not in view', () => {
    expect(
      stackTags(
        [
          { id: 'a', y: -1 },
          { id: 'b', y: NaN },
        ],
        16,
        100,
      ).size,
    ).toBe(0);
  });

  it('never overlap and keep their order', () => {
    const tags = fc.array(fc.double({ min: 0, max: 300, noNaN: true }), { maxLength: 8 });
    fc.assert(
      fc.property(tags, (ys) => {
        const placed = stackTags(
          ys.map((y, i) => ({ id: String(i), y })),
          16,
          300,
        );
        const order = ys.map((y, i) => ({ y, at: placed.get(String(i))! })).sort((a, b) => a.at - b.at);
        for (let i = 1; i < order.length; i++) {
          expect(order[i].at - order[i - 1].at).toBeGreaterThanOrEqual(16 - 1e-9);
          expect(order[i].y).toBeGreaterThanOrEqual(order[i - 1].y);
        }
      }),
    );
  });
});
