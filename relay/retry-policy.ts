/** How long to wait before the next session, or that there is none. */
import type { Retry } from '#relay/live-failure';

const FIRST_MS = 1000;
const LONGEST_MS = 30_000;
const JITTER = 0.2;
/** A session that lasted so long was a good one. */
const HEALTHY_MS = 60_000;
const LIMIT_MS = 30_000;
const LIMIT_ATTEMPTS = 5;
const ONCE_ATTEMPTS = 1;

export class RetryPolicy {
  #failures = 0;
  #limits = 0;
  #onces = 0;

  /** @param random in [0, 1) */
  constructor(private readonly random: () => number) {}

  /** @returns ms, or `undefined` to give up */
  delayAfter(retry: Retry, sessionMs: number): number | undefined {
    if (sessionMs >= HEALTHY_MS) this.#failures = this.#limits = this.#onces = 0;
    if (retry === 'no') return undefined;
    if (retry === 'once' && ++this.#onces > ONCE_ATTEMPTS) return undefined;
    if (retry === 'limit') return ++this.#limits > LIMIT_ATTEMPTS ? undefined : LIMIT_MS;
    const ms = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.#failures++);
    return Math.max(FIRST_MS, Math.round(ms * (1 + JITTER * (2 * this.random() - 1))));
  }
}
