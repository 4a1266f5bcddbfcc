import { describe, expect, it } from 'vitest';
import { fixturePath, readJson } from '#testdata/fixtures';
import type { BookAnomalies } from '#core/book/book-anomalies';
import { forEachOrder, priceOfLevel } from '#core/book/book-queries';
import { OrderBook } from '#core/book/order-book';
import { mbo } from '#core/book/testing/mbo-records';
import { applyAll } from '#core/book/testing/run-book';

interface Step {
  readonly op: string;
  readonly ts_ns: string;
  readonly action: string;
  readonly side: string;
  readonly price_int: string;
  readonly size: number;
  readonly order_id: string;
  readonly flags: number;
}

interface Rule {
  readonly name: string;
  readonly description: string;
  readonly steps: readonly Step[];
  readonly after: {
    readonly best_bid_price_int: string;
    readonly best_ask_price_int: string;
    readonly book_valid: boolean;
    readonly event_count: number;
    readonly orders: readonly { order_id: string; side: string; price_int: string; size: number }[];
    readonly anomalies: Readonly<Record<string, number>>;
  };
}

const rules = readJson<Rule[]>(fixturePath('vp', 'unit', 'dbn_rules.json'));

/** Counted by the engine around the book. */
const NOT_OF_THE_BOOK = ['late_ts', 'out_of_range'];

function bestPrice(book: OrderBook, level: number): string {
  return level < 0 ? '0' : String(priceOfLevel(book, level));
}

function countedAnomalies(anomalies: BookAnomalies): Record<string, number> {
  return Object.fromEntries(
    Object.entries(anomalies as unknown as Record<string, number>).filter(([, n]) => n !== 0),
  );
}

describe('order book by the DBN rules', () => {
  it('reads all eighteen rules', () => expect(rules).toHaveLength(18));

  it.each(rules)('$name: $description', ({ steps, after }) => {
    const records = steps
      .filter((step) => step.op === 'record')
      .map((s) =>
        mbo(s.action, s.side, BigInt(s.order_id), BigInt(s.price_int), s.size, {
          flags: s.flags,
          tsEvent: BigInt(s.ts_ns),
          tsRecv: BigInt(s.ts_ns),
        }),
      );
    const book = applyAll(new OrderBook(), records);
    const orders: unknown[] = [];
    forEachOrder(book, (order) =>
      orders.push({
        order_id: String(order.orderId),
        side: 'BA'[order.side],
        price_int: String(order.priceInt),
        size: order.size,
      }),
    );
    const byId = (a: unknown, b: unknown): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
    expect(orders.sort(byId)).toEqual([...after.orders].sort(byId));
    expect(bestPrice(book, book.bestBidLevel)).toBe(after.best_bid_price_int);
    expect(bestPrice(book, book.bestAskLevel)).toBe(after.best_ask_price_int);
    expect(book.bookValid).toBe(after.book_valid);
    expect(book.eventCount).toBe(after.event_count);
    const expected = Object.entries(after.anomalies).filter(([name]) => !NOT_OF_THE_BOOK.includes(name));
    expect(countedAnomalies(book.anomalies)).toEqual(Object.fromEntries(expected));
  });
});
