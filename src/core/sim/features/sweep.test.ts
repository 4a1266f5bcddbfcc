import { describe, expect, it } from 'vitest';
import { ASK, BID, FILL, TRADE } from '#core/mbo/mbo-block';
import { replay, simulate } from '#core/sim/testing/simulate';

describe.each(['bid', 'ask'] as const)('a sweep of the %s side', (side) => {
  it.each([1, 2, 3, 4])('takes several levels in one event (seed %d)', (seed) => {
    const run = simulate({ seed, durationSeconds: 12, schedule: [{ kind: 'sweep', atSeconds: 10, side }] });
    const [episode] = run.episodes;
    expect(run.episodes).toEqual([{ ...episode, kind: 'sweep', side, endNs: episode.startNs }]);
    const records = run.records.filter((r) => r.tsEvent === episode.startNs);
    const trades = records.filter((r) => r.action === TRADE);
    expect(trades.length).toBeGreaterThanOrEqual(4);
    expect(new Set(trades.map((r) => r.price)).size).toBe(trades.length);
    expect(trades[0].price).toBe(episode.priceInt);
    expect(trades.every((r) => r.side === (side === 'bid' ? ASK : BID))).toBe(true);
    const filled = records.filter((r) => r.action === FILL).reduce((sum, r) => sum + r.size, 0);
    expect(filled).toBe(trades.reduce((sum, r) => sum + r.size, 0));

    let before = 0;
    let after = 0;
    replay(run, (venue, first) => {
      const best = side === 'bid' ? venue.bestBid : venue.bestAsk;
      if (first.tsEvent < episode.startNs) before = best;
      if (first.tsEvent === episode.startNs) after = best;
    });
    expect(Math.abs(after - before)).toBeGreaterThanOrEqual(4);
  });
});
