/** When to send: limits of the service, repetitions, polling. Clock and chance are handed in. */
import type { RateClass } from '#core/databento/batch-request';

/** Uniform in [0, 1). */
export type Chance = () => number;

const JITTER = 0.2;

/** `value` ± 20 %, so that many clients do not come back together. */
function jittered(value: number, chance: Chance): number {
  return value * (1 - JITTER + 2 * JITTER * chance());
}

/** Half of what the service allows (databento-api.md section 14.2). */
export const RATE_LIMITS: Readonly<Record<RateClass, { readonly calls: number; readonly perMs: number }>> = {
  submit: { calls: 10, perMs: 60_000 },
  list: { calls: 10, perMs: 1000 },
  metadata: { calls: 10, perMs: 1000 },
  download: { calls: 10, perMs: 1000 },
};

/** Keeps every class of calls below its limit in any window of its length. */
export class RateGate {
  readonly #sent = new Map<RateClass, number[]>();

  /** Ms to wait before the next call, which `sent` then reports. */
  delayMs(rate: RateClass, nowMs: number): number {
    const { calls, perMs } = RATE_LIMITS[rate];
    const sent = this.#sent.get(rate) ?? [];
    return sent.length < calls ? 0 : Math.max(0, sent[sent.length - calls] + perMs - nowMs);
  }

  sent(rate: RateClass, atMs: number): void {
    const kept = [...(this.#sent.get(rate) ?? []), atMs].slice(-RATE_LIMITS[rate].calls);
    this.#sent.set(rate, kept);
  }
}

const MAX_FAILURES = 5;
const FIRST_DELAY_MS = 1000;
const MAX_DELAY_MS = 60_000;
const MAX_WAITED_MS = 600_000;

/** How often one thing is tried: five failures in a row, ten minutes of being told to wait. */
export class RetryBudget {
  #failures = 0;
  #waitedMs = 0;

  constructor(private readonly chance: Chance) {}

  /** Ms until the next attempt; `undefined`: give up. */
  afterFailure(): number | undefined {
    if (++this.#failures > MAX_FAILURES) return undefined;
    return jittered(Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (this.#failures - 1)), this.chance);
  }

  /** The same after a `Retry-After`, which is no failure. */
  afterWaitRequest(seconds: number): number | undefined {
    this.#waitedMs += Math.max(1, seconds) * 1000;
    return this.#waitedMs > MAX_WAITED_MS ? undefined : Math.max(1, seconds) * 1000;
  }

  /** Something arrived. */
  progressed(): void {
    this.#failures = 0;
  }
}

const FIRST_POLL_MS = 2000;
const POLL_GROWTH = 1.5;

/** Waits between questions about jobs: short at first and after a change. */
export class PollSchedule {
  #round = 0;

  /** @param longestMs at most this */
  constructor(
    private readonly longestMs: number,
    private readonly chance: Chance,
  ) {}

  nextDelayMs(): number {
    const delay = Math.min(this.longestMs, FIRST_POLL_MS * POLL_GROWTH ** this.#round++);
    return Math.min(this.longestMs, jittered(delay, this.chance));
  }

  changed(): void {
    this.#round = 0;
  }
}
