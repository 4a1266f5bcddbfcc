import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BinRanges } from '#app/bin-ranges';

function spansOf(ranges: BinRanges): [number, number][] {
  const spans: [number, number][] = [];
  for (let at = ranges.from(0); at; at = ranges.from(at.end)) spans.push([at.from, at.end]);
  return spans;
}

describe('bin ranges', () => {
  it('hold what was added and not removed since, as few ranges as possible', () => {
    const bin = fc.integer({ min: 0, max: 40 });
    const step = fc.tuple(fc.boolean(), bin, bin);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const ranges = new BinRanges();
        const model = new Set<number>();
        for (const [added, from, end] of steps) {
          if (added) ranges.add(from, end);
          else ranges.remove(from, end);
          for (let b = from; b < end; b++) {
            if (added) model.add(b);
            else model.delete(b);
          }
        }
        const spans = spansOf(ranges);
        const held = spans.flatMap(([from, end]) => Array.from({ length: end - from }, (_, i) => from + i));
        expect(held).toEqual([...model].sort((a, b) => a - b));
        for (const [i, [from]] of spans.entries()) if (i > 0) expect(from).toBeGreaterThan(spans[i - 1][1]);
        expect(ranges.empty).toBe(model.size === 0);
        expect(ranges.last()?.end).toBe(spans.at(-1)?.[1]);
      }),
    );
  });

  it('give the part of a range that is not before a bin', () => {
    const ranges = new BinRanges();
    ranges.add(10, 20);
    expect(ranges.from(5)).toEqual({ from: 10, end: 20 });
    expect(ranges.from(15)).toEqual({ from: 15, end: 20 });
    expect(ranges.from(20)).toBeUndefined();
    ranges.clear();
    expect(ranges.from(0)).toBeUndefined();
  });
});
