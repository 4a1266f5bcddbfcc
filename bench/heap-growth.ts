/** Growth of the live heap over hours of simulated market data that pass through the whole pipeline. */
import { DEFAULT_RUNTIME_CONFIG } from '#core/config/runtime-config';
import { MboBlock } from '#core/mbo/mbo-block';
import { MarketSimulator } from '#core/sim/market-simulator';
import { PRESETS } from '#core/sim/presets';
import { VpPipeline } from '#core/vp/vp-pipeline';
import { growthRow, type BenchRow } from './rows';

const HOURS = 8;
/** Stores reach their size in the first hour. */
const SETTLING_HOURS = 1;
const NS_PER_HOUR = 3600e9;

/** @returns undefined without `--expose-gc` */
export function benchHeapGrowth(): BenchRow | undefined {
  const { gc } = globalThis;
  if (!gc) return undefined;
  const simulator = new MarketSimulator({ ...PRESETS.calm.options, durationSeconds: HOURS * 3600 });
  const { instrumentId } = simulator.options.instrument;
  const pipeline = new VpPipeline(DEFAULT_RUNTIME_CONFIG, { instrumentId });
  const samples: { hours: number; bytes: number }[] = [];
  let startNs: number | undefined;
  let nextHours = SETTLING_HOURS;
  const block = MboBlock.withCapacity(8192);
  while (simulator.fill(block)) {
    pipeline.process(block, 0, block.count, () => undefined);
    const { nowNs } = pipeline.clock;
    startNs ??= nowNs;
    const hours = (nowNs - startNs) / NS_PER_HOUR;
    if (hours < nextHours) continue;
    nextHours = hours + 0.25;
    gc();
    // The memory of the kernel counts as external, and saving is what the page does with an engine all the time.
    pipeline.save();
    const { heapUsed, external } = process.memoryUsage();
    samples.push({ hours, bytes: heapUsed + external });
  }
  if (pipeline.diagnostics.events === 0) throw new Error('the simulated market did not reach the pipeline');
  return growthRow('heap growth over 8 h of market data', slope(samples) / 1e6, {
    floor: '1 MB/h',
    goal: '0',
  });
}

/** Least squares, bytes per hour. */
function slope(samples: readonly { hours: number; bytes: number }[]): number {
  const mean = (of: (s: { hours: number; bytes: number }) => number): number =>
    samples.reduce((sum, s) => sum + of(s), 0) / samples.length;
  const hours = mean((s) => s.hours);
  const bytes = mean((s) => s.bytes);
  const covariance = mean((s) => (s.hours - hours) * (s.bytes - bytes));
  return covariance / mean((s) => (s.hours - hours) ** 2);
}
