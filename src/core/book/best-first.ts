import type { BestLevel } from '#core/book/best-level';
import type { LevelStore } from '#core/book/level-store';

/** The best `n` levels with quantity of one side, best first. */
export function bestFirst(side: BestLevel, levels: LevelStore, n: number): number[] {
  return new BestFirstWalk(side, levels).take(n);
}

/**
 * Walks the heap from the best level on: a heap position enters when its parent leaves, so the walk sees few levels
 * beyond those taken. The candidates are heap positions in a small heap of their own.
 */
class BestFirstWalk {
  private readonly candidates: number[] = [];

  constructor(
    private readonly side: BestLevel,
    private readonly levels: LevelStore,
  ) {
    if (side.size > 0) this.candidates.push(0);
  }

  take(n: number): number[] {
    const { side, levels } = this;
    const found: number[] = [];
    while (this.candidates.length > 0 && found.length < n) {
      const at = this.takeBest();
      if (levels.levelQty[side.heap[at]] > 0) found.push(side.heap[at]);
      if (2 * at + 1 < side.size) this.offer(2 * at + 1);
      if (2 * at + 2 < side.size) this.offer(2 * at + 2);
    }
    return found;
  }

  private isBetter(a: number, b: number): boolean {
    return this.side.isBetter(this.side.heap[a], this.side.heap[b]);
  }

  private offer(position: number): void {
    const { candidates } = this;
    let at = candidates.length;
    candidates.push(position);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.isBetter(position, candidates[parent])) break;
      candidates[at] = candidates[parent];
      at = parent;
    }
    candidates[at] = position;
  }

  private takeBest(): number {
    const { candidates } = this;
    const top = candidates[0];
    const last = candidates.pop()!;
    const size = candidates.length;
    if (size === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && this.isBetter(candidates[child + 1], candidates[child])) child++;
      if (!this.isBetter(candidates[child], last)) break;
      candidates[at] = candidates[child];
      at = child;
    }
    candidates[at] = last;
    return top;
  }
}
