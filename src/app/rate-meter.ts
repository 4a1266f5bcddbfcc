/** Rates over the last seconds, for progress read-outs. */
export class RateMeter {
  readonly #windowMs: number;
  readonly #times: number[] = [];
  readonly #values: number[] = [];

  constructor(windowMs = 3000) {
    this.#windowMs = windowMs;
  }

  /** @param value running total at `nowMs` */
  add(nowMs: number, value: number): void {
    this.#times.push(nowMs);
    this.#values.push(value);
    while (this.#times.length > 2 && nowMs - this.#times[0] > this.#windowMs) {
      this.#times.shift();
      this.#values.shift();
    }
  }

  /** Units per second; 0 until two points are known. */
  get perSecond(): number {
    const last = this.#times.length - 1;
    const span = last < 1 ? 0 : this.#times[last] - this.#times[0];
    return span <= 0 ? 0 : ((this.#values[last] - this.#values[0]) / span) * 1000;
  }
}
