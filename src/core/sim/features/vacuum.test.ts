import { describe, expect, it } from 'vitest';
import { ASK, BID, CANCEL, FILL } from '#core/mbo/mbo-block';
import { replay, simulate } from '#core/sim/testing/simulate';

const BAND_TICKS = 14;
const RUN_TICKS = 12;

interface Seen {
  /** Depth of the band that begins at the price of the episode: just before it, and half a second later. */
  before: number;
  halfSecondLater: number;
  /** Quantity of the band that was cancelled (not traded) in the first 0.3 s. */
  pulled: number;
  /** Largest distance of the best price from where it was, in ticks. */
  furthest: number;
  spreadAtEnd: number;
  depthAtEnd: number;
}

function observe(seed: number, side: 'bid' | 'ask', rate: number, scale: number): Seen {
  const run = simulate({
    seed,
    rate,
    durationSeconds: 16,
    schedule: [{ kind: 'vacuum', atSeconds: 4, side, scale }],
  });
  const [{ startNs, endNs, priceInt }] = run.episodes;
  const code = side === 'bid' ? BID : ASK;
  const outward = side === 'bid' ? -1 : 1;
  const startTick = Number(priceInt) / run.options.instrument.tickInt;
  const seen: Seen = { before: 0, halfSecondLater: 0, pulled: 0, furthest: 0, spreadAtEnd: 0, depthAtEnd: 0 };
  const filled = new Set<bigint>();
  for (const r of run.records) {
    if (r.tsEvent < startNs || r.tsEvent > startNs + 300_000_000n || r.side !== code) continue;
    const distance = (Number(r.price) / run.options.instrument.tickInt - startTick) * outward;
    if (r.action === FILL) filled.add(r.orderId);
    if (r.action === CANCEL && !filled.has(r.orderId) && distance < BAND_TICKS) seen.pulled += r.size;
  }
  const last = run.records.at(-1)!.tsEvent;
  replay(run, (venue, first) => {
    const at = first.tsEvent;
    const best = side === 'bid' ? venue.bestBid : venue.bestAsk;
    if (at < startNs && at > startNs - 1_000_000_000n)
      seen.before = venue.depthFrom(code, startTick, BAND_TICKS);
    if (at > startNs + 400_000_000n && at <= startNs + 500_000_000n) {
      seen.halfSecondLater = venue.depthFrom(code, startTick, BAND_TICKS);
    }
    if (at >= startNs && at <= endNs) {
      seen.furthest = Math.max(seen.furthest, (best - startTick) * outward);
      seen.spreadAtEnd = venue.bestAsk - venue.bestBid;
    }
    if (at > last - 500_000_000n) seen.depthAtEnd = venue.depthFrom(code, best, BAND_TICKS);
  });
  return seen;
}

describe.each(['bid', 'ask'] as const)('a vacuum on the %s side', (side) => {
  const cases = [
    [1, 300, 1],
    [2, 600, 1],
    [3, 2000, 1],
    [4, 600, 2],
    [5, 40, 1],
  ] as const;

  it.each(cases)(
    'empties the side within half a second and the price runs through (seed %d, rate %d, scale %d)',
    (seed, rate, scale) => {
      const seen = observe(seed, side, rate, scale);
      expect(seen.before).toBeGreaterThan(100);
      expect(seen.pulled).toBeGreaterThanOrEqual(0.7 * seen.before);
      expect(seen.halfSecondLater).toBeLessThanOrEqual(0.3 * seen.before);
      expect(seen.furthest).toBeGreaterThanOrEqual(RUN_TICKS * scale);
    },
  );

  it('is followed by a refill', () => {
    const seen = observe(2, side, 600, 1);
    expect(seen.spreadAtEnd).toBeLessThanOrEqual(2);
    expect(seen.depthAtEnd).toBeGreaterThan(0.5 * seen.before);
  });
});
