import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clearColumn,
  createColumnView,
  EMPTY_BELOW,
  EMPTY_CELL,
  maxMagnitude,
  mergeColumn,
  storedValue,
  TickRange,
} from './column-merge';
import type { ColumnView } from './column-merge';

function column(firstTick: number, values: readonly number[], weighted = false): ColumnView {
  const view = createColumnView();
  view.data = Float32Array.from([99, 99, ...values, 99]);
  view.weight = weighted
    ? Float32Array.from([0, 0, ...values.map((v) => (v < EMPTY_BELOW ? 0 : 1)), 0])
    : null;
  view.offset = 2;
  view.rows = values.length;
  view.firstTick = firstTick;
  view.bins = 1;
  return view;
}

function values(view: ColumnView): number[] {
  return [...view.data.subarray(view.offset, view.offset + view.rows)];
}

const E = EMPTY_CELL;

describe('merging columns', () => {
  it('keeps the value of larger magnitude, of equal ones the later', () => {
    const into = column(10, [1, -5, 0, E]);
    mergeColumn(into, column(10, [-3, 5, E, 2]), 'max');
    expect(values(into)).toEqual([-3, 5, 0, 2]);
  });

  it('matches rows by tick, not by place', () => {
    const into = column(10, [E, E, E, E]);
    mergeColumn(into, column(11, [7, 8]), 'max');
    mergeColumn(into, column(9, [1, 2, 3]), 'last');
    expect(values(into)).toEqual([2, 3, 8, E]);
  });

  it('lets the later known value stand for `last`', () => {
    const into = column(0, [1, 2, 3]);
    mergeColumn(into, column(0, [9, E, 0]), 'last');
    expect(values(into)).toEqual([9, 2, 0]);
  });

  it('averages over the bins that know the cell', () => {
    const into = column(0, [E, E, E], true);
    clearColumn(into);
    for (const next of [column(0, [3, E, 1]), column(0, [6, 4, E]), column(0, [0, E, E])])
      mergeColumn(into, next, 'mean');
    expect(values(into)).toEqual([3, 4, 1]);
    const coarser = column(0, [E, E, E], true);
    clearColumn(coarser);
    mergeColumn(coarser, into, 'mean');
    mergeColumn(coarser, column(0, [11, 0, 1]), 'mean');
    expect(values(coarser)).toEqual([5, 2, 1]);
  });

  it('refuses a mean without weights', () => {
    expect(() => mergeColumn(column(0, [1]), column(0, [1]), 'mean')).toThrow(RangeError);
  });

  it('counts the known cells that do not fit and writes nothing outside', () => {
    const into = column(10, [0, 0]);
    expect(mergeColumn(into, column(8, [1, 2, 3, 4, E, 6]), 'max')).toBe(3);
    expect([...into.data]).toEqual([99, 99, 3, 4, 99]);
    expect(mergeColumn(into, column(100, [5, E]), 'max')).toBe(1);
    expect(mergeColumn(into, column(-100, [5, E]), 'max')).toBe(1);
    expect([...into.data]).toEqual([99, 99, 3, 4, 99]);
  });
});

describe('stored values', () => {
  it('are finite, with one mark for what is not known', () => {
    expect(storedValue(NaN)).toBe(E);
    expect(storedValue(Infinity)).toBe(1e30);
    expect(storedValue(-Infinity)).toBe(-1e30);
    expect(storedValue(-12.5)).toBe(-12.5);
    expect(E < EMPTY_BELOW && -1e30 > EMPTY_BELOW).toBe(true);
  });

  it('give the largest magnitude without the unknown', () => {
    expect(maxMagnitude(column(0, [1, -7, E]))).toBe(7);
    expect(maxMagnitude(column(0, [E, E]))).toBe(0);
  });
});

describe('tick ranges', () => {
  it('grow to hold every column while they may', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ first: fc.integer({ min: -50, max: 50 }), rows: fc.integer({ min: 0, max: 9 }) }),
          { minLength: 1 },
        ),
        (columns) => {
          const range = new TickRange();
          for (const c of columns) range.include(c.first, c.rows, 1000);
          const known = columns.filter((c) => c.rows > 0);
          if (known.length === 0) {
            expect(range.rows).toBe(0);
            return;
          }
          expect(range.firstTick).toBe(Math.min(...known.map((c) => c.first)));
          expect(range.firstTick + range.rows).toBe(Math.max(...known.map((c) => c.first + c.rows)));
        },
      ),
    );
  });

  it('stay within their limit and always hold the newest column', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1 }), (firsts) => {
        const range = new TickRange();
        for (const first of firsts) {
          range.include(first, 11, 40);
          expect(range.rows).toBeLessThanOrEqual(40);
          expect(range.firstTick).toBeLessThanOrEqual(first);
          expect(range.firstTick + range.rows).toBeGreaterThanOrEqual(first + 11);
        }
      }),
    );
  });
});
