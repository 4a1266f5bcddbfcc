/**
 * A book that is shown only the records that concern some orders: those that name one of them, and those that clear
 * the book or restate it. What a record does to an order does not depend on other orders, save for places in queues.
 */
import type { OrderBook } from '#core/book/order-book';
import { joinU64, MBO_WORDS, W_TAGS, W_TS_EVENT } from '#core/mbo/mbo-block';
import { resetsBook, type OrderFilter } from '#core/moment/order-filter';
import type { OrderSet } from '#core/moment/order-set';
import type { TimelinePart } from '#core/moment/timeline';

/** Told after each record that was applied. */
export interface OrderWatcher {
  /** All orders were removed, and some may have been entered again by the same record. */
  onReset(ns: bigint): void;
  /** `fact` of the book is about this order, if it is about any. */
  onRecord(id: bigint, ns: bigint): void;
}

export class WatchedBook {
  constructor(
    readonly book: OrderBook,
    private readonly orders: OrderSet,
    private readonly watcher: OrderWatcher,
  ) {}

  /** Whether a page of records may concern the orders. */
  readonly mayMatter = (filter: OrderFilter): boolean =>
    this.book.snapshotInProgress || this.orders.mayBeIn(filter);

  run({ block: { words }, from, to }: Omit<TimelinePart, 'index'>): void {
    const { book, orders, watcher } = this;
    for (let i = from, base = from * MBO_WORDS; i < to; i++, base += MBO_WORDS) {
      const id = orders.find(words, base);
      if (id === undefined && !book.snapshotInProgress && !resetsBook(words[base + W_TAGS])) continue;
      const { generation } = book;
      book.apply(words, base);
      const ns = joinU64(words[base + W_TS_EVENT], words[base + W_TS_EVENT + 1]);
      if (book.generation !== generation) watcher.onReset(ns);
      if (id !== undefined) watcher.onRecord(id, ns);
    }
  }
}
