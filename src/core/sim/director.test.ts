import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FEATURE_KINDS, type FeatureKind } from './feature-kinds';
import { DEFAULT_FEATURES, type SimulatorOptions } from './options';
import { simulate } from './testing/simulate';

const ALL = Object.fromEntries(FEATURE_KINDS.map((kind) => [kind, true])) as Record<FeatureKind, boolean>;
const QUICK: Partial<SimulatorOptions> = { rate: 40, depthOrders: 4 };

describe('the director', () => {
  it('starts scheduled features in order of time, at their time or when the one before has ended', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            kind: fc.constantFrom(...FEATURE_KINDS),
            atSeconds: fc.integer({ min: 0, max: 400 }).map((tenths) => tenths / 10),
            durationSeconds: fc.constantFrom(0.2, 2),
          }),
          { maxLength: 8 },
        ),
        (schedule) => {
          const run = simulate({ ...QUICK, durationSeconds: 200, schedule, features: ALL });
          const wanted = schedule
            .map((f, i) => ({ ...f, i }))
            .sort((a, b) => a.atSeconds - b.atSeconds || a.i - b.i);
          expect(run.episodes.map((e) => e.kind)).toEqual(wanted.map((f) => f.kind));
          let free = run.options.startNs;
          for (const [i, episode] of run.episodes.entries()) {
            const due = run.options.startNs + BigInt(Math.floor(wanted[i].atSeconds * 1e9));
            const expected = due > free ? due : free;
            // A nanosecond or two: events never share a time.
            expect(episode.startNs >= expected && episode.startNs <= expected + 5n).toBe(true);
            expect(episode.endNs >= episode.startNs).toBe(true);
            free = episode.endNs;
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  it('draws random features at about the rate asked for, of all kinds that are on and no others, one at a time', () => {
    const run = simulate({
      ...QUICK,
      durationSeconds: 3600,
      randomFeaturesPerMinute: 6,
      features: { ...DEFAULT_FEATURES, iceberg: false, news: false, snapshot: true },
    });
    expect(new Set(run.episodes.map((e) => e.kind))).toEqual(
      new Set(['sweep', 'wall', 'vacuum', 'snapshot']),
    );
    for (let i = 1; i < run.episodes.length; i++) {
      expect(run.episodes[i].startNs - run.episodes[i - 1].endNs).toBeGreaterThan(2_000_000_000n);
    }
    // Pauses of 12 s on average besides the time that the features themselves take.
    const busy = run.episodes.reduce((sum, e) => sum + Number(e.endNs - e.startNs) / 1e9, 0);
    const expected = (3600 - busy) / 12;
    expect(Math.abs(run.episodes.length - expected)).toBeLessThan(4 * Math.sqrt(expected));
    expect(new Set(run.episodes.filter((e) => e.kind === 'wall').map((e) => e.side))).toEqual(
      new Set(['bid', 'ask']),
    );
  });

  it('closes an episode that the end of the stream cuts short', () => {
    const run = simulate({ ...QUICK, durationSeconds: 10, schedule: [{ kind: 'wall', atSeconds: 5 }] });
    const [episode] = run.episodes;
    const last = run.records.at(-1)!.tsEvent;
    expect(episode.endNs).toBeGreaterThan(episode.startNs);
    expect(episode.endNs - last).toBeLessThan(1_000_000_000n);
  });
});
