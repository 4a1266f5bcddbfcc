/**
 * The venue: takes intentions (add, cancel, modify, aggress), applies them to the FIFO book and writes the records
 * of the `mbo` schema that report them. An execution is one T per price (order id 0, side of the aggressor), one F
 * per resting order hit, then for each of them C (quantity gone) or M (quantity left), all in one event.
 */
import type { Random } from '#base/random';
import { ADD, ASK, BID, CANCEL, CLEAR, FILL, MODIFY, TRADE } from '#core/mbo/mbo-block';
import type { FifoBook, SideIndex } from '#core/sim/fifo-book';
import type { SimulatorOptions } from '#core/sim/options';
import type { Tape } from '#core/sim/tape';

/** Orders that stay on each side whatever happens, so that no side runs empty by accident. */
export const MIN_SIDE_ORDERS = 12;

/** Ids of orders entered before the start are below, later ones above; both exceed 2^53. */
const FIRST_OLD_ID_HI = 0x5f000000;
const FIRST_ID_HI = 0x5f0a1000;
const MAX_ID_STEP = 4;
const TWO_32 = 4294967296;

/** Told of every fill of an order that a feature holds. */
export interface FillListener {
  /** @param left quantity displayed after it; 0 = the order is gone */
  filled(slot: number, quantity: number, left: number): void;
}

export class MatchingEngine {
  fillListener: FillListener | undefined;

  private idHi = FIRST_OLD_ID_HI;
  private idLo = 0;
  private readonly book: FifoBook;
  private readonly tape: Tape;
  private readonly random: Random;
  private readonly restAsModify: boolean;
  /** Resting orders hit in the current round and the quantities taken from them. */
  private hitSlots = new Int32Array(256);
  private hitSizes = new Uint32Array(256);
  private hits = 0;

  constructor(options: SimulatorOptions, book: FifoBook, tape: Tape, random: Random) {
    this.book = book;
    this.tape = tape;
    this.random = random;
    this.restAsModify = options.partialFill === 'modify';
  }

  /** Ids from here on are those of live orders. */
  startLiveIds(): void {
    this.idHi = FIRST_ID_HI;
    // Near the carry, so that both words of ids change early on.
    this.idLo = 0xfff00000;
  }

  /** May `side` lose `count` orders? */
  canSpare(side: SideIndex, count: number): boolean {
    return this.book.sideOrders[side] - count >= MIN_SIDE_ORDERS;
  }

  /** A new order that must not cross; returns its slot. */
  add(side: SideIndex, tick: number, size: number): number {
    const book = this.book;
    if (book.crosses(side, tick)) throw new Error(`simulator: add at ${tick} would cross the book`);
    this.idLo += 1 + this.random.below(MAX_ID_STEP);
    if (this.idLo >= TWO_32) {
      this.idLo -= TWO_32;
      this.idHi++;
    }
    const slot = book.insert(side, tick, size, this.idLo, this.idHi);
    this.report(ADD, slot, size);
    this.stamp(slot);
    return slot;
  }

  /** Takes the whole order off the book. */
  cancel(slot: number): void {
    this.report(CANCEL, slot, this.book.size[slot]);
    this.book.remove(slot);
  }

  /** Takes a part (less than the size) off the order, which keeps its place. */
  cancelPart(slot: number, quantity: number): void {
    this.report(CANCEL, slot, quantity);
    this.book.reduce(slot, quantity);
  }

  /** New price or size. A lower size at the same price keeps the place in the queue, anything else loses it. */
  modify(slot: number, tick: number, size: number): void {
    const book = this.book;
    if (tick === book.tick[slot] && size <= book.size[slot]) {
      book.reduce(slot, book.size[slot] - size);
    } else {
      const side = book.side[slot] as SideIndex;
      if (book.crosses(side, tick)) throw new Error(`simulator: modify to ${tick} would cross the book`);
      book.requeue(slot, tick, size);
    }
    this.report(MODIFY, slot, size);
    this.stamp(slot);
  }

  /** All orders disappear. */
  clear(): void {
    this.tape.putBare(CLEAR, 0);
    this.book.clear();
  }

  /**
   * An aggressor takes up to `want` from the resting orders of `side`, from the best price to `limitTick`
   * included. Returns what it got: less when the price limit or the last orders of the side are reached.
   */
  trade(side: SideIndex, want: number, limitTick: number): number {
    let left = want;
    // A round ends at a level with a refilled order: its new part is hit only after it was reported.
    for (;;) {
      this.hits = 0;
      const before = left;
      const refills = this.hitLevels(side, left, limitTick);
      for (let i = 0; i < this.hits; i++) left -= this.hitSizes[i];
      for (let i = 0; i < this.hits; i++) this.settle(this.hitSlots[i], this.hitSizes[i]);
      if (!refills || left === 0 || left === before) return want - left;
    }
  }

  /** Collects the orders that `want` reaches and writes T and F; true if it stopped at an order that refills. */
  private hitLevels(side: SideIndex, want: number, limitTick: number): boolean {
    const book = this.book;
    const outward = side === 0 ? -1 : 1;
    let left = want;
    let goes = 0;
    for (let tick = book.best[side]; tick >= 0 && tick < book.ticks; tick += outward) {
      if ((limitTick - tick) * outward < 0) break;
      const first = this.hits;
      let refills = false;
      let enough = false;
      for (let slot = book.head[side * book.ticks + tick]; slot >= 0 && left > 0; slot = book.next[slot]) {
        const take = Math.min(left, book.size[slot]);
        if (take === book.size[slot]) {
          if (book.reserve[slot] > 0) {
            refills = true;
          } else {
            enough = !this.canSpare(side, goes + 1);
            if (enough) break;
            goes++;
          }
        }
        this.hit(slot, take);
        left -= take;
      }
      if (this.hits > first) this.reportHits(side, tick, first);
      if (refills) return true;
      if (enough || left === 0) break;
    }
    return false;
  }

  private hit(slot: number, quantity: number): void {
    if (this.hits === this.hitSlots.length) {
      const slots = new Int32Array(2 * this.hits);
      slots.set(this.hitSlots);
      this.hitSlots = slots;
      const sizes = new Uint32Array(2 * this.hits);
      sizes.set(this.hitSizes);
      this.hitSizes = sizes;
    }
    this.hitSlots[this.hits] = slot;
    this.hitSizes[this.hits] = quantity;
    this.hits++;
  }

  private reportHits(side: SideIndex, tick: number, first: number): void {
    let sum = 0;
    for (let i = first; i < this.hits; i++) sum += this.hitSizes[i];
    this.tape.put(TRADE, side === 0 ? ASK : BID, tick, sum, 0, 0);
    for (let i = first; i < this.hits; i++) this.report(FILL, this.hitSlots[i], this.hitSizes[i]);
  }

  /** The effect of a fill on the resting order, and its report. */
  private settle(slot: number, quantity: number): void {
    const book = this.book;
    const held = book.held[slot] === 1;
    let left = book.size[slot] - quantity;
    if (left > 0) {
      book.reduce(slot, quantity);
      if (this.restAsModify) this.report(MODIFY, slot, left);
      else this.report(CANCEL, slot, quantity);
      this.stamp(slot);
    } else if (book.reserve[slot] > 0) {
      left = Math.min(book.peak[slot], book.reserve[slot]);
      book.reserve[slot] -= left;
      book.requeue(slot, book.tick[slot], left);
      this.report(MODIFY, slot, left);
      this.stamp(slot);
    } else {
      this.report(CANCEL, slot, quantity);
      book.remove(slot);
    }
    if (held) this.fillListener?.filled(slot, quantity, left);
  }

  private report(action: number, slot: number, size: number): void {
    const book = this.book;
    this.tape.put(
      action,
      book.side[slot] === 0 ? BID : ASK,
      book.tick[slot],
      size,
      book.idLo[slot],
      book.idHi[slot],
    );
  }

  private stamp(slot: number): void {
    this.book.stampNs[slot] = this.tape.eventNs;
    this.book.stampSequence[slot] = this.tape.sequence;
  }
}
