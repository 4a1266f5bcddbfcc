import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DEFAULT_RUNTIME_CONFIG,
  overrideRuntimeConfig,
  type VpRuntimeConfig,
} from '#core/config/runtime-config';
import type { MboBlock } from '#core/mbo/mbo-block';
import { compositeOf } from '#core/spectrum/composite';
import { Forces } from '#core/vp/forces';
import type { BinSink } from '#core/vp/frame';
import { SpectrumWindow } from '#core/vp/spectrum-window';
import { TickReader } from '#core/vp/tick-reader';
import { VpPipeline } from '#core/vp/vp-pipeline';
import { GOLDEN_INSTRUMENT } from '#testdata/vp-golden';
import { randomStream } from '#testdata/vp-random';

const LONG = process.env['SPYMASTER_LONG'] ? 20 : 1;
const SLOTS = 61;

const CONFIG = overrideRuntimeConfig(DEFAULT_RUNTIME_CONFIG, {
  n_absolute_ticks: SLOTS,
  grid_radius_ticks: 6,
  cell_width_ms: 100,
  flow_windows: [2, 5, 11],
  flow_rollup_weights: [1, 2, 1],
  flow_zscore_window_bins: 40,
  flow_zscore_min_periods: 10,
});

/** Values of one tick at one bin edge. */
function spectrumOf(window: SpectrumWindow, slot: number, composite: number): number[] {
  const lane = window.laneOf(slot, composite);
  const { tracker } = window;
  return [tracker.composite, tracker.d1, tracker.d2, tracker.d3, tracker.score, tracker.state].map(
    (c) => c[lane],
  );
}

/**
 * Runs a stream and calls `atEdge` with a reader of composites; `windows` are fed with the same edges as the
 * pipeline's own.
 */
function runWith(
  config: VpRuntimeConfig,
  block: MboBlock,
  rows: readonly number[],
  atEdge: (windows: readonly SpectrumWindow[], compositeAt: (slot: number) => number, bin: number) => void,
): void {
  const pipeline = new VpPipeline(config, { instrumentId: GOLDEN_INSTRUMENT, spectrum: false });
  const { ticks } = pipeline.engine;
  const forces = new Forces(config);
  const windows = rows.map((count) => new SpectrumWindow(config, ticks, forces, count));
  const reader = new TickReader(ticks, forces);
  const scratch = new Float64Array(32);
  const compositeAt = (slot: number) => {
    reader.read(slot, scratch, 0, 1);
    return compositeOf(reader.pressure, reader.vacuum);
  };
  // `beginBin` is the pipeline's last use of the list of touched ticks: record before it.
  const beginBin = ticks.beginBin.bind(ticks);
  ticks.beginBin = () => {
    for (const window of windows) window.history.record();
    beginBin();
  };
  const sink: BinSink = (head) => atEdge(windows, compositeAt, head.binSeq);
  pipeline.process(block, 0, block.count, sink);
  pipeline.finish(sink);
}

describe('a spectrum that is kept only for what is read', () => {
  it('has the bits of one that was kept for every tick from the start, in every column', () => {
    const seeds = fc.integer({ min: 0, max: 2 ** 31 });
    fc.assert(
      fc.property(
        seeds,
        fc.constantFrom(1e7, 6e7),
        fc.array(fc.nat(), { minLength: 50, maxLength: 50 }),
        (seed, meanGapNs, reads) => {
          const block = randomStream(seed, { records: 1500, meanGapNs });
          let rebuilt = 0;
          // The first window has a lane for every tick of the grid, the second for a few of them.
          runWith(CONFIG, block, [SLOTS, 3], ([all, few], compositeAt, bin) => {
            const expected = Array.from({ length: SLOTS }, (_, slot) =>
              spectrumOf(all, slot, compositeAt(slot)),
            );
            // What is read jumps about, rests, and returns after gaps of any length.
            const pick = reads[bin % reads.length];
            if (pick % 3 === 0) return;
            for (let k = 0; k < 3; k++) {
              const slot = ((pick % 7) * 8 + k + 3 * (bin % 2)) % SLOTS;
              expect(spectrumOf(few, slot, compositeAt(slot))).toEqual(expected[slot]);
              if (expected[slot].some((x) => x !== 0)) rebuilt++;
            }
          });
          expect(rebuilt).toBeGreaterThan(10);
        },
      ),
      { numRuns: 8 * LONG },
    );
  });

  it('knows the composite of any tick in every bin of the history', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (seed) => {
        const block = randomStream(seed, { records: 1200, meanGapNs: 5e7 });
        const seen: number[][] = [];
        let historyBins = Infinity;
        runWith(CONFIG, block, [SLOTS], ([window], compositeAt, bin) => {
          seen.push(Array.from({ length: SLOTS }, (_, slot) => compositeAt(slot)));
          if (bin % 17 !== 0) return;
          historyBins = window.history.bins;
          const length = bin % 2 === 0 ? window.history.bins : 1 + (bin % 97);
          const out = new Float64Array(length);
          for (let slot = 0; slot < SLOTS; slot++) {
            window.history.composites(slot, length, out);
            const from = bin + 1 - length;
            const expected = Array.from(out, (_, i) => (from + i < 0 ? 0 : seen[from + i][slot]));
            expect(Array.from(out)).toEqual(expected);
          }
        });
        expect(seen.length).toBeGreaterThan(2 * historyBins);
      }),
      { numRuns: 4 * LONG },
    );
  });

  it('has no influence on what other ticks show', () => {
    const block = randomStream(7, { records: 3000, meanGapNs: 2e7 });
    const columns = (spectrum: boolean) => {
      const pipeline = new VpPipeline(CONFIG, { instrumentId: GOLDEN_INSTRUMENT, spectrum });
      const out: number[][] = [];
      const sink: BinSink = (_, frame) => out.push(Array.from(frame.floats.subarray(0, 26 * frame.rows)));
      pipeline.process(block, 0, block.count, sink);
      return out;
    };
    expect(columns(false)).toEqual(columns(true));
  });
});

describe('the history of a tick', () => {
  it('is 0 before its first touch and before the first bin', () => {
    const block = randomStream(3, { records: 400, meanGapNs: 3e7 });
    let checked = 0;
    runWith(CONFIG, block, [SLOTS], ([window], _compositeAt, bin) => {
      const out = new Float64Array(window.history.bins);
      window.history.composites(SLOTS - 1, out.length, out);
      expect(out.every((c) => c === 0)).toBe(true);
      window.history.composites(SLOTS >> 1, out.length, out);
      expect(out.subarray(0, Math.max(0, out.length - bin - 1)).every((c) => c === 0)).toBe(true);
      checked++;
    });
    expect(checked).toBeGreaterThan(50);
  });

  it('stays within the room of the ticks touched during it, whatever the length of the stream', () => {
    const block = randomStream(5, { records: 20_000, meanGapNs: 1e7 });
    let rooms: number[] = [];
    runWith(CONFIG, block, [5], ([window]) => rooms.push(window.history.capacity));
    rooms = rooms.slice(rooms.length >> 1);
    expect(new Set(rooms).size).toBe(1);
  });

  it('refuses windows that no memory holds', () => {
    const config = overrideRuntimeConfig(DEFAULT_RUNTIME_CONFIG, {
      grid_radius_ticks: 4096,
      n_absolute_ticks: 16_384,
      flow_zscore_window_bins: 4096,
    });
    expect(() => new VpPipeline(config, { instrumentId: 1 })).toThrow(
      expect.objectContaining({
        problem: expect.objectContaining({ code: 'vp/too-large' }) as unknown,
      }) as Error,
    );
  });
});
