/** Time as the relay sees it; tests hand in their own. */
import { setTimeout as wait } from 'node:timers/promises';

export interface Clock {
  /** ns since 1970. */
  nowNs(): bigint;
  /** Monotonic. */
  nowMs(): number;
  /** Resolves after `ms`, or at once when the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Longer waits are cut into pieces: timers do not reach further. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  nowNs: () => BigInt(Date.now()) * 1_000_000n,
  nowMs: () => performance.now(),
  sleep: async (ms, signal) => {
    for (let left = ms; left > 0 && !signal.aborted; left -= LONGEST_TIMER_MS) {
      await wait(Math.min(left, LONGEST_TIMER_MS), undefined, { signal }).catch(() => undefined);
    }
  },
};
