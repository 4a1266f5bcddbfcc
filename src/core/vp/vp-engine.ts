/**
 * From records to touches (vacuum-pressure.md sections 3 to 7): one book, its depth on the grid, the state of the
 * ticks. Bins, windows and clocks are the business of `BinStream`. Kernel code.
 *
 *   record ─► OrderBook ─► fact ─► GridDepth ─► anchor ─► sync if due ─► TickStore.touch (0, 1 or 2)
 */
import type { U32s } from '#base/numeric/arrays';
import { stop } from '#base/numeric/stop';
import type { bool, f64, i32 } from '#base/numeric/types';
import type { StateReader, StateWriter } from '#base/state-io';
import {
  FACT_ADD,
  FACT_CANCEL,
  FACT_CLEAR,
  FACT_MOVE,
  FACT_NONE,
  FACT_SET,
  type BookFact,
} from '#core/book/book-fact';
import type { OrderBook } from '#core/book/order-book';
import { GridDepth } from '#core/vp/grid-depth';
import { TickStore } from '#core/vp/tick-store';
import type { VpShape } from '#core/vp/vp-shape';

export class VpEngine {
  readonly grid: GridDepth;
  readonly ticks: TickStore;
  /** Times an order was placed, moved or found by a rebuild at a price without a slot. */
  outOfRange: i32 = 0;

  private generation: i32;
  /** Inside a snapshot that came after some tick had been touched: it changes the book only (section 19.6). */
  private recovering: bool = false;

  constructor(
    private readonly shape: VpShape,
    readonly book: OrderBook,
  ) {
    const grid = new GridDepth(book, shape.slots, shape.tickInt);
    this.grid = grid;
    this.ticks = new TickStore(grid.depth, shape.slots, shape.tau, shape.cellSeconds);
    this.generation = book.generation;
  }

  /**
   * Full processing of one record at the engine time `tNs`.
   *
   * @param base word offset of the record in `words`
   *
   * Stops with `vp/out-of-range` in strict mode.
   */
  update(words: U32s, base: i32, tNs: f64): void {
    const book = this.book;
    book.apply(words, base);
    if (book.generation !== this.generation) this.followWipe();
    const fact = book.fact;
    if (!this.grid.isAnchored) {
      this.tryAnchor();
      return;
    }
    if (fact.kind !== FACT_NONE && fact.kind !== FACT_CLEAR) this.applyFact(fact, tNs);
    else if (book.snapshotCompleted) this.followCompletion();
  }

  /**
   * Book-only processing of a fast-forwarded record (section 7): no touches, no synchronisation, and no depth on the
   * grid, whose first anchor is no more than a guess. `reanchor` makes up for it.
   * @inline
   */
  updateBook(words: U32s, base: i32): void {
    const book = this.book;
    book.apply(words, base);
    if (book.generation !== this.generation) this.followWipe();
    if (!this.grid.isAnchored) this.grid.anchorAtBook();
  }

  /** End of the fast-forward: the grid is centred on the present book. `sync` is due after it (section 7). */
  reanchor(): void {
    this.grid.anchorAtBook();
    if (this.grid.isAnchored) this.countOutOfRange(this.grid.rebuild());
  }

  /** Best bid: on the grid a grid price, before it is anchored the raw one (section 4). NaN = none. */
  bestBidPrice(): f64 {
    if (this.grid.isAnchored) return this.priceOf(this.grid.bestBidSlot());
    const level = this.book.bestBidLevel;
    return level < 0 ? NaN : this.book.levelPrice[level];
  }

  bestAskPrice(): f64 {
    if (this.grid.isAnchored) return this.priceOf(this.grid.bestAskSlot());
    const level = this.book.bestAskLevel;
    return level < 0 ? NaN : this.book.levelPrice[level];
  }

  /** Sets the depths of all ticks from the book (section 5.5). */
  sync(): void {
    // Outside the slots in use both the book's depth and the ticks' are 0: a wipe clears them together.
    for (let slot = this.grid.low; slot <= this.grid.high; slot++) this.ticks.syncDepth(slot);
  }

  save(writer: StateWriter): void {
    writer.begin('vp-engine', 2);
    writer.number(this.grid.anchorTick);
    writer.number(this.outOfRange);
    writer.boolean(this.recovering);
    this.ticks.save(writer);
  }

  /** Restores into a fresh engine around the restored book. */
  restore(reader: StateReader): void {
    reader.begin('vp-engine', 2);
    this.generation = this.book.generation;
    this.grid.anchorTick = reader.number();
    this.outOfRange = reader.i32();
    this.recovering = reader.boolean();
    this.ticks.restore(reader);
    if (this.grid.isAnchored) this.grid.rebuild();
  }

  /** Depth, synchronisation and touches of a record that changed an order. */
  private applyFact(fact: BookFact, tNs: f64): void {
    const book = this.book;
    const oldSlot = fact.oldLevel < 0 ? -1 : this.grid.slotOf(fact.oldLevel);
    const newSlot = fact.newLevel < 0 ? -1 : this.grid.slotOf(fact.newLevel);
    const ofSnapshot = fact.snapshot !== 0;
    this.changeDepth(fact, oldSlot, newSlot);
    const silent = this.recovering && ofSnapshot;
    if (book.snapshotCompleted) this.followCompletion();
    if (!silent) this.touch(fact, tNs, oldSlot, newSlot);
  }

  /** @inline */
  private changeDepth(fact: BookFact, oldSlot: i32, newSlot: i32): void {
    const side = fact.side;
    const oldQty = fact.oldQty;
    const newQty = fact.newQty;
    switch (fact.kind) {
      case FACT_ADD:
        if (newSlot >= 0) this.grid.add(newSlot, side, newQty);
        else this.countOutOfRange(1);
        break;
      case FACT_CANCEL:
      case FACT_SET:
        if (oldSlot >= 0) this.grid.add(oldSlot, side, newQty - oldQty);
        break;
      case FACT_MOVE:
        if (oldSlot >= 0) this.grid.add(oldSlot, side, -oldQty);
        if (newSlot >= 0) this.grid.add(newSlot, side, newQty);
        else this.countOutOfRange(1);
        break;
    }
  }

  private touch(fact: BookFact, tNs: f64, oldSlot: i32, newSlot: i32): void {
    const add = fact.add;
    const pull = fact.pull;
    const fill = fact.fill;
    const ticks = this.ticks;
    const eventId = this.book.eventCount;
    switch (fact.kind) {
      case FACT_ADD:
        if (newSlot >= 0) ticks.touch(tNs, newSlot, eventId, add, 0, 0);
        break;
      case FACT_CANCEL:
        // A cancel that only acknowledges fills carries the event of the last of them (section 6).
        if (oldSlot >= 0) {
          ticks.touch(tNs, oldSlot, pull === 0 && fill > 0 ? fact.fillEventId : eventId, 0, pull, fill);
        }
        break;
      case FACT_SET:
        if (oldSlot >= 0) ticks.touch(tNs, oldSlot, eventId, add, pull, fill);
        break;
      case FACT_MOVE:
        if (oldSlot === newSlot) {
          // Another price in the same slot: to the grid it is a change of size.
          const change = add - pull;
          if (oldSlot >= 0) {
            ticks.touch(tNs, oldSlot, eventId, change > 0 ? change : 0, change < 0 ? -change : 0, fill);
          }
          break;
        }
        if (oldSlot >= 0) ticks.touch(tNs, oldSlot, eventId, 0, pull, fill);
        if (newSlot >= 0) ticks.touch(tNs, newSlot, eventId, add, 0, 0);
        break;
    }
  }

  private priceOf(slot: i32): f64 {
    return slot < 0 ? NaN : this.grid.priceOf(slot);
  }

  private tryAnchor(): void {
    if (!this.grid.anchorAtBook()) return;
    this.countOutOfRange(this.grid.rebuild());
    this.sync();
  }

  /** The book was emptied: by an R, or by a snapshot that starts without one (section 19.5). */
  private followWipe(): void {
    const book = this.book;
    const grid = this.grid;
    const low = grid.low;
    const high = grid.high;
    this.generation = book.generation;
    grid.clear();
    for (let slot = low; slot <= high; slot++) this.ticks.syncDepth(slot);
    this.recovering = book.snapshotBegan && this.ticks.anyTouched;
  }

  private followCompletion(): void {
    this.recovering = false;
    this.sync();
  }

  private countOutOfRange(orders: i32): void {
    this.outOfRange += orders;
    if (orders > 0 && this.shape.failOnOutOfRange) {
      stop(
        'vp/out-of-range',
        'An order lies outside the price grid',
        'Raise n_absolute_ticks or allow orders outside the grid.',
      );
    }
  }
}
