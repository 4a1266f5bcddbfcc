import { FACT_ADD, FACT_CLEAR, FACT_MOVE, FACT_NONE } from '#core/book/book-fact';
import type { OrderBook } from '#core/book/order-book';
import { F_SNAPSHOT } from '#core/mbo/mbo-block';

const FIRST_ROOM = 256;

/**
 * What came to and left every price of one book since the window began: a listener to the book's facts, in columns of
 * cells. Records of a snapshot transfer state and are no flow. Source: velocity.md section 6.
 */
export class WindowFlow {
  /** Cells are `0..count-1`. A price may have two cells, one before and one after the book was emptied. */
  count = 0;
  /** 0 bid, 1 ask. */
  side = new Uint8Array(FIRST_ROOM);
  /** price_int. */
  price = new Float64Array(FIRST_ROOM);
  add = new Float64Array(FIRST_ROOM);
  pull = new Float64Array(FIRST_ROOM);
  fill = new Float64Array(FIRST_ROOM);
  /** Part of `pull` from orders that had rested. */
  restedPull = new Float64Array(FIRST_ROOM);
  /** A snapshot or a clear took part in the window. */
  dirty = false;

  /** Cell of each level slot, valid where the mark is the present one. */
  #cellOf = new Int32Array(FIRST_ROOM);
  #markOf = new Float64Array(FIRST_ROOM);
  #mark = 1;
  #generation = 0;

  /** @param restNs an order this old when it is pulled had rested (inclusive) */
  constructor(private readonly restNs: number) {}

  /** Starts a window. */
  begin(book: OrderBook): void {
    this.count = 0;
    this.#mark++;
    this.dirty = book.snapshotInProgress;
  }

  /** Takes in what the record just applied did. */
  listen(book: OrderBook): void {
    const { fact } = book;
    if (book.generation !== this.#generation) {
      this.#generation = book.generation;
      this.#mark++;
    }
    if ((fact.flags & F_SNAPSHOT) !== 0 || fact.kind === FACT_CLEAR) {
      this.dirty = true;
      return;
    }
    if (fact.kind === FACT_NONE) return;
    const { add } = fact;
    if (fact.kind === FACT_ADD) {
      if (add > 0) this.add[this.#cell(book, fact.newLevel)] += add;
      return;
    }
    const { pull, fill } = fact;
    if (pull > 0 || fill > 0) {
      const cell = this.#cell(book, fact.oldLevel);
      this.pull[cell] += pull;
      this.fill[cell] += fill;
      if (book.recordNs - fact.entryNs >= this.restNs) this.restedPull[cell] += pull;
    }
    if (add > 0) this.add[this.#cell(book, fact.kind === FACT_MOVE ? fact.newLevel : fact.oldLevel)] += add;
  }

  #cell(book: OrderBook, level: number): number {
    if (level >= this.#cellOf.length) this.#makeRoomForLevels(level);
    if (this.#markOf[level] === this.#mark) return this.#cellOf[level];
    const cell = this.count++;
    if (cell === this.price.length) this.#makeRoomForCells();
    this.#markOf[level] = this.#mark;
    this.#cellOf[level] = cell;
    this.side[cell] = book.levelSide[level];
    this.price[cell] = book.levelPrice[level];
    this.add[cell] = 0;
    this.pull[cell] = 0;
    this.fill[cell] = 0;
    this.restedPull[cell] = 0;
    return cell;
  }

  #makeRoomForLevels(level: number): void {
    const room = Math.max(level + 1, 2 * this.#cellOf.length);
    this.#cellOf = larger(this.#cellOf, new Int32Array(room));
    this.#markOf = larger(this.#markOf, new Float64Array(room));
  }

  #makeRoomForCells(): void {
    const room = 2 * this.price.length;
    this.side = larger(this.side, new Uint8Array(room));
    this.price = larger(this.price, new Float64Array(room));
    this.add = larger(this.add, new Float64Array(room));
    this.pull = larger(this.pull, new Float64Array(room));
    this.fill = larger(this.fill, new Float64Array(room));
    this.restedPull = larger(this.restedPull, new Float64Array(room));
  }
}

function larger<T extends Uint8Array | Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
