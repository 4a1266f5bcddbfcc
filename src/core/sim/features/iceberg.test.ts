import { describe, expect, it } from 'vitest';
import { ADD, CANCEL, FILL, MODIFY, type MboRecord } from '#core/mbo/mbo-block';
import { simulate, type Run } from '#core/sim/testing/simulate';

interface Observed {
  readonly displayed: number;
  readonly filled: number;
  /** Times the displayed part was shown anew after it was filled. */
  readonly refills: number;
  readonly style: 'same order' | 'new orders';
}

/** A worked iceberg shows its next part within this time. */
const REPOST_NS = 400_000n;

/** Follows the iceberg through the records as an observer of the feed could. */
function observe(run: Run): Observed {
  const [episode] = run.episodes;
  const first = run.records.find((r) => r.tsEvent === episode.startNs)!;
  let id = first.orderId;
  let gone: MboRecord | undefined;
  let unsettled = 0;
  let filled = 0;
  let refills = 0;
  let style: Observed['style'] = 'same order';
  for (const r of run.records) {
    if (r.tsEvent < episode.startNs) continue;
    if (gone !== undefined && r.tsEvent > gone.tsEvent + REPOST_NS) break;
    if (
      gone !== undefined &&
      r.action === ADD &&
      r.side === first.side &&
      r.size === first.size &&
      r.tsEvent > gone.tsEvent
    ) {
      id = r.orderId;
      gone = undefined;
      refills++;
      style = 'new orders';
    } else if (r.orderId === id && r.action === FILL) {
      filled += r.size;
      unsettled = r.size;
    } else if (r.orderId === id && r.action === MODIFY) {
      refills++;
      unsettled = 0;
    } else if (r.orderId === id && r.action === CANCEL && unsettled === r.size) {
      unsettled = 0;
      // Either a part of what was displayed, or all of it: then a new order may follow.
      gone = undefined;
      if (run.records.some((x) => x.orderId === id && x.tsEvent > r.tsEvent)) continue;
      gone = r;
    }
  }
  return { displayed: first.size, filled, refills, style };
}

describe('an iceberg', () => {
  const runs = Array.from({ length: 8 }, (_, i) =>
    simulate({
      seed: 100 + i,
      rate: 200,
      durationSeconds: 70,
      schedule: [{ kind: 'iceberg', atSeconds: 3, side: i % 2 === 0 ? 'bid' : 'ask' }],
    }),
  );

  it('rests at the touch and is filled for several times what it displays', () => {
    for (const run of runs) {
      const [episode] = run.episodes;
      const first = run.records.find((r) => r.tsEvent === episode.startNs)!;
      expect(first).toMatchObject({ action: ADD, price: episode.priceInt });
      const seen = observe(run);
      expect(seen.filled).toBeGreaterThanOrEqual(4 * seen.displayed);
      expect(seen.refills).toBeGreaterThanOrEqual(4);
    }
  });

  it('refills either the same order or with new ones', () => {
    expect(new Set(runs.map((run) => observe(run).style))).toEqual(new Set(['same order', 'new orders']));
  });

  it('ends when its time is up and leaves nothing behind', () => {
    const run = simulate({
      seed: 4,
      rate: 200,
      durationSeconds: 20,
      schedule: [{ kind: 'iceberg', atSeconds: 3, side: 'bid', scale: 20, durationSeconds: 10 }],
    });
    const [episode] = run.episodes;
    expect(Number(episode.endNs - episode.startNs) / 1e9).toBeGreaterThan(9.9);
    expect(Number(episode.endNs - episode.startNs) / 1e9).toBeLessThan(13);
    const last = run.records.filter((r) => r.tsEvent === episode.endNs);
    expect(last.map((r) => r.action)).toEqual([CANCEL]);
  });
});
