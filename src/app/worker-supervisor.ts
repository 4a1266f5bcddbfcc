/**
 * Owns one worker. A comlink call to a worker that has died never settles, so every call is raced against the
 * worker's error events and a heartbeat that runs only while calls are pending.
 */
import { releaseProxy, wrap, type Remote } from 'comlink';
import { problem, ProblemError, toProblem, type Problem } from '#base/problem';
import type { Pingable } from '#protocol/engine-contract';

const HEARTBEAT_MS = 1000;
/** Beats without an answer until a worker counts as dead. */
const MISSES_ALLOWED = 6;
const MISSES_ALLOWED_WHEN_SLOW = 15;
/** The same before its first answer: the script has yet to load, a renderer to compile its shaders. */
const MISSES_ALLOWED_AT_START = 30;

export interface SupervisedOptions {
  /** For messages: "engine", "import", "render". */
  name: string;
  spawn: () => Worker;
  /**
   * Single tasks of this worker take seconds on slow machines: a software renderer compiles its shaders within its
   * first call, and draws large frames.
   */
  slow?: boolean;
  /** Called once, after all pending calls were rejected; for owners that have no call pending. */
  onDeath?: (reason: Problem) => void;
}

export class SupervisedWorker<T extends Pingable> {
  readonly #options: SupervisedOptions;
  readonly #worker: Worker;
  readonly #api: Remote<T>;
  readonly #pending = new Set<(reason: ProblemError) => void>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #misses = 0;
  #answered = false;
  #dead = false;

  constructor(options: SupervisedOptions) {
    this.#options = options;
    this.#worker = options.spawn();
    this.#api = wrap<T>(this.#worker);
    this.#worker.addEventListener('error', (event) => {
      this.#die(event.message || 'its script failed');
    });
    this.#worker.addEventListener('messageerror', () => {
      this.#die('a message could not be read');
    });
  }

  /** Runs a call on the worker; rejects with a `ProblemError` when the call fails or the worker dies. */
  async call<R>(invoke: (api: Remote<T>) => Promise<R>): Promise<R> {
    if (this.#dead) throw new ProblemError(this.#deathProblem('it has ended'));
    let abandon: (reason: ProblemError) => void = () => undefined;
    const death = new Promise<never>((_, reject) => {
      abandon = reject;
    });
    this.#pending.add(abandon);
    this.#watch();
    try {
      const result = await Promise.race([invoke(this.#api), death]);
      this.#answered = true;
      return result;
    } catch (error) {
      throw new ProblemError(toProblem(error));
    } finally {
      this.#pending.delete(abandon);
      if (this.#pending.size === 0) this.#unwatch();
    }
  }

  /** Ends the worker on purpose: pending calls are rejected, `onDeath` is not called. */
  terminate(): void {
    if (this.#dead) return;
    this.#dead = true;
    this.#end('it was closed');
  }

  #die(why: string): void {
    if (this.#dead) return;
    this.#dead = true;
    this.#end(why);
    this.#options.onDeath?.(this.#deathProblem(why));
  }

  #end(why: string): void {
    this.#unwatch();
    this.#worker.terminate();
    this.#api[releaseProxy]();
    const reason = new ProblemError(this.#deathProblem(why));
    for (const abandon of [...this.#pending]) abandon(reason);
    this.#pending.clear();
  }

  #deathProblem(why: string): Problem {
    return problem('worker/died', `The ${this.#options.name} worker stopped: ${why}.`);
  }

  #watch(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(() => {
      this.#beat();
    }, HEARTBEAT_MS);
    this.#beat();
  }

  #unwatch(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#misses = 0;
  }

  #beat(): void {
    if (++this.#misses > this.#missesAllowed()) {
      this.#die('it no longer answers');
      return;
    }
    void (this.#api as Remote<Pingable>).ping().then(() => {
      this.#misses = 0;
      if (!this.#options.slow) this.#answered = true;
    });
  }
  #missesAllowed(): number {
    if (!this.#answered) return MISSES_ALLOWED_AT_START;
    return this.#options.slow ? MISSES_ALLOWED_WHEN_SLOW : MISSES_ALLOWED;
  }
}
