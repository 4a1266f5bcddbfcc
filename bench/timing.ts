/** Seconds of CPU time of this process per repetition, after `warmUp` repetitions that compile the code. */
export function cpuSeconds(repetitions: number, warmUp: number, run: () => unknown): number[] {
  const seconds: number[] = [];
  for (let i = -warmUp; i < repetitions; i++) {
    const start = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(start);
    if (i >= 0) seconds.push((user + system) / 1e6);
  }
  return seconds;
}

/** Seconds that passed per repetition: for work on several threads, and for what a user waits for. */
export async function wallSeconds(
  repetitions: number,
  warmUp: number,
  run: () => Promise<unknown>,
): Promise<number[]> {
  const seconds: number[] = [];
  for (let i = -warmUp; i < repetitions; i++) {
    const start = performance.now();
    await run();
    if (i >= 0) seconds.push((performance.now() - start) / 1e3);
  }
  return seconds;
}
