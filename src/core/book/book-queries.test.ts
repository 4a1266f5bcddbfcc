import { describe, expect, it } from 'vitest';
import {
  depthAt,
  findOrder,
  forEachOrder,
  hashOfOrders,
  levelAt,
  queueOf,
  restedQty,
  setTimeBase,
  topLevels,
} from '#core/book/book-queries';
import { OrderBook } from '#core/book/order-book';
import { mbo } from '#core/book/testing/mbo-records';
import { applyAll } from '#core/book/testing/run-book';

const T0 = 1_700_000_000_000_000_000n;

function bookFrom(timeBaseNs: bigint): OrderBook {
  const book = new OrderBook();
  setTimeBase(book, timeBaseNs);
  return book;
}

describe('questions to the book', () => {
  const book = applyAll(bookFrom(T0), [
    mbo('A', 'B', 1, 100, 5, { tsEvent: T0 }),
    mbo('A', 'B', 2, 100, 7, { tsEvent: T0 + 10n }),
    mbo('A', 'B', 3, 100, 1, { tsEvent: T0 + 20n }),
    mbo('A', 'B', 4, 98, 2),
    mbo('A', 'B', 5, 99, 2),
    mbo('C', 'B', 5, 99, 2),
    mbo('A', 'A', 6, 103, 4),
    mbo('A', 'A', 7, 102, 9),
  ]);

  it('give the best levels, best first, without empty ones', () => {
    const { bids, asks } = topLevels(book, 5);
    expect(bids.map(({ priceInt, qty, orders }) => [priceInt, qty, orders])).toEqual([
      [100n, 13, 3],
      [98n, 2, 1],
    ]);
    expect(asks.map(({ priceInt, qty, orders }) => [priceInt, qty, orders])).toEqual([
      [102n, 9, 1],
      [103n, 4, 1],
    ]);
    expect(topLevels(book, 1).bids).toEqual(bids.slice(0, 1));
    expect(topLevels(book, 0)).toEqual({ bids: [], asks: [] });
  });

  it('give the depth at a price', () => {
    expect([depthAt(book, 0, 100n), depthAt(book, 1, 100n), depthAt(book, 0, 99n)]).toEqual([13, 0, 0]);
    expect(levelAt(book, 0, 97n)).toBe(-1);
  });

  it('give a queue with place and quantity ahead', () => {
    const queue = queueOf(book, levelAt(book, 0, 100n));
    expect(queue.map(({ orderId, place, qtyAhead, entryNs }) => [orderId, place, qtyAhead, entryNs])).toEqual(
      [
        [1n, 0, 0, 0],
        [2n, 1, 5, 10],
        [3n, 2, 12, 20],
      ],
    );
    expect(findOrder(book, 2n)).toEqual(queue[1]);
    expect(findOrder(book, 5n)).toBeUndefined();
  });

  it('visit every order once', () => {
    const ids: bigint[] = [];
    forEachOrder(book, ({ orderId }) => ids.push(orderId));
    expect(ids.sort()).toEqual([1n, 2n, 3n, 4n, 6n, 7n]);
  });

  it('give the quantity that has rested since a moment, inclusive', () => {
    const level = levelAt(book, 0, 100n);
    expect([-1, 0, 9, 10, 20].map((ns) => restedQty(book, level, ns))).toEqual([0, 5, 5, 12, 13]);
  });

  it('give a hash of the empty book', () => {
    // SHA-256 of nothing.
    expect(hashOfOrders(new OrderBook())).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
  });
});
