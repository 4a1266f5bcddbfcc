/**
 * States along a timeline, one every so often. When their budget is reached the spacing doubles and every other one
 * goes, so that they always cover the whole session evenly in market time.
 */
export interface Checkpoint {
  /** Records before it. */
  readonly index: number;
  /** Market time, ns on the timeline's time base. */
  readonly tNs: number;
  readonly state: Uint8Array;
}

export interface ShelfLimits {
  /** Market time between two checkpoints at first, ns. */
  readonly everyNs: number;
  /** Records between two checkpoints at least: saving costs as much as running through some thousands. */
  readonly everyRecords: number;
  /** For all states together; one is always kept. */
  readonly budgetBytes: number;
}

export class CheckpointShelf {
  bytes = 0;
  #everyNs: number;
  #kept: Checkpoint[] = [];

  constructor(private readonly limits: ShelfLimits) {
    this.#everyNs = limits.everyNs;
  }

  /** Oldest first. */
  get kept(): readonly Checkpoint[] {
    return this.#kept;
  }

  /** Market time between two checkpoints at present, ns. */
  get everyNs(): number {
    return this.#everyNs;
  }

  /** Whether a checkpoint at this moment, after all others, would be kept. */
  isDue(index: number, tNs: number): boolean {
    const last = this.#kept.at(-1);
    return !last || (index - last.index >= this.limits.everyRecords && tNs - last.tNs >= this.#everyNs);
  }

  /** Adds a checkpoint that is due. */
  put(checkpoint: Checkpoint): void {
    this.#kept.push(checkpoint);
    this.bytes += checkpoint.state.byteLength;
    while (this.bytes > this.limits.budgetBytes && this.#kept.length > 1) this.#thin();
  }

  /** The last checkpoint at or before a moment. */
  before(index: number): Checkpoint | undefined {
    let low = 0;
    for (let high = this.#kept.length; low < high;) {
      const middle = (low + high) >> 1;
      if (this.#kept[middle].index <= index) low = middle + 1;
      else high = middle;
    }
    return this.#kept[low - 1];
  }

  #thin(): void {
    this.#everyNs *= 2;
    this.#kept = this.#kept.filter((_, i) => i % 2 === 0);
    this.bytes = this.#kept.reduce((sum, { state }) => sum + state.byteLength, 0);
  }
}
