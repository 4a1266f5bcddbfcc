/** The guarantees G1 to G4 of vacuum-pressure.md section 18, and exact continuation from a saved state. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_RUNTIME_CONFIG, overrideRuntimeConfig } from '#core/config/runtime-config';
import { MboBlock, MBO_BYTES } from '#core/mbo/mbo-block';
import { columnIndex, GRID_COLUMNS } from '#core/vp/columns';
import type { BinSink } from '#core/vp/frame';
import { openPipeline } from '#core/vp/testing/shapes';
import { VpPipeline } from '#core/vp/vp-pipeline';
import { blockOf, engineEvent, GOLDEN_INSTRUMENT } from '#testdata/vp-golden';
import { randomStream } from '#testdata/vp-random';

const LONG = process.env['SPYMASTER_LONG'] ? 20 : 1;
const OPTIONS = { instrumentId: GOLDEN_INSTRUMENT };
const CONFIG = overrideRuntimeConfig(DEFAULT_RUNTIME_CONFIG, {
  n_absolute_ticks: 201,
  grid_radius_ticks: 12,
  flow_zscore_window_bins: 30,
  flow_zscore_min_periods: 8,
  state_model_zscore_window_bins: 30,
  state_model_zscore_min_periods: 8,
  state_model_d2_weight: 0.3,
});

/** A digest of everything a sink is given, per bin. */
function recorder(): { sink: BinSink; bins: string[] } {
  const bins: string[] = [];
  const sink: BinSink = (head, frame) => {
    const hash = createHash('sha256').update(JSON.stringify(head));
    for (const column of frame.columns) hash.update(column);
    bins.push(`${head.binSeq} ${hash.digest('hex')}`);
  };
  return { sink, bins };
}

function runWhole(block: MboBlock, pipeline = new VpPipeline(CONFIG, OPTIONS)): string[] {
  const { sink, bins } = recorder();
  pipeline.process(block, 0, block.count, sink);
  pipeline.finish(sink);
  return bins;
}

const seeds = fc.integer({ min: 0, max: 2 ** 31 });
const gaps = fc.constantFrom(1, 1e5, 1e7, 8e7);

describe('G1: each record advances the engine exactly once', () => {
  it('counts every record as one event with at most two touches', () => {
    fc.assert(
      fc.property(seeds, gaps, fc.boolean(), (seed, meanGapNs, hostile) => {
        const block = randomStream(seed, { records: 400, meanGapNs, hostile });
        const config = overrideRuntimeConfig(CONFIG, { cell_width_ms: 60_000 });
        const { pipeline, kernel } = openPipeline(config, OPTIONS);
        const { engine } = kernel;
        const { ticks } = engine;
        const touchesOfEvent: number[] = [];
        const update = engine.update.bind(engine);
        const touch = ticks.touch.bind(ticks);
        engine.update = (...args) => {
          touchesOfEvent.push(0);
          update(...args);
        };
        ticks.touch = (...args) => {
          touchesOfEvent[touchesOfEvent.length - 1]++;
          touch(...args);
        };
        pipeline.process(block, 0, block.count, () => undefined);
        pipeline.finish(() => undefined);
        expect(engine.book.eventCount).toBe(block.count);
        expect(touchesOfEvent).toHaveLength(block.count);
        expect(Math.max(...touchesOfEvent)).toBeLessThanOrEqual(2);
      }),
      { numRuns: 20 * LONG },
    );
  });
});

describe('G2: no emitted value is NaN or infinite', () => {
  it('holds for every column and head under a hostile feed', () => {
    fc.assert(
      fc.property(seeds, gaps, fc.constantFrom(1, 100, 60_000), (seed, meanGapNs, cell_width_ms) => {
        const config = overrideRuntimeConfig(CONFIG, { cell_width_ms });
        const block = randomStream(seed, { records: 500, meanGapNs, hostile: true });
        const pipeline = new VpPipeline(config, OPTIONS);
        let bins = 0;
        const sink: BinSink = (head, frame) => {
          bins++;
          frame.columns.forEach((column, c) => {
            for (let r = 0; r < frame.rows; r++) {
              if (!Number.isFinite(column[r]))
                expect.fail(`bin ${head.binSeq} ${GRID_COLUMNS[c].name}: ${column[r]}`);
            }
          });
          const at = (name: string) => frame.columns[columnIndex(name)];
          expect(at('pressure_variant').every((x: number) => x >= 0)).toBe(true);
          expect(at('vacuum_variant').every((x: number) => x >= 0)).toBe(true);
          expect(at('bid_depth').every((x: number) => x >= 0)).toBe(true);
          expect(at('composite').every((x: number) => Math.abs(x) <= 1)).toBe(true);
          expect(at('flow_score').every((x: number) => Math.abs(x) <= 1)).toBe(true);
          const { model, anchorTick, ...numbers } = head;
          for (const value of Object.values<unknown>({ ...numbers, ...model })) {
            if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true);
          }
          expect(Math.abs(model.score)).toBeLessThanOrEqual(1);
          expect(anchorTick === undefined || Number.isInteger(anchorTick)).toBe(true);
        };
        // A cell of a millisecond opens many bins over the gaps of half an hour: a part of them will do.
        for (let i = 0, calls = 0; i < block.count && calls < 25; calls++) {
          i = pipeline.process(block, i, block.count, sink, 50);
        }
        pipeline.finish(sink, 50);
        expect(bins).toBeGreaterThan(0);
      }),
      { numRuns: 10 * LONG },
    );
  });
});

describe('G4: the result depends on the events and the configuration alone', () => {
  it('gives identical bytes for any cutting of the records and any budget', () => {
    fc.assert(
      fc.property(
        seeds,
        gaps,
        fc.boolean(),
        fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 9 }),
        (seed, meanGapNs, hostile, pieces, budget) => {
          const block = randomStream(seed, { records: 500, meanGapNs, hostile });
          const config = overrideRuntimeConfig(CONFIG, { cell_width_ms: 5000 });
          const whole = runWhole(block, new VpPipeline(config, OPTIONS));
          const pipeline = new VpPipeline(config, OPTIONS);
          const { sink, bins } = recorder();
          for (let from = 0, p = 0; from < block.count; p++) {
            const count = Math.min(pieces[p % pieces.length], block.count - from);
            const piece = new MboBlock(
              block.bytes.slice(from * MBO_BYTES, (from + count) * MBO_BYTES).buffer,
              count,
            );
            for (let i = 0; i < count;) i = pipeline.process(piece, i, count, sink, budget);
            from += count;
          }
          pipeline.finish(sink);
          expect(bins).toEqual(whole);
        },
      ),
      { numRuns: 15 * LONG },
    );
  });
});

describe('a saved pipeline', () => {
  it('goes on bit for bit like the one it was saved from, wherever it is cut', () => {
    fc.assert(
      fc.property(
        seeds,
        fc.constantFrom(1e6, 4e7),
        fc.boolean(),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (seed, meanGapNs, hostile, at) => {
          const block = randomStream(seed, { records: 1200, meanGapNs, hostile });
          const config = overrideRuntimeConfig(CONFIG, { cell_width_ms: hostile ? 20_000 : 100 });
          const whole = runWhole(block, new VpPipeline(config, OPTIONS));
          const cut = Math.floor(at * block.count);
          const first = new VpPipeline(config, OPTIONS);
          const { sink, bins } = recorder();
          first.process(block, 0, cut, sink);
          const bytes = first.save();
          const second = VpPipeline.restore(config, OPTIONS, bytes);
          expect(second.save()).toEqual(bytes);
          second.process(block, cut, block.count, sink);
          second.finish(sink);
          expect(bins).toEqual(whole);
          first.process(block, cut, block.count, () => undefined);
          first.finish(() => undefined);
          expect(second.diagnostics).toEqual(first.diagnostics);
        },
      ),
      { numRuns: 15 * LONG },
    );
  });

  it('keeps its place in a gap that is only partly closed', () => {
    const block = randomStream(11, { records: 60, meanGapNs: 2e9 });
    const whole = runWhole(block);
    const { sink, bins } = recorder();
    let pipeline = new VpPipeline(CONFIG, OPTIONS);
    for (let i = 0; i < block.count;) {
      i = pipeline.process(block, i, block.count, sink, 13);
      pipeline = VpPipeline.restore(CONFIG, OPTIONS, pipeline.save());
    }
    pipeline.finish(sink);
    expect(bins).toEqual(whole);
  });

  it('keeps a record that it holds back, and what came of it', () => {
    const hours = 3_600_000_000_000n;
    const rows = [
      0n,
      0n,
      1n,
      2n,
      30n * hours,
      3n,
      5n * hours,
      5n * hours + 1n,
      200n * hours,
      200n * hours,
      1n,
    ];
    const block = blockOf(
      rows.map((ns, i) =>
        engineEvent({
          ts_ns: String(1_770_388_200_000_000_000n + ns),
          action: 'A',
          side: i % 2 ? 'A' : 'B',
          price_int: String(21_500_000_000_000 + (i % 2 ? 1 : -1) * 250_000_000),
          size: 1 + i,
          order_id: String(i),
          flags: 128,
        }),
      ),
    );
    const config = overrideRuntimeConfig(CONFIG, { cell_width_ms: 60_000 });
    const straight = new VpPipeline(config, OPTIONS);
    const whole = runWhole(block, straight);
    expect(whole).toHaveLength(301);
    const { sink, bins } = recorder();
    let pipeline = new VpPipeline(config, OPTIONS);
    for (let i = 0; i < block.count;) {
      i = pipeline.process(block, i, i + 1, sink, 7);
      pipeline = VpPipeline.restore(config, OPTIONS, pipeline.save());
    }
    while (!pipeline.finish(sink, 7));
    expect(bins).toEqual(whole);
    expect(pipeline.diagnostics).toEqual(straight.diagnostics);
    expect(pipeline.diagnostics).toMatchObject({ anomalies: { time_jump: 1 }, events: 7 });
    expect(pipeline.diagnostics.timelineBreak?.records).toBe(3);
  });

  it('continues through fast-forward, warm-up and the start of emission', () => {
    const block = randomStream(12, { records: 1500, meanGapNs: 1e7 });
    const startNs = 1_770_388_200_000_000_000n;
    const options = {
      ...OPTIONS,
      run: { warmupStartNs: startNs + 4_000_000_000n, emitAfterNs: startNs + 8_000_000_000n },
    };
    const whole = runWhole(block, new VpPipeline(CONFIG, options));
    expect(whole.length).toBeGreaterThan(30);
    const { sink, bins } = recorder();
    let pipeline = new VpPipeline(CONFIG, options);
    for (let i = 0; i < block.count; i += 100) {
      pipeline.process(block, i, i + 100 > block.count ? block.count : i + 100, sink);
      pipeline = VpPipeline.restore(CONFIG, options, pipeline.save());
    }
    pipeline.finish(sink);
    expect(bins).toEqual(whole);
  });

  it('is refused by another configuration, another instrument, and when it is damaged', () => {
    const block = randomStream(13, { records: 100, meanGapNs: 1e7 });
    const pipeline = new VpPipeline(CONFIG, OPTIONS);
    pipeline.process(block, 0, block.count, () => undefined);
    const bytes = pipeline.save();
    const code = (restore: () => unknown): string => {
      try {
        restore();
      } catch (error) {
        return (error as { problem?: { code: string } }).problem?.code ?? String(error);
      }
      return 'accepted';
    };
    const other = overrideRuntimeConfig(CONFIG, { tau_velocity: 3 });
    expect(code(() => VpPipeline.restore(other, OPTIONS, bytes))).toBe('vp/other-run');
    expect(code(() => VpPipeline.restore(CONFIG, { instrumentId: 1 }, bytes))).toBe('vp/other-run');
    expect(code(() => VpPipeline.restore(CONFIG, OPTIONS, new Uint8Array(0)))).toBe('state/truncated');
    for (let length = 1; length < bytes.length; length += 1 + (bytes.length >> 7)) {
      expect(code(() => VpPipeline.restore(CONFIG, OPTIONS, bytes.slice(0, length)))).toMatch(
        /^(state|book)\//,
      );
    }
  });
});
