import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '#base/problem';
import { UNDEF_PRICE, type MboRecord } from '#core/mbo/mbo-block';
import { anomaliesOf, bookFromState, hashOfOrders, stateOfBook, timeBaseOf } from '#core/book/book-queries';
import { OrderBook } from '#core/book/order-book';
import { mbo } from '#core/book/testing/mbo-records';
import { applyAll, flowOf } from '#core/book/testing/run-book';

const RUNS = process.env['SPYMASTER_LONG'] === undefined ? 100 : 1500;

const anyRecord: fc.Arbitrary<MboRecord> = fc
  .record({
    action: fc.oneof(
      { weight: 40, arbitrary: fc.constantFrom(...'AAAAAACCMMFFFFT'.split('')) },
      { weight: 1, arbitrary: fc.constant('R') },
    ),
    side: fc.constantFrom(...'BA'.split('')),
    id: fc.bigInt(1n, 6n),
    price: fc.oneof(
      { weight: 9, arbitrary: fc.bigInt(1n, 6n) },
      { weight: 1, arbitrary: fc.constant(UNDEF_PRICE) },
    ),
    size: fc.nat(9),
    flags: fc.oneof(
      { weight: 30, arbitrary: fc.constant(128) },
      { weight: 1, arbitrary: fc.constantFrom(40, 168, 132) },
    ),
    tick: fc.constantFrom(0n, 0n, 0n, 0n, 1n),
  })
  .map(({ action, side, id, price, size, flags, tick }) =>
    mbo(action, side, id, price, size, { flags, tsEvent: 1_700_000_000_000_000_000n + tick }),
  );

function outputs(book: OrderBook, records: MboRecord[]): unknown[] {
  const seen: unknown[] = [];
  applyAll(book, records, () =>
    seen.push([
      structuredClone(book.fact),
      flowOf(book),
      anomaliesOf(book),
      [
        book.bestBidLevel,
        book.bestAskLevel,
        book.levelCount,
        book.orderCount,
        book.eventCount,
        book.recordNs,
      ],
      [book.bookValid, book.snapshotInProgress, book.snapshotBegan, book.snapshotCompleted, book.suspect],
      [book.lastTrade.price, book.lastTrade.size, book.lastTrade.side, book.generation],
    ]),
  );
  return seen;
}

describe('checkpoint of the book', () => {
  it('and the rest of the stream give what the straight run gives, at any cut', () => {
    fc.assert(
      fc.property(fc.array(anyRecord, { maxLength: 150, size: 'max' }), fc.nat(), (records, where) => {
        const cut = where % (records.length + 1);
        const straight = applyAll(new OrderBook(), records.slice(0, cut));
        const bytes = stateOfBook(straight);
        const restored = bookFromState(bytes);
        expect(stateOfBook(restored)).toEqual(bytes);
        expect(timeBaseOf(restored)).toBe(timeBaseOf(straight));
        const tail = records.slice(cut);
        expect(outputs(restored, tail)).toEqual(outputs(straight, tail));
        expect(stateOfBook(restored)).toEqual(stateOfBook(straight));
        expect(hashOfOrders(restored)).toBe(hashOfOrders(straight));
      }),
      { numRuns: RUNS },
    );
  });

  it('keeps fills that wait for their cancel', () => {
    const book = applyAll(new OrderBook(), [mbo('A', 'B', 3, 100, 5), mbo('F', 'B', 3, 100, 4)]);
    const restored = applyAll(bookFromState(stateOfBook(book)), [mbo('C', 'B', 3, 100, 5)]);
    expect(restored.fact).toMatchObject({ fill: 4, pull: 1, fillEventId: 2 });
  });

  it('is refused when it is cut short, at every length', () => {
    const bytes = stateOfBook(applyAll(new OrderBook(), fc.sample(anyRecord, { numRuns: 60, seed: 1 })));
    for (let length = 0; length < bytes.length; length++) {
      expect(() => bookFromState(bytes.subarray(0, length))).toThrow(ProblemError);
    }
  });

  it('with changed bytes is refused or gives a book that works', () => {
    const records = fc.sample(anyRecord, { numRuns: 60, seed: 2 });
    const bytes = stateOfBook(applyAll(new OrderBook(), records));
    const change = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255));
    let refused = 0;
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const changed = bytes.slice();
        for (const [at, value] of changes) changed[at] = value;
        try {
          stateOfBook(applyAll(bookFromState(changed), records));
        } catch (error) {
          expect(error).toBeInstanceOf(ProblemError);
          refused++;
        }
      }),
      { numRuns: 10 * RUNS },
    );
    expect(refused).toBeGreaterThan(0);
  });

  it('with the same order twice is refused', () => {
    const book = applyAll(new OrderBook(), [mbo('A', 'B', 3, 100, 1), mbo('A', 'B', 4, 100, 1)]);
    const bytes = stateOfBook(book);
    // The id column holds 3, 4 as little-endian words.
    const at = bytes.findIndex((byte, i) => byte === 3 && bytes[i + 4] === 4 && bytes[i + 8] !== 3);
    const twice = bytes.slice();
    twice[at] = 4;
    expect(() => bookFromState(twice)).toThrow(
      expect.objectContaining({
        problem: expect.objectContaining({ code: 'book/bad-checkpoint' }) as unknown,
      }) as Error,
    );
  });
});
