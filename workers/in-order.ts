/**
 * One piece of work after the other, whenever they arrive: calls over a port may overlap, their effects must not. After
 * a failure nothing more is done, but every call is answered, so that nobody waits for ever.
 */
export class InOrder {
  #tail: Promise<unknown> = Promise.resolve();
  #hasFailed = false;
  readonly #onFailure: (reason: unknown) => void;

  /** @param onFailure called once, with the reason of the first failure */
  constructor(onFailure: (reason: unknown) => void) {
    this.#onFailure = onFailure;
  }

  /** Resolves with what the work gives, `undefined` when it failed or was left out after a failure. */
  run<T>(work: () => T | Promise<T>): Promise<T | undefined> {
    const done = this.#tail.then(async () => {
      if (this.#hasFailed) return undefined;
      try {
        return await work();
      } catch (error) {
        this.#hasFailed = true;
        this.#onFailure(error);
        return undefined;
      }
    });
    this.#tail = done;
    return done;
  }
}
