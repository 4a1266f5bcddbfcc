import { describe, expect, it } from 'vitest';
import { replay, simulate } from '#core/sim/testing/simulate';

const BURST_SECONDS = 3;
const RATE = 400;

/** Records per second, mean spread weighted by time, and mean touch size, of stretches before, in and after the burst. */
function observe(seed: number): { rate: number; spread: number }[] {
  const run = simulate({
    seed,
    rate: RATE,
    volatility: 0,
    durationSeconds: 60,
    schedule: [{ kind: 'news', atSeconds: 20, durationSeconds: BURST_SECONDS }],
  });
  const { startNs } = run.options;
  const stretches = [
    { from: 5, to: 20, records: 0, weighted: 0, seconds: 0 },
    { from: 20.1, to: 20.1 + BURST_SECONDS - 0.1, records: 0, weighted: 0, seconds: 0 },
    { from: 40, to: 60, records: 0, weighted: 0, seconds: 0 },
  ];
  let lastSeconds = 0;
  let lastSpread = 1;
  replay(run, (venue, first) => {
    const at = Number(first.tsEvent - startNs) / 1e9;
    for (const s of stretches) {
      if (at < s.from || at >= s.to) continue;
      s.weighted += lastSpread * (at - lastSeconds);
      s.seconds += at - lastSeconds;
    }
    lastSeconds = at;
    lastSpread = venue.bestAsk - venue.bestBid;
  });
  for (const r of run.records) {
    const at = Number(r.tsEvent - startNs) / 1e9;
    for (const s of stretches) if (at >= s.from && at < s.to) s.records++;
  }
  return stretches.map((s) => ({ rate: s.records / (s.to - s.from), spread: s.weighted / s.seconds }));
}

describe('a news burst', () => {
  it.each([1, 2, 3])(
    'brings twenty times the rate and a wide spread, then normal times again (seed %d)',
    (seed) => {
      const [before, during, after] = observe(seed);
      expect(during.rate / before.rate).toBeGreaterThan(16);
      expect(during.rate / before.rate).toBeLessThan(24);
      expect(during.spread / before.spread).toBeGreaterThan(1.5);
      expect(after.spread).toBeLessThan(1.05);
      expect(after.rate / before.rate).toBeGreaterThan(0.8);
      expect(after.rate / before.rate).toBeLessThan(1.2);
    },
  );
});
