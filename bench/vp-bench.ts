/** Speed of the engine, with and without spectrum, on records in memory; and of a seek by checkpoints. */
import { DEFAULT_RUNTIME_CONFIG } from '#core/config/runtime-config';
import { W_HEAD, W_INSTRUMENT, type MboBlock } from '#core/mbo/mbo-block';
import { VpPipeline, type VpPipelineOptions } from '#core/vp/vp-pipeline';
import { rateRow, timeRow, type BenchRow } from './rows';
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

/** Half a minute of this market. */
const CHECKPOINT_RECORDS = 50_000;
const SEEKS = 40;

/** Restores the checkpoint before a record and runs up to it, at `SEEKS` records spread over the capture. */
export function benchSeek(block: MboBlock): BenchRow {
  const options = instrumentOf(block);
  const pipeline = new VpPipeline(DEFAULT_RUNTIME_CONFIG, options);
  const states: Uint8Array[] = [];
  for (let from = 0; from < block.count; from += CHECKPOINT_RECORDS) {
    states.push(pipeline.save());
    pipeline.process(block, from, Math.min(from + CHECKPOINT_RECORDS, block.count), ignore);
  }
  let seek = 0;
  const seconds = cpuSeconds(SEEKS, 2, () => {
    // Multiples of the golden ratio spread evenly.
    const record = Math.floor(((seek++ * 0.6180339887) % 1) * block.count);
    const nearest = Math.floor(record / CHECKPOINT_RECORDS);
    const restored = VpPipeline.restore(DEFAULT_RUNTIME_CONFIG, options, states[nearest]);
    restored.process(block, nearest * CHECKPOINT_RECORDS, record, ignore);
  });
  return timeRow('seek: checkpoint and tail', seconds, { floor: '250 ms', goal: '100 ms p95' });
}

export function instrumentOf(block: MboBlock): VpPipelineOptions {
  return { publisherId: block.words[W_HEAD] >>> 16, instrumentId: block.words[W_INSTRUMENT] };
}
