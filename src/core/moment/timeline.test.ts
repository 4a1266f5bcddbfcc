import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Problem, ProblemError } from '#base/problem';
import { F_LAST, MBO_BYTES, MBO_WORDS, readMbo, type MboBlock } from '#core/mbo/mbo-block';
import { blockOf, mbo } from '#core/book/testing/mbo-records';
import { MarketClock } from '#core/moment/market-clock';
import { hashOfOrder } from '#core/moment/order-filter';
import { anyStream } from '#core/moment/testing/any-records';
import { Timeline } from '#core/moment/timeline';

const RUNS = process.env['SPYMASTER_LONG'] ? 120 : 30;
const NO_LIMIT = Infinity;

/** Copies of a stream one after another in time, to fill some pages. */
function longBlock(records: ReturnType<typeof mbo>[], copies: number): MboBlock {
  const all = Array.from({ length: copies }, (_, c) =>
    records.map((r) => ({
      ...r,
      tsEvent: r.tsEvent + BigInt(c) * 10n ** 12n,
      tsRecv: r.tsRecv + BigInt(c) * 10n ** 12n,
    })),
  );
  return blockOf(all.flat());
}

function filled(block: MboBlock, piece = 1000, budget = NO_LIMIT): Timeline {
  const timeline = new Timeline(budget);
  for (let i = 0; i < block.count; i += piece) timeline.append(block, i, Math.min(i + piece, block.count));
  return timeline;
}

/** The market time after each record. */
function clockOf(block: MboBlock): bigint[] {
  const clock = new MarketClock();
  let now = -Infinity;
  return Array.from({ length: block.count }, (_, i) => {
    now = clock.after(block.words, i * MBO_WORDS, now);
    return clock.toEpoch(now);
  });
}

const streams = fc
  .tuple(anyStream(60), fc.integer({ min: 60, max: 300 }), fc.integer({ min: 1, max: 5000 }))
  .map(([records, copies, piece]) => ({ block: longBlock(records, copies), piece }));

describe('a timeline', () => {
  it('holds the records as they came, for any range and any cutting', () => {
    fc.assert(
      fc.property(streams, fc.nat(), fc.nat(), ({ block, piece }, a, b) => {
        const timeline = filled(block, piece);
        expect(timeline.count).toBe(block.count);
        const [from, to] = [a % (block.count + 1), b % (block.count + 1)].sort((x, y) => x - y);
        const bytes: Uint8Array[] = [];
        let next = from;
        for (const part of timeline.parts(from, to)) {
          expect(part.index).toBe(next);
          next += part.to - part.from;
          bytes.push(part.block.bytes.slice(part.from * MBO_BYTES, part.to * MBO_BYTES));
        }
        expect(next).toBe(to);
        expect(
          Buffer.compare(Buffer.concat(bytes), block.bytes.subarray(from * MBO_BYTES, to * MBO_BYTES)),
        ).toBe(0);
      }),
      { numRuns: RUNS },
    );
  });

  it('counts the records until any instant', () => {
    fc.assert(
      fc.property(streams, fc.nat(), fc.constantFrom(-1n, 0n, 1n), ({ block, piece }, where, beside) => {
        const timeline = filled(block, piece);
        const clock = clockOf(block);
        const ns = clock[where % clock.length] + beside;
        const expected = clock.filter((t) => t <= ns).length;
        expect(timeline.indexAt(ns)).toBe(expected);
        if (expected > 0) expect(timeline.timeAt(expected)).toBe(clock[expected - 1]);
      }),
      { numRuns: RUNS },
    );
  });

  it('knows where events end, in both directions', () => {
    fc.assert(
      fc.property(streams, fc.nat(), ({ block, piece }, where) => {
        const timeline = filled(block, piece);
        const ends = Array.from({ length: block.count }, (_, i) => i + 1).filter(
          (end) => end === block.count || (readMbo(block, end - 1).flags & F_LAST) !== 0,
        );
        const index = where % (block.count + 1);
        expect(timeline.eventEndAfter(index)).toBe(ends.find((end) => end > index));
        const before = ends.findLast((end) => end < index) ?? 0;
        expect(timeline.eventEndBefore(index)).toBe(index === 0 ? undefined : before);
      }),
      { numRuns: RUNS },
    );
  });

  it('leaves out no page that names an order', () => {
    fc.assert(
      fc.property(streams, fc.bigInt(1n, 9n), ({ block, piece }, id) => {
        const timeline = filled(block, piece);
        let seen = 0;
        for (const { block: page, from, to } of timeline.parts(0, timeline.count, (f) =>
          f.mayHold(hashOfOrder(id)),
        )) {
          for (let i = from; i < to; i++) if (readMbo(page, i).orderId === id) seen++;
        }
        let expected = 0;
        for (let i = 0; i < block.count; i++) if (readMbo(block, i).orderId === id) expected++;
        expect(seen).toBe(expected);
      }),
      { numRuns: RUNS },
    );
  });

  it('leaves out most pages that do not', () => {
    const block = blockOf(Array.from({ length: 40_960 }, (_, i) => mbo('A', 'B', i + 1, 100, 1)));
    const timeline = filled(block);
    let parts = 0;
    for (let id = 1n; id <= 40_960n; id += 4096n) {
      parts += [...timeline.parts(0, 40_960, (filter) => filter.mayHold(hashOfOrder(id)))].length;
    }
    expect(parts).toBeLessThan(13);
  });

  it('forgets its oldest pages beyond its budget, and says so', () => {
    const block = longBlock(
      Array.from({ length: 100 }, (_, i) => mbo('A', 'B', i + 1, 100, 1)),
      300,
    );
    const timeline = filled(block, 700, 60_000);
    expect(timeline.bytes).toBeLessThanOrEqual(60_000);
    expect(timeline.first).toBeGreaterThan(0);
    expect(timeline.count).toBe(30_000);
    const forgotten = expect.objectContaining({
      problem: expect.objectContaining({ code: 'moment/forgotten' }) as Problem,
    }) as ProblemError;
    const clock = clockOf(block);
    expect(() => timeline.indexAt(clock[timeline.first - 200])).toThrow(forgotten);
    expect(timeline.indexAt(clock[timeline.first + 5000])).toBe(
      clock.filter((t) => t <= clock[timeline.first + 5000]).length,
    );
    expect(() => [...timeline.parts(timeline.first - 1, timeline.count)]).toThrow(forgotten);
    expect([...timeline.parts(timeline.first, timeline.count)].length).toBeGreaterThan(1);
  });
});

describe('market time', () => {
  const T = 1_700_000_000_000_000_000n;
  const times = (
    ...records: { flags?: number; tsEvent: bigint; tsRecv: bigint; action?: string }[]
  ): bigint[] =>
    clockOf(blockOf(records.map(({ action = 'A', ...more }) => mbo(action, 'B', 1, 100, 1, more))));

  it('is that of the event, and never runs backwards', () => {
    expect(
      times(
        { tsEvent: T, tsRecv: T + 9n },
        { tsEvent: T + 5n, tsRecv: T + 9n },
        { tsEvent: T + 2n, tsRecv: T + 9n },
        { tsEvent: T + 7n, tsRecv: T + 9n },
      ),
    ).toEqual([T, T + 5n, T + 5n, T + 7n]);
  });

  it('of a snapshot at the head is its generation; its orders move nothing', () => {
    const recv = T + 3600n * 10n ** 9n;
    expect(
      times(
        { flags: 40, tsEvent: T, tsRecv: recv },
        { flags: 168, tsEvent: T + 10n, tsRecv: recv },
        { tsEvent: recv + 4n, tsRecv: recv + 5n },
      ),
    ).toEqual([recv, recv, recv + 4n]);
  });

  it('is not that of an event far after its own receipt', () => {
    const damaged = T + 10n ** 18n;
    expect(
      times(
        { tsEvent: damaged, tsRecv: T },
        { tsEvent: T + 5n, tsRecv: T + 5n },
        { tsEvent: damaged, tsRecv: T + 6n },
        { tsEvent: 2n ** 64n - 1n, tsRecv: T + 6n },
        { tsEvent: T + 8n, tsRecv: T + 8n },
      ),
    ).toEqual([T, T + 5n, T + 5n, T + 5n, T + 8n]);
  });

  it('follows the event where there is no time of receipt', () => {
    const unset = 2n ** 64n - 1n;
    expect(times({ tsEvent: T, tsRecv: unset }, { tsEvent: T + 10n ** 15n, tsRecv: 0n })).toEqual([
      T,
      T + 10n ** 15n,
    ]);
  });
});
