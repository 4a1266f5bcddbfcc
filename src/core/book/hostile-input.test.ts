/**
 * Input made to be slow. None of these tests measures time: with a linear search anywhere they would not end within
 * the time limit of a test.
 */
import { describe, expect, it } from 'vitest';
import { MBO_WORDS, type MboRecord } from '#core/mbo/mbo-block';
import { priceOfLevel, topLevels } from '#core/book/book-queries';
import { multiplier } from '#core/book/hash-words';
import { OrderBook } from '#core/book/order-book';
import { OrderStore } from '#core/book/order-store';
import { blockOf, mbo } from '#core/book/testing/mbo-records';
import { applyAll } from '#core/book/testing/run-book';

function longestRun(places: Int32Array): number {
  let longest = 0;
  let run = 0;
  // Twice around: a run may go through the end.
  for (let i = 0; i < 2 * places.length; i++) {
    run = places[i % places.length] === 0 ? 0 : run + 1;
    if (run > longest) longest = run;
  }
  return longest;
}

function storeOf(ids: Iterable<readonly [lo: number, hi: number]>): OrderStore {
  const store = new OrderStore(16);
  for (const [lo, hi] of ids) {
    const place = store.probeOrder(lo | 0, hi | 0);
    if (store.orderPlaces[place] !== 0) throw new Error(`found ${lo}, ${hi} before it came`);
    store.insertOrder(place, lo | 0, hi | 0);
  }
  return store;
}

/** x with `Math.imul(x, odd) === 1`. */
function inverse(odd: number): number {
  let x = odd;
  for (let i = 0; i < 5; i++) x = Math.imul(x, 2 - Math.imul(odd, x));
  return x;
}

describe('order ids', () => {
  const families: [name: string, id: (i: number) => [number, number]][] = [
    ['in sequence', (i) => [i, 0x59082f11]],
    ['in steps of 2^12', (i) => [i << 12, i >>> 20]],
    ['that differ in the high word only', (i) => [7, i]],
    ['that differ in the highest bits only', (i) => [7, i << 15]],
    ['of venue and counter', (i) => [i % 1000, (i / 1000) | 0]],
  ];

  it.each(families)('%s do not crowd', (_name, id) => {
    const store = storeOf(Array.from({ length: 100_000 }, (_, i) => id(i)));
    expect(store.orderCount).toBe(100_000);
    expect(store.orderRekeys).toBeLessThanOrEqual(1);
    expect(longestRun(store.orderPlaces)).toBeLessThan(40);
  });

  it('in sequence keep their order in the table', () => {
    const store = storeOf(Array.from({ length: 20_000 }, (_, i) => [i, 0x59082f11]));
    expect(store.orderRekeys).toBe(0);
    expect(longestRun(store.orderPlaces)).toBeLessThanOrEqual(2);
  });

  /** Ids that share a place under the constants of the `n`-th change, n > 0. */
  const meeting = (n: number, count: number): [number, number][] => {
    const back = inverse(multiplier(2 * n + 1));
    return Array.from({ length: count }, (_, i) => {
      const lo = 2 * i + 1;
      return [lo, Math.imul(back, Math.imul(lo, multiplier(2 * n)) ^ 0x12345678)];
    });
  };

  it('made to meet at one place are spread, change after change', () => {
    const crowd = Array.from({ length: 1000 }, (_, i): [number, number] => [i << 20, 0]);
    const ids = [
      ...crowd,
      ...meeting(1, 20_000),
      ...meeting(2, 20_000).map(([lo, hi]) => [-lo, -hi] as const),
    ];
    const store = storeOf(ids);
    expect(store.orderRekeys).toBe(3);
    expect(longestRun(store.orderPlaces)).toBeLessThan(40);
    const found = ids.filter(([lo, hi]) => {
      const node = store.orderPlaces[store.probeOrder(lo | 0, hi | 0)];
      return store.nodes[node] === (lo | 0) && store.nodes[node + 1] === (hi | 0);
    });
    expect(found).toHaveLength(ids.length);
  });

  it('made to fill neighbouring places do not slow down removals', () => {
    // 52429 * 5 = 1 modulo the 2^17 places: each id one place after the one before.
    const ids = Array.from({ length: 26_000 }, (_, i): [number, number] => [Math.imul(i, 52429), 0]);
    const store = new OrderStore(26_000);
    expect(store.orderPlaces).toHaveLength(2 ** 17);
    for (const [lo, hi] of ids) store.insertOrder(store.probeOrder(lo, hi), lo, hi);
    expect(longestRun(store.orderPlaces)).toBe(26_000);
    for (const [lo, hi] of ids.slice(0, 100)) store.freeOrderPlace(store.probeOrder(lo, hi));
    expect(store.orderRekeys).toBe(1);
    expect(longestRun(store.orderPlaces)).toBeLessThan(40);
    const left = ids.filter(([lo, hi]) => store.orderPlaces[store.probeOrder(lo, hi)] !== 0);
    expect(left).toEqual(ids.slice(100));
  });

  it('are found again after any others were removed', () => {
    const ids = Array.from({ length: 26_000 }, (_, i): [number, number] => [multiplier(i), 0]);
    const store = storeOf(ids);
    expect(longestRun(store.orderPlaces)).toBeGreaterThan(3);
    const isKnown = ([lo, hi]: [number, number]): boolean =>
      store.orderPlaces[store.probeOrder(lo, hi)] !== 0;
    for (let i = 0; i < ids.length; i += 2) store.freeOrderPlace(store.probeOrder(...ids[i]));
    expect(ids.map(isKnown)).toEqual(ids.map((_, i) => i % 2 === 1));
    for (let i = 1; i < ids.length; i += 2) store.freeOrderPlace(store.probeOrder(...ids[i]));
    expect(store.orderCount).toBe(0);
    expect(store.orderPlaces.every((node) => node === 0)).toBe(true);
  });
});

describe('price levels', () => {
  it('by the hundred thousand do not slow down the best price', () => {
    const levels = 200_000;
    const book = new OrderBook();
    const step = (i: number): bigint => BigInt((i * 7919) % levels);
    const adds = Array.from({ length: levels }, (_, i) => mbo('A', 'B', i, step(i), 1));
    applyAll(book, adds);
    expect(book.levelCount).toBe(levels);
    expect(priceOfLevel(book, book.bestBidLevel)).toBe(BigInt(levels - 1));
    // Empty all but the worst; then the touch alternates over the whole distance.
    applyAll(
      book,
      adds.slice(1).map((add) => ({ ...add, action: 'C'.charCodeAt(0) })),
    );
    expect(priceOfLevel(book, book.bestBidLevel)).toBe(0n);
    const { words } = blockOf([mbo('A', 'B', 999_999, levels - 1, 1), mbo('C', 'B', 999_999, 0, 1)]);
    const seen = new Set<number>();
    for (let i = 0; i < levels; i++) {
      book.apply(words, 0);
      seen.add(book.levelPrice[book.bestBidLevel]);
      book.apply(words, MBO_WORDS);
      seen.add(-book.levelPrice[book.bestBidLevel]);
    }
    expect([...seen]).toEqual([levels - 1, 0]);
    expect(topLevels(book, 10).bids).toHaveLength(1);
  });

  it('that share their low word are told apart', () => {
    const highWords = Array.from({ length: 3000 }, (_, i) => multiplier(i) >>> 3).sort((a, b) => a - b);
    const prices = highWords.map((hi) => 7n + (BigInt(hi) << 32n));
    const book = applyAll(
      new OrderBook(),
      prices.map((price, i) => mbo('A', 'A', i, price, 1)),
    );
    expect(topLevels(book, Infinity).asks.map(({ priceInt }) => priceInt)).toEqual(prices);
  });

  it('of both sides, in random order, always have the right best', () => {
    const book = new OrderBook();
    const live = new Map<number, number>();
    let seed = 1;
    const random = (n: number): number => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return seed % n;
    };
    for (let i = 0; i < 5000; i++) {
      const id = random(60);
      const record: MboRecord = live.has(id) ? mbo('C', 'A', id, 0, 1) : mbo('A', 'A', id, random(500), 1);
      if (live.has(id)) live.delete(id);
      else live.set(id, Number(record.price));
      applyAll(book, [record]);
      const best = live.size === 0 ? undefined : Math.min(...live.values());
      expect(book.bestAskLevel < 0 ? undefined : book.levelPrice[book.bestAskLevel]).toBe(best);
    }
  });
});

describe('a book that was large once', () => {
  it('is cleared in the time of what it holds now', () => {
    const book = applyAll(
      new OrderBook(),
      Array.from({ length: 300_000 }, (_, i) => mbo('A', 'B', i, i % 50_000, 1)),
    );
    const places = book.orderPlaces.length;
    const { words } = blockOf([mbo('R', 'N', 0, 0, 0), mbo('A', 'B', 1, 5, 1)]);
    for (let i = 0; i < 200_000; i++) {
      book.apply(words, 0);
      book.apply(words, MBO_WORDS);
    }
    expect(book.generation).toBe(200_000);
    expect([book.orderCount, book.levelCount, book.orderPlaces.length]).toEqual([1, 1, places]);
  });
});

describe('memory of the book', () => {
  const sizes = (book: OrderBook): number[] => [
    book.nodes.length,
    book.orderPlaces.length,
    book.levelQty.length,
    book.orderCount,
    book.levelCount,
  ];

  it('does not grow with add and cancel cycles at prices it has seen', () => {
    const cycle = Array.from({ length: 500 }, (_, i) => mbo('A', 'BA'[i % 2], i, i % 97, 3));
    const fills = cycle.map((add) => ({ ...add, action: 'F'.charCodeAt(0), size: 1 }));
    const moves = cycle.map((add) => ({ ...add, action: 'M'.charCodeAt(0), price: (add.price + 5n) % 97n }));
    const cancels = cycle.map((add) => ({ ...add, action: 'C'.charCodeAt(0) }));
    const { words, count } = blockOf([...cycle, ...fills, ...moves, ...cancels]);
    const book = new OrderBook(8);
    const run = (): void => {
      for (let i = 0; i < count; i++) book.apply(words, i * MBO_WORDS);
    };
    run();
    const after = sizes(book);
    expect(after.slice(3)).toEqual([0, 194]);
    for (let i = 0; i < 300; i++) run();
    expect(sizes(book)).toEqual(after);
    expect(book.credits.open).toBe(0);
    expect(book.bestBidLevel).toBe(-1);
  });

  it('grows from the smallest start without losing anything', () => {
    const book = applyAll(
      new OrderBook(1),
      Array.from({ length: 30_000 }, (_, i) => mbo('A', 'BA'[i % 2], i, (i * 31) % 4999, 1 + (i % 7))),
    );
    expect([book.orderCount, book.levelCount]).toEqual([30_000, 2 * 4999]);
    const { bids, asks } = topLevels(book, Infinity);
    const depth = (side: number): number[] => {
      const sums = new Array<number>(4999).fill(0);
      for (let i = side; i < 30_000; i += 2) sums[(i * 31) % 4999] += 1 + (i % 7);
      return sums;
    };
    expect(bids.map(({ qty }) => qty).reverse()).toEqual(depth(0));
    expect(asks.map(({ qty }) => qty)).toEqual(depth(1));
  });
});
