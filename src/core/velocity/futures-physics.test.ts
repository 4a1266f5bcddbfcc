import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StateReader, StateWriter } from '#base/state-io';
import { CombinedField } from '#core/velocity/combined-field';
import { FuturesPhysics } from '#core/velocity/futures-physics';
import { PHYSICS_FIELDS, type PhysicsFrame } from '#core/velocity/physics-fields';
import { SpotWindow } from '#core/velocity/spot-window';
import { smoothingWeight } from '#core/velocity/time-filter';
import { DEFAULT_VELOCITY_CONFIG } from '#core/velocity/velocity-config';

const TICK = DEFAULT_VELOCITY_CONFIG.futures.tick_int;
const ANCHOR = 27_800 * TICK;
const REACH = 200;

interface Cell {
  readonly side: number;
  readonly x: number;
  readonly start: number;
  readonly add: number;
  /** Shares of what is there. */
  readonly pull: number;
  readonly fill: number;
  readonly rest: number;
}

const anyCell: fc.Arbitrary<Cell> = fc.record({
  side: fc.integer({ min: 0, max: 1 }),
  x: fc.integer({ min: -REACH, max: REACH }),
  start: fc.nat(5000),
  add: fc.nat(5000),
  pull: fc.double({ min: 0, max: 0.5, noNaN: true }),
  fill: fc.double({ min: 0, max: 0.5, noNaN: true }),
  rest: fc.double({ min: 0, max: 1, noNaN: true }),
});

const anyWindows = fc.array(
  fc.record({ valid: fc.boolean(), cells: fc.uniqueArray(anyCell, { selector: (c) => `${c.side}/${c.x}` }) }),
  { minLength: 1, maxLength: 6 },
);

function windowOf(cells: readonly Cell[], valid = true): SpotWindow {
  const window = new SpotWindow();
  window.anchor = ANCHOR;
  window.ownBid = ANCHOR - TICK;
  window.ownAsk = ANCHOR + TICK;
  window.windowValid = valid;
  const { rows } = window;
  for (const { side, x, start, add, pull, fill, rest } of cells) {
    const row = rows.append(side, ANCHOR + x * TICK);
    rows.relTicks[row] = x;
    rows.startQty[row] = start;
    rows.addQty[row] = add;
    rows.pullQty[row] = Math.floor((start + add) * pull);
    rows.fillQty[row] = Math.floor((start + add) * fill);
    rows.endQty[row] = start + add - rows.pullQty[row] - rows.fillQty[row];
    rows.restQty[row] = Math.floor(rows.endQty[row] * rest);
  }
  return window;
}

function mirrored(cells: readonly Cell[]): Cell[] {
  return cells.map((c) => ({ ...c, side: 1 - c.side, x: 0 - c.x }));
}

function copyOf(frame: PhysicsFrame): Record<string, Float64Array> {
  return Object.fromEntries(PHYSICS_FIELDS.map((name) => [name, frame.fields[name].slice()]));
}

describe('gold of futures', () => {
  it('has only finite fields in their ranges, and none where nothing was observed', () => {
    fc.assert(
      fc.property(anyWindows, (windows) => {
        const physics = new FuturesPhysics(DEFAULT_VELOCITY_CONFIG);
        for (const { valid, cells } of windows) {
          const frame = physics.process(windowOf(cells, valid));
          const f = frame.fields;
          const wrong: string[] = [];
          for (let cell = 0; cell < frame.cells; cell++) {
            for (const name of PHYSICS_FIELDS) if (!Number.isFinite(f[name][cell])) wrong.push(name);
            if (!(f.liquidity_velocity[cell] > -1)) wrong.push('u');
            if (!(f.nu[cell] >= 1 && f.kappa[cell] > 0 && f.kappa[cell] <= 1)) wrong.push('viscosity');
            if (!(f.phi_rest[cell] >= 0 && f.phi_rest[cell] < 1)) wrong.push('persistence');
            if (frame.observed[cell] === 1) continue;
            const own = [f.liquidity_velocity, f.u_ema_2, f.rho, f.Omega, f.pressure_grad, f.du_dt];
            if (own.some((column) => column[cell] !== 0)) wrong.push('unobserved');
          }
          expect(wrong).toEqual([]);
          if (valid) expect(frame.observed.reduce((sum, o) => sum + o, 0)).toBe(cells.length);
          else expect(frame.observed.includes(1)).toBe(false);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('accounts for every quantity: u times n is what the depth gained', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyCell, { selector: (c) => `${c.side}/${c.x}` }), (cells) => {
        const window = windowOf(cells);
        const frame = new FuturesPhysics(DEFAULT_VELOCITY_CONFIG).process(window);
        const { rows } = window;
        for (let row = 0; row < rows.count; row++) {
          const cell = frame.cell(rows.side[row] === 0 ? 'B' : 'A', rows.relTicks[row]);
          const gained = frame.fields.liquidity_velocity[cell] * (rows.startQty[row] + 1);
          expect(gained).toBeCloseTo(rows.endQty[row] - rows.startQty[row], 6);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('of a mirrored market has the mirrored obstacles and the opposite pressure', () => {
    fc.assert(
      fc.property(anyWindows, (windows) => {
        const straight = new FuturesPhysics(DEFAULT_VELOCITY_CONFIG);
        const mirror = new FuturesPhysics(DEFAULT_VELOCITY_CONFIG);
        const field = new CombinedField(REACH);
        const other = new CombinedField(REACH);
        for (const { valid, cells } of windows) {
          field.combine(straight.process(windowOf(cells, valid)));
          other.combine(mirror.process(windowOf(mirrored(cells), valid)));
          const wrong = Array.from(field.u, (_, i) => i).filter((i) => {
            const at = field.width - 1 - i;
            const opposite = other.g[at] + field.g[i] === 0 && other.bias[at] + field.bias[i] === 0;
            return !opposite || other.omega[at] !== field.omega[i] || other.nu[at] !== field.nu[i];
          });
          expect(wrong).toEqual([]);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('holds the averages of a cell while it is not observed', () => {
    const cell: Cell = { side: 0, x: -3, start: 9, add: 10, pull: 0, fill: 0, rest: 1 };
    const physics = new FuturesPhysics(DEFAULT_VELOCITY_CONFIG);
    const at = physics.frame.cell('B', -3);
    const u = (window: SpotWindow) => physics.process(window).fields.u_ema_8[at];
    expect(u(windowOf([cell]))).toBe(1);
    expect(u(windowOf([]))).toBe(0);
    expect(u(windowOf([{ ...cell, add: 999 }], false))).toBe(0);
    const weight = smoothingWeight(8, 1);
    expect(u(windowOf([{ ...cell, add: 0 }]))).toBe(1 - weight);
  });

  it('has the published weights of its averages', () => {
    const published = [0.3934693402873666, 0.11750309741540454, 0.03076676552365587, 0.007782061739756485];
    DEFAULT_VELOCITY_CONFIG.gold.taus_s.forEach((tau, i) =>
      expect(smoothingWeight(tau, 1)).toBeCloseTo(published[i], 15),
    );
  });

  it('continues from a saved state as if it had not stopped', () => {
    fc.assert(
      fc.property(anyWindows, anyWindows, (before, after) => {
        const straight = new FuturesPhysics(DEFAULT_VELOCITY_CONFIG);
        for (const { valid, cells } of before) straight.process(windowOf(cells, valid));
        const writer = new StateWriter();
        straight.save(writer);
        const resumed = new FuturesPhysics(DEFAULT_VELOCITY_CONFIG);
        resumed.restore(new StateReader(writer.bytes.slice(0, writer.length)));
        for (const { valid, cells } of after) {
          const expected = copyOf(straight.process(windowOf(cells, valid)));
          expect(copyOf(resumed.process(windowOf(cells, valid)))).toEqual(expected);
        }
      }),
      { numRuns: 5 },
    );
  });
});
