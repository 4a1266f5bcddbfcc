import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MBO_WORDS, UNDEF_PRICE, type MboRecord } from '#core/mbo/mbo-block';
import { FACT_CLEAR } from '#core/book/book-fact';
import { forEachOrder, priceOfLevel, queueOf, timeBaseOf, topLevels } from '#core/book/book-queries';
import { OrderBook } from '#core/book/order-book';
import { mbo } from '#core/book/testing/mbo-records';
import { NaiveBook, type NaiveFlow } from '#core/book/testing/naive-book';
import { applyAll, flowOf } from '#core/book/testing/run-book';

const RUNS = process.env['SPYMASTER_LONG'] === undefined ? 100 : 1500;
const T0 = 1_700_000_000_000_000_000n;

/** Few ids, prices and instants, so that records meet; odd values of every field mixed in. */
const anyRecord: fc.Arbitrary<MboRecord> = fc
  .record({
    action: fc.oneof(
      { weight: 40, arbitrary: fc.constantFrom(...'AAAAAACCCCMMMFFFFTNX'.split('')) },
      { weight: 1, arbitrary: fc.constant('R') },
    ),
    side: fc.constantFrom(...'BBBBAAAAN'.split('')),
    id: fc.oneof(
      { weight: 9, arbitrary: fc.bigInt(1n, 5n) },
      { weight: 1, arbitrary: fc.constantFrom(0n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 64n - 1n) },
    ),
    price: fc.oneof(
      { weight: 9, arbitrary: fc.bigInt(-3n, 4n).map((tick) => tick * 250_000_000n) },
      {
        weight: 1,
        arbitrary: fc.constantFrom(UNDEF_PRICE, 2n ** 53n, 2n ** 53n + 1n, -(2n ** 63n), 2n ** 63n - 2n),
      },
    ),
    size: fc.oneof(
      { weight: 9, arbitrary: fc.nat(4) },
      { weight: 1, arbitrary: fc.constantFrom(2 ** 32 - 1, 2 ** 31) },
    ),
    flags: fc.oneof(
      { weight: 30, arbitrary: fc.constantFrom(0, 128) },
      { weight: 1, arbitrary: fc.constantFrom(32, 40, 168, 4, 132, 64, 16) },
    ),
    tick: fc.constantFrom(0n, 0n, 0n, 0n, 0n, 0n, 1n, 2n),
  })
  .map(({ action, side, id, price, size, flags, tick }) =>
    mbo(action, side, id, price, size, { flags, tsEvent: T0 + tick }),
  );

const records = fc.array(anyRecord, { maxLength: 120, size: 'max' });

function nonZero(flows: NaiveFlow[]): NaiveFlow[] {
  return flows.filter(({ add, pull, fill }) => add !== 0 || pull !== 0 || fill !== 0);
}

function bookState(book: OrderBook): unknown {
  const levels = topLevels(book, 1000);
  const queues = [...levels.bids, ...levels.asks].map(({ level, priceInt }) => [
    priceInt,
    queueOf(book, level).map((order) => [
      order.orderId,
      order.size,
      timeBaseOf(book) + BigInt(order.entryNs),
    ]),
  ]);
  return {
    bids: levels.bids.map(({ priceInt, qty, orders }) => [priceInt, qty, orders]),
    asks: levels.asks.map(({ priceInt, qty, orders }) => [priceInt, qty, orders]),
    queues,
    valid: book.bookValid,
    inSnapshot: book.snapshotInProgress,
    wipes: book.generation,
  };
}

function naiveState(book: NaiveBook): unknown {
  const queues = [0, 1].flatMap((side) =>
    book.depth(side).map(([price]) => [price, book.queue(side, price).map((o) => [o.id, o.size, o.entry])]),
  );
  return {
    bids: book.depth(0),
    asks: book.depth(1),
    queues,
    valid: book.valid,
    inSnapshot: book.inSnapshot,
    wipes: book.wipes,
  };
}

describe('order book against a plain reference', () => {
  it('has the same levels, queues, ages, flags and flows after every record', () => {
    fc.assert(
      fc.property(records, (stream) => {
        const book = new OrderBook(4);
        const naive = new NaiveBook();
        applyAll(book, stream, (record) => {
          const expected = naive.apply(record);
          expect(nonZero(flowOf(book))).toEqual(nonZero(expected));
          expect(bookState(book)).toEqual(naiveState(naive));
        });
        expect(book.eventCount).toBe(stream.length);
        expect(book.orderCount).toBe(naive.orders.length);
      }),
      { numRuns: RUNS },
    );
  });

  it('keeps best prices, level sums and order sums consistent', () => {
    fc.assert(
      fc.property(records, (stream) => {
        const book = new OrderBook(4);
        applyAll(book, stream, () => {
          const sums = new Float64Array(book.levelCount);
          const counts = new Int32Array(book.levelCount);
          const slotOf = new Map<string, number>();
          for (let level = 0; level < book.levelCount; level++) {
            slotOf.set(`${book.levelSide[level]} ${priceOfLevel(book, level)}`, level);
          }
          expect(slotOf.size).toBe(book.levelCount);
          forEachOrder(book, ({ side, priceInt, size }) => {
            const level = slotOf.get(`${side} ${priceInt}`)!;
            sums[level] += size;
            counts[level]++;
          });
          expect(book.levelQty.subarray(0, book.levelCount)).toEqual(sums);
          expect(book.levelOrders.subarray(0, book.levelCount)).toEqual(counts);
          const { bids, asks } = topLevels(book, 1);
          expect(book.bestBidLevel).toBe(bids[0]?.level ?? -1);
          expect(book.bestAskLevel).toBe(asks[0]?.level ?? -1);
        });
        expect(book.anomalies.clamped_depth).toBe(0);
      }),
      { numRuns: RUNS },
    );
  });

  it('conserves quantity: depth is the sum of add - pull - fill of the facts since the last wipe', () => {
    fc.assert(
      fc.property(records, (stream) => {
        const book = new OrderBook();
        const depth = new Map<string, number>();
        let generation = 0;
        applyAll(book, stream, () => {
          if (book.generation !== generation) depth.clear();
          generation = book.generation;
          for (const { side, price, add, pull, fill } of flowOf(book)) {
            expect(Math.min(add, pull, fill)).toBeGreaterThanOrEqual(0);
            const key = `${side} ${price}`;
            depth.set(key, (depth.get(key) ?? 0) + add - pull - fill);
          }
          for (let level = 0; level < book.levelCount; level++) {
            const key = `${book.levelSide[level]} ${priceOfLevel(book, level)}`;
            expect(depth.get(key) ?? 0).toBe(book.levelQty[level]);
          }
        });
      }),
      { numRuns: RUNS },
    );
  });
});

describe('order book under noise', () => {
  it('accepts any bytes as records and stays consistent', () => {
    const words = fc.array(fc.integer({ min: 0, max: 0xffffffff }), {
      minLength: MBO_WORDS,
      maxLength: MBO_WORDS,
    });
    fc.assert(
      fc.property(fc.array(words, { maxLength: 60, size: 'max' }), (garbage) => {
        const book = new OrderBook(1);
        garbage.forEach((record, i) => {
          // Half of the records get an action that the book acts upon.
          if (i % 2 === 0) record[9] = (record[9] & 0xff00ffff) | ('ACMFTR'.charCodeAt((i >> 1) % 6) << 16);
          book.apply(new Uint32Array(record), 0);
          expect(book.fact.kind).toBeLessThanOrEqual(FACT_CLEAR);
        });
        let orders = 0;
        forEachOrder(book, () => orders++);
        expect(orders).toBe(book.orderCount);
        expect(book.eventCount).toBe(garbage.length);
      }),
      { numRuns: RUNS },
    );
  });
});
