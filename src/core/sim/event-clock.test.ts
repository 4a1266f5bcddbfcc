import { describe, expect, it } from 'vitest';
import { Random } from '#base/random';
import { EventClock } from './event-clock';

/** Gaps of `n` events that write one or three records each; every `exciteEvery`-th excites. */
function gaps(
  rate: number,
  activity: number,
  n: number,
  exciteEvery: number,
): { gaps: number[]; records: number } {
  const random = new Random(9);
  const clock = new EventClock(random, rate);
  const out: number[] = [];
  let records = 0;
  for (let i = 0; i < n; i++) {
    const now = clock.nextNs;
    const written = i % 4 === 0 ? 3 : 1;
    records += written;
    if (i % exciteEvery === 0) clock.excite(6);
    clock.advance(now, written, activity);
    out.push(clock.nextNs - now);
  }
  return { gaps: out, records };
}

describe('EventClock', () => {
  it.each([
    [600, 1, 10],
    [600, 0.2, 1e9],
    [5000, 4, 25],
  ])('keeps the rate %d at activity %d however often it is excited', (rate, activity, exciteEvery) => {
    const run = gaps(rate, activity, 200_000, exciteEvery);
    const seconds = run.gaps.reduce((a, b) => a + b, 0) / 1e9;
    expect(run.records / seconds / (rate * activity)).toBeGreaterThan(0.97);
    expect(run.records / seconds / (rate * activity)).toBeLessThan(1.03);
  });

  it('clusters: gaps are far more variable than those of a Poisson process', () => {
    const run = gaps(600, 1, 100_000, 20);
    const mean = run.gaps.reduce((a, b) => a + b, 0) / run.gaps.length;
    const variance = run.gaps.reduce((a, b) => a + (b - mean) ** 2, 0) / run.gaps.length;
    expect(Math.sqrt(variance) / mean).toBeGreaterThan(1.5);
  });

  it('always moves forward by whole nanoseconds', () => {
    for (const gap of gaps(1_000_000, 20, 10_000, 5).gaps) {
      expect(Number.isInteger(gap)).toBe(true);
      expect(gap).toBeGreaterThanOrEqual(200);
    }
  });
});
