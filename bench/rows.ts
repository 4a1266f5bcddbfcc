export interface BenchRow {
  readonly name: string;
  /** Records per second of CPU time. */
  readonly p50: number;
  /** The slow end: 95 % of the repetitions were faster. */
  readonly p95: number;
  readonly max: number;
  /** p50 as a share of the native bound of the same run. */
  readonly ofBound: number | undefined;
}

export interface Bounds {
  readonly book: number | undefined;
  readonly vp: number | undefined;
}

export function row(name: string, recordsPerSecond: readonly number[], bound: number | undefined): BenchRow {
  const sorted = [...recordsPerSecond].sort((a, b) => b - a);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  const p50 = at(0.5);
  return { name, p50, p95: at(0.95), max: sorted[0], ofBound: bound === undefined ? undefined : p50 / bound };
}

export function printRows(machine: string, records: number, bounds: Bounds, rows: readonly BenchRow[]): void {
  const million = (x: number): string => (x / 1e6).toFixed(2).padStart(8);
  console.log(`${machine}; ${records} records; million records per second of CPU time\n`);
  console.log(
    `${''.padEnd(46)}${'p50'.padStart(8)}${'p95'.padStart(8)}${'max'.padStart(8)}   of native bound`,
  );
  for (const r of rows) {
    const share = r.ofBound === undefined ? '–' : r.ofBound.toFixed(2);
    console.log(`${r.name.padEnd(46)}${million(r.p50)}${million(r.p95)}${million(r.max)}   ${share}`);
  }
  if (bounds.book !== undefined)
    console.log(`\nnative bound, book with queues and best prices ${million(bounds.book)}`);
  if (bounds.vp !== undefined)
    console.log(`native bound, engine with lazy bins            ${million(bounds.vp)}`);
  if (bounds.book === undefined) console.log('\nno native bound: its sources are not beside this checkout');
}
