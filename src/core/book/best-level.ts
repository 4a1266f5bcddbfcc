import { copyI32s, newI32s, type I32s } from '#base/numeric/arrays';
import type { bool, f64, i32 } from '#base/numeric/types';
import type { LevelStore } from '#core/book/level-store';

/**
 * Best price of one side: a binary heap of level slots, best on top. A level that runs empty stays in the heap until
 * it surfaces, so only changes at the touch cost anything, and no arrangement of levels costs more than a logarithm
 * per record. Kernel code.
 */
export class BestLevel {
  /** Slot of the best level with quantity, -1 = none. */
  best: i32 = -1;
  /** The heap is `heap[0, size)`: the children of position i are at 2i + 1 and 2i + 2, neither of them better. */
  heap: I32s = newI32s(256);
  size: i32 = 0;
  private room: i32 = 256;
  /** +1: higher is better (bids), -1: lower is better (asks). */
  private readonly sign: f64;

  constructor(
    private readonly levels: LevelStore,
    side: i32,
  ) {
    this.sign = side === 0 ? 1 : -1;
  }

  /** A level of this side got its first quantity. */
  filled(slot: i32): void {
    if (this.levels.levelListed[slot] === 0) this.push(slot);
    if (this.best < 0 || this.isBetter(slot, this.best)) this.best = slot;
  }

  /** A level of this side lost its last quantity. */
  emptied(slot: i32): void {
    if (slot !== this.best) return;
    const levelQty = this.levels.levelQty;
    while (this.size > 0 && levelQty[this.heap[0]] === 0) this.pop();
    this.best = this.size > 0 ? this.heap[0] : -1;
  }

  clear(): void {
    this.size = 0;
    this.best = -1;
  }

  isBetter(a: i32, b: i32): bool {
    const levels = this.levels;
    const difference = (levels.levelPrice[a] - levels.levelPrice[b]) * this.sign;
    if (difference !== 0) return difference > 0;
    // Prices beyond 2^53 may be equal as f64 and differ in their words.
    const hiA = levels.levelPriceHi[a];
    const hiB = levels.levelPriceHi[b];
    if (hiA !== hiB) return hiA > hiB === this.sign > 0;
    // Unsigned order of the low words.
    const loA = levels.levelPriceLo[a] ^ -2147483648;
    const loB = levels.levelPriceLo[b] ^ -2147483648;
    return loA !== loB && loA > loB === this.sign > 0;
  }

  private push(slot: i32): void {
    if (this.size === this.room) {
      const grown = newI32s(this.room * 2);
      copyI32s(this.heap, 0, grown, 0, this.room);
      this.heap = grown;
      this.room *= 2;
    }
    const heap = this.heap;
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
    const heap = this.heap;
    this.levels.levelListed[heap[0]] = 0;
    const size = --this.size;
    const slot = heap[size];
    let at: i32 = 0;
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
}
