import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ADD, CANCEL, F_SNAPSHOT, FILL, MBO_BYTES, MboBlock, MODIFY, TRADE } from '#core/mbo/mbo-block';
import { FEATURE_KINDS, type FeatureKind } from './feature-kinds';
import { MarketSimulator } from './market-simulator';
import { DEFAULT_INSTRUMENT, simulatorOptions, type SimulatorOptions } from './options';
import { pullBytes, replay, simulate } from './testing/simulate';

const RUNS = process.env['SPYMASTER_LONG'] ? 1000 : 120;
const LONG_TIMEOUT_MS = 300_000;

const anyFeatures = fc
  .record(Object.fromEntries(FEATURE_KINDS.map((kind) => [kind, fc.boolean()])))
  .map((switches) => switches as Record<FeatureKind, boolean>);

const anyOptions: fc.Arbitrary<Partial<SimulatorOptions>> = fc.record({
  seed: fc.maxSafeNat(),
  durationSeconds: fc.integer({ min: 0, max: 20_000 }).map((ms) => ms / 1000),
  rate: fc.integer({ min: 1, max: 4000 }),
  depthOrders: fc.integer({ min: 4, max: 30 }),
  volatility: fc.integer({ min: 0, max: 10 }).map((tenths) => tenths / 10),
  partialFill: fc.constantFrom('cancel' as const, 'modify' as const),
  startPriceInt: fc.integer({ min: -5000, max: 40_000 }).map((ticks) => ticks * DEFAULT_INSTRUMENT.tickInt),
  randomFeaturesPerMinute: fc.constantFrom(0, 20, 600),
  features: anyFeatures,
  recordLimit: fc.oneof(fc.integer({ min: 0, max: 12_000 }), fc.constant(12_000)),
});

/** Is this event inside an episode that empties a side on purpose? */
function mayBeOneSided(run: ReturnType<typeof simulate>): (ns: bigint) => boolean {
  const episodes = run.episodes.filter((e) => e.kind === 'clear' || e.kind === 'one-sided');
  return (ns) => episodes.some((e) => e.startNs <= ns && ns <= e.endNs);
}

describe('MarketSimulator', () => {
  it(
    'produces streams that a venue could have sent, whatever the options',
    () => {
      fc.assert(
        fc.property(anyOptions, (given) => {
          const run = simulate(given);
          const oneSided = mayBeOneSided(run);
          const venue = replay(run, (v, first) => {
            const complete = Number.isFinite(v.bestBid) && Number.isFinite(v.bestAsk);
            if (!complete && !oneSided(first.tsEvent))
              expect.fail(`empty side at ${first.tsEvent.toString()}`);
          });
          expect(venue.complaints).toEqual([]);
          expect(venue.eventOpen).toBe(false);
          expect(run.records.length).toBeLessThanOrEqual(run.options.recordLimit);
          const end = run.options.startNs + BigInt(Math.floor(run.options.durationSeconds * 1e9));
          const live = run.records.filter((r) => (r.flags & F_SNAPSHOT) === 0);
          for (const r of live) if (r.tsRecv >= end) expect.fail('record received after the end');
          expect(
            run.records.every(
              (r) => r.publisherId === 65535 && r.instrumentId === DEFAULT_INSTRUMENT.instrumentId,
            ),
          ).toBe(true);
        }),
        { numRuns: RUNS },
      );
    },
    LONG_TIMEOUT_MS,
  );

  it('gives the same bytes for the same options, whatever the sizes of the blocks', () => {
    fc.assert(
      fc.property(
        anyOptions,
        fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 5 }),
        (given, sizes) => {
          const options = simulatorOptions(given);
          const expected = pullBytes(new MarketSimulator(options), 100_000);
          const simulator = new MarketSimulator(options);
          const out = new Uint8Array(expected.length);
          let offset = 0;
          for (let turn = 0; ; turn++) {
            const block = MboBlock.withCapacity(sizes[turn % sizes.length]);
            if (!simulator.fill(block)) break;
            out.set(block.bytes.subarray(0, block.count * MBO_BYTES), offset);
            offset += block.count * MBO_BYTES;
          }
          expect(offset).toBe(expected.length);
          expect(Buffer.compare(out, expected)).toBe(0);
        },
      ),
      { numRuns: RUNS / 8 },
    );
  });

  it('gives other bytes for another seed', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.maxSafeNat(), (seed, other) => {
        fc.pre(seed !== other);
        const of = (s: number): Uint8Array =>
          pullBytes(new MarketSimulator(simulatorOptions({ seed: s, durationSeconds: 0.5 })));
        expect(Buffer.compare(of(seed), of(other))).not.toBe(0);
      }),
      { numRuns: 20 },
    );
  });

  it('fills blocks whole, and with nothing once it has finished', () => {
    const simulator = new MarketSimulator(simulatorOptions({ durationSeconds: 2 }));
    const block = MboBlock.withCapacity(500);
    const counts: number[] = [];
    while (simulator.fill(block)) counts.push(block.count);
    expect(counts.slice(0, -1).every((n) => n === 500)).toBe(true);
    expect(block.count).toBe(0);
    expect(simulator.fill(block)).toBe(false);
  });

  it('opens with a snapshot of older orders, then sends live events', () => {
    const run = simulate({ durationSeconds: 3 });
    const opening = run.records.filter((r) => r.flags & F_SNAPSHOT);
    expect(opening.length).toBeGreaterThan(500);
    expect(run.records.slice(0, opening.length)).toEqual(opening);
    expect(opening.every((r) => r.tsRecv === run.options.startNs)).toBe(true);
    const orders = opening.slice(1);
    expect(orders.every((r) => r.tsEvent < run.options.startNs)).toBe(true);
    const oldest = orders.reduce((a, r) => (r.tsEvent < a ? r.tsEvent : a), run.options.startNs);
    expect(run.options.startNs - oldest).toBeGreaterThan(3_600_000_000_000n);
    const largest = orders.reduce((a, r) => (r.orderId > a ? r.orderId : a), 0n);
    const firstLive = run.records.find((r) => r.action === ADD && (r.flags & F_SNAPSHOT) === 0)!;
    expect(firstLive.orderId).toBeGreaterThan(largest);
  });
});

describe('the source of the simulator', () => {
  const folders = ['.', 'features'].map((name) => fileURLToPath(new URL(name, import.meta.url)));
  const files = folders
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .concat(fileURLToPath(new URL('../../base/random.ts', import.meta.url)));

  it('uses only arithmetic that is the same on every machine', () => {
    const exact = ['abs', 'ceil', 'clz32', 'floor', 'imul', 'max', 'min', 'round', 'sqrt'];
    expect(files.length).toBeGreaterThan(20);
    for (const path of files) {
      const code = readFileSync(path, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
      const used = [...code.matchAll(/Math\.(\w+)/g)].map((match) => match[1]);
      expect({ path, inexact: used.filter((name) => !exact.includes(name)) }).toEqual({ path, inexact: [] });
      expect({ path, found: code.match(/\w \*\* \w|\bDate\b|performance/) }).toEqual({ path, found: null });
    }
  });
});

describe('the background flow', () => {
  const run = simulate({ seed: 3, durationSeconds: 300, rate: 600, volatility: 0.5 });
  const live = run.records.filter((r) => (r.flags & F_SNAPSHOT) === 0);

  it('mixes actions like a liquid future', () => {
    const share = (...actions: number[]): number =>
      live.filter((r) => actions.includes(r.action)).length / live.length;
    expect(Math.abs(share(ADD) - 0.44)).toBeLessThan(0.025);
    expect(Math.abs(share(CANCEL) - 0.43)).toBeLessThan(0.025);
    expect(Math.abs(share(MODIFY) - 0.08)).toBeLessThan(0.02);
    expect(Math.abs(share(TRADE, FILL) - 0.05)).toBeLessThan(0.015);
  });

  it('keeps the spread at one tick most of the time and moves the price', () => {
    let events = 0;
    let tight = 0;
    const mids = new Set<number>();
    replay(run, (venue) => {
      events++;
      if (venue.bestAsk - venue.bestBid === 1) tight++;
      mids.add(venue.bestBid);
    });
    expect(tight / events).toBeGreaterThan(0.95);
    expect(tight / events).toBeLessThan(0.9999);
    expect(mids.size).toBeGreaterThan(5);
  });

  it('comes in bursts, and activity clusters over seconds', () => {
    const perSecond = new Array<number>(300).fill(0);
    for (const r of live) perSecond[Number((r.tsEvent - run.options.startNs) / 1_000_000_000n)]++;
    const mean = perSecond.reduce((a, b) => a + b, 0) / perSecond.length;
    const deviations = perSecond.map((n) => n - mean);
    const variance = deviations.reduce((a, d) => a + d * d, 0);
    const lagged = deviations.slice(1).reduce((a, d, i) => a + d * deviations[i], 0);
    // A Poisson flow would have a relative deviation of 1 / sqrt(600) = 0.04 and no memory.
    expect(Math.sqrt(variance / perSecond.length) / mean).toBeGreaterThan(0.2);
    expect(lagged / variance).toBeGreaterThan(0.3);
  });

  it('has heavy-tailed sizes and lifetimes', () => {
    const sizes = live
      .filter((r) => r.action === ADD)
      .map((r) => r.size)
      .sort((a, b) => a - b);
    const born = new Map<bigint, bigint>();
    const lifetimes: number[] = [];
    for (const r of live) {
      if (r.action === ADD) born.set(r.orderId, r.tsEvent);
      const since = r.action === CANCEL ? born.get(r.orderId) : undefined;
      if (since !== undefined) lifetimes.push(Number(r.tsEvent - since) / 1e9);
    }
    lifetimes.sort((a, b) => a - b);
    const quantile = (sorted: readonly number[], q: number): number =>
      sorted[Math.floor(q * (sorted.length - 1))];
    expect(quantile(sizes, 0.5)).toBeLessThanOrEqual(3);
    expect(quantile(sizes, 0.999) / quantile(sizes, 0.5)).toBeGreaterThan(20);
    expect(quantile(lifetimes, 0.99) / quantile(lifetimes, 0.5)).toBeGreaterThan(10);
    expect(quantile(lifetimes, 0.5) / quantile(lifetimes, 0.05)).toBeGreaterThan(10);
  });

  it('keeps the rate asked for when the market is steady', () => {
    for (const rate of [50, 600, 4000]) {
      const durationSeconds = 60_000 / rate;
      const { records } = simulate({ seed: rate, durationSeconds, rate, volatility: 0 });
      const measured = records.filter((r) => (r.flags & F_SNAPSHOT) === 0).length / durationSeconds;
      expect(measured / rate).toBeGreaterThan(0.96);
      expect(measured / rate).toBeLessThan(1.04);
    }
  });
});
