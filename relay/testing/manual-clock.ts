import type { Clock } from '#relay/clock';

/** Stands still until it is told to advance. */
export class ManualClock implements Clock {
  #ms = 0;
  readonly #rest: () => Promise<void>;

  /** @param isAtRest tells that what is tested waits for time to pass; without it some turns of the event loop must do */
  constructor(
    isAtRest?: () => boolean,
    private readonly startNs = 1_800_000_000_000_000_000n,
  ) {
    this.#rest = isAtRest ? () => until(isAtRest) : settle;
  }

  readonly #sleepers = new Set<{ readonly dueMs: number; wake(): void }>();

  nowNs(): bigint {
    return this.startNs + BigInt(Math.round(this.#ms * 1e6));
  }

  nowMs(): number {
    return this.#ms;
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const sleeper = {
        dueMs: this.#ms + ms,
        wake: () => {
          this.#sleepers.delete(sleeper);
          signal.removeEventListener('abort', sleeper.wake);
          resolve();
        },
      };
      this.#sleepers.add(sleeper);
      signal.addEventListener('abort', sleeper.wake);
    });
  }

  get sleeping(): number {
    return this.#sleepers.size;
  }

  /** When the next sleeper is due, in ms from now. */
  get nextDueMs(): number | undefined {
    const due = [...this.#sleepers].map((s) => s.dueMs);
    return due.length === 0 ? undefined : Math.min(...due) - this.#ms;
  }

  /** Wakes who is due, one instant after the other, and lets what they do come to rest. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#ms + ms;
    await this.#rest();
    for (;;) {
      const next = [...this.#sleepers].sort((a, b) => a.dueMs - b.dueMs)[0];
      if (next === undefined || next.dueMs > endMs) break;
      this.#ms = Math.max(this.#ms, next.dueMs);
      next.wake();
      await this.#rest();
    }
    this.#ms = endMs;
    await this.#rest();
  }
}

/** Resolves once the condition holds. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

/** Lets promises that are under way come to rest; reads of files may take longer. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
}
