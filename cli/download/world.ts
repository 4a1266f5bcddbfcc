/** What downloads need of the outside besides files and the network; tests bring their own clock. */
import { setTimeout as wait } from 'node:timers/promises';

export interface DownloadWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Ms since 1970. */
  nowMs(): number;
  sleep(ms: number): Promise<void>;
  /** Uniform in [0, 1). */
  chance(): number;
  /** So long may pass without a byte. */
  readonly idleMs: number;
}

export function nodeWorld(): DownloadWorld {
  return {
    env: process.env,
    nowMs: () => Date.now(),
    sleep: (ms) => wait(ms),
    chance: () => Math.random(),
    idleMs: 100_000,
  };
}

/** ISO 8601 in UTC, with ms. */
export function isoNow(world: DownloadWorld): string {
  return new Date(world.nowMs()).toISOString();
}
