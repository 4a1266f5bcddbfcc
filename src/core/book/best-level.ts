import type { LevelStore } from '#core/book/level-store';

/**
 * Best price of one side: a binary heap of level slots, best on top. A level that runs empty stays in the heap until
 * it surfaces, so only changes at the touch cost anything, and no arrangement of levels costs more than a logarithm
 * per record.
 */
export class BestLevel {
  /** Slot of the best level with quantity, -1 = none. */
  best = -1;
  private heap = new Int32Array(256);
  private size = 0;
  /** +1: higher is better (bids), -1: lower is better (asks). */
  private readonly sign: number;

  constructor(
    private readonly levels: LevelStore,
    side: number,
  ) {
    this.sign = side === 0 ? 1 : -1;
  }

  /** A level of this side got its first quantity. */
  filled(slot: number): void {
    if (this.levels.levelListed[slot] === 0) this.push(slot);
    if (this.best < 0 || this.isBetter(slot, this.best)) this.best = slot;
  }

  /** A level of this side lost its last quantity. */
  emptied(slot: number): void {
    if (slot !== this.best) return;
    const { levelQty } = this.levels;
    while (this.size > 0 && levelQty[this.heap[0]] === 0) this.pop();
    this.best = this.size > 0 ? this.heap[0] : -1;
  }

  clear(): void {
    this.size = 0;
    this.best = -1;
  }

  /** The best `n` levels with quantity, best first. */
  first(n: number): number[] {
    const found: number[] = [];
    // Best-first walk: a candidate enters when its parent leaves, so the walk sees few levels beyond the n best.
    const candidates: number[] = this.size > 0 ? [0] : [];
    while (candidates.length > 0 && found.length < n) {
      const at = this.takeBest(candidates);
      if (this.levels.levelQty[this.heap[at]] > 0) found.push(this.heap[at]);
      if (2 * at + 1 < this.size) this.offer(candidates, 2 * at + 1);
      if (2 * at + 2 < this.size) this.offer(candidates, 2 * at + 2);
    }
    return found;
  }

  isBetter(a: number, b: number): boolean {
    const { levelPrice: price, levelPriceLo: priceLo, levelPriceHi: priceHi } = this.levels;
    const difference = (price[a] - price[b]) * this.sign;
    if (difference !== 0) return difference > 0;
    // Prices beyond 2^53 may be equal as f64 and differ in their words.
    if (priceHi[a] !== priceHi[b]) return (priceHi[a] - priceHi[b]) * this.sign > 0;
    return ((priceLo[a] >>> 0) - (priceLo[b] >>> 0)) * this.sign > 0;
  }

  private push(slot: number): void {
    if (this.size === this.heap.length) {
      const grown = new Int32Array(this.heap.length * 2);
      grown.set(this.heap);
      this.heap = grown;
    }
    const { heap } = this;
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.isBetter(slot, heap[parent])) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = slot;
    this.levels.levelListed[slot] = 1;
  }

  private pop(): void {
    const { heap } = this;
    this.levels.levelListed[heap[0]] = 0;
    const size = --this.size;
    const slot = heap[size];
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && this.isBetter(heap[child + 1], heap[child])) child++;
      if (!this.isBetter(heap[child], slot)) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = slot;
  }

  /** The candidates of `first` are heap positions in a small heap of their own. */
  private offer(candidates: number[], position: number): void {
    let at = candidates.length;
    candidates.push(position);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.isBetter(this.heap[position], this.heap[candidates[parent]])) break;
      candidates[at] = candidates[parent];
      at = parent;
    }
    candidates[at] = position;
  }

  private takeBest(candidates: number[]): number {
    const top = candidates[0];
    const last = candidates.pop()!;
    const size = candidates.length;
    if (size === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && this.isBetter(this.heap[candidates[child + 1]], this.heap[candidates[child]]))
        child++;
      if (!this.isBetter(this.heap[candidates[child]], this.heap[last])) break;
      candidates[at] = candidates[child];
      at = child;
    }
    candidates[at] = last;
    return top;
  }
}
