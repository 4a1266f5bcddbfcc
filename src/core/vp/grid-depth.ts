/**
 * The book seen through the grid: depth per slot and side, kept from the book's facts (vacuum-pressure.md sections 3
 * and 4). Several price levels may share a slot (equity buckets, off-tick prices). The slot of a level is computed
 * once and remembered per level slot of the book. Kernel code.
 */
import { copyI32s, fillI32s, newF64s, newI32s, type F64s, type I32s } from '#base/numeric/arrays';
import type { bool, f64, i32 } from '#base/numeric/types';
import type { OrderBook } from '#core/book/order-book';
import { anchorTickOf, priceOfSlot, slotOfPrice } from '#core/vp/price-grid';

/** Entries of the level cache: `slot + FIRST_SLOT`, or one of these. */
const UNKNOWN: i32 = 0;
const OUT_OF_RANGE: i32 = 1;
const FIRST_SLOT: i32 = 2;
const FIRST_LEVELS: i32 = 1024;

export class GridDepth {
  /** Depth of slot i: bid at `2i`, ask at `2i + 1`. */
  readonly depth: F64s;
  /** Absolute tick in the centre slot; NaN before the book was first two-sided. */
  anchorTick: f64 = NaN;
  /** Slots that may hold depth; none when `low > high`. */
  low: i32;
  high: i32 = -1;

  private slotOfLevel: I32s = newI32s(FIRST_LEVELS);
  private levelRoom: i32 = FIRST_LEVELS;
  /** Entries of `slotOfLevel` from here on are UNKNOWN. */
  private knownEnd: i32 = 0;
  private generation: i32 = 0;

  constructor(
    private readonly book: OrderBook,
    readonly slots: i32,
    readonly tickInt: f64,
  ) {
    this.depth = newF64s(slots * 2);
    this.low = slots;
  }

  get isAnchored(): bool {
    return this.anchorTick === this.anchorTick;
  }

  /**
   * Grid slot of a level slot of the book, -1 when out of range. Needs an anchor.
   * @inline
   */
  slotOf(level: i32): i32 {
    if (this.generation !== this.book.generation) this.forgetLevels();
    const known = level < this.levelRoom ? this.slotOfLevel[level] : UNKNOWN;
    if (known >= FIRST_SLOT) return known - FIRST_SLOT;
    return known === OUT_OF_RANGE ? -1 : this.locate(level);
  }

  /**
   * Adds `quantity` (of either sign) to a slot in range; `side` 0 bid, 1 ask.
   * @inline
   */
  add(slot: i32, side: i32, quantity: f64): void {
    this.depth[2 * slot + side] += quantity;
    if (slot < this.low) this.low = slot;
    if (slot > this.high) this.high = slot;
  }

  /** Puts the anchor in the middle of the book's best prices; false, and nothing happens, when a side is empty. */
  anchorAtBook(): bool {
    const book = this.book;
    const bid = book.bestBidLevel;
    const ask = book.bestAskLevel;
    if (bid < 0 || ask < 0) return false;
    this.anchorTick = anchorTickOf(book.levelPrice[bid], book.levelPrice[ask], this.tickInt);
    this.forgetLevels();
    return true;
  }

  /** Rebuilds the depth from the resting orders; returns how many of them have no slot. */
  rebuild(): i32 {
    this.clear();
    const book = this.book;
    let outside: i32 = 0;
    for (let level = 0; level < book.levelCount; level++) {
      const slot = this.slotOf(level);
      if (slot < 0) outside += book.levelOrders[level];
      else if (book.levelQty[level] > 0) this.add(slot, book.levelSide[level], book.levelQty[level]);
    }
    return outside;
  }

  /** Empties all slots. */
  clear(): void {
    for (let slot = this.low; slot <= this.high; slot++) {
      this.depth[2 * slot] = 0;
      this.depth[2 * slot + 1] = 0;
    }
    this.low = this.slots;
    this.high = -1;
  }

  /** Slot of the best bid on the grid, -1 = none. */
  bestBidSlot(): i32 {
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
  bestAskSlot(): i32 {
    const level = this.book.bestAskLevel;
    if (level < 0) return -1;
    const slot = this.slotOf(level);
    if (slot >= 0) return slot;
    if (this.book.levelPrice[level] > this.priceOf(this.slots - 1)) return -1;
    for (let i = this.low; i <= this.high; i++) if (this.depth[2 * i + 1] > 0) return i;
    return -1;
  }

  priceOf(slot: i32): f64 {
    return priceOfSlot(slot, this.tickInt, this.anchorTick, this.slots);
  }

  private locate(level: i32): i32 {
    if (level >= this.levelRoom) {
      const room = this.book.levelCount > this.levelRoom * 2 ? this.book.levelCount : this.levelRoom * 2;
      const larger = newI32s(room);
      copyI32s(this.slotOfLevel, 0, larger, 0, this.levelRoom);
      this.slotOfLevel = larger;
      this.levelRoom = room;
    }
    const slot = slotOfPrice(this.book.levelPrice[level], this.tickInt, this.anchorTick, this.slots);
    this.slotOfLevel[level] = slot < 0 ? OUT_OF_RANGE : slot + FIRST_SLOT;
    if (level >= this.knownEnd) this.knownEnd = level + 1;
    return slot;
  }

  private forgetLevels(): void {
    fillI32s(this.slotOfLevel, 0, this.knownEnd, UNKNOWN);
    this.knownEnd = 0;
    this.generation = this.book.generation;
  }
}
