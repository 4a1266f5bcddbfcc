import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DEFAULT_RUNTIME_CONFIG,
  overrideRuntimeConfig,
  type VpRuntimeConfig,
} from '#core/config/runtime-config';
import type { MboBlock } from '#core/mbo/mbo-block';
import { BinStream } from '#core/vp/bin-stream';
import { BlockScorer } from '#core/vp/block-scorer';
import type { BinSink } from '#core/vp/frame';
import { plainKernel, type KernelMaker } from '#core/vp/kernel-port';
import { BinPacker, packedTransfers, type PackedBins } from '#core/vp/packed-bins';
import { plainScorer, type ScorerMaker } from '#core/vp/score-port';
import { VpPipeline } from '#core/vp/vp-pipeline';
import { wasmKernel } from '#core/vp/wasm/wasm-kernel';
import { wasmScorer } from '#core/vp/wasm/wasm-scorer';
import { GOLDEN_INSTRUMENT } from '#testdata/vp-golden';
import { randomStream } from '#testdata/vp-random';

const LONG = process.env['SPYMASTER_LONG'] ? 20 : 1;

const configs = fc
  .record({
    n_absolute_ticks: fc.constantFrom(31, 201, 1024),
    grid_radius_ticks: fc.integer({ min: 1, max: 15 }),
    flow_windows: fc.constantFrom([2, 5], [3, 200]),
    flow_zscore_window_bins: fc.constantFrom(10, 301),
    flow_zscore_min_periods: fc.constantFrom(2, 10),
  })
  .map((changes) =>
    overrideRuntimeConfig(DEFAULT_RUNTIME_CONFIG, { ...changes, flow_rollup_weights: [1, 2] }),
  );

/** A sink that tells everything it is given, and what it told. */
function teller(): { sink: BinSink; told: string[] } {
  const told: string[] = [];
  const sink: BinSink = (head, frame) => {
    const hash = createHash('sha256');
    for (const column of frame.columns) hash.update(column);
    told.push(`${JSON.stringify(head)} ${hash.digest('hex')}`);
  };
  return { sink, told };
}

function onOneThread(config: VpRuntimeConfig, block: MboBlock): string[] {
  const { sink, told } = teller();
  const pipeline = new VpPipeline(config, { instrumentId: GOLDEN_INSTRUMENT });
  pipeline.process(block, 0, block.count, sink);
  pipeline.finish(sink);
  return told;
}

interface Apart {
  readonly makeKernel: KernelMaker;
  readonly makeScorer: ScorerMaker;
  readonly isShared: boolean;
  /** Records per call. */
  readonly cut: number;
  /** Go on from saved states after every call. */
  readonly reload: boolean;
}

function apart(config: VpRuntimeConfig, block: MboBlock, how: Apart): string[] {
  const options = { instrumentId: GOLDEN_INSTRUMENT, scoredApart: true };
  const fresh = () => {
    const stream = new BinStream(config, options, how.makeKernel);
    return { stream, packer: new BinPacker(stream.kernel, config, how.isShared) };
  };
  let { stream, packer } = fresh();
  let scorer = new BlockScorer(config, how.makeScorer);
  const { sink, told } = teller();
  let under: PackedBins[] = [];
  const score = (): void => {
    for (const packed of under) {
      scorer.score(packed, sink);
      packer.recycle(packed.numbers.buffer);
    }
    under = [];
  };
  const onBins = (notes: Parameters<BinPacker['pack']>[0]): void => {
    const packed = packer.pack(notes, stream.timeBaseNs);
    // As it crosses to another thread.
    under.push(structuredClone(packed, { transfer: packedTransfers(packed) }));
    if (under.length === 3) score();
  };
  for (let from = 0; from < block.count; from += how.cut) {
    stream.process(block, from, Math.min(from + how.cut, block.count), onBins);
    if (!how.reload) continue;
    score();
    const [state, scores] = [stream.save(), scorer.save()];
    ({ stream, packer } = fresh());
    stream.restore(state);
    scorer = new BlockScorer(config, how.makeScorer);
    scorer.restore(scores);
  }
  stream.finish(onBins);
  score();
  return told;
}

describe('bins that are scored apart', () => {
  it('are those of one thread, compiled or not, copied or shared, in one go or from saved states', () => {
    fc.assert(
      fc.property(
        configs,
        fc.record({
          makeKernel: fc.constantFrom(wasmKernel, plainKernel),
          makeScorer: fc.constantFrom(wasmScorer, plainScorer),
          isShared: fc.boolean(),
          cut: fc.integer({ min: 20, max: 600 }),
          reload: fc.boolean(),
        }),
        fc.integer({ min: 0, max: 2 ** 31 }),
        fc.constantFrom(1e5, 1e7, 8e7),
        (config, how, seed, meanGapNs) => {
          const block = randomStream(seed, { records: 900, meanGapNs });
          expect(apart(config, block, how)).toEqual(onOneThread(config, block));
        },
      ),
      { numRuns: 25 * LONG },
    );
  });

  it.each([5, 400])('travel in buffers that are filled again, for radius %i', (radius) => {
    const options = { instrumentId: GOLDEN_INSTRUMENT, scoredApart: true };
    const config = overrideRuntimeConfig(DEFAULT_RUNTIME_CONFIG, { grid_radius_ticks: radius });
    const stream = new BinStream(config, options);
    const packer = new BinPacker(stream.kernel, config, false);
    const block = randomStream(5, { records: 900, meanGapNs: 2e7 });
    const buffers = new Set<ArrayBufferLike>();
    let blocks = 0;
    stream.process(block, 0, block.count, (notes) => {
      blocks++;
      const { buffer } = packer.pack(notes, 0n).numbers;
      buffers.add(buffer);
      packer.recycle(buffer);
    });
    expect(blocks).toBeGreaterThan(3);
    // The first block brings the whole histories of the ticks, which may need a larger one.
    expect(buffers.size).toBeLessThanOrEqual(2);
  });

  it('refuse a saved state that is none of theirs', () => {
    const scorer = new BlockScorer(DEFAULT_RUNTIME_CONFIG);
    const state = scorer.save();
    expect(() => scorer.restore(state.subarray(0, state.length - 3))).toThrow();
    expect(() =>
      scorer.restore(new VpPipeline(DEFAULT_RUNTIME_CONFIG, { instrumentId: 1 }).save()),
    ).toThrow();
  });
});
