import { setTimeBase } from '#core/book/book-queries';
import { OrderBook } from '#core/book/order-book';
import { WindowFlow } from '#core/velocity/window-flow';

/** The one order book of an instrument, and what happened to it in the open window. */
export class BookWindow {
  readonly book: OrderBook;
  readonly flow: WindowFlow;

  /** @param baseNs origin of the book's times */
  constructor(baseNs: bigint, restNs: number, initialOrders?: number) {
    this.book = new OrderBook(initialOrders);
    setTimeBase(this.book, baseNs);
    this.flow = new WindowFlow(restNs);
  }

  apply(words: Uint32Array, base: number): void {
    this.book.apply(words, base);
    this.flow.listen(this.book);
  }

  beginWindow(): void {
    this.flow.begin(this.book);
  }

  /** The book is whole. A plain clear leaves a whole, empty book. Source: velocity.md section 6. */
  get isValid(): boolean {
    return this.book.eventCount > 0 && !this.book.snapshotInProgress;
  }

  /** The window is an observation: the book is whole and neither a snapshot nor a clear took part. */
  get isWindowValid(): boolean {
    return this.isValid && !this.flow.dirty;
  }

  /** price_int of the best level, 0 = none. */
  get bestBid(): number {
    return priceOf(this.book, this.book.bestBidLevel);
  }

  get bestAsk(): number {
    return priceOf(this.book, this.book.bestAskLevel);
  }
}

function priceOf(book: OrderBook, level: number): number {
  return level < 0 ? 0 : book.levelPrice[level];
}
