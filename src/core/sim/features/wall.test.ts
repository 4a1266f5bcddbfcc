import { describe, expect, it } from 'vitest';
import { ADD, ASK, BID, CANCEL, FILL, MODIFY } from '#core/mbo/mbo-block';
import { replay, simulate, type Run } from '#core/sim/testing/simulate';

/** Ids of the orders that make the wall: the largest adds at the price it begins at. */
function wallIds(run: Run): Set<bigint> {
  const [episode] = run.episodes;
  const ids = new Set<bigint>();
  const first = run.records.find((r) => r.tsEvent === episode.startNs)!;
  for (const r of run.records) {
    const early = r.tsEvent >= episode.startNs && r.tsEvent < episode.startNs + 20_000_000n;
    if (early && r.action === ADD && r.side === first.side && r.size === first.size) ids.add(r.orderId);
  }
  return ids;
}

describe.each(['bid', 'ask'] as const)('a wall on the %s side', (side) => {
  const runs = Array.from({ length: 5 }, (_, i) =>
    simulate({
      seed: 40 + i,
      rate: 300 + 700 * i,
      volatility: 1,
      durationSeconds: 30,
      schedule: [{ kind: 'wall', atSeconds: 2, side, durationSeconds: 25 }],
    }),
  );

  it('appears as a large size some ticks behind the touch', () => {
    for (const run of runs) {
      const [episode] = run.episodes;
      const sideCode = side === 'bid' ? BID : ASK;
      const wallTick = Number(episode.priceInt) / run.options.instrument.tickInt;
      let checked = false;
      replay(run, (venue, first) => {
        if (checked || first.tsEvent < episode.startNs + 10_000_000n) return;
        checked = true;
        const best = side === 'bid' ? venue.bestBid : venue.bestAsk;
        expect(Math.abs(wallTick - best)).toBeGreaterThanOrEqual(4);
        const ordinary = venue.depthFrom(sideCode, best, 5) / 5;
        expect(venue.depth(sideCode, wallTick)).toBeGreaterThan(3 * ordinary);
      });
      expect(checked).toBe(true);
    }
  });

  it('vanishes at the end of its episode without a single fill', () => {
    for (const run of runs) {
      const [episode] = run.episodes;
      const ids = wallIds(run);
      expect(ids.size).toBeGreaterThanOrEqual(1);
      const own = run.records.filter((r) => ids.has(r.orderId));
      expect(own.filter((r) => r.action === FILL)).toEqual([]);
      const cancels = own.filter((r) => r.action === CANCEL);
      expect(cancels.length).toBe(ids.size);
      expect(cancels.every((r) => r.tsEvent === episode.endNs)).toBe(true);
      expect(Number(episode.endNs - episode.startNs) / 1e9).toBeCloseTo(25, 1);
    }
  });

  it('moves with the price', () => {
    const moves = runs.map((run) => {
      const ids = wallIds(run);
      return run.records.filter((r) => r.action === MODIFY && ids.has(r.orderId)).length;
    });
    expect(moves.filter((n) => n > 0).length).toBeGreaterThanOrEqual(4);
  });

  it('flees in time even where the price moves dozens of ticks a second', () => {
    for (const seed of [1, 2, 3]) {
      const run = simulate({
        seed,
        rate: 60_000,
        depthOrders: 5,
        volatility: 1,
        durationSeconds: 2,
        schedule: [{ kind: 'wall', atSeconds: 0.1, side, durationSeconds: 1.8 }],
      });
      const ids = wallIds(run);
      const own = run.records.filter((r) => ids.has(r.orderId));
      expect(own.filter((r) => r.action === FILL)).toEqual([]);
      expect(own.filter((r) => r.action === MODIFY).length).toBeGreaterThan(ids.size * 3);
    }
  });
});
