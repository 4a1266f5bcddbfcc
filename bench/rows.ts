/**
 * Rows of the benchmark table. Percentiles are of the time per repetition, so that p95 and max are the slow side; a
 * rate is printed as work over that time.
 */
export interface BenchRow {
  readonly name: string;
  /** `M/s`: million records per second; `ms`, `µs`: time; `MB/h`: growth of the heap per hour of market time. */
  readonly unit: 'M/s' | 'ms' | 'µs' | 'MB/h';
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
  /** p50 as a share of the comparator's speed in the same run. */
  readonly share: number | undefined;
  readonly comparator: string;
  readonly floor: string;
  readonly goal: string;
}

export interface Target {
  readonly floor?: string;
  readonly goal?: string;
  /** Speed of the comparator, records per second. */
  readonly speed?: number | undefined;
  readonly comparator?: string;
}

/** Work of `records` records that took `seconds[i]` in repetition i. */
export function rateRow(
  name: string,
  records: number,
  seconds: readonly number[],
  target: Target = {},
): BenchRow {
  const rate = (share: number): number => records / quantile(seconds, share) / 1e6;
  const share = target.speed === undefined ? undefined : (rate(0.5) * 1e6) / target.speed;
  return { ...labels(name, target), unit: 'M/s', p50: rate(0.5), p95: rate(0.95), max: rate(1), share };
}

export function timeRow(
  name: string,
  seconds: readonly number[],
  target: Target = {},
  unit: 'ms' | 'µs' = 'ms',
): BenchRow {
  const perSecond = unit === 'ms' ? 1e3 : 1e6;
  const time = (share: number): number => quantile(seconds, share) * perSecond;
  return { ...labels(name, target), unit, p50: time(0.5), p95: time(0.95), max: time(1), share: undefined };
}

export function growthRow(name: string, megabytesPerHour: number, target: Target = {}): BenchRow {
  const all = { p50: megabytesPerHour, p95: megabytesPerHour, max: megabytesPerHour };
  return { ...labels(name, target), unit: 'MB/h', ...all, share: undefined };
}

function labels(name: string, target: Target): Pick<BenchRow, 'name' | 'comparator' | 'floor' | 'goal'> {
  const { comparator = '', floor = '', goal = '' } = target;
  return { name, comparator, floor, goal };
}

/** Interpolated between the two nearest repetitions: with five of them p95 is not simply the slowest. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}

export function printRows(machine: string, records: number, rows: readonly BenchRow[]): void {
  console.log(`${machine}; ${records} records\n`);
  const head = ['p50', 'p95', 'max'].map((title) => title.padStart(9)).join('');
  console.log(`${''.padEnd(42)}${head}       floor / goal`);
  for (const r of rows) {
    const numbers = [r.p50, r.p95, r.max].map((value) => value.toFixed(2).padStart(9)).join('');
    const share = r.share === undefined ? '' : `; is ${r.share.toFixed(2)} of ${r.comparator}`;
    console.log(`${r.name.padEnd(42)}${numbers} ${r.unit.padEnd(5)} ${r.floor} / ${r.goal}${share}`);
  }
}
