import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bookFromState, findOrder, stateOfBook, timeBaseOf } from '#core/book/book-queries';
import { OrderBook } from '#core/book/order-book';
import { blockOf, mbo } from '#core/book/testing/mbo-records';
import { MBO_WORDS, type MboRecord } from '#core/mbo/mbo-block';
import { BookMoments } from '#core/moment/book-moments';
import { ordersAt, type CellOrder } from '#core/moment/cell-orders';
import { anyStream } from '#core/moment/testing/any-records';
import { Timeline } from '#core/moment/timeline';

const T = 1_700_000_000_000_000_000n;

function momentsOf(records: readonly MboRecord[]): BookMoments {
  const moments = new BookMoments(new Timeline(Infinity), { everyNs: 0, everyRecords: 8, budgetBytes: 1e6 });
  const block = blockOf(records);
  for (let i = 0; i < block.count; i += 8) moments.append(block, i, Math.min(i + 8, block.count));
  return moments;
}

/** Records a nanosecond apart. */
function story(
  ...records: [action: string, side: string, id: number, price: number, size: number, flags?: number][]
) {
  return records.map(([action, side, id, price, size, flags = 128], i) =>
    mbo(action, side, id, price, size, { flags, tsEvent: T + BigInt(i), tsRecv: T + BigInt(i) }),
  );
}

describe('the orders of a cell', () => {
  it('have places, sizes ahead, and ends of every kind', () => {
    const records = story(
      ['A', 'B', 1, 100, 5],
      ['A', 'B', 2, 100, 7],
      ['A', 'B', 3, 100, 2],
      ['A', 'B', 4, 100, 4],
      ['A', 'B', 5, 100, 9],
      ['A', 'A', 6, 101, 9],
      ['M', 'B', 1, 100, 6], // behind 5
      ['F', 'B', 2, 100, 3, 0],
      ['C', 'B', 2, 100, 3],
      // the moment
      ['C', 'B', 3, 100, 2],
      ['M', 'B', 4, 99, 4],
      ['M', 'B', 5, 100, 8],
      ['M', 'B', 5, 100, 10],
    );
    records[8].tsEvent = records[7].tsEvent;
    const filled = [
      mbo('F', 'B', 2, 100, 4, { tsEvent: T + 20n, flags: 0 }),
      mbo('C', 'B', 2, 100, 4, { tsEvent: T + 20n }),
    ];
    const orders = ordersAt(momentsOf([...records, ...filled]), 9, 100n);
    expect(orders.map((o) => [o.orderId, o.size, o.place, o.qtyAhead])).toEqual([
      [2n, 4, 0, 0],
      [3n, 2, 1, 4],
      [4n, 4, 2, 6],
      [5n, 9, 3, 10],
      [1n, 6, 4, 19],
    ]);
    expect(orders.map((o) => o.history)).toMatchObject([
      { filled: 3, priorityLost: 0, priorityNs: T + 1n },
      { filled: 0, priorityLost: 0, priorityNs: T + 2n },
      { filled: 0, priorityLost: 0, priorityNs: T + 3n },
      { filled: 0, priorityLost: 0, priorityNs: T + 4n },
      { filled: 0, priorityLost: 1, priorityNs: T + 6n },
    ]);
    expect(orders.map((o) => o.enteredNs)).toEqual([T + 1n, T + 2n, T + 3n, T + 4n, T]);
    expect(orders.map((o) => o.fate)).toEqual([
      { end: 'filled', endNs: T + 20n, filled: 4, priorityLost: 0, movedTo: undefined, left: 0 },
      { end: 'cancelled', endNs: T + 9n, filled: 0, priorityLost: 0, movedTo: undefined, left: 0 },
      { end: 'moved', endNs: T + 10n, filled: 0, priorityLost: 0, movedTo: 99n, left: 0 },
      { end: 'resting', endNs: undefined, filled: 0, priorityLost: 1, movedTo: undefined, left: 10 },
      { end: 'resting', endNs: undefined, filled: 0, priorityLost: 0, movedTo: undefined, left: 6 },
    ]);
    expect(ordersAt(momentsOf(records), 9, 100n, 1)).toEqual([]);
    expect(ordersAt(momentsOf(records), 9, 101n)).toHaveLength(1);
    expect(ordersAt(momentsOf(records), 9, 50n)).toEqual([]);
  });

  it('that a part was filled of and the rest taken away were cancelled', () => {
    const records = story(['A', 'A', 1, 100, 10], ['F', 'A', 1, 100, 4, 0], ['C', 'A', 1, 100, 10]);
    records[2].tsEvent = records[1].tsEvent;
    expect(ordersAt(momentsOf(records), 1, 100n)[0].fate).toMatchObject({ end: 'cancelled', filled: 4 });
    // The fill before the moment, the removal after it.
    expect(ordersAt(momentsOf(records), 2, 100n)[0]).toMatchObject({
      history: { filled: 0 },
      fate: { end: 'cancelled', filled: 4 },
    });
  });

  it.each([
    ['a clear', [mbo('R', 'N', 0, 0, 0, { tsEvent: T + 9n })]],
    ['a snapshot', [mbo('A', 'B', 1, 100, 5, { flags: 168, tsEvent: T, tsRecv: T + 9n })]],
  ])('are ended by %s, even where it enters the same order again', (_, records) => {
    const orders = ordersAt(momentsOf([...story(['A', 'B', 1, 100, 5]), ...records]), 1, 100n);
    expect(orders[0].fate).toMatchObject({ end: 'cleared', left: 0 });
    expect(orders[0].fate.endNs).toBe(records[0].tsEvent);
  });

  it('have no history where the records of their entry never came', () => {
    const records = story(['A', 'B', 1, 100, 5], ['A', 'B', 2, 100, 5], ['M', 'B', 1, 100, 6]);
    const before = new OrderBook();
    before.apply(blockOf(records).words, 0);
    const moments = new BookMoments(new Timeline(Infinity, 1), undefined, stateOfBook(before));
    moments.append(blockOf(records), 1, 3);
    const orders = ordersAt(moments, 3, 100n);
    expect(orders.map((o) => [o.orderId, o.enteredNs, o.history?.priorityLost])).toEqual([
      [2n, T + 1n, 0],
      [1n, T, undefined],
    ]);
  });

  it('are what a book that sees every record says, order by order', () => {
    const ends = new Map<string, number>();
    fc.assert(
      fc.property(anyStream(120), fc.nat(), fc.bigInt(1n, 4n), (records, where, price) => {
        const index = where % (records.length + 1);
        const orders = ordersAt(momentsOf(records), index, price);
        for (const { fate } of orders) ends.set(fate.end, (ends.get(fate.end) ?? 0) + 1);
        expect(orders).toEqual(plainOrdersAt(records, index, price));
      }),
      { numRuns: process.env['SPYMASTER_LONG'] ? 2000 : 150 },
    );
    expect([...ends.keys()].sort()).toEqual(['cancelled', 'cleared', 'filled', 'moved', 'resting']);
  });
});

/** The same by one book through all records, which is asked about every order before and after each. */
function plainOrdersAt(records: readonly MboRecord[], index: number, price: bigint): CellOrder[] {
  const { words } = blockOf(records);
  const book = new OrderBook();
  const ids = [...new Set(records.map((r) => r.orderId))];
  const state = (): Map<bigint, ReturnType<typeof findOrder>> =>
    new Map(ids.map((id) => [id, findOrder(book, id)]));
  const histories = new Map<bigint, { priorityNs: bigint; priorityLost: number; filled: number }>();
  for (let i = 0; i < index; i++) {
    const before = state();
    const { generation } = book;
    book.apply(words, i * MBO_WORDS);
    const wiped = book.generation !== generation;
    const { tsEvent, orderId, action } = records[i];
    for (const [id, now] of state()) {
      const was = wiped ? undefined : before.get(id);
      if (!now) histories.delete(id);
      else if (!was || was.priceInt !== now.priceInt)
        histories.set(id, { priorityNs: tsEvent, priorityLost: 0, filled: 0 });
      else if (id === orderId && 'ACM'.includes(String.fromCharCode(action)) && book.fact.kind !== 0) {
        const history = histories.get(id)!;
        history.filled += book.fact.fill;
        if (now.size > was.size)
          Object.assign(history, { priorityNs: tsEvent, priorityLost: history.priorityLost + 1 });
      }
    }
  }
  const base = timeBaseOf(book);
  const present = [...state().values()].filter((o) => o !== undefined && o.priceInt === price).map((o) => o!);
  present.sort((a, b) => a.side - b.side || a.place - b.place);
  return present.map(({ entryNs, ...order }) => ({
    ...order,
    enteredNs: base + BigInt(entryNs),
    history: histories.get(order.orderId),
    fate: plainFate(records, index, bookFromState(stateOfBook(book)), order.orderId),
  }));
}

function plainFate(
  records: readonly MboRecord[],
  index: number,
  book: OrderBook,
  id: bigint,
): CellOrder['fate'] {
  const { words } = blockOf(records);
  const fate = { filled: 0, priorityLost: 0, movedTo: undefined };
  let was = findOrder(book, id)!;
  for (let i = index; i < records.length; i++) {
    const { generation } = book;
    book.apply(words, i * MBO_WORDS);
    const { tsEvent: endNs, orderId, action } = records[i];
    if (book.generation !== generation) return { ...fate, end: 'cleared', endNs, left: 0 };
    if (orderId !== id || !'ACM'.includes(String.fromCharCode(action)) || book.fact.kind === 0) continue;
    fate.filled += book.fact.fill;
    const now = findOrder(book, id);
    if (!now)
      return {
        ...fate,
        end: book.fact.fill > 0 && book.fact.fill === was.size ? 'filled' : 'cancelled',
        endNs,
        left: 0,
      };
    if (now.priceInt !== was.priceInt)
      return { ...fate, end: 'moved', endNs, movedTo: now.priceInt, left: 0 };
    if (now.size > was.size) fate.priorityLost++;
    was = now;
  }
  return { ...fate, end: 'resting', endNs: undefined, left: was.size };
}
