import { FACT_CANCEL } from '#core/book/book-fact';
import type { OrderBook } from '#core/book/order-book';
import { F_LAST, F_SNAPSHOT, W_TAGS } from '#core/mbo/mbo-block';

/** Counts over the records of a book: actions by their letter, ends of events, and how the book stood at them. */
export class BookStats {
  readonly #counts = new Map<string, number>();

  /** Called after the record was applied. */
  count(words: Uint32Array, base: number, book: OrderBook): void {
    const tags = words[base + W_TAGS];
    this.#add(String.fromCharCode((tags >>> 16) & 255));
    if (book.fact.kind === FACT_CANCEL) this.#add(book.fact.newQty === 0 ? 'cancel_full' : 'cancel_partial');
    if ((tags & F_LAST) === 0 || (tags & F_SNAPSHOT) !== 0) return;
    this.#add('last');
    const { bestBidLevel: bid, bestAskLevel: ask, levelPrice } = book;
    if (bid < 0 || ask < 0) return;
    this.#add('twosided');
    if (levelPrice[bid] > levelPrice[ask]) this.#add('crossed');
  }

  report(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }

  #add(name: string): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }
}
