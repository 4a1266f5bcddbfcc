import { describe, expect, it } from 'vitest';
import { CheckpointShelf } from '#core/moment/checkpoint-shelf';

/** Offers a moment after each of `count` steps of a second and ten records. */
function filled(count: number, budgetBytes: number, everyRecords = 1): CheckpointShelf {
  const shelf = new CheckpointShelf({ everyNs: 2e9, everyRecords, budgetBytes });
  for (let i = 1; i <= count; i++) {
    if (shelf.isDue(10 * i, i * 1e9)) shelf.put({ index: 10 * i, tNs: i * 1e9, state: new Uint8Array(100) });
  }
  return shelf;
}

describe('a shelf of checkpoints', () => {
  it('takes one every so often', () => {
    const shelf = filled(9, 1e6);
    expect(shelf.kept.map((c) => c.tNs / 1e9)).toEqual([1, 3, 5, 7, 9]);
    expect(filled(100, 1e6, 400).kept.map((c) => c.index)).toEqual([10, 410, 810]);
  });

  it.each([1, 250, 1000, 1650])('covers the session evenly within %i bytes', (budget) => {
    const shelf = filled(1000, budget);
    expect(shelf.bytes).toBeLessThanOrEqual(Math.max(100, budget));
    const times = shelf.kept.map((c) => c.tNs);
    const room = Math.floor(Math.max(100, budget) / 100);
    if (room > 1) expect(times.length).toBeGreaterThanOrEqual(Math.floor(room / 2));
    for (let i = 1; i < times.length; i++) expect(times[i] - times[i - 1]).toBe(shelf.everyNs);
    expect(times[0]).toBe(1e9);
  });

  it('finds the last one before a moment', () => {
    const shelf = filled(9, 1e6);
    expect(shelf.before(9)).toBeUndefined();
    expect(shelf.before(10)?.index).toBe(10);
    expect(shelf.before(49)?.index).toBe(30);
    expect(shelf.before(1e9)?.index).toBe(90);
  });
});
