import { describe, expect, it } from 'vitest';
import { ADD, CLEAR, F_LAST, F_MAYBE_BAD_BOOK, F_SNAPSHOT, NONE } from '#core/mbo/mbo-block';
import { DEFAULT_FEATURES } from '#core/sim/options';
import type { FeatureKind } from '#core/sim/feature-kinds';
import { replay, simulate, type Run } from '#core/sim/testing/simulate';

function runWith(kind: FeatureKind, durationSeconds?: number): Run {
  return simulate({
    seed: 8,
    durationSeconds: 12,
    schedule: [{ kind, atSeconds: 5, ...(durationSeconds === undefined ? {} : { durationSeconds }) }],
    features: { ...DEFAULT_FEATURES, [kind]: true },
  });
}

describe('a halt', () => {
  it('is silence after which the same book goes on', () => {
    const run = runWith('halt', 4);
    const [episode] = run.episodes;
    expect(Number(episode.endNs - episode.startNs) / 1e9).toBeCloseTo(4, 6);
    expect(run.records.filter((r) => r.tsEvent > episode.startNs && r.tsEvent < episode.endNs)).toEqual([]);
    expect(run.records.filter((r) => r.tsEvent > episode.endNs).length).toBeGreaterThan(500);
    expect(run.records.filter((r) => r.action === CLEAR).length).toBe(1);
    expect(replay(run).complaints).toEqual([]);
  });
});

describe('a gap', () => {
  const run = runWith('gap', 2);
  const [episode] = run.episodes;
  const within = run.records.filter((r) => r.tsRecv > episode.startNs && r.tsRecv <= episode.endNs);
  const snapshot = run.records.filter((r) => r.tsRecv > episode.endNs && r.flags & F_SNAPSHOT);

  it('says so, then sends nothing', () => {
    expect(within.length).toBe(1);
    expect(within[0]).toMatchObject({ action: NONE, flags: F_LAST | F_MAYBE_BAD_BOOK, size: 0 });
  });

  it('recovers with a snapshot of a book that went on meanwhile', () => {
    expect(snapshot.length).toBeGreaterThan(500);
    expect(snapshot[0].action).toBe(CLEAR);
    expect(snapshot.slice(1).every((r) => r.action === ADD)).toBe(true);
    expect(snapshot.at(-1)!.flags & F_LAST).toBe(F_LAST);
    const enteredUnseen = snapshot.filter((r) => r.action === ADD && r.tsEvent > episode.startNs);
    expect(enteredUnseen.length).toBeGreaterThan(10);
    expect(replay(run).complaints).toEqual([]);
  });

  it('shows in the sequence numbers', () => {
    const i = run.records.indexOf(within[0]);
    const next = run.records.slice(i + 1).find((r) => (r.flags & F_SNAPSHOT) === 0)!;
    expect(next.sequence - within[0].sequence).toBeGreaterThan(100);
  });
});

describe('a snapshot in the middle of the stream', () => {
  it('repeats exactly the book of the moment, queue by queue', () => {
    const run = runWith('snapshot');
    const at = run.records.findIndex((r, i) => i > 0 && r.action === CLEAR);
    const end = at + run.records.slice(at).findIndex((r) => r.flags & F_LAST) + 1;
    const before = replay({ ...run, records: run.records.slice(0, at) });
    const after = replay({ ...run, records: run.records.slice(0, end) });
    const queues = (venue: typeof before): string[] => [...venue.queueListing()];
    expect(end - at - 1).toBe(before.orders.size);
    expect(queues(after)).toEqual(queues(before));
    expect(replay(run).complaints).toEqual([]);
  });
});

describe('kinds that are switched off', () => {
  it('do not happen, even if scheduled', () => {
    const run = simulate({ durationSeconds: 10, schedule: [{ kind: 'gap', atSeconds: 5 }] });
    expect(run.episodes).toEqual([]);
    expect(run.records.filter((r) => r.action === NONE)).toEqual([]);
  });
});
