import { describe, expect, it } from 'vitest';
import { forEachOrder } from '#core/book/book-queries';
import {
  DEFAULT_RUNTIME_CONFIG,
  overrideRuntimeConfig,
  type VpRuntimeConfig,
} from '#core/config/runtime-config';
import { MBO_WORDS, type MboRecord } from '#core/mbo/mbo-block';
import { IngestClock } from '#core/vp/ingest-clock';
import { midPriceOf, spotPriceOf } from '#core/vp/price-grid';
import { BID_DEPTH, TICK_STRIDE } from '#core/vp/tick-state';
import { anomaliesOf } from '#core/book/book-queries';
import { shapeOf } from '#core/vp/testing/shapes';
import { VpEngine } from '#core/vp/vp-engine';
import { OrderBook } from '#core/book/order-book';
import {
  blockOf,
  describeTick,
  engineEvent,
  goldenUnit,
  liveTicks,
  type GoldenTick,
} from '#testdata/vp-golden';

interface Step {
  op: 'update' | 'book' | 'advance' | 'reanchor' | 'sync' | 'record';
  ts_ns: string;
  action: string;
  side: string;
  price_int: string;
  size: number;
  order_id: string;
  flags: number;
}

/** An engine driven step by step, with the clock it has in a pipeline. */
class SteppedEngine {
  readonly clock = new IngestClock();
  readonly engine: VpEngine;

  constructor(
    readonly config: VpRuntimeConfig,
    slots: number,
    tickInt: number,
    failOnOutOfRange = false,
  ) {
    const shape = shapeOf(config);
    shape.slots = slots;
    shape.tickInt = tickInt;
    shape.cellSeconds = 0.1;
    shape.failOnOutOfRange = failOnOutOfRange;
    this.engine = new VpEngine(shape, new OrderBook());
  }

  step(s: Step): void {
    if (s.op === 'reanchor') this.engine.reanchor();
    else if (s.op === 'sync') this.engine.sync();
    else if (s.op === 'advance') this.advance(BigInt(s.ts_ns));
    else this.record(engineEvent(s), s.op === 'book');
  }

  record(r: MboRecord, bookOnly = false): void {
    const { words } = blockOf([r]);
    const inSnapshot = this.engine.book.snapshotInProgress;
    if (!this.clock.started) this.clock.start(words, 0);
    const tNs = this.clock.read(words, 0, inSnapshot);
    this.clock.advance(words, 0, inSnapshot, tNs);
    if (bookOnly) this.engine.updateBook(words, 0);
    else this.engine.update(words, 0, tNs);
  }

  /** `advance_time` of the specification: every tick, whenever it was touched. */
  advance(ns: bigint): void {
    const { ticks } = this.engine;
    const tNs = this.clock.fromEpoch(ns);
    for (let slot = 0; slot < ticks.slots; slot++) ticks.advance(tNs, slot);
    // What is older than the latest advance is late too.
    this.clock.nowNs = Math.max(this.clock.nowNs, tNs);
  }

  ticks(): GoldenTick[] {
    return liveTicks(this.engine, this.config, this.clock);
  }
}

function priceText(price: number): string {
  return Number.isNaN(price) ? '0' : String(price);
}

function expectTick(at: string, actual: GoldenTick | undefined, expected: GoldenTick): void {
  expect(actual, at).toBeDefined();
  for (const [name, value] of Object.entries(expected)) {
    const got = actual![name];
    if (typeof value === 'number' && typeof got === 'number') {
      expect(Math.abs(got - value), `${at} ${name}: ${got}, expected ${value}`).toBeLessThanOrEqual(
        1e-9 * Math.abs(value) + 1e-12,
      );
    } else {
      expect(got, `${at} ${name}`).toBe(value);
    }
  }
}

interface Scenario {
  name: string;
  n_ticks: number;
  tick_int: number;
  params: Record<string, number>;
  steps: (Step & {
    after: {
      best_bid_price_int: string;
      best_ask_price_int: string;
      mid_price: number;
      spot_ref_price_int: string;
      anchor_tick_idx: number;
      book_valid: boolean;
      order_count: number;
      event_count: number;
      ticks: GoldenTick[];
    };
  })[];
}

describe('golden engine scenario', () => {
  const scenarios = goldenUnit('engine_scenarios') as Scenario[];

  it.each(scenarios)('$name', (scenario) => {
    const config = overrideRuntimeConfig(DEFAULT_RUNTIME_CONFIG, scenario.params);
    const run = new SteppedEngine(config, scenario.n_ticks, scenario.tick_int);
    let compared = 0;
    scenario.steps.forEach((step, i) => {
      run.step(step);
      // The reference books a fill at the F; both agree once the event is complete.
      if (step.flags !== undefined && (step.flags & 128) === 0) return;
      compared++;
      const at = `step ${i} ${step.op}`;
      const { engine } = run;
      const { after } = step;
      const bid = engine.bestBidPrice();
      const ask = engine.bestAskPrice();
      const twoSided = !Number.isNaN(bid + ask);
      expect(
        {
          best_bid_price_int: priceText(bid),
          best_ask_price_int: priceText(ask),
          spot_ref_price_int: twoSided ? String(spotPriceOf(bid, ask, scenario.tick_int)) : '0',
          anchor_tick_idx: engine.grid.isAnchored ? engine.grid.anchorTick : -1,
          book_valid: engine.book.bookValid,
          order_count: engine.book.orderCount,
          event_count: engine.book.eventCount,
        },
        at,
      ).toEqual({
        best_bid_price_int: after.best_bid_price_int,
        best_ask_price_int: after.best_ask_price_int,
        spot_ref_price_int: after.spot_ref_price_int,
        anchor_tick_idx: after.anchor_tick_idx,
        book_valid: after.book_valid,
        order_count: after.order_count,
        event_count: after.event_count,
      });
      expect(twoSided ? midPriceOf(bid, ask) : 0, at).toBeCloseTo(after.mid_price, 6);
      const live = run.ticks();
      expect(
        live.map((tick) => tick['idx']),
        at,
      ).toEqual(after.ticks.map((tick) => tick['idx']));
      after.ticks.forEach((tick, k) => expectTick(`${at} tick ${tick['idx']}`, live[k], tick));
    });
    expect(compared).toBeGreaterThan(1);
  });
});

interface DbnRule {
  name: string;
  n_ticks: number;
  tick_int: number;
  steps: Step[];
  after: {
    best_bid_price_int: string;
    best_ask_price_int: string;
    book_valid: boolean;
    event_count: number;
    orders: { order_id: string; side: string; price_int: string; size: number }[];
    ticks: GoldenTick[];
    anomalies: Record<string, number>;
  };
}

describe('golden DBN rule', () => {
  it.each(goldenUnit('dbn_rules') as DbnRule[])('$name', (rule) => {
    const run = new SteppedEngine(DEFAULT_RUNTIME_CONFIG, rule.n_ticks, rule.tick_int);
    for (const step of rule.steps) run.step(step);
    const { engine } = run;
    expect(priceText(engine.bestBidPrice())).toBe(rule.after.best_bid_price_int);
    expect(priceText(engine.bestAskPrice())).toBe(rule.after.best_ask_price_int);
    expect(engine.book.bookValid).toBe(rule.after.book_valid);
    expect(engine.book.eventCount).toBe(rule.after.event_count);

    const orders: DbnRule['after']['orders'] = [];
    forEachOrder(engine.book, (o) =>
      orders.push({
        order_id: String(o.orderId),
        side: o.side === 0 ? 'B' : 'A',
        price_int: String(o.priceInt),
        size: o.size,
      }),
    );
    const byId = (a: { order_id: string }, b: { order_id: string }) =>
      Number(BigInt(a.order_id) - BigInt(b.order_id));
    expect(orders.sort(byId)).toEqual([...rule.after.orders].sort(byId));

    const live = run.ticks();
    for (const tick of rule.after.ticks) {
      expectTick(
        `tick ${tick['tick_abs']}`,
        live.find((t) => t['tick_abs'] === tick['tick_abs']),
        tick,
      );
    }
    const counted: Record<string, number> = { ...anomaliesOf(engine.book), late_ts: run.clock.late };
    const seen = Object.fromEntries(Object.entries(counted).filter(([, count]) => count > 0));
    expect(seen).toEqual(rule.after.anomalies);
  });
});

const TICK = 250_000_000;
const SPOT = 21_500_000_000_000;

interface Row {
  t?: number;
  action?: string;
  side?: string;
  ticks?: number;
  price?: number;
  size?: number;
  id?: number;
  flags?: number;
}

/** A record `t` ns after 10 s, `ticks` above the bid of the opening book. */
function record({
  t = 0,
  action = 'A',
  side = 'B',
  ticks = 0,
  price,
  size = 10,
  id = 1,
  flags = 128,
}: Row): MboRecord {
  return engineEvent({
    ts_ns: String(10_000_000_000 + t),
    action,
    side,
    price_int: String(price ?? SPOT + ticks * TICK),
    size,
    order_id: String(id),
    flags,
  });
}

function opened(slots = 101, tickInt = TICK, strict = false): SteppedEngine {
  const run = new SteppedEngine(DEFAULT_RUNTIME_CONFIG, slots, tickInt, strict);
  run.record(record({ id: 1 }));
  run.record(record({ id: 2, side: 'A', ticks: 1 }));
  return run;
}

describe('the engine', () => {
  it('books a move within one bucket as a change of size at one touch', () => {
    const run = opened(101, 4 * TICK);
    const slot = run.engine.grid.bestBidSlot();
    run.record(record({ t: 1e9, action: 'M', size: 25, price: SPOT + TICK }));
    const tick = describeTick(run.engine, DEFAULT_RUNTIME_CONFIG, run.clock, slot);
    expect([tick['add_mass'], tick['pull_mass'], tick['bid_depth'], tick['last_event_id']]).toEqual([
      15, 0, 25, 3,
    ]);
    run.record(record({ t: 1e9, action: 'M', size: 5, price: SPOT }));
    const after = describeTick(run.engine, DEFAULT_RUNTIME_CONFIG, run.clock, slot);
    expect([after['add_mass'], after['pull_mass'], after['bid_depth']]).toEqual([15, 20, 5]);
  });

  it('counts orders without a slot and keeps them out of depth, touches and best prices', () => {
    const run = opened(21);
    run.record(record({ t: 1e9, id: 3, ticks: 500 }));
    expect(run.engine.outOfRange).toBe(1);
    expect(run.engine.book.orderCount).toBe(3);
    expect(run.engine.bestBidPrice()).toBe(SPOT);
    run.record(record({ t: 2e9, id: 3, action: 'M', ticks: 1 }));
    expect(run.engine.bestBidPrice()).toBe(SPOT + TICK);
    run.record(record({ t: 3e9, id: 3, action: 'M', ticks: -500 }));
    expect(run.engine.outOfRange).toBe(2);
    run.record(record({ t: 4e9, id: 1, action: 'C' }));
    expect(run.engine.bestBidPrice()).toBeNaN();
  });

  it('refuses orders without a slot in strict mode', () => {
    const run = opened(21, TICK, true);
    expect(() => run.record(record({ t: 1e9, id: 3, ticks: 500 }))).toThrow(
      expect.objectContaining({
        problem: expect.objectContaining({ code: 'vp/out-of-range' }) as unknown,
      }) as Error,
    );
  });

  it('works on instruments with negative prices', () => {
    const run = new SteppedEngine(DEFAULT_RUNTIME_CONFIG, 101, TICK);
    run.record(record({ id: 1, price: -3 * TICK }));
    run.record(record({ id: 2, side: 'A', price: 0 }));
    expect(run.engine.bestBidPrice()).toBe(-3 * TICK);
    expect(run.engine.bestAskPrice()).toBe(0);
    run.record(record({ t: 1e9, id: 3, price: -2 * TICK }));
    expect(run.ticks().map((tick) => tick['tick_abs'])).toEqual([-3, -2, 0]);
  });

  it('makes no touches in a recovery snapshot and takes them up again with the first live record', () => {
    const run = opened();
    run.record(record({ t: 1e9, id: 3, size: 4 }));
    run.record(record({ t: 2e9, action: 'R', side: 'N', flags: 40 }));
    run.record(record({ t: 2e9, id: 20, size: 7, flags: 40 }));
    // No F_LAST: the live record ends the snapshot, finds the depth synchronised, and touches.
    run.record(record({ t: 3e9, id: 21, side: 'A', ticks: 2, size: 9, flags: 128 }));
    const [bid, ask] = run.ticks().filter((tick) => tick['rest_depth'] !== 0);
    expect([bid['bid_depth'], bid['last_event_id'], bid['add_mass']]).toEqual([7, 3, 4]);
    expect([ask['ask_depth'], ask['last_event_id'], ask['add_mass']]).toEqual([9, 6, 9]);
    expect(run.engine.book.snapshotInProgress).toBe(false);
  });

  it('treats a snapshot without a clear like one that begins with it', () => {
    const run = opened();
    run.record(record({ t: 1e9, id: 3, size: 4 }));
    run.record(record({ t: 2e9, id: 30, size: 6, flags: 32 }));
    run.record(record({ t: 2e9, id: 31, side: 'A', ticks: 1, size: 2, flags: 160 }));
    expect(run.engine.book.orderCount).toBe(2);
    const depths = run.ticks().map((tick) => [tick['bid_depth'], tick['ask_depth'], tick['last_event_id']]);
    expect(depths).toEqual([
      [6, 0, 3],
      [0, 2, 0],
    ]);
  });

  it('clears in time that does not grow with the number of clears', () => {
    const run = opened(8192);
    const block = blockOf([record({ t: 1e9, action: 'R', side: 'N' }), record({ t: 1e9, id: 5 })]);
    for (let i = 0; i < 200_000; i++) run.engine.update(block.words, (i & 1) * MBO_WORDS, 1e9);
    expect(run.engine.book.orderCount).toBe(1);
    const { state } = run.engine.ticks;
    let depth = 0;
    for (let o = 0; o < state.length; o += TICK_STRIDE) depth += state[o + BID_DEPTH];
    expect(depth).toBe(10);
  });

  it('returns to its number of orders after cycles of add and cancel', () => {
    const run = opened();
    for (let i = 0; i < 1000; i++) {
      run.record(
        record({ t: i * 1000, id: 100 + (i >> 1), action: i % 2 === 0 ? 'A' : 'C', ticks: -(i % 7) - 1 }),
      );
    }
    expect(run.engine.book.orderCount).toBe(2);
    expect(Array.from(run.engine.grid.depth).reduce((a, b) => a + b, 0)).toBe(20);
  });
});
