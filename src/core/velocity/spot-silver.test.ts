import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { topLevels } from '#core/book/book-queries';
import type { OrderBook } from '#core/book/order-book';
import { blockOf, mbo } from '#core/book/testing/mbo-records';
import { MBO_WORDS, type MboRecord } from '#core/mbo/mbo-block';
import { ProblemError } from '#base/problem';
import {
  equityGrid,
  futuresGrid,
  SpotSilver,
  type SpotGrid,
  type SpotOptions,
} from '#core/velocity/spot-silver';
import type { SpotWindow } from '#core/velocity/spot-window';
import { depthRows, snapshotRow } from '#core/velocity/testing/silver-rows';
import { DEFAULT_VELOCITY_CONFIG } from '#core/velocity/velocity-config';

const SECOND = 1_000_000_000n;
const START = 1_767_709_800n * SECOND;
const TICK = 250_000_000n;
const FUTURES = futuresGrid(DEFAULT_VELOCITY_CONFIG);

/** Any record of a small market: few ids and prices, so that they meet; every action, snapshots, late times. */
const anyRecord = fc.record({
  action: fc.constantFrom(...'A A A A A A M M M M C C C C C F F F T T R N'.split(' ')),
  side: fc.constantFrom('B', 'A', 'N'),
  id: fc.integer({ min: 1, max: 9 }),
  tick: fc.integer({ min: 27_796, max: 27_804 }),
  size: fc.integer({ min: 0, max: 9 }),
  flags: fc.constantFrom(...new Array<number>(20).fill(128), 0, 32, 160),
  /** ms after the record before it. */
  later: fc.constantFrom(0, 0, 0, 100, 600, 1700, -400),
});

const anyStream = fc.array(anyRecord, { minLength: 1, maxLength: 60 }).map((items) => {
  let ns = START;
  return items.map(({ action, side, id, tick, size, flags, later }) => {
    ns += BigInt(later) * 1_000_000n;
    const isClear = action === 'R';
    const common = { flags: isClear ? flags & ~32 : flags, tsEvent: ns, tsRecv: ns };
    return mbo(action, side, id, BigInt(tick) * TICK, size, common);
  });
});

function run(
  records: readonly MboRecord[],
  more: {
    grid?: SpotGrid;
    options?: SpotOptions;
    pieces?: readonly number[];
    onWindow?: (w: SpotWindow, book: OrderBook) => void;
  } = {},
): string[] {
  const silver = new SpotSilver(SECOND_NS, more.grid ?? FUTURES, more.options);
  const block = blockOf(records);
  const lines: string[] = [];
  const sink = (w: SpotWindow) => {
    more.onWindow?.(w, silver.state!.book);
    lines.push(lineOf({ ...snapshotRow(w), rows: undefined }), ...depthRows(w).map(lineOf));
  };
  const pieces = more.pieces ?? [block.count];
  for (let from = 0, p = 0; from < block.count; p++) {
    const to = Math.min(block.count, from + pieces[p % pieces.length]);
    silver.process(block, from, to, sink);
    from = to;
  }
  silver.finish(sink);
  return lines;
}

const SECOND_NS = Number(SECOND);

function lineOf(row: object): string {
  return JSON.stringify(row, (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v));
}

function depthByPrice(book: OrderBook): Map<string, number> {
  const { bids, asks } = topLevels(book, Infinity);
  const entries = [bids, asks].flatMap((levels, side) =>
    levels.map(({ priceInt, qty }): [string, number] => [`${side}/${priceInt}`, qty]),
  );
  return new Map(entries);
}

describe('silver of a market by order', () => {
  it('conserves quantity in every cell of every valid window', () => {
    let checked = 0;
    fc.assert(
      fc.property(anyStream, (records) => {
        let before = new Map<string, number>();
        const onWindow = (w: SpotWindow, book: OrderBook) => {
          const after = depthByPrice(book);
          const { rows } = w;
          for (let i = 0; i < rows.count; i++) {
            const key = `${rows.side[i]}/${rows.price[i]}`;
            expect(rows.endQty[i]).toBe(after.get(key) ?? 0);
            if (!w.windowValid) continue;
            checked++;
            expect(rows.startQty[i], key).toBe(before.get(key) ?? 0);
            const flow = rows.addQty[i] - rows.pullQty[i] - rows.fillQty[i];
            expect(rows.endQty[i] - rows.startQty[i]).toBe(flow);
            expect(rows.restQty[i]).toBeLessThanOrEqual(rows.endQty[i]);
            expect(rows.restedPullQty[i]).toBeLessThanOrEqual(rows.pullQty[i]);
          }
          before = after;
        };
        run(records, { onWindow });
      }),
      { numRuns: 1000 },
    );
    expect(checked).toBeGreaterThan(500);
  });

  it('lists every price with depth or flow in reach', () => {
    fc.assert(
      fc.property(anyStream, (records) => {
        run(records, {
          onWindow: ({ anchor, rows }, book) => {
            if (anchor === 0) return;
            const listed = new Set(
              Array.from({ length: rows.count }, (_, i) => `${rows.side[i]}/${rows.price[i]}`),
            );
            for (const key of depthByPrice(book).keys()) expect(listed.has(key), key).toBe(true);
            expect(listed.size).toBe(rows.count);
          },
        });
      }),
    );
  });

  it('does not depend on how the records are cut', () => {
    fc.assert(
      fc.property(
        anyStream,
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
        (records, pieces) => {
          expect(run(records, { pieces })).toEqual(run(records));
        },
      ),
    );
  });

  it('gives the same windows when a live clock closes them before the next record comes', () => {
    fc.assert(
      fc.property(anyStream, (records) => {
        const silver = new SpotSilver(SECOND_NS, FUTURES);
        const block = blockOf(records);
        const lines: string[] = [];
        const sink = (w: SpotWindow) => {
          lines.push(lineOf({ ...snapshotRow(w), rows: undefined }), ...depthRows(w).map(lineOf));
        };
        for (let i = 0; i < block.count; i++) {
          const next = silver.clock.hasStarted ? silver.clock.place(block.words, i * MBO_WORDS) : 0;
          if (next > silver.clock.open) silver.advanceTo(next, sink);
          silver.process(block, i, i + 1, sink);
        }
        silver.finish(sink);
        expect(lines).toEqual(run(records));
      }),
    );
  });

  it('puts out the windows of a range as the whole run has them', () => {
    const records = Array.from({ length: 40 }, (_, i) =>
      mbo('A', i % 2 === 0 ? 'B' : 'A', i + 1, (27_800n + BigInt(i % 2)) * TICK, 1 + i, {
        tsEvent: START + BigInt(i) * (SECOND / 4n),
      }),
    );
    const ends: bigint[] = [];
    const range = { startNs: START + 3n * SECOND, endNs: START + 6n * SECOND };
    const cut = run(records, { options: { range }, onWindow: (w) => ends.push(w.endNs) });
    expect(ends.map((ns) => Number((ns - START) / SECOND))).toEqual([4, 5, 6]);
    const whole = run(records);
    expect(whole.join('\n')).toContain(cut.join('\n'));
  });

  it('goes from an opening snapshot to the first live record, where that is asked for', () => {
    const at = (seconds: number, flags: number) => {
      const ns = START + BigInt(seconds) * SECOND;
      return { tsEvent: ns, tsRecv: ns, flags };
    };
    const records = [
      mbo('A', 'B', 1, 27_800n * TICK, 5, at(0, 160)),
      mbo('A', 'A', 2, 27_801n * TICK, 5, at(3600, 128)),
      mbo('A', 'A', 3, 27_802n * TICK, 5, at(3700, 128)),
    ];
    const ends = (skipQuietStart: boolean) => {
      const found: number[] = [];
      const onWindow = (w: SpotWindow) => found.push(Number((w.endNs - START) / SECOND));
      run(records, { options: { skipQuietStart }, onWindow });
      return found;
    };
    expect(ends(false)).toEqual(Array.from({ length: 3701 }, (_, i) => i + 1));
    expect(ends(true)).toEqual([1, ...Array.from({ length: 101 }, (_, i) => 3601 + i)]);
  });

  it('gathers the prices of a share in buckets around a bucket price', () => {
    const cents = (n: number) => BigInt(n) * 10_000_000n;
    const at = (ms: number) => ({ tsEvent: START + BigInt(ms) * 1_000_000n });
    const windows: number[][] = [];
    run(
      [
        mbo('A', 'B', 1, cents(10_020), 5, at(0)),
        mbo('A', 'B', 2, cents(10_060), 7, at(10)),
        mbo('A', 'A', 3, cents(10_075), 2, at(20)),
        mbo('C', 'B', 1, cents(10_020), 1, at(1500)),
      ],
      {
        grid: equityGrid(DEFAULT_VELOCITY_CONFIG),
        onWindow: ({ anchor, rows }) =>
          windows.push([
            anchor,
            ...rows.price.subarray(0, rows.count),
            ...rows.endQty.subarray(0, rows.count),
          ]),
      },
    );
    // Half-way between two buckets the even distance from the anchor wins: 100.75 is none, not one, away.
    expect(windows).toEqual([[0], [100.5e9, 100e9, 100.5e9, 100.5e9, 4, 7, 2]]);
  });
});

describe('times that cannot be', () => {
  const add = (id: number, tsEvent: bigint) =>
    mbo('A', 'B', id, 27_800n * TICK, 1, { tsEvent, tsRecv: tsEvent });

  it('leaves out a single record from another day and records without a time', () => {
    const silver = new SpotSilver(SECOND_NS, FUTURES);
    const block = blockOf([
      add(1, START),
      add(2, START + 900n * 86_400n * SECOND),
      add(3, 2n ** 64n - 1n),
      add(4, 0n),
      add(5, START + SECOND),
    ]);
    let windows = 0;
    const sink = () => {
      windows++;
    };
    silver.process(block, 0, block.count, sink);
    silver.finish(sink);
    expect([windows, silver.clock.damaged, silver.state!.book.orderCount]).toEqual([2, 3, 2]);
  });

  it('says that a capture of several days is one day at a time', () => {
    const silver = new SpotSilver(SECOND_NS, FUTURES);
    const later = START + 3n * 86_400n * SECOND;
    const block = blockOf([add(1, START), add(2, later), add(3, later + 1n)]);
    const code = (() => {
      try {
        silver.process(block, 0, block.count, () => undefined);
      } catch (error) {
        return error instanceof ProblemError ? error.problem.code : error;
      }
      return undefined;
    })();
    expect(code).toBe('velocity/mixed-days');
  });
});
