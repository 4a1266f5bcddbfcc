import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FifoBook, type SideIndex } from './fifo-book';

const TICKS = 40;

interface ModelOrder {
  slot: number;
  side: SideIndex;
  tick: number;
  size: number;
}

const command = fc.record({
  kind: fc.constantFrom('insert', 'insert', 'insert', 'remove', 'requeue', 'reduce'),
  side: fc.constantFrom<SideIndex>(0, 1),
  tick: fc.nat(TICKS - 1),
  size: fc.integer({ min: 1, max: 50 }),
  which: fc.nat(),
});

function queue(book: FifoBook, side: SideIndex, tick: number): number[] {
  const slots: number[] = [];
  for (let slot = book.head[book.level(side, tick)]; slot >= 0; slot = book.next[slot]) slots.push(slot);
  return slots;
}

function backwards(book: FifoBook, side: SideIndex, tick: number): number[] {
  const slots: number[] = [];
  for (let slot = book.tail[book.level(side, tick)]; slot >= 0; slot = book.previous[slot]) slots.push(slot);
  return slots;
}

/** The list is kept in queue order. */
function expectSame(book: FifoBook, model: readonly ModelOrder[]): void {
  for (const side of [0, 1] as const) {
    const own = model.filter((o) => o.side === side);
    expect(book.sideOrders[side]).toBe(own.length);
    const ticks = own.map((o) => o.tick);
    expect(book.best[side]).toBe(side === 0 ? Math.max(-1, ...ticks) : Math.min(TICKS, ...ticks));
    for (let tick = 0; tick < TICKS; tick++) {
      const here = own.filter((o) => o.tick === tick);
      const slots = here.map((o) => o.slot);
      expect(queue(book, side, tick)).toEqual(slots);
      expect(backwards(book, side, tick)).toEqual(slots.slice().reverse());
      expect(book.orders[book.level(side, tick)]).toBe(here.length);
      expect(book.depth[book.level(side, tick)]).toBe(here.reduce((sum, o) => sum + o.size, 0));
    }
  }
}

describe('FifoBook', () => {
  it('keeps queues, depths, counts and best prices like a plain list of orders', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 120 }), (commands) => {
        const book = new FifoBook(TICKS);
        let model: ModelOrder[] = [];
        for (const c of commands) {
          if (c.kind === 'insert') {
            model.push({
              slot: book.insert(c.side, c.tick, c.size, 1, 2),
              side: c.side,
              tick: c.tick,
              size: c.size,
            });
            continue;
          }
          if (model.length === 0) continue;
          const order = model[c.which % model.length];
          if (c.kind === 'remove') {
            book.remove(order.slot);
            model = model.filter((o) => o !== order);
          } else if (c.kind === 'requeue') {
            book.requeue(order.slot, c.tick, c.size);
            order.tick = c.tick;
            order.size = c.size;
            model = [...model.filter((o) => o !== order), order];
          } else if (order.size > 1) {
            const by = 1 + (c.which % (order.size - 1));
            book.reduce(order.slot, by);
            order.size -= by;
          }
        }
        expectSame(book, model);
        book.clear();
        expectSame(book, []);
      }),
    );
  });

  it('grows without losing anything', () => {
    const book = new FifoBook(TICKS);
    const slots = Array.from({ length: 20_000 }, (_, i) => book.insert(1, i % TICKS, 1 + (i % 7), i, i + 1));
    expect(new Set(slots).size).toBe(slots.length);
    expect(book.orderCount).toBe(slots.length);
    for (const [i, slot] of slots.entries()) {
      expect(book.idLo[slot]).toBe(i);
      expect(book.idHi[slot]).toBe(i + 1);
      expect(book.size[slot]).toBe(1 + (i % 7));
    }
    expect(queue(book, 1, 5)).toEqual(slots.filter((_, i) => i % TICKS === 5));
  });

  it('sums depth away from the spread and stops at the band', () => {
    const book = new FifoBook(TICKS);
    book.insert(0, 10, 5, 0, 0);
    book.insert(0, 8, 7, 0, 0);
    book.insert(1, 11, 3, 0, 0);
    book.insert(1, TICKS - 1, 2, 0, 0);
    expect(book.depthFrom(0, 10, 2)).toBe(5);
    expect(book.depthFrom(0, 10, 3)).toBe(12);
    expect(book.depthFrom(0, 10, 100)).toBe(12);
    expect(book.depthFrom(1, 11, 100)).toBe(5);
    expect(book.crosses(0, 11)).toBe(true);
    expect(book.crosses(0, 10)).toBe(false);
    expect(book.crosses(1, 10)).toBe(true);
    expect(book.spread).toBe(1);
  });
});
