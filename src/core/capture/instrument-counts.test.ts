import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InstrumentCounts } from '#core/capture/instrument-counts';
import { PriceSteps } from '#core/capture/price-steps';
import { selectInstrument } from '#core/capture/select-instrument';
import { readMbo } from '#core/mbo/mbo-block';
import { plainBlock } from '#testdata/capture-samples';

const key = fc.record({
  publisherId: fc.constantFrom(0, 1, 2, 65535),
  instrumentId: fc.oneof(fc.integer({ min: 0, max: 200 }), fc.constantFrom(4294967295, 65536, 131072)),
});

describe('InstrumentCounts', () => {
  it('counts as a map of maps would, in any mixture of instruments', () => {
    fc.assert(
      fc.property(fc.array(fc.array(key, { maxLength: 120 }), { maxLength: 4 }), (blocks) => {
        const counts = new InstrumentCounts();
        const expected = new Map<string, { records: number; firstNs: bigint; lastNs: bigint }>();
        let now = 10n ** 18n;
        for (const keys of blocks) {
          const records = keys.map((k) => ({ ...k, tsRecv: (now += 7n) }));
          counts.add(plainBlock(records), 0);
          for (const { publisherId, instrumentId, tsRecv } of records) {
            const name = `${publisherId}/${instrumentId}`;
            const known = expected.get(name) ?? { records: 0, firstNs: tsRecv, lastNs: tsRecv };
            expected.set(name, { ...known, records: known.records + 1, lastNs: tsRecv });
          }
        }
        const found = counts
          .list()
          .map(({ publisherId, instrumentId, ...rest }) => [`${publisherId}/${instrumentId}`, rest]);
        expect(found).toEqual([...expected]);
      }),
    );
  });

  it('takes the time of the event where the time of receipt is undefined', () => {
    const counts = new InstrumentCounts();
    counts.add(plainBlock([{ tsEvent: 5n, tsRecv: 2n ** 64n - 1n }]), 0);
    expect(counts.list()[0]).toMatchObject({ firstNs: 5n, lastNs: 5n });
  });

  it('notices where a file starts before an earlier one ended, per instrument', () => {
    const counts = new InstrumentCounts();
    counts.add(plainBlock([{ tsRecv: 100n }, { instrumentId: 2, tsRecv: 300n }]), 0);
    counts.add(
      plainBlock([{ tsRecv: 100n }, { instrumentId: 2, tsRecv: 299n }, { instrumentId: 3, tsRecv: 1n }]),
      1,
    );
    expect(counts.overlaps).toEqual([{ publisherId: 1, instrumentId: 2, file: 1, earlierFile: 0 }]);
  });
});

describe('selectInstrument', () => {
  it('leaves exactly the records of one instrument, in order', () => {
    fc.assert(
      fc.property(fc.array(key, { maxLength: 200 }), key, (keys, wanted) => {
        const block = plainBlock(keys);
        const selected = selectInstrument(wanted)(block);
        const expected = keys.flatMap((k, i) =>
          k.publisherId === wanted.publisherId && k.instrumentId === wanted.instrumentId
            ? [readMbo(block, i)]
            : [],
        );
        expect(Array.from({ length: selected.count }, (_, i) => readMbo(selected, i))).toEqual(expected);
      }),
    );
  });
});

describe('PriceSteps', () => {
  const tickOf = (prices: readonly bigint[], isEquity = false, more: object = {}): number => {
    const counts = new InstrumentCounts();
    const steps = new PriceSteps();
    const block = plainBlock(prices.map((price) => ({ price, ...more })));
    counts.add(block, 0);
    steps.add(block, counts);
    return steps.tickInt(0, isEquity);
  };

  it('finds the tick that all prices are apart by a multiple of', () => {
    const ticks = fc.integer({ min: 1, max: 5_000_000_000 });
    const offsets = fc.uniqueArray(fc.integer({ min: 0, max: 500 }), { minLength: 2, maxLength: 50 });
    fc.assert(
      fc.property(ticks, offsets, (tick, steps) => {
        const guess = tickOf([...steps, 0, 1].map((n) => BigInt(n) * BigInt(tick)));
        expect(guess).toBe(tick);
      }),
    );
  });

  it('works with negative prices', () => {
    expect(tickOf([-37_630_000_000n, 10_000_000n, -20_000_000n])).toBe(10_000_000);
  });

  it('looks only at prices of adds and modifies that are defined', () => {
    expect(tickOf([2n ** 63n - 1n, 5_000_000_000n, 5_250_000_000n])).toBe(250_000_000);
    expect(tickOf([5_000_000_000n, 5_000_000_001n], false, { action: 'T'.charCodeAt(0) })).toBe(10_000_000);
  });

  it('falls back to a cent, or to the decimal step of the only price', () => {
    expect(tickOf([5_000_250_000_000n, 5_000_250_000_000n])).toBe(10_000_000);
    expect(tickOf([1_234_500_000n])).toBe(100_000);
    expect(tickOf([])).toBe(10_000_000);
  });

  it('lets no price below one unit set the tick of a dearer stock', () => {
    expect(tickOf([10_010_000_000n, 10_020_000_000n, 100_000n, 300_000n], true)).toBe(10_000_000);
    expect(tickOf([500_100_000n, 500_200_000n], true)).toBe(100_000);
  });
});
