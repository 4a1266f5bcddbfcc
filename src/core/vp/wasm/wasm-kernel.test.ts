import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '#base/problem';
import {
  DEFAULT_RUNTIME_CONFIG,
  overrideRuntimeConfig,
  type VpRuntimeConfig,
} from '#core/config/runtime-config';
import { readMbo, type MboBlock } from '#core/mbo/mbo-block';
import { FIRST_SPECTRUM, FLOAT_COUNT, LAST_EVENT_ID } from '#core/vp/frame-block';
import { FLOAT_COLUMNS, type BinSink } from '#core/vp/frame';
import { openPipeline } from '#core/vp/testing/shapes';
import { EDGE, TICK_STRIDE } from '#core/vp/tick-state';
import type { VpKernel } from '#core/vp/vp-kernel';
import { kernelParameters } from '#core/vp/kernel-parameters';
import { plainKernel, type KernelMaker, type KernelPort } from '#core/vp/kernel-port';
import { VpPipeline, type VpPipelineOptions } from '#core/vp/vp-pipeline';
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

const configs = fc
  .record({
    n_absolute_ticks: fc.constantFrom(3, 31, 201, 1024),
    grid_radius_ticks: fc.integer({ min: 1, max: 15 }),
    cell_width_ms: fc.constantFrom(1, 100, 1000, 60_000),
    tau_velocity: fc.constantFrom(0.01, 2, 300),
    c7_a_pull: fc.constantFrom(0, 0.3, 1e12),
    flow_zscore_window_bins: fc.constantFrom(10, 40, 301),
    flow_zscore_min_periods: fc.constantFrom(2, 10),
    flow_tanh_scale: fc.constantFrom(1e-3, 3, 1e6),
  })
  .map((changes) =>
    overrideRuntimeConfig(DEFAULT_RUNTIME_CONFIG, {
      ...changes,
      grid_radius_ticks: Math.min(changes.grid_radius_ticks, (changes.n_absolute_ticks - 1) >> 1),
    }),
  );

const options = fc.record({
  instrumentId: fc.constant(GOLDEN_INSTRUMENT),
  spectrum: fc.boolean(),
  failOnOutOfRange: fc.boolean(),
  binByBin: fc.boolean(),
});

interface Run {
  readonly config: VpRuntimeConfig;
  readonly options: VpPipelineOptions;
  readonly block: MboBlock;
  /** Records per call. */
  readonly cut: number;
  /** Go on in a restored pipeline after every call. */
  readonly reload: boolean;
}

/** Everything a pipeline tells on the way: bins, columns, counts, and its whole state at the end. */
function account(maker: KernelMaker, { config, options, block, cut, reload }: Run): string[] {
  let pipeline = new VpPipeline(config, options, maker);
  const told: string[] = [];
  const sink: BinSink = (head, frame) => {
    const hash = createHash('sha256');
    for (const column of frame.columns) hash.update(column);
    told.push(`${JSON.stringify(head)} ${hash.digest('hex')}`);
  };
  try {
    for (let i = 0; i < block.count && told.length < 1500;) {
      i = pipeline.process(block, i, Math.min(i + cut, block.count), sink, 300);
      if (reload) pipeline = VpPipeline.restore(config, options, pipeline.save(), maker);
    }
    pipeline.finish(sink, 300);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return [...told, JSON.stringify(error.problem)];
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
        configs,
        options,
        fc.integer({ min: 0, max: 2 ** 31 }),
        fc.constantFrom(1, 1e5, 1e7, 8e7),
        fc.boolean(),
        fc.integer({ min: 1, max: 600 }),
        fc.boolean(),
        fc.option(fc.integer({ min: 0, max: 899 })),
        (config, anyOptions, seed, meanGapNs, hostile, cut, reload, startAt) => {
          const block = randomStream(seed, { records: 900, meanGapNs, hostile });
          // Before its start time the stream is fast-forwarded, then warmed up.
          const emitAfterNs = startAt === null ? 0n : readMbo(block, startAt).tsEvent;
          const run = startAt === null ? {} : { warmupStartNs: emitAfterNs - 20_000_000n, emitAfterNs };
          const all = { config, options: { ...anyOptions, run }, block, cut, reload };
          expect(account(wasmKernel, all)).toEqual(account(plainKernel, all));
        },
      ),
      { numRuns: 40 * LONG },
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
      const parameters = kernelParameters(CONFIG, { instrumentId: 1 });
      const state = maker(parameters).saveState();
      state[state.length - 9] ^= 0x40;
      try {
        maker(parameters).restoreState(state);
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

  it.each(['compiled', 'in TypeScript'])('refuses states that contradict themselves: %s', (which) => {
    const maker = which === 'compiled' ? wasmKernel : plainKernel;
    const refused = (damage: (kernel: VpKernel) => void): string => {
      const { pipeline, kernel: inner } = openPipeline(CONFIG, { instrumentId: GOLDEN_INSTRUMENT });
      const block = randomStream(3, { records: 1500, meanGapNs: 2e7 });
      pipeline.process(block, 0, block.count, () => undefined);
      damage(inner);
      try {
        VpPipeline.restore(CONFIG, { instrumentId: GOLDEN_INSTRUMENT }, pipeline.save(), maker);
      } catch (error) {
        if (error instanceof ProblemError) return error.problem.code;
        throw error;
      }
      return 'none';
    };
    const codes = [
      refused(() => undefined),
      refused(({ engine: { ticks } }) => (ticks.lastEdge = 2 ** 31 - 1)),
      refused(({ engine: { ticks } }) => (ticks.lastEdge = -5)),
      refused(({ engine: { ticks } }) => (ticks.state[100 * TICK_STRIDE + EDGE] = 1e9)),
      refused(({ engine: { ticks } }) => (ticks.state[100 * TICK_STRIDE + EDGE] = 0.5)),
      refused(({ engine: { ticks } }) => {
        ticks.open.fill(100);
        ticks.openCount = ticks.slots;
      }),
      refused(({ engine: { ticks } }) => (ticks.openCount = 0)),
    ];
    expect(codes).toEqual(['none', ...codes.slice(1).map(() => 'state/other-shape')]);
  });

  it('is not asked again after a failure, and none of its unscored bins is handed over', () => {
    const block = randomStream(3, { records: 1500, meanGapNs: 2e7 });
    const ports: KernelPort[] = [];
    const pipeline = new VpPipeline(CONFIG, { instrumentId: GOLDEN_INSTRUMENT }, (parameters) => {
      ports.push(wasmKernel(parameters));
      return ports[0];
    });
    let bins = 0;
    pipeline.process(block, 0, 700, () => bins++);
    // More than an array can hold.
    expect(() => ports[0].restoreState({ length: 2 ** 30 } as Uint8Array)).toThrow(/more memory/);
    const before = bins;
    expect(() => pipeline.process(block, 700, 1500, () => bins++)).toThrow(/more memory/);
    expect([ports[0].isBroken, bins]).toEqual([true, before]);
  });

  it('keeps its columns where the table of columns has them', () => {
    expect(FLOAT_COLUMNS.length).toBe(FLOAT_COUNT);
    expect(FLOAT_COLUMNS[FIRST_SPECTRUM]).toBe('composite');
    expect(FLOAT_COLUMNS[LAST_EVENT_ID]).toBe('last_event_id');
  });
});
