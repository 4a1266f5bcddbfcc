/**
 * `npm run bench -- --save`: one line of JSON per run is added to `history.jsonl`, with the machine that it is a
 * measurement of.
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Growth } from './growth';
import type { BenchRow } from './rows';

export interface BenchRun {
  readonly machine: string;
  readonly records: number;
  /** Native bounds of the run, records per second. */
  readonly bound: { readonly book: number | undefined; readonly vp: number | undefined };
  readonly rows: readonly BenchRow[];
  readonly growth: readonly Growth[];
}

export function saveRun(folder: string, run: BenchRun): void {
  const rows = run.rows.map(({ name, unit, p50, p95, max, share }) => ({
    name,
    unit,
    p50: rounded(p50),
    p95: rounded(p95),
    max: rounded(max),
    ...(share === undefined ? {} : { share: rounded(share) }),
  }));
  const growth = run.growth.map(({ name, points, exponent }) => ({
    name,
    exponent: rounded(exponent),
    points: points.map(({ of, seconds }) => [of, rounded(seconds)]),
  }));
  const line = { at: new Date().toISOString(), commit: commitOf(folder), ...run, rows, growth };
  appendFileSync(join(folder, 'history.jsonl'), `${JSON.stringify(line)}\n`);
}

function commitOf(folder: string): string {
  return execFileSync('git', ['describe', '--always', '--dirty'], { cwd: folder, encoding: 'utf8' }).trim();
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
