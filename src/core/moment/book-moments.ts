/**
 * The book at any moment of a session. Every record of the instrument counts, as it does in `OrderBook`; the engine
 * leaves out those outside its session and those whose time is damaged.
 */
import { bookFromState, stateOfBook } from '#core/book/book-queries';
import { OrderBook } from '#core/book/order-book';
import { MBO_WORDS, type MboBlock } from '#core/mbo/mbo-block';
import type { ShelfLimits } from '#core/moment/checkpoint-shelf';
import { MomentCursor } from '#core/moment/moment-cursor';
import { Moments, type Replica } from '#core/moment/moments';
import type { Timeline } from '#core/moment/timeline';

/** Two thousand books of a few thousand orders. */
export const BOOK_SHELF: ShelfLimits = { everyNs: 2e9, everyRecords: 8192, budgetBytes: 128 << 20 };

/** Records after which a checkpoint may be due. */
const STRIDE = 2048;

const REPLICA: Replica<OrderBook> = {
  create: () => new OrderBook(),
  restore: bookFromState,
  save: stateOfBook,
  run: (book, { words }, from, to) => {
    for (let i = from; i < to; i++) book.apply(words, i * MBO_WORDS);
  },
};

export class BookMoments {
  readonly moments: Moments<OrderBook>;
  /** After all records so far. */
  readonly #latest: OrderBook;

  /** @param initialState of the book at the timeline's origin, where that is not its first record */
  constructor(
    readonly timeline: Timeline,
    limits: ShelfLimits = BOOK_SHELF,
    initialState?: Uint8Array,
  ) {
    this.moments = new Moments(timeline, REPLICA, limits, initialState);
    this.#latest = initialState ? bookFromState(initialState) : new OrderBook();
  }

  /** Takes the records `from` to `to` (exclusive) of a block, of the one instrument, into the timeline as well. */
  append(block: MboBlock, from = 0, to = block.count): void {
    for (let i = from; i < to; i += STRIDE) {
      const end = Math.min(i + STRIDE, to);
      this.timeline.append(block, i, end);
      REPLICA.run(this.#latest, block, i, end);
      this.moments.note(this.#latest);
    }
  }

  /** State of the book after all records so far. */
  save(): Uint8Array {
    return stateOfBook(this.#latest);
  }

  /** The book after the first `index` records, as one of the caller's own. @throws ProblemError `moment/forgotten` */
  at(index: number): OrderBook {
    return this.moments.at(index);
  }

  /** A cursor after the last record. */
  cursor(): MomentCursor<OrderBook> {
    return new MomentCursor(this.moments);
  }
}
