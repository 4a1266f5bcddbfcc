/**
 * The book seen through the grid: depth per slot and side, kept from the book's facts (vacuum-pressure.md sections 3
 * and 4). Several price levels may share a slot (equity buckets, off-tick prices). The slot of a level is computed
 * once and remembered per level slot of the book.
 */
import type { OrderBook } from '#core/book/order-book';
import { anchorTickOf, priceOfSlot, slotOfPrice } from '#core/vp/price-grid';

/** Entries of the level cache: `slot + FIRST_SLOT`, or one of these. */
const UNKNOWN = 0;
const OUT_OF_RANGE = 1;
const FIRST_SLOT = 2;

export class GridDepth {
  /** Depth of slot i: bid at `2i`, ask at `2i + 1`. */
  readonly depth: Float64Array;
  /** Absolute tick in the centre slot; NaN before the book was first two-sided. */
  anchorTick = NaN;

  private slotOfLevel = new Int32Array(1024);
  /** Entries of `slotOfLevel` from here on are UNKNOWN. */
  private knownEnd = 0;
  private generation = 0;
  /** Slots that may hold depth; empty when `low > high`. */
  private low: number;
  private high = -1;

  constructor(
    private readonly book: OrderBook,
    readonly slots: number,
    readonly tickInt: number,
  ) {
    this.depth = new Float64Array(slots * 2);
    this.low = slots;
  }

  get isAnchored(): boolean {
    return this.anchorTick === this.anchorTick;
  }

  /** Grid slot of a level slot of the book, -1 when out of range. Needs an anchor. */
  slotOf(level: number): number {
    if (this.generation !== this.book.generation) this.forgetLevels();
    const known = level < this.slotOfLevel.length ? this.slotOfLevel[level] : UNKNOWN;
    if (known >= FIRST_SLOT) return known - FIRST_SLOT;
    return known === OUT_OF_RANGE ? -1 : this.locate(level);
  }

  /** Adds `quantity` (of either sign) to a slot in range; `side` 0 bid, 1 ask. */
  add(slot: number, side: number, quantity: number): void {
    this.depth[2 * slot + side] += quantity;
    if (slot < this.low) this.low = slot;
    if (slot > this.high) this.high = slot;
  }

  /** Puts the anchor in the middle of the book's best prices; false, and nothing happens, when a side is empty. */
  anchorAtBook(): boolean {
    const { bestBidLevel, bestAskLevel, levelPrice } = this.book;
    if (bestBidLevel < 0 || bestAskLevel < 0) return false;
    this.anchorTick = anchorTickOf(levelPrice[bestBidLevel], levelPrice[bestAskLevel], this.tickInt);
    this.forgetLevels();
    return true;
  }

  /** Rebuilds the depth from the resting orders; returns how many of them have no slot. */
  rebuild(): number {
    this.clear();
    const { levelCount, levelSide, levelQty, levelOrders } = this.book;
    let outside = 0;
    for (let level = 0; level < levelCount; level++) {
      const slot = this.slotOf(level);
      if (slot < 0) outside += levelOrders[level];
      else if (levelQty[level] > 0) this.add(slot, levelSide[level], levelQty[level]);
    }
    return outside;
  }

  /** Empties all slots. `each` is told of those that may have held depth. */
  clear(each?: (slot: number) => void): void {
    for (let slot = this.low; slot <= this.high; slot++) {
      this.depth[2 * slot] = 0;
      this.depth[2 * slot + 1] = 0;
      each?.(slot);
    }
    this.low = this.slots;
    this.high = -1;
  }

  /** Calls `each` for all slots that may hold depth. */
  forEachUsed(each: (slot: number) => void): void {
    for (let slot = this.low; slot <= this.high; slot++) each(slot);
  }

  /** Slot of the best bid on the grid, -1 = none. */
  bestBidSlot(): number {
    const level = this.book.bestBidLevel;
    if (level < 0) return -1;
    const slot = this.slotOf(level);
    if (slot >= 0) return slot;
    // The highest bid lies above the grid (then a lower one may be on it) or below (then none is).
    if (this.book.levelPrice[level] < this.priceOf(0)) return -1;
    for (let i = this.high; i >= this.low; i--) if (this.depth[2 * i] > 0) return i;
    return -1;
  }

  /** Slot of the best ask on the grid, -1 = none. */
  bestAskSlot(): number {
    const level = this.book.bestAskLevel;
    if (level < 0) return -1;
    const slot = this.slotOf(level);
    if (slot >= 0) return slot;
    if (this.book.levelPrice[level] > this.priceOf(this.slots - 1)) return -1;
    for (let i = this.low; i <= this.high; i++) if (this.depth[2 * i + 1] > 0) return i;
    return -1;
  }

  priceOf(slot: number): number {
    return priceOfSlot(slot, this.tickInt, this.anchorTick, this.slots);
  }

  private locate(level: number): number {
    if (level >= this.slotOfLevel.length) {
      const larger = new Int32Array(Math.max(this.book.levelCount, this.slotOfLevel.length * 2));
      larger.set(this.slotOfLevel);
      this.slotOfLevel = larger;
    }
    // As an integer: a slot that could be a float would make every index derived from it one.
    const slot = slotOfPrice(this.book.levelPrice[level], this.tickInt, this.anchorTick, this.slots) | 0;
    this.slotOfLevel[level] = slot < 0 ? OUT_OF_RANGE : slot + FIRST_SLOT;
    if (level >= this.knownEnd) this.knownEnd = level + 1;
    return slot;
  }

  private forgetLevels(): void {
    this.slotOfLevel.fill(UNKNOWN, 0, this.knownEnd);
    this.knownEnd = 0;
    this.generation = this.book.generation;
  }
}
