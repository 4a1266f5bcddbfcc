import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_RUNTIME_CONFIG, overrideRuntimeConfig } from '#core/config/runtime-config';
import type { MboBlock } from '#core/mbo/mbo-block';
import { compositeOf } from '#core/spectrum/composite';
import type { BinSink } from '#core/vp/frame';
import { BLOCK_BINS, FIRST_SPECTRUM, FLOAT_COUNT, FrameBlock } from '#core/vp/frame-block';
import { openPipeline, shapeOf } from '#core/vp/testing/shapes';
import { SpectrumFeeder } from '#core/vp/spectrum-feeder';
import { SpectrumScorer } from '#core/vp/spectrum-scorer';
import type { TickHistory } from '#core/vp/tick-history';
import { TickReader } from '#core/vp/tick-reader';
import type { TickStore } from '#core/vp/tick-store';
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

/** A spectrum beside the pipeline's own. */
class Watched {
  readonly feeder: SpectrumFeeder;
  readonly frames: FrameBlock;
  private readonly scorer: SpectrumScorer;

  constructor(ticks: TickStore, radius: number) {
    const { forces, spectrum } = shapeOf(CONFIG);
    const rows = Math.min(2 * radius + 1, SLOTS);
    this.feeder = new SpectrumFeeder(spectrum, ticks, forces, rows);
    this.scorer = new SpectrumScorer(spectrum, rows);
    this.frames = new FrameBlock(radius, SLOTS);
  }

  get history(): TickHistory {
    return this.feeder.history;
  }

  score(): void {
    const { feeder, frames } = this;
    feeder.begin(frames);
    for (let n = feeder.more(frames); n > 0; n = feeder.more(frames))
      this.scorer.score(frames, feeder.feeds, n);
  }
}

/** Runs a stream with spectra beside the pipeline's own, for windows of these radii; `atEdge` is called in every bin. */
function runWith(
  block: MboBlock,
  radii: readonly number[],
  atEdge: (watched: readonly Watched[], reader: TickReader, bin: number) => void,
): void {
  const { pipeline, kernel } = openPipeline(CONFIG, {
    instrumentId: GOLDEN_INSTRUMENT,
    spectrum: false,
    binByBin: true,
  });
  const { ticks } = kernel.engine;
  const watched = radii.map((radius) => new Watched(ticks, radius));
  const reader = new TickReader(ticks, shapeOf(CONFIG).forces);
  // `beginBin` is the kernel's last use of the list of touched ticks: record before it.
  const beginBin = ticks.beginBin.bind(ticks);
  ticks.beginBin = () => {
    for (const { history } of watched) history.record();
    beginBin();
  };
  const sink: BinSink = (head) => atEdge(watched, reader, head.binSeq);
  pipeline.process(block, 0, block.count, sink);
  pipeline.finish(sink);
}

function compositeAt(reader: TickReader, slot: number): number {
  reader.read(slot, new Float64Array(32), 0, 1);
  return compositeOf(reader.pressure, reader.vacuum);
}

/** All float columns and the flow state of a slot in bin `bin` of a block. */
function rowOf({ frames }: Watched, bin: number, slot: number): number[] {
  const { rows, radius, floats, flowState, centres } = frames;
  const row = slot - centres[bin] + radius;
  const columns = Array.from({ length: FLOAT_COUNT }, (_, f) => floats[(bin * FLOAT_COUNT + f) * rows + row]);
  return [...columns, flowState[bin * rows + row]];
}

describe('a spectrum that is kept only for what is read', () => {
  it('has the bits of one that was kept for every tick from the start, wherever the window jumps', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 31 }),
        fc.constantFrom(1e7, 6e7),
        fc.array(fc.nat(), { minLength: 50, maxLength: 50 }),
        fc.array(fc.integer({ min: 1, max: BLOCK_BINS }), { minLength: 9, maxLength: 9 }),
        (seed, meanGapNs, reads, lengths) => {
          const block = randomStream(seed, { records: 1500, meanGapNs });
          let blocks = 0;
          let compared = 0;
          // The first window has a lane for every tick of the grid, the second for a few of them.
          runWith(block, [SLOTS, 1], ([all, few], reader, bin) => {
            // What is read jumps about, rests, and returns after gaps of any length.
            const pick = reads[bin % reads.length];
            const centre = pick % 3 === 0 ? -1 : ((pick % 7) * 8 + 1 + 3 * (bin % 2)) % SLOTS;
            all.frames.add(SLOTS >> 1, reader);
            few.frames.add(centre, reader);
            if (all.frames.count < lengths[blocks % lengths.length]) return;
            blocks++;
            for (const spectrum of [all, few]) spectrum.score();
            for (let b = 0; b < few.frames.count; b++) {
              for (let k = -1; k <= 1; k++) {
                const slot = few.frames.centres[b] + k;
                if (few.frames.centres[b] < 0 || slot < 0 || slot >= SLOTS) continue;
                const expected = rowOf(all, b, slot);
                expect(rowOf(few, b, slot)).toEqual(expected);
                if (expected.slice(FIRST_SPECTRUM).some((x) => x !== 0)) compared++;
              }
            }
            for (const { frames } of [all, few]) frames.clear();
          });
          expect(compared).toBeGreaterThan(10);
        },
      ),
      { numRuns: 8 * LONG },
    );
  });

  it('knows the composite of any tick in every bin of the history', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (seed) => {
        const block = randomStream(seed, { records: 1500, meanGapNs: 5e7 });
        const seen: number[][] = [];
        let historyBins = Infinity;
        runWith(block, [SLOTS], ([{ history }], reader, bin) => {
          seen.push(Array.from({ length: SLOTS }, (_, slot) => compositeAt(reader, slot)));
          if (bin % 17 !== 0) return;
          historyBins = history.bins;
          const length = bin % 2 === 0 ? history.bins : 1 + (bin % 97);
          const out = new Float64Array(length);
          for (let slot = 0; slot < SLOTS; slot++) {
            history.composites(slot, length, out);
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
    runWith(block, [SLOTS], ([{ history }], _, bin) => {
      const out = new Float64Array(history.bins);
      history.composites(SLOTS - 1, out.length, out);
      expect(out.every((c) => c === 0)).toBe(true);
      history.composites(SLOTS >> 1, out.length, out);
      expect(out.subarray(0, Math.max(0, out.length - bin - 1)).every((c) => c === 0)).toBe(true);
      checked++;
    });
    expect(checked).toBeGreaterThan(50);
  });

  it('stays within the room of the ticks touched during it, whatever the length of the stream', () => {
    const block = randomStream(5, { records: 20_000, meanGapNs: 1e7 });
    let rooms: number[] = [];
    runWith(block, [2], ([{ history }]) => rooms.push(history.capacity));
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
