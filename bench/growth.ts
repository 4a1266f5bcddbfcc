/**
 * How the time of the whole pipeline grows with what a user can have more of: records, price levels with orders, rows,
 * bins, bins of the z-score window. One of them is doubled at a time, the rest stays; the exponent is the slope of the
 * logarithm of the time over that of the number.
 */
import { DEFAULT_RUNTIME_CONFIG, overrideRuntimeConfig } from '#core/config/runtime-config';
import { tickInt } from '#core/config/runtime-fields';
import { MBO_BYTES, MboBlock, appendMbo, readMbo, type MboRecord } from '#core/mbo/mbo-block';
import { VpPipeline, type VpPipelineOptions } from '#core/vp/vp-pipeline';
import { cpuSeconds } from './timing';

export interface Growth {
  readonly name: string;
  readonly points: readonly { readonly of: number; readonly seconds: number }[];
  /** 1 = twice as much takes twice the time, 0 = it makes no difference. */
  readonly exponent: number;
}

/** Records of a run, unless their number is what grows. */
const RECORDS = 200_000;
const REPETITIONS = 3;
/** Orders far from the market get ids that no capture has. */
const FAR_ID = 1n << 62n;

/** @param block records of one instrument, a million of them or more for the whole curve */
export function benchGrowth(block: MboBlock): Growth[] {
  const base = head(block, RECORDS);
  const fields = (changes: Record<string, unknown>) => (): void => run(base, changes);
  return [
    curve('records', [1, 2, 4, 8], (n) => {
      const part = head(block, n * RECORDS);
      return { of: part.count, run: () => run(part, {}) };
    }),
    curve('price levels with orders', [500, 1000, 2000, 4000], (levels) => {
      const part = withLevels(base, levels);
      return { of: levels, run: () => run(part, {}, { spectrum: false }) };
    }),
    curve('price levels, each read in every bin', [500, 1000, 2000, 4000], (levels) => {
      const part = withLevels(base, levels);
      return { of: levels, run: () => run(part, {}, { spectrum: false }, levels) };
    }),
    curve('rows', [25, 50, 100, 200], (radius) => ({
      of: 2 * radius + 1,
      run: fields({ grid_radius_ticks: radius }),
    })),
    curve('bins', [400, 200, 100, 50], (cell) => ({
      of: Math.round(spanMs(base) / cell),
      run: fields({ cell_width_ms: cell }),
    })),
    curve('z-score window', [150, 300, 600, 1200], (bins) => ({
      of: bins,
      run: fields({ flow_zscore_window_bins: bins }),
    })),
  ];
}

function curve(
  name: string,
  values: readonly number[],
  at: (value: number) => { of: number; run: () => void },
): Growth {
  const points = values.map((value) => {
    const { of, run } = at(value);
    return { of, seconds: Math.min(...cpuSeconds(REPETITIONS, 1, run)) };
  });
  return { name, points, exponent: slope(points.map((p) => [Math.log(p.of), Math.log(p.seconds)])) };
}

/** @param eagerSlots slots around the centre of the grid that are read in every bin, as an engine that is not lazy would */
function run(
  block: MboBlock,
  changes: Record<string, unknown>,
  options: Partial<VpPipelineOptions> = {},
  eagerSlots = 0,
): void {
  const config = overrideRuntimeConfig(DEFAULT_RUNTIME_CONFIG, changes);
  const { publisherId, instrumentId } = readMbo(block, 0);
  const binByBin = eagerSlots > 0;
  const pipeline = new VpPipeline(config, { publisherId, instrumentId, binByBin, ...options });
  const out = new Float64Array(27 * eagerSlots);
  const from = (config.n_absolute_ticks - eagerSlots) >> 1;
  pipeline.process(block, 0, block.count, () => {
    if (binByBin) pipeline.readSlots(out, from, eagerSlots);
  });
}

function head(block: MboBlock, count: number): MboBlock {
  const records = Math.min(count, block.count);
  return new MboBlock(block.bytes.slice(0, records * MBO_BYTES).buffer, records);
}

/** The records after one order on each of `levels` prices around the market. */
function withLevels(block: MboBlock, levels: number): MboBlock {
  const first = firstAdd(block);
  const tick = BigInt(tickInt(DEFAULT_RUNTIME_CONFIG));
  const all = MboBlock.withCapacity(block.count + levels);
  all.bytes.set(block.bytes.subarray(0, first.index * MBO_BYTES));
  all.count = first.index;
  for (let i = 0; i < levels; i++) {
    const away = BigInt(1 + (i >> 1)) * tick;
    const isBid = i % 2 === 0;
    appendMbo(all, {
      ...first.record,
      orderId: FAR_ID + BigInt(i),
      side: (isBid ? 'B' : 'A').charCodeAt(0),
      price: first.record.price + (isBid ? -away : away),
      size: 1,
    });
  }
  all.bytes.set(
    block.bytes.subarray(first.index * MBO_BYTES, block.count * MBO_BYTES),
    all.count * MBO_BYTES,
  );
  all.count += block.count - first.index;
  return all;
}

function firstAdd(block: MboBlock): { index: number; record: MboRecord } {
  for (let index = 0; index < block.count; index++) {
    const record = readMbo(block, index);
    if (record.action === 'A'.charCodeAt(0)) return { index, record };
  }
  throw new Error('the capture has no orders');
}

function spanMs(block: MboBlock): number {
  return Number(readMbo(block, block.count - 1).tsEvent - readMbo(block, 0).tsEvent) / 1e6;
}

/** Least squares. */
function slope(points: readonly (readonly [number, number])[]): number {
  const mean = (of: (p: readonly [number, number]) => number): number =>
    points.reduce((sum, p) => sum + of(p), 0) / points.length;
  const x = mean((p) => p[0]);
  const y = mean((p) => p[1]);
  return mean((p) => (p[0] - x) * (p[1] - y)) / mean((p) => (p[0] - x) ** 2);
}

export function printGrowth(curves: readonly Growth[]): void {
  console.log('\nhow the time grows (CPU seconds)');
  for (const { name, points, exponent } of curves) {
    const each = points.map(({ of, seconds }) => `${of}: ${seconds.toFixed(3)}`).join('   ');
    console.log(`${name.padEnd(38)} n^${exponent.toFixed(2)}   ${each}`);
  }
}
