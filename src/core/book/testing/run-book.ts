import { MBO_WORDS, type MboRecord } from '#core/mbo/mbo-block';
import { FACT_CLEAR, FACT_MOVE, FACT_NONE } from '#core/book/book-fact';
import { priceOfLevel } from '#core/book/book-queries';
import type { OrderBook } from '#core/book/order-book';
import { blockOf } from '#core/book/testing/mbo-records';
import type { NaiveFlow } from '#core/book/testing/naive-book';

/** Applies records one by one; `each` looks at the book after every one. */
export function applyAll(
  book: OrderBook,
  records: readonly MboRecord[],
  each?: (record: MboRecord, index: number) => void,
): OrderBook {
  const { words } = blockOf(records);
  records.forEach((record, index) => {
    book.apply(words, index * MBO_WORDS);
    each?.(record, index);
  });
  return book;
}

/** The flow of the last record as the fact tells it. Records that change nothing are left out. */
export function flowOf(book: OrderBook): NaiveFlow[] {
  const { fact } = book;
  if (fact.kind === FACT_NONE || fact.kind === FACT_CLEAR) return [];
  const { side, add, pull, fill } = fact;
  if (fact.kind !== FACT_MOVE) {
    const level = fact.oldLevel >= 0 ? fact.oldLevel : fact.newLevel;
    return [{ side, price: priceOfLevel(book, level), add, pull, fill }];
  }
  return [
    { side, price: priceOfLevel(book, fact.oldLevel), add: 0, pull, fill },
    { side, price: priceOfLevel(book, fact.newLevel), add, pull: 0, fill: 0 },
  ];
}
