import { describe, expect, it } from 'vitest';
import { CLEAR, F_LAST } from '#core/mbo/mbo-block';
import { DEFAULT_FEATURES } from '#core/sim/options';
import { replay, simulate } from '#core/sim/testing/simulate';

describe('a plain clear', () => {
  const run = simulate({
    seed: 3,
    durationSeconds: 12,
    schedule: [{ kind: 'clear', atSeconds: 5, durationSeconds: 0.5 }],
    features: { ...DEFAULT_FEATURES, clear: true },
  });
  const [episode] = run.episodes;

  it('is one R without the snapshot flag, then an empty book, then adds around the old price', () => {
    const clear = run.records.find((r) => r.tsEvent === episode.startNs)!;
    expect(clear).toMatchObject({ action: CLEAR, flags: F_LAST });
    let ordersBefore = 0;
    let ordersAfter = 0;
    const venue = replay(run, (v, first) => {
      if (first.tsEvent < episode.startNs) ordersBefore = v.orders.size;
      if (first.tsEvent === episode.startNs) expect(v.orders.size).toBe(0);
      if (first.tsEvent <= episode.endNs) ordersAfter = v.orders.size;
    });
    expect(venue.complaints).toEqual([]);
    expect(ordersAfter).toBeGreaterThan(0.5 * ordersBefore);
    const next = run.records.find((r) => r.tsEvent > episode.startNs)!;
    expect(Number(next.tsEvent - episode.startNs) / 1e9).toBeCloseTo(0.5, 6);
    const start = Number(episode.priceInt) / run.options.instrument.tickInt;
    expect(Math.abs(venue.bestBid - start)).toBeLessThan(30);
  });
});

describe.each(['bid', 'ask'] as const)('a one-sided moment without %s orders', (side) => {
  it('empties exactly that side for its duration and fills it again', () => {
    const run = simulate({
      seed: 6,
      durationSeconds: 12,
      schedule: [{ kind: 'one-sided', atSeconds: 5, side, durationSeconds: 0.7 }],
      features: { ...DEFAULT_FEATURES, 'one-sided': true },
    });
    const [episode] = run.episodes;
    let emptySince: bigint | undefined;
    let emptyUntil: bigint | undefined;
    const venue = replay(run, (v, first) => {
      const gone = !Number.isFinite(side === 'bid' ? v.bestBid : v.bestAsk);
      expect(Number.isFinite(side === 'bid' ? v.bestAsk : v.bestBid)).toBe(true);
      if (gone) emptySince ??= first.tsEvent;
      else if (emptySince !== undefined) emptyUntil ??= first.tsEvent;
    });
    expect(venue.complaints).toEqual([]);
    expect(Number(emptyUntil! - emptySince!) / 1e9).toBeCloseTo(0.7, 6);
    expect(emptySince! >= episode.startNs && emptyUntil! <= episode.endNs).toBe(true);
  });
});
