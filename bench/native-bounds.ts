/** Compiles and runs the native bounds where their sources and a compiler are there. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Records per second; undefined where they could not be measured. */
export interface Bounds {
  readonly book: number | undefined;
  readonly vp: number | undefined;
}

export function nativeBounds(sources: string, cache: string, capture: string, repetitions: number): Bounds {
  if (!existsSync(sources)) return { book: undefined, vp: undefined };
  return {
    book: measure(sources, cache, 'book_bound', capture, repetitions, /^L3 book prefetch 8 \+ chain/),
    vp: measure(sources, cache, 'vp_bound', capture, repetitions, /^m5 .*lazy/),
  };
}

/** Records per second that the line matching `wanted` states, in units of a million. */
function measure(
  sources: string,
  cache: string,
  name: string,
  capture: string,
  repetitions: number,
  wanted: RegExp,
): number | undefined {
  const binary = join(cache, name);
  if (!existsSync(binary)) {
    const args = ['-O3', '-march=native', '-std=c++20', '-o', binary, join(sources, `${name}.cpp`)];
    if (spawnSync('g++', args, { stdio: 'ignore' }).status !== 0) return undefined;
  }
  const run = spawnSync(binary, [capture, String(repetitions)], { encoding: 'utf8' });
  const line = run.stdout.split('\n').find((l) => wanted.test(l));
  const speed = /([\d.]+)\s*M/.exec(line ?? '')?.[1];
  return speed === undefined ? undefined : Number(speed) * 1e6;
}
