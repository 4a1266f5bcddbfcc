/** Speed of the engine, with and without spectrum, on records in memory. */
import { DEFAULT_RUNTIME_CONFIG } from '#core/config/runtime-config';
import { W_HEAD, W_INSTRUMENT, type MboBlock } from '#core/mbo/mbo-block';
import { VpPipeline, type VpPipelineOptions } from '#core/vp/vp-pipeline';
import { rateRow, type BenchRow } from './rows';
import { cpuSeconds } from './timing';

const ignore = (): void => undefined;

/** @param bound speed of the native engine, records per second */
export function benchVp(block: MboBlock, repetitions: number, bound: number | undefined): BenchRow[] {
  const run = (spectrum: boolean) => (): void => {
    const pipeline = new VpPipeline(DEFAULT_RUNTIME_CONFIG, { ...instrumentOf(block), spectrum });
    pipeline.process(block, 0, block.count, ignore);
    pipeline.finish(ignore);
  };
  return [
    rateRow('engine, lazy bins, window read', block.count, cpuSeconds(repetitions, 1, run(false)), {
      floor: '5 M/s',
      goal: '0.65 of native',
      comparator: 'the native engine',
      speed: bound,
    }),
    rateRow(
      'whole pipeline: spectrum, state model',
      block.count,
      cpuSeconds(Math.min(3, repetitions), 1, run(true)),
      { floor: '2 M/s', goal: '4 M/s' },
    ),
  ];
}

export function instrumentOf(block: MboBlock): VpPipelineOptions {
  return { publisherId: block.words[W_HEAD] >>> 16, instrumentId: block.words[W_INSTRUMENT] };
}
