import { describe, expect, it } from 'vitest';
import { MboBlock, readMbo } from '#core/mbo/mbo-block';
import type { SideIndex } from './fifo-book';
import { Market } from './market';
import { MIN_SIDE_ORDERS } from './matching-engine';
import { HALF_BAND_TICKS, simulatorOptions, type SimulatorOptions } from './options';

const ASK0 = HALF_BAND_TICKS;

/** A market with enough orders far from the touch that every side can spare some. */
function market(given: Partial<SimulatorOptions> = {}): Market {
  const m = new Market(simulatorOptions(given));
  for (let i = 0; i < MIN_SIDE_ORDERS; i++) {
    write(m, () => m.engine.add(0, 10, 1));
    write(m, () => m.engine.add(1, 2 * HALF_BAND_TICKS - 10, 1));
  }
  log(m);
  return m;
}

function write<T>(m: Market, action: () => T): T {
  m.nowNs++;
  m.begin();
  const result = action();
  m.end();
  return result;
}

/** Records since the last call as `action side tick-offset size #slot-name`. */
function log(m: Market, names: ReadonlyMap<bigint, string> = new Map()): string[] {
  const block = MboBlock.withCapacity(m.tape.pendingRecords);
  m.tape.take(block);
  const { startPriceInt, instrument } = m.options;
  return Array.from({ length: block.count }, (_, i) => {
    const r = readMbo(block, i);
    const tick = (Number(r.price) - startPriceInt) / instrument.tickInt;
    const name = r.orderId === 0n ? '-' : (names.get(r.orderId) ?? '?');
    return `${String.fromCharCode(r.action)} ${String.fromCharCode(r.side)} ${tick} ${r.size} ${name}${r.flags & 128 ? ' .' : ''}`;
  });
}

/** Named resting orders: `{ a: [side, tick offset, size] }`. */
function rest(
  m: Market,
  orders: Record<string, [SideIndex, number, number]>,
): { slots: Map<string, number>; names: Map<bigint, string> } {
  const slots = new Map<string, number>();
  const names = new Map<bigint, string>();
  for (const [name, [side, offset, size]] of Object.entries(orders)) {
    const slot = write(m, () => m.engine.add(side, ASK0 + offset, size));
    slots.set(name, slot);
    names.set((BigInt(m.book.idHi[slot]) << 32n) | BigInt(m.book.idLo[slot]), name);
  }
  log(m);
  return { slots, names };
}

describe('MatchingEngine', () => {
  it('reports an execution as T, F per order, then C per order, in queue order', () => {
    const m = market();
    const { names } = rest(m, { a: [1, 0, 5], b: [1, 0, 7], c: [1, 1, 4], d: [0, -1, 9] });
    expect(write(m, () => m.engine.trade(1, 14, ASK0 + 3))).toBe(14);
    expect(log(m, names)).toEqual([
      'T B 0 12 -',
      'F A 0 5 a',
      'F A 0 7 b',
      'T B 1 2 -',
      'F A 1 2 c',
      'C A 0 5 a',
      'C A 0 7 b',
      'C A 1 2 c .',
    ]);
    expect(m.book.best[1]).toBe(ASK0 + 1);
    expect(m.book.depth[m.book.level(1, ASK0 + 1)]).toBe(2);
  });

  it('reports what is left as M where the venue does so', () => {
    const m = market({ partialFill: 'modify' });
    const { names } = rest(m, { a: [0, -1, 5], b: [0, -1, 7] });
    write(m, () => m.engine.trade(0, 8, ASK0 - 1));
    expect(log(m, names)).toEqual(['T A -1 8 -', 'F B -1 5 a', 'F B -1 3 b', 'C B -1 5 a', 'M B -1 4 b .']);
  });

  it('never trades beyond the price limit', () => {
    const m = market();
    rest(m, { a: [1, 0, 5], b: [1, 2, 5] });
    expect(write(m, () => m.engine.trade(1, 100, ASK0 + 1))).toBe(5);
    expect(write(m, () => m.engine.trade(1, 100, ASK0 + 1))).toBe(0);
    expect(m.book.best[1]).toBe(ASK0 + 2);
  });

  it('leaves the last orders of a side alone', () => {
    const m = market();
    rest(m, { a: [1, 0, 5], b: [1, 0, 5] });
    expect(write(m, () => m.engine.trade(1, 1000, 2 * HALF_BAND_TICKS - 1))).toBe(10);
    expect(m.book.sideOrders[1]).toBe(MIN_SIDE_ORDERS);
    expect(m.engine.canSpare(1, 1)).toBe(false);
  });

  it('refills an iceberg at the end of the queue, in the same event, until the reserve is gone', () => {
    const m = market();
    const { slots, names } = rest(m, { ice: [1, 0, 4], b: [1, 0, 3] });
    const ice = slots.get('ice')!;
    m.book.held[ice] = 1;
    m.book.peak[ice] = 4;
    m.book.reserve[ice] = 6;
    const fills: [number, number][] = [];
    m.engine.fillListener = {
      filled: (slot, quantity, left) => fills.push([slot === ice ? quantity : -1, left]),
    };
    expect(write(m, () => m.engine.trade(1, 9, ASK0))).toBe(9);
    expect(log(m, names)).toEqual([
      'T B 0 7 -',
      'F A 0 4 ice',
      'F A 0 3 b',
      'M A 0 4 ice',
      'C A 0 3 b',
      'T B 0 2 -',
      'F A 0 2 ice',
      'C A 0 2 ice .',
    ]);
    expect(write(m, () => m.engine.trade(1, 100, ASK0))).toBe(4);
    expect(log(m, names)).toEqual([
      'T B 0 2 -',
      'F A 0 2 ice',
      'M A 0 2 ice',
      'T B 0 2 -',
      'F A 0 2 ice',
      'C A 0 2 ice .',
    ]);
    expect(fills).toEqual([
      [4, 4],
      [2, 2],
      [2, 2],
      [2, 0],
    ]);
  });

  it('keeps the place in the queue when the size falls and loses it otherwise', () => {
    const m = market();
    const { slots, names } = rest(m, { a: [0, -1, 5], b: [0, -1, 7], c: [0, -1, 6] });
    write(m, () => m.engine.modify(slots.get('a')!, ASK0 - 1, 3));
    write(m, () => m.engine.modify(slots.get('b')!, ASK0 - 1, 8));
    write(m, () => m.engine.cancelPart(slots.get('c')!, 2));
    expect(log(m, names)).toEqual(['M B -1 3 a .', 'M B -1 8 b .', 'C B -1 2 c .']);
    write(m, () => m.engine.trade(0, 15, ASK0 - 1));
    expect(log(m, names)).toEqual([
      'T A -1 15 -',
      'F B -1 3 a',
      'F B -1 4 c',
      'F B -1 8 b',
      'C B -1 3 a',
      'C B -1 4 c',
      'C B -1 8 b .',
    ]);
  });

  it('refuses to lock or cross the book', () => {
    const m = market();
    const { slots } = rest(m, { a: [1, 0, 5], b: [0, -1, 7] });
    expect(() => m.engine.add(0, ASK0, 1)).toThrow(/cross/);
    expect(() => m.engine.add(1, ASK0 - 1, 1)).toThrow(/cross/);
    expect(() => m.engine.modify(slots.get('b')!, ASK0, 7)).toThrow(/cross/);
  });
});
