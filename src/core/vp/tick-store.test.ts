import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StateReader, StateWriter } from '#base/state-io';
import {
  DEFAULT_RUNTIME_CONFIG,
  overrideRuntimeConfig,
  type VpRuntimeConfig,
} from '#core/config/runtime-config';
import { columnIndex, GRID_COLUMNS } from '#core/vp/columns';
import { shapeOf } from '#core/vp/testing/shapes';
import { MECHANICS_COLUMNS, TickReader } from '#core/vp/tick-reader';
import {
  ADD_MASS,
  A_ADD,
  A_ASK,
  A_BID,
  A_FILL,
  A_PULL,
  EDGE,
  FILL_MASS,
  J_ADD,
  J_ASK,
  J_BID,
  J_FILL,
  J_PULL,
  LAST_NS,
  PULL_MASS,
  TICK_STRIDE,
  V_ADD,
  V_ASK,
  V_BID,
  V_FILL,
  V_PULL,
} from '#core/vp/tick-state';
import { TickStore } from '#core/vp/tick-store';
import { goldenUnit } from '#testdata/vp-golden';

const FIELD_BY_NAME: Readonly<Record<string, number>> = {
  add_mass: ADD_MASS,
  pull_mass: PULL_MASS,
  fill_mass: FILL_MASS,
  v_add: V_ADD,
  v_pull: V_PULL,
  v_fill: V_FILL,
  v_bid_depth: V_BID,
  v_ask_depth: V_ASK,
  a_add: A_ADD,
  a_pull: A_PULL,
  a_fill: A_FILL,
  a_bid_depth: A_BID,
  a_ask_depth: A_ASK,
  j_add: J_ADD,
  j_pull: J_PULL,
  j_fill: J_FILL,
  j_bid_depth: J_BID,
  j_ask_depth: J_ASK,
};

function readRow(store: TickStore, slot: number, config = DEFAULT_RUNTIME_CONFIG): Float64Array {
  const out = new Float64Array(MECHANICS_COLUMNS);
  new TickReader(store, shapeOf(config).forces).read(slot, out, 0, 1);
  return out;
}

const depthOf = new WeakMap<TickStore, Float64Array>();

function storeOf(slots: number, config: VpRuntimeConfig, cellSeconds: number): TickStore {
  const depth = new Float64Array(2 * slots);
  const store = new TickStore(depth, slots, shapeOf(config).tau, cellSeconds);
  depthOf.set(store, depth);
  return store;
}

/** One event after which the book holds `bid` and `ask` in the slot. */
function touch(
  store: TickStore,
  slot: number,
  tNs: number,
  eventId: number,
  ...[add, pull, fill, bid, ask]: [number, number, number, number, number]
): void {
  depthOf.get(store)!.set([bid, ask], 2 * slot);
  store.touch(tNs, slot, eventId, add, pull, fill);
}

function advance(store: TickStore, slot: number, tNs: number): void {
  store.advance(tNs, slot);
}

interface AdvanceCase {
  params: Record<string, number>;
  initial: Record<string, number>;
  initial_ts_ns: string;
  steps: { ts_ns: string; state: Record<string, number> }[];
}

describe('passive advance', () => {
  it('follows the golden steps in every field', () => {
    for (const c of goldenUnit('passive_advance') as AdvanceCase[]) {
      const config = overrideRuntimeConfig(DEFAULT_RUNTIME_CONFIG, c.params);
      const store = storeOf(1, config, 0.1);
      touch(store, 0, Number(c.initial_ts_ns), 1, 0, 0, 0, 0, 0);
      for (const [name, value] of Object.entries(c.initial)) store.state[FIELD_BY_NAME[name]] = value;
      c.steps.forEach((step, i) => {
        advance(store, 0, Number(step.ts_ns));
        const row = readRow(store, 0, config);
        // The reference recomputes rest depth and forces only when time passes.
        const derived = i === 0 ? /rest_depth|variant/ : /^$/;
        let compared = 0;
        for (const [name, expected] of Object.entries(step.state)) {
          if (derived.test(name) || !GRID_COLUMNS.some((column) => column.name === name)) continue;
          const actual = row[columnIndex(name) - 1];
          expect(Math.abs(actual - expected), name).toBeLessThanOrEqual(1e-9 * Math.abs(expected) + 1e-12);
          compared++;
        }
        expect(compared).toBeGreaterThanOrEqual(18);
      });
    }
  });

  it('gives the same masses and velocities for two seconds as for one and one more', () => {
    const once = touchedStore();
    const twice = touchedStore();
    advance(once, 0, 4e9);
    advance(twice, 0, 3e9);
    advance(twice, 0, 4e9);
    for (const field of [ADD_MASS, PULL_MASS, FILL_MASS, V_ADD, V_PULL, V_FILL, V_BID, V_ASK]) {
      expect(twice.state[field]).toBeCloseTo(once.state[field], 12);
    }
    expect(twice.state[A_PULL]).not.toBeCloseTo(once.state[A_PULL], 6);
  });

  it('leaves 1/e of a mass after its decay time', () => {
    const store = touchedStore();
    const before = store.state[ADD_MASS];
    advance(store, 0, store.state[LAST_NS] + 30e9);
    expect(store.state[ADD_MASS]).toBeCloseTo(before / Math.E, 12);
  });
});

function touchedStore(): TickStore {
  const store = storeOf(3, DEFAULT_RUNTIME_CONFIG, 0.1);
  touch(store, 0, 1e9, 1, 10, 0, 0, 10, 0);
  touch(store, 0, 2e9, 2, 0, 3, 2, 5, 0);
  return store;
}

describe('a touch', () => {
  it('changes masses but no derivative when it is the first or at the time of the one before', () => {
    const store = storeOf(1, DEFAULT_RUNTIME_CONFIG, 0.1);
    touch(store, 0, 1e9, 1, 10, 0, 0, 10, 0);
    expect(store.state[ADD_MASS]).toBe(10);
    touch(store, 0, 1e9, 2, 0, 4, 0, 6, 0);
    expect(store.state[PULL_MASS]).toBe(4);
    expect(Array.from(store.state.subarray(V_ADD, J_ASK + 1)).every((x) => x === 0)).toBe(true);
  });

  it('from a late record has no step and does not turn the clock of the tick back', () => {
    const store = touchedStore();
    const before = store.state.slice(0, TICK_STRIDE);
    touch(store, 0, 1.5e9, 3, 7, 0, 0, 12, 0);
    expect(store.state[LAST_NS]).toBe(2e9);
    expect(store.state[ADD_MASS]).toBe(before[ADD_MASS] + 7);
    expect(store.state[V_ADD]).toBe(before[V_ADD]);
  });

  it('leaves every other tick as it is, bit for bit', () => {
    const store = touchedStore();
    const before = store.state.slice(0, TICK_STRIDE);
    for (let t = 0; t < 50; t++) touch(store, 1 + (t % 2), 2e9 + t * 1e6, 3 + t, 1, 2, 3, t, 1);
    expect(store.state.subarray(0, TICK_STRIDE)).toEqual(before);
  });
});

interface Event {
  slot: number;
  dtNs: number;
  add: number;
  pull: number;
  bid: number;
}

const CELL_NS = 1e8;
const SLOTS = 5;
const eventStream = fc.array(
  fc.record({
    slot: fc.nat(SLOTS - 1),
    dtNs: fc.oneof(
      fc.constantFrom(0, 1, 1e8),
      fc.integer({ min: 0, max: 3e8 }),
      fc.integer({ min: 0, max: 2e10 }),
    ),
    add: fc.nat(50),
    pull: fc.nat(50),
    bid: fc.nat(100),
  }),
  { minLength: 1, maxLength: 40 },
);

/** Feeds events and edges; `atEdge` sees the store after every edge. Returns the store at the last edge. */
function run(events: readonly Event[], atEdge: (store: TickStore) => void): TickStore {
  const store = storeOf(SLOTS, DEFAULT_RUNTIME_CONFIG, CELL_NS / 1e9);
  let tNs = 0;
  let edgeNs = CELL_NS;
  const close = () => {
    store.closeEdge(edgeNs);
    store.beginBin();
    edgeNs += CELL_NS;
    atEdge(store);
  };
  events.forEach((e, i) => {
    tNs += e.dtNs;
    while (tNs >= edgeNs) close();
    touch(store, e.slot, tNs, i + 1, e.add, e.pull, 0, e.bid, 0);
  });
  close();
  return store;
}

describe('lazy bins', () => {
  it('give the state of ticks that are advanced at every edge', () => {
    fc.assert(
      fc.property(eventStream, (events) => {
        const lazy = run(events, () => undefined);
        const eager = run(events, (store) => {
          for (let slot = 0; slot < SLOTS; slot++) {
            advance(store, slot, store.lastEdgeNs);
            if (store.state[slot * TICK_STRIDE + EDGE] >= 0)
              store.state[slot * TICK_STRIDE + EDGE] = store.lastEdge;
          }
        });
        for (let slot = 0; slot < SLOTS; slot++) {
          const a = readRow(lazy, slot);
          const b = readRow(eager, slot);
          for (let c = 0; c < MECHANICS_COLUMNS; c++) {
            expect(Math.abs(a[c] - b[c])).toBeLessThanOrEqual(1e-9 * Math.abs(b[c]) + 1e-10);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('give the same bits whether or not anything was read', () => {
    const scratch = new Float64Array(TICK_STRIDE);
    fc.assert(
      fc.property(eventStream, (events) => {
        const unread = run(events, () => undefined);
        const read = run(events, (store) => {
          for (let slot = 0; slot < SLOTS; slot++) {
            store.peek(slot, scratch);
            readRow(store, slot);
          }
        });
        expect(read.state).toEqual(unread.state);
      }),
      { numRuns: 40 },
    );
  });

  it('are read alike by peeking and as columns', () => {
    const out = new Float64Array(TICK_STRIDE);
    fc.assert(
      fc.property(eventStream, fc.integer({ min: 0, max: 3000 }), (events, emptyBins) => {
        const store = run(events, () => undefined);
        for (let bin = 0; bin < emptyBins; bin++) store.closeEdge(store.lastEdgeNs + CELL_NS);
        for (let slot = 0; slot < SLOTS; slot++) {
          store.peek(slot, out);
          const row = readRow(store, slot);
          // Adding 0 makes the two zeros equal: they differ in sign where a product with 0 is skipped.
          const peeked = Object.values(FIELD_BY_NAME).map((field) => out[field] + 0);
          expect(Object.keys(FIELD_BY_NAME).map((name) => row[columnIndex(name) - 1] + 0)).toEqual(peeked);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('keep rest depth and its derivatives the exact sum of bid and ask, and the forces at least 0', () => {
    fc.assert(
      fc.property(eventStream, (events) => {
        const store = run(events, () => undefined);
        for (let slot = 0; slot < SLOTS; slot++) {
          const row = readRow(store, slot);
          const at = (name: string) => row[columnIndex(name) - 1];
          for (const prefix of ['', 'v_', 'a_', 'j_']) {
            expect(at(`${prefix}rest_depth`)).toBe(at(`${prefix}bid_depth`) + at(`${prefix}ask_depth`));
          }
          expect(at('pressure_variant')).toBeGreaterThanOrEqual(0);
          expect(at('vacuum_variant')).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('a saved store', () => {
  it('comes back bit for bit', () => {
    fc.assert(
      fc.property(eventStream, (events) => {
        const store = run(events, () => undefined);
        touch(store, 0, store.lastEdgeNs + 5, 99, 1, 0, 0, 1, 0);
        const writer = new StateWriter();
        store.save(writer);
        const restored = storeOf(SLOTS, DEFAULT_RUNTIME_CONFIG, CELL_NS / 1e9);
        restored.restore(new StateReader(writer.finish()));
        expect(restored.state).toEqual(store.state);
        expect(restored.open.subarray(0, restored.openCount)).toEqual(
          store.open.subarray(0, store.openCount),
        );
        expect([restored.lastEdge, restored.lastEdgeNs]).toEqual([store.lastEdge, store.lastEdgeNs]);
      }),
      { numRuns: 20 },
    );
  });
});
