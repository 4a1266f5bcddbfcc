import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { POWER_ROWS, TimeConstants } from '#core/vp/cell-powers';
import { A_ADD, BID_DEPTH, FILL_MASS, J_ASK, TICK_STRIDE, V_ADD, V_ASK } from '#core/vp/tick-state';
import { TickStore } from '#core/vp/tick-store';

const TAU = new TimeConstants();
[TAU.velocity, TAU.acceleration, TAU.jerk, TAU.rest] = [2, 5, 10, 30];
const FIELDS = [0, 1, 2, ...Array.from({ length: J_ASK - V_ADD + 1 }, (_, i) => V_ADD + i)];

/** A store whose tick 0 was touched just before time 0 and brought there, in a random state. */
function storeAt(values: readonly number[], cellSeconds: number): TickStore {
  const store = new TickStore(new Float64Array(2), 1, TAU, cellSeconds);
  store.touch(-1, 0, 1, 0, 0, 0);
  store.closeEdge(0);
  store.beginBin();
  FIELDS.forEach((field, i) => (store.state[field] = values[i]));
  return store;
}

/** The recurrence as specified: one passive advance per cell. */
function advancedCellByCell(values: readonly number[], cellSeconds: number, cells: number): Float64Array {
  const store = storeAt(values, cellSeconds);
  for (let n = 1; n <= cells; n++) {
    store.advance(n * cellSeconds * 1e9, 0);
  }
  return store.state;
}

const stateValues = fc.tuple(
  ...FIELDS.map((field) => fc.double({ min: field <= FILL_MASS ? 0 : -100, max: 100, noNaN: true })),
);

describe('whole cells from the table', () => {
  it('agree with one passive advance per cell to 1e-12 of the largest value', () => {
    fc.assert(
      fc.property(
        stateValues,
        fc.oneof(
          fc.integer({ min: 0, max: 50 }),
          fc.constantFrom(POWER_ROWS - 1, POWER_ROWS, POWER_ROWS + 1, 2500),
        ),
        fc.constantFrom(0.001, 0.1, 1, 250),
        (values, cells, cellSeconds) => {
          const store = storeAt(values, cellSeconds);
          const eager = advancedCellByCell(values, cellSeconds, cells);
          const lazy = store.state.slice(0, TICK_STRIDE);
          store.applyCells(lazy, 0, cells);
          for (const field of FIELDS) {
            expect(Math.abs(lazy[field] - eager[field])).toBeLessThanOrEqual(1e-12 * 100);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('depend on the number of cells alone, however far it goes', () => {
    const store = storeAt(
      Array.from({ length: FIELDS.length }, () => 50),
      0.001,
    );
    const steps = [
      POWER_ROWS - 1,
      POWER_ROWS,
      POWER_ROWS ** 2,
      POWER_ROWS ** 2 + 5,
      POWER_ROWS ** 3,
      2 ** 31 - 1,
    ];
    for (const cells of steps) {
      const out = store.state.slice(0, TICK_STRIDE);
      store.applyCells(out, 0, cells);
      expect(out.every((x) => Number.isFinite(x) || Number.isNaN(x))).toBe(true);
      expect(out[V_ADD]).toBeCloseTo(50 * Math.exp((-cells * 0.001) / 2), 9);
      expect(out[FILL_MASS]).toBeCloseTo(50 * Math.exp((-cells * 0.001) / 30), 9);
    }
  });

  it('leave no subnormal numbers behind', () => {
    const store = storeAt(
      Array.from({ length: FIELDS.length }, () => 1),
      1,
    );
    let out = store.state;
    for (let cells = POWER_ROWS; cells < 8 * POWER_ROWS; cells += 37) {
      out = store.state.slice(0, TICK_STRIDE);
      store.applyCells(out, 0, cells);
      for (const field of FIELDS) expect(out[field] === 0 || Math.abs(out[field]) >= 1e-290).toBe(true);
    }
    expect(out[V_ASK]).toBe(0);
  });

  it('keep depths, which no time changes', () => {
    const store = storeAt(
      Array.from({ length: FIELDS.length }, () => 1),
      1,
    );
    store.state[BID_DEPTH] = 7;
    for (let bin = 1; bin < 5; bin++) {
      store.closeEdge(bin * 1e9);
      store.beginBin();
    }
    const out = new Float64Array(TICK_STRIDE);
    store.peek(0, out);
    expect(out[BID_DEPTH]).toBe(7);
    expect(out[A_ADD]).not.toBe(1);
  });
});
