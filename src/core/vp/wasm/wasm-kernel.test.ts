import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '#base/problem';
import { DEFAULT_RUNTIME_CONFIG, overrideRuntimeConfig } from '#core/config/runtime-config';
import type { MboBlock } from '#core/mbo/mbo-block';
import { FIRST_SPECTRUM, FLOAT_COUNT, LAST_EVENT_ID } from '#core/vp/frame-block';
import { FLOAT_COLUMNS, type BinSink } from '#core/vp/frame';
import { plainKernel, type KernelMaker, type KernelPort } from '#core/vp/kernel-port';
import { VpPipeline } from '#core/vp/vp-pipeline';
import { wasmKernel } from '#core/vp/wasm/wasm-kernel';
import { GOLDEN_INSTRUMENT } from '#testdata/vp-golden';
import { randomStream } from '#testdata/vp-random';

const LONG = process.env['SPYMASTER_LONG'] ? 20 : 1;
const CONFIG = overrideRuntimeConfig(DEFAULT_RUNTIME_CONFIG, {
  n_absolute_ticks: 201,
  grid_radius_ticks: 12,
  flow_zscore_window_bins: 40,
  flow_zscore_min_periods: 10,
});

/** Everything a pipeline tells on the way: bins, columns, counts, and its whole state at the end. */
function account(maker: KernelMaker, block: MboBlock, cut: number, reload: boolean): string[] {
  const options = { instrumentId: GOLDEN_INSTRUMENT };
  let pipeline = new VpPipeline(CONFIG, options, maker);
  const told: string[] = [];
  const sink: BinSink = (head, frame) => {
    const hash = createHash('sha256');
    for (const column of frame.columns) hash.update(column);
    told.push(`${JSON.stringify(head)} ${hash.digest('hex')}`);
  };
  for (let i = 0; i < block.count;) {
    i = pipeline.process(block, i, Math.min(i + cut, block.count), sink, 700);
    if (told.length > 3000) break;
    if (reload) pipeline = VpPipeline.restore(CONFIG, options, pipeline.save(), maker);
  }
  const { anomalies, ...counts } = pipeline.diagnostics;
  told.push(JSON.stringify({ ...counts, timelineBreak: undefined, anomalies }));
  told.push(createHash('sha256').update(pipeline.save()).digest('hex'));
  return told;
}

describe('the compiled kernel', () => {
  it('gives the bits of the one in TypeScript, and their saved states are the same bytes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 31 }),
        fc.constantFrom(1, 1e5, 1e7, 8e7),
        fc.boolean(),
        fc.integer({ min: 1, max: 600 }),
        fc.boolean(),
        (seed, meanGapNs, hostile, cut, reload) => {
          const block = randomStream(seed, { records: 900, meanGapNs, hostile });
          const expected = account(plainKernel, block, cut, reload);
          expect(account(wasmKernel, block, cut, reload)).toEqual(expected);
        },
      ),
      { numRuns: 25 * LONG },
    );
  });

  it('goes on from a state that the other one saved', () => {
    const options = { instrumentId: GOLDEN_INSTRUMENT };
    const block = randomStream(11, { records: 2000, meanGapNs: 2e7 });
    const ignore: BinSink = () => undefined;
    const first = new VpPipeline(CONFIG, options, plainKernel);
    first.process(block, 0, 1000, ignore);
    const second = VpPipeline.restore(CONFIG, options, first.save(), wasmKernel);
    first.process(block, 1000, 2000, ignore);
    second.process(block, 1000, 2000, ignore);
    expect(second.save()).toEqual(first.save());
  });

  it('throws the problem that the other one throws, with its code, message and tip', () => {
    const problemOf = (maker: KernelMaker): unknown => {
      const state = new VpPipeline(CONFIG, { instrumentId: 1 }, maker).save();
      // Inside the state of the kernel, which comes last.
      state[state.length - 9] ^= 0x40;
      try {
        VpPipeline.restore(CONFIG, { instrumentId: 1 }, state.subarray(0, state.length), maker);
      } catch (error) {
        if (error instanceof ProblemError) return error.problem;
        throw error;
      }
      return undefined;
    };
    expect(problemOf(wasmKernel)).toBeDefined();
    expect(problemOf(wasmKernel)).toEqual(problemOf(plainKernel));
  });

  it('needs no more memory for the thousandth saved state than for the first', () => {
    const kernels: KernelPort[] = [];
    const pipeline = new VpPipeline(CONFIG, { instrumentId: GOLDEN_INSTRUMENT }, (parameters) => {
      kernels.push(wasmKernel(parameters));
      return kernels[0];
    });
    const block = randomStream(5, { records: 2000, meanGapNs: 2e7 });
    pipeline.process(block, 0, 2000, () => undefined);
    const bytes = (): number => kernels[0].words.buffer.byteLength;
    pipeline.save();
    const before = bytes();
    for (let i = 0; i < 1000; i++) {
      pipeline.save();
      pipeline.book();
    }
    expect(bytes()).toBe(before);
  });

  it('keeps its columns where the table of columns has them', () => {
    expect(FLOAT_COLUMNS.length).toBe(FLOAT_COUNT);
    expect(FLOAT_COLUMNS[FIRST_SPECTRUM]).toBe('composite');
    expect(FLOAT_COLUMNS[LAST_EVENT_ID]).toBe('last_event_id');
  });
});
