import { describe, expect, it } from 'vitest';
import { UNDEF_PRICE, type MboRecord } from '#core/mbo/mbo-block';
import { FACT_ADD, FACT_CANCEL, FACT_CLEAR, FACT_MOVE, FACT_NONE, FACT_SET } from '#core/book/book-fact';
import {
  depthAt,
  findOrder,
  levelAt,
  priceOfLevel,
  queueOf,
  setTimeBase,
  timeBaseOf,
  topLevels,
} from '#core/book/book-queries';
import { OrderBook } from '#core/book/order-book';
import { mbo } from '#core/book/testing/mbo-records';
import { applyAll } from '#core/book/testing/run-book';

const DAY = 1_699_920_000_000_000_000n; // 2023-11-14T00:00Z
const at = (seconds: number, more: Partial<MboRecord> = {}): Partial<MboRecord> => {
  const ts = DAY + BigInt(Math.round(seconds * 1e9));
  return { tsEvent: ts, tsRecv: ts, ...more };
};

function bookOf(...records: MboRecord[]): OrderBook {
  return applyAll(new OrderBook(), records);
}

function idsAt(book: OrderBook, side: number, price: bigint): bigint[] {
  return queueOf(book, levelAt(book, side, price)).map((order) => order.orderId);
}

function bookFrom(timeBaseNs: bigint): OrderBook {
  const book = new OrderBook();
  setTimeBase(book, timeBaseNs);
  return book;
}

describe('orders of the book', () => {
  it('keep the stored side when a modify or a second add names the other', () => {
    const book = bookOf(mbo('A', 'B', 1, 100, 5), mbo('M', 'A', 1, 101, 6));
    expect(findOrder(book, 1n)).toMatchObject({ side: 0, priceInt: 101n, size: 6 });
    expect(book.fact).toMatchObject({ kind: FACT_MOVE, side: 0 });
    applyAll(book, [mbo('A', 'A', 1, 101, 2)]);
    expect(findOrder(book, 1n)).toMatchObject({ side: 0, priceInt: 101n, size: 2 });
    expect(book.anomalies.duplicate_add).toBe(1);
  });

  it('are left alone by adds and modifies without a side, known id or not', () => {
    const book = bookOf(
      mbo('A', 'B', 1, 100, 5),
      mbo('M', 'N', 1, 101, 6),
      mbo('M', 'N', 1, 101, 0),
      mbo('A', 'N', 2, 1, 1),
    );
    expect(findOrder(book, 1n)).toMatchObject({ priceInt: 100n, size: 5 });
    expect(book.orderCount).toBe(1);
    expect(book.anomalies.bad_side).toBe(3);
    expect(book.fact.kind).toBe(FACT_NONE);
  });

  it('ignore a modify to an undefined price, but are removed by one to size 0', () => {
    const book = bookOf(mbo('A', 'B', 1, 100, 5), mbo('M', 'B', 1, UNDEF_PRICE, 6));
    expect(findOrder(book, 1n)).toMatchObject({ priceInt: 100n, size: 5 });
    expect(book.anomalies.undefined_price).toBe(1);
    applyAll(book, [mbo('M', 'B', 1, UNDEF_PRICE, 0)]);
    expect(book.orderCount).toBe(0);
    expect(book.fact).toMatchObject({ kind: FACT_SET, oldQty: 5, newQty: 0, pull: 5 });
  });

  it('may be empty: an add of size 0 has a place in the queue and no depth', () => {
    const book = bookOf(mbo('A', 'B', 1, 100, 0));
    expect([book.orderCount, book.bestBidLevel]).toEqual([1, -1]);
    expect(book.fact).toMatchObject({ kind: FACT_ADD, add: 0, newQty: 0 });
    applyAll(book, [mbo('A', 'B', 2, 100, 3)]);
    expect(idsAt(book, 0, 100n)).toEqual([1n, 2n]);
    applyAll(book, [mbo('C', 'B', 1, 100, 0)]);
    expect(book.orderCount).toBe(2);
    applyAll(book, [mbo('C', 'B', 1, 100, 1)]);
    expect([book.orderCount, book.anomalies.clamped_cancel, book.anomalies.zero_size_cancel]).toEqual([
      1, 1, 1,
    ]);
  });

  it('enter by a modify of an unknown id, unless its size is 0', () => {
    const book = bookOf(mbo('M', 'A', 1, 100, 4), mbo('M', 'A', 2, 100, 0));
    expect(book.orderCount).toBe(1);
    expect(book.anomalies.unknown_modify).toBe(2);
    expect(book.fact.kind).toBe(FACT_NONE);
  });

  it('keep their place when they shrink and lose it when they grow or move', () => {
    const adds = [1, 2, 3].map((id) => mbo('A', 'B', id, 100, 5));
    expect(idsAt(bookOf(...adds, mbo('M', 'B', 1, 100, 4)), 0, 100n)).toEqual([1n, 2n, 3n]);
    expect(idsAt(bookOf(...adds, mbo('M', 'B', 1, 100, 5)), 0, 100n)).toEqual([1n, 2n, 3n]);
    expect(idsAt(bookOf(...adds, mbo('C', 'B', 1, 100, 2)), 0, 100n)).toEqual([1n, 2n, 3n]);
    expect(idsAt(bookOf(...adds, mbo('M', 'B', 1, 100, 6)), 0, 100n)).toEqual([2n, 3n, 1n]);
    const away = bookOf(...adds, mbo('M', 'B', 1, 99, 5));
    expect(idsAt(applyAll(away, [mbo('M', 'B', 1, 100, 5)]), 0, 100n)).toEqual([2n, 3n, 1n]);
  });

  it('are told apart by all 64 bits of their id and price', () => {
    const big = 2n ** 53n;
    const ids = [big, big + 1n, 2n ** 64n - 1n, 2n ** 64n - 2n];
    const book = bookOf(...ids.map((id) => mbo('A', 'A', id, big + (id % 2n), 1)));
    expect(book.orderCount).toBe(4);
    expect(book.levelCount).toBe(2);
    expect(priceOfLevel(book, book.bestAskLevel)).toBe(big);
    applyAll(book, [mbo('C', 'A', big, 0, 1), mbo('C', 'A', 2n ** 64n - 2n, 0, 1)]);
    expect(priceOfLevel(book, book.bestAskLevel)).toBe(big + 1n);
  });

  it('have the right best price where prices are equal as f64', () => {
    for (const price of [2n ** 53n, 2n ** 62n - 1n]) {
      expect(Number(price)).toBe(Number(price + 1n));
      const bids = bookOf(mbo('A', 'B', 1, price, 1), mbo('A', 'B', 2, price + 1n, 1));
      expect(priceOfLevel(bids, bids.bestBidLevel)).toBe(price + 1n);
      const asks = bookOf(mbo('A', 'A', 1, price + 1n, 1), mbo('A', 'A', 2, price, 1));
      expect(priceOfLevel(asks, asks.bestAskLevel)).toBe(price);
    }
  });

  it('may cross, and their sizes add up exactly', () => {
    const most = 2 ** 32 - 1;
    const book = bookOf(mbo('A', 'B', 1, 110, most), mbo('A', 'B', 2, 110, most), mbo('A', 'A', 3, 100, 1));
    expect(topLevels(book, 1)).toMatchObject({
      bids: [{ priceInt: 110n, qty: 2 * most }],
      asks: [{ priceInt: 100n }],
    });
    applyAll(book, [mbo('C', 'B', 1, 0, most)]);
    expect(depthAt(book, 0, 110n)).toBe(most);
    expect(book.fact).toMatchObject({ kind: FACT_CANCEL, oldQty: most, newQty: 0, pull: most });
  });

  it('have negative prices in the right order', () => {
    const book = bookOf(
      mbo('A', 'B', 1, -500, 1),
      mbo('A', 'B', 2, -400, 1),
      mbo('A', 'A', 3, -5, 1),
      mbo('A', 'A', 4, 5, 1),
    );
    expect(priceOfLevel(book, book.bestBidLevel)).toBe(-400n);
    expect(priceOfLevel(book, book.bestAskLevel)).toBe(-5n);
    expect(book.levelPrice[book.bestBidLevel]).toBe(-400);
  });
});

describe('age of an order', () => {
  it('starts with its entry and anew only with another price', () => {
    const book = bookOf(
      mbo('A', 'B', 1, 100, 5, at(1)),
      mbo('M', 'B', 1, 100, 9, at(2)),
      mbo('M', 'B', 1, 100, 1, at(3)),
    );
    expect(findOrder(book, 1n)!.entryNs).toBe(1e9);
    expect(book.fact.entryNs).toBe(1e9);
    applyAll(book, [mbo('M', 'B', 1, 101, 1, at(4))]);
    expect(book.fact.entryNs).toBe(1e9);
    expect(findOrder(book, 1n)!.entryNs).toBe(4e9);
    applyAll(book, [mbo('C', 'B', 1, 101, 1, at(5))]);
    expect([book.fact.entryNs, book.recordNs]).toEqual([4e9, 5e9]);
  });
});

describe('fills', () => {
  const entered = mbo('A', 'B', 1, 100, 10, at(1));

  it('leave what a cancel does not use to a further cancel at the same instant', () => {
    const book = bookOf(entered, mbo('F', 'B', 1, 100, 6, at(2)), mbo('C', 'B', 1, 100, 4, at(2)));
    expect(book.fact).toMatchObject({ fill: 4, pull: 0, fillEventId: 2 });
    applyAll(book, [mbo('C', 'B', 1, 100, 4, at(2))]);
    expect(book.fact).toMatchObject({ fill: 2, pull: 2, fillEventId: 2 });
    applyAll(book, [mbo('C', 'B', 1, 100, 2, at(2))]);
    expect(book.fact).toMatchObject({ fill: 0, pull: 2, fillEventId: 0 });
    expect(book.anomalies.unused_credit).toBe(0);
  });

  it('end with a modify, used or not', () => {
    const book = bookOf(entered, mbo('F', 'B', 1, 100, 12, at(2)), mbo('M', 'B', 1, 100, 3, at(2)));
    expect(book.fact).toMatchObject({ kind: FACT_SET, fill: 10, pull: 0, add: 3 });
    expect(book.anomalies.unused_credit).toBe(1);
    applyAll(book, [mbo('C', 'B', 1, 100, 3, at(2))]);
    expect(book.fact).toMatchObject({ fill: 0, pull: 3 });
  });

  it('are void at another instant, also for the instant they came from', () => {
    const book = bookOf(entered, mbo('F', 'B', 1, 100, 4, at(2)), mbo('C', 'B', 1, 100, 1, at(3)));
    expect(book.fact).toMatchObject({ fill: 0, pull: 1 });
    applyAll(book, [mbo('C', 'B', 1, 100, 1, at(2))]);
    expect(book.fact).toMatchObject({ fill: 0, pull: 1 });
    expect(book.anomalies.unused_credit).toBe(1);
  });

  it('never exceed what leaves the book', () => {
    const book = bookOf(entered, mbo('F', 'B', 1, 100, 50, at(2)), mbo('C', 'B', 1, 100, 60, at(2)));
    expect(book.fact).toMatchObject({ oldQty: 10, newQty: 0, fill: 10, pull: 0, fillEventId: 2 });
    expect(book.anomalies).toMatchObject({ clamped_cancel: 1, unused_credit: 1 });
  });

  it('replace those of another instant and carry the number of their last F', () => {
    const book = bookOf(
      entered,
      mbo('F', 'B', 1, 100, 4, at(2)),
      mbo('F', 'B', 1, 100, 1, at(3)),
      mbo('F', 'B', 1, 100, 2, at(3)),
      mbo('C', 'B', 1, 100, 9, at(3)),
    );
    expect(book.fact).toMatchObject({ fill: 3, pull: 6, fillEventId: 4 });
    expect(book.anomalies.unused_credit).toBe(1);
  });

  it('disappear with a clear and with the order, and are counted', () => {
    const cleared = bookOf(entered, mbo('F', 'B', 1, 100, 4, at(2)), mbo('R', 'N', 0, 0, 0, at(2)), entered);
    applyAll(cleared, [mbo('C', 'B', 1, 100, 10, at(2))]);
    expect(cleared.fact).toMatchObject({ fill: 0, pull: 10 });
    expect(cleared.anomalies.unused_credit).toBe(1);
    const removed = bookOf(entered, mbo('F', 'B', 1, 100, 40, at(2)), mbo('C', 'B', 1, 100, 10, at(2)));
    applyAll(removed, [mbo('A', 'B', 1, 100, 5, at(2)), mbo('C', 'B', 1, 100, 5, at(2))]);
    expect(removed.fact).toMatchObject({ fill: 0, pull: 5 });
    expect(removed.anomalies.unused_credit).toBe(1);
  });

  it('of unknown orders and of size 0 give nothing', () => {
    const book = bookOf(entered, mbo('F', 'B', 9, 100, 4, at(2)), mbo('F', 'B', 1, 100, 0, at(2)));
    applyAll(book, [mbo('C', 'B', 1, 100, 2, at(2))]);
    expect(book.fact).toMatchObject({ fill: 0, pull: 2 });
    expect(book.anomalies.unknown_fill).toBe(1);
  });
});

describe('snapshots', () => {
  const state = (book: OrderBook): unknown[] => [
    book.bookValid,
    book.snapshotInProgress,
    book.snapshotBegan,
    book.snapshotCompleted,
    book.orderCount,
  ];
  const follow = (...records: MboRecord[]): unknown[] => {
    const book = new OrderBook();
    const states: unknown[] = [];
    applyAll(book, records, () => states.push(state(book)));
    return states;
  };
  const live = (id: number): MboRecord => mbo('A', 'B', id, 100, 1);
  const snap = (id: number, flags = 40): MboRecord => mbo('A', 'B', id, 100, 1, { flags });

  it('start with their clear and end with F_LAST', () => {
    expect(follow(live(1), mbo('R', 'N', 0, 0, 0, { flags: 40 }), snap(2), snap(3, 168), live(4))).toEqual([
      [true, false, false, false, 1],
      [false, true, true, false, 0],
      [false, true, false, false, 1],
      [true, false, false, true, 2],
      [true, false, false, false, 3],
    ]);
  });

  it('without a clear empty the book before their first order', () => {
    expect(follow(live(1), snap(2), snap(3, 168))).toEqual([
      [true, false, false, false, 1],
      [false, true, true, false, 1],
      [true, false, false, true, 2],
    ]);
  });

  it('end with a record that is not theirs', () => {
    expect(follow(snap(1), snap(2), live(3))).toEqual([
      [false, true, true, false, 1],
      [false, true, false, false, 2],
      [true, false, false, true, 3],
    ]);
  });

  it('end with a plain clear, which leaves the book invalid for that record', () => {
    expect(follow(snap(1), mbo('R', 'N', 0, 0, 0, { flags: 8 }), live(3))).toEqual([
      [false, true, true, false, 1],
      [false, false, false, true, 0],
      [true, false, false, false, 1],
    ]);
  });

  it('may be empty', () => {
    expect(follow(live(1), mbo('R', 'N', 0, 0, 0, { flags: 168 }), live(2))).toEqual([
      [true, false, false, false, 1],
      [false, false, true, false, 0],
      [true, false, false, false, 1],
    ]);
  });

  it('mark their facts, wipe levels and change the generation', () => {
    const book = bookOf(live(1));
    expect([book.fact.snapshot, book.generation, book.levelCount]).toEqual([0, 0, 1]);
    applyAll(book, [mbo('A', 'A', 2, 200, 1, { flags: 40 })]);
    expect([book.fact.snapshot, book.generation, book.levelCount]).toEqual([1, 1, 1]);
    expect(book.fact).toMatchObject({ kind: FACT_ADD, newLevel: 0, side: 1 });
    applyAll(book, [mbo('R', 'N', 0, 0, 0)]);
    expect([book.fact.kind, book.generation, book.levelCount, book.bestAskLevel]).toEqual([
      FACT_CLEAR,
      2,
      0,
      -1,
    ]);
  });
});

describe('marks of the feed', () => {
  it('make the book suspect until a clear or a completed snapshot', () => {
    const bad = mbo('A', 'B', 1, 100, 1, { flags: 132 });
    const suspects: boolean[] = [];
    const book = new OrderBook();
    const clear = mbo('R', 'N', 0, 0, 0);
    const snapshot = [mbo('A', 'B', 2, 100, 1, { flags: 40 }), mbo('A', 'B', 3, 100, 1, { flags: 168 })];
    applyAll(book, [bad, mbo('N', 'N', 0, 0, 0), clear, bad, ...snapshot], () => suspects.push(book.suspect));
    expect(suspects).toEqual([true, true, false, true, true, false]);
  });

  it('count book-changing records of feeds that are not order by order', () => {
    const book = bookOf(
      mbo('A', 'B', 1, 100, 1, { flags: 192 }),
      mbo('M', 'B', 1, 100, 1, { flags: 144 }),
      mbo('T', 'B', 1, 100, 1, { flags: 192 }),
      mbo('A', 'B', 2, 100, 1),
    );
    expect(book.aggregatedRecords).toBe(2);
  });

  it('include the last trade with a positive price, which survives clears', () => {
    const price = 2n ** 53n + 1n;
    const book = bookOf(
      mbo('T', 'A', 0, price, 7),
      mbo('T', 'B', 0, UNDEF_PRICE, 1),
      mbo('T', 'B', 0, -5, 1),
      mbo('T', 'B', 0, 0, 1),
    );
    applyAll(book, [mbo('R', 'N', 0, 0, 0)]);
    expect([book.lastTrade.priceLo, book.lastTrade.priceHi]).toEqual([1, 2 ** 21]);
    expect([book.lastTrade.price, book.lastTrade.size, book.lastTrade.side]).toEqual([2 ** 53, 7, 65]);
  });

  it('count unknown actions and change nothing', () => {
    const book = bookOf(mbo('A', 'B', 1, 100, 1), mbo('?', 'B', 1, 100, 1), mbo('N', 'N', 0, 0, 0));
    expect([book.eventCount, book.orderCount, book.anomalies.unknown_action]).toEqual([3, 1, 1]);
  });
});

describe('clock of the book', () => {
  it('counts from the UTC day of the first record, by its index time', () => {
    const old = DAY - 3n * 86_400_000_000_000n;
    const book = bookOf(mbo('A', 'B', 1, 100, 1, { tsRecv: DAY + 5n, tsEvent: old }));
    expect(timeBaseOf(book)).toBe(DAY);
    expect(book.recordNs).toBe(-3 * 86_400e9);
    expect(bookOf(mbo('N', 'N', 0, 0, 0, { tsRecv: 2n ** 64n - 1n, tsEvent: DAY + 7n })).recordNs).toBe(7);
  });

  it('counts from a given time, to the nanosecond', () => {
    const book = applyAll(bookFrom(DAY - 1n), [mbo('N', 'N', 0, 0, 0, at(86_399.999999999))]);
    expect(timeBaseOf(book)).toBe(DAY - 1n);
    expect(book.recordNs).toBe(86_400e9);
  });
});
