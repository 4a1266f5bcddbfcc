import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { F_LAST, MBO_BYTES, MboBlock, appendMbo, readMbo, type MboRecord } from '#core/mbo/mbo-block';
import { MarketSimulator } from './market-simulator';
import { MergedSource } from './merged-source';
import { DEFAULT_INSTRUMENT, simulatorOptions } from './options';
import type { RecordSource } from './record-source';
import { pullBytes } from './testing/simulate';

const EMPTY: MboRecord = {
  publisherId: 0,
  instrumentId: 0,
  tsEvent: 0n,
  orderId: 0n,
  price: 0n,
  size: 0,
  flags: 0,
  channelId: 0,
  action: 65,
  side: 65,
  tsRecv: 0n,
  tsInDelta: 0,
  sequence: 0,
};

/** A source of records received at `times`, marked with the source's number. */
function sourceOf(number: number, times: readonly bigint[]): RecordSource {
  let next = 0;
  return {
    fill(block: MboBlock): boolean {
      block.count = 0;
      while (
        next < times.length &&
        appendMbo(block, { ...EMPTY, instrumentId: number, tsRecv: times[next], sequence: next })
      ) {
        next++;
      }
      return block.count > 0;
    },
  };
}

function recordsOf(bytes: Uint8Array): MboRecord[] {
  const block = new MboBlock(bytes.buffer, bytes.length / MBO_BYTES);
  return Array.from({ length: block.count }, (_, i) => readMbo(block, i));
}

const times = fc
  .array(fc.bigInt({ min: (1n << 32n) - 5n, max: (1n << 32n) + 5n }), { maxLength: 30 })
  .map((list) => list.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)));

describe('MergedSource', () => {
  it('is a stable merge by ts_recv', () => {
    fc.assert(
      fc.property(
        fc.array(times, { maxLength: 4 }),
        fc.integer({ min: 1, max: 20 }),
        (lists, blockRecords) => {
          const merged = recordsOf(
            pullBytes(new MergedSource(lists.map((list, number) => sourceOf(number, list))), blockRecords),
          );
          const expected = lists
            .flatMap((list, number) =>
              list.map((tsRecv, sequence) => ({ ...EMPTY, instrumentId: number, tsRecv, sequence })),
            )
            .sort((a, b) =>
              a.tsRecv < b.tsRecv ? -1 : a.tsRecv > b.tsRecv ? 1 : a.instrumentId - b.instrumentId,
            );
          expect(merged).toEqual(expected);
        },
      ),
    );
  });

  it('passes a single simulator through unchanged', () => {
    const options = simulatorOptions({ durationSeconds: 5 });
    const expected = pullBytes(new MarketSimulator(options));
    expect(Buffer.compare(pullBytes(new MergedSource([new MarketSimulator(options)]), 777), expected)).toBe(
      0,
    );
  });

  it('keeps the records of an event together and each instrument complete', () => {
    const first = simulatorOptions({ durationSeconds: 10, seed: 1 });
    const second = simulatorOptions({
      durationSeconds: 10,
      seed: 2,
      instrument: { ...DEFAULT_INSTRUMENT, instrumentId: 5 },
    });
    const alone = [first, second].map((options) => recordsOf(pullBytes(new MarketSimulator(options))));
    const merged = recordsOf(
      pullBytes(new MergedSource([new MarketSimulator(first), new MarketSimulator(second)])),
    );
    expect(merged.filter((r) => r.instrumentId !== 5)).toEqual(alone[0]);
    expect(merged.filter((r) => r.instrumentId === 5)).toEqual(alone[1]);
    for (let i = 1; i < merged.length; i++) {
      const opened = (merged[i - 1].flags & F_LAST) === 0;
      if (opened) expect(merged[i].instrumentId).toBe(merged[i - 1].instrumentId);
    }
  });
});
