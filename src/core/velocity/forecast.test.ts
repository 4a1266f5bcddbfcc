import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CombinedField } from '#core/velocity/combined-field';
import type { Forecast } from '#core/velocity/forecast';
import { createForecaster } from '#core/velocity/forecasters';
import { calibrateMotion } from '#core/velocity/inertial-forecast';
import { PhysicsFrame, type PhysicsField } from '#core/velocity/physics-fields';
import { ReliabilityTable } from '#core/velocity/reliability';
import { parseVelocityConfig } from '#core/velocity/velocity-config';
import { findWalls } from '#core/velocity/walls';

const REACH = 200;
const ENGINES = ['particles', 'inertial'] as const;

function configOf(engine: string) {
  return parseVelocityConfig({ forecast: { engine, n_particles: 200 } });
}

const anyCell = fc.record({
  x: fc.integer({ min: -REACH, max: REACH }),
  side: fc.constantFrom('A' as const, 'B' as const),
  g: fc.double({ min: -50, max: 50, noNaN: true }),
  omega: fc.double({ min: 0, max: 700, noNaN: true }),
  rho: fc.double({ min: 0, max: 12, noNaN: true }),
  energy: fc.double({ min: 0, max: 50, noNaN: true }),
  u: fc.double({ min: -1, max: 50, noNaN: true }),
});
type Cell = typeof anyCell extends fc.Arbitrary<infer T> ? T : never;

function frameOf(cells: readonly Cell[]): PhysicsFrame {
  const frame = new PhysicsFrame(REACH);
  frame.anchor = 27_800 * 250_000_000;
  frame.fields.nu.fill(1);
  frame.fields.kappa.fill(1);
  for (const { x, side, g, omega, rho, energy, u } of cells) {
    const at = frame.cell(side, x);
    const values: Partial<Record<PhysicsField, number>> = {
      pressure_grad: g,
      Omega: omega,
      Omega_prom: omega / 2,
      nu: 1 + omega,
      rho,
      u_wave_energy: energy,
      u_near: u,
      u_p_slow: u / 2,
    };
    for (const [name, value] of Object.entries(values)) frame.fields[name as PhysicsField][at] = value;
  }
  return frame;
}

function forecastOf(engine: string, cells: readonly Cell[]): Forecast {
  const frame = frameOf(cells);
  return createForecaster(configOf(engine)).forecast(new CombinedField(REACH).combine(frame), frame);
}

describe.each(ENGINES)('the forecaster %s', (engine) => {
  it('expects nothing of an empty field', () => {
    const f = forecastOf(engine, []);
    expect([...f.delta].every((d) => d === 0)).toBe(true);
    for (const m of f.mean) expect(Math.abs(m)).toBeLessThan(1e-15);
    expect([...f.confidence].every((c) => c === 0)).toBe(true);
  });

  it('stays within its limits whatever the field', () => {
    fc.assert(
      fc.property(fc.array(anyCell, { maxLength: 40 }), (cells) => {
        const f = forecastOf(engine, cells);
        expect(f.mean).toHaveLength(31);
        f.mean.forEach((m, h) => {
          expect(Math.abs(m)).toBeLessThanOrEqual(100);
          expect(Math.abs(f.delta[h])).toBeLessThanOrEqual(Math.abs(m) + 1e-9);
          expect(f.confidence[h]).toBeGreaterThanOrEqual(0);
          expect(f.confidence[h]).toBeLessThanOrEqual(1);
        });
        expect(Number.isFinite(f.walls.runScoreUp) && Number.isFinite(f.walls.runScoreDown)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('follows a pressure that points one way', () => {
    const up = Array.from({ length: 60 }, (_, k) => ({
      ...{ x: k - 30, side: k < 30 ? ('B' as const) : ('A' as const) },
      ...{ g: 0.4, omega: 0.1, rho: 0.5, energy: 0, u: -0.5 },
    }));
    expect(forecastOf(engine, up).mean[30]).toBeGreaterThan(1);
    expect(
      forecastOf(
        engine,
        up.map((c) => ({ ...c, g: -c.g })),
      ).mean[30],
    ).toBeLessThan(-1);
  });

  it('gives the same forecast for the same field, whatever came before', () => {
    fc.assert(
      fc.property(fc.array(anyCell, { maxLength: 20 }), fc.array(anyCell, { maxLength: 20 }), (a, b) => {
        const forecaster = createForecaster(configOf(engine));
        const [first, second] = [frameOf(a), frameOf(b)];
        forecaster.forecast(new CombinedField(REACH).combine(first), first);
        const after = forecaster.forecast(new CombinedField(REACH).combine(second), second);
        expect(after.mean).toEqual(forecastOf(engine, b).mean);
      }),
      { numRuns: 10 },
    );
  });
});

describe('walls', () => {
  it('are exchanged when the market is mirrored', () => {
    fc.assert(
      fc.property(fc.array(anyCell, { maxLength: 30 }), (cells) => {
        const straight = findWalls(new CombinedField(REACH).combine(frameOf(cells)), 3);
        const mirrored = cells.map((c) => ({
          ...c,
          x: 0 - c.x,
          side: c.side === 'A' ? ('B' as const) : ('A' as const),
        }));
        const mirror = findWalls(new CombinedField(REACH).combine(frameOf(mirrored)), 3);
        expect([mirror.up, mirror.down]).toEqual([straight.down, straight.up]);
      }),
    );
  });

  it('begin strictly above the threshold, next to the spot', () => {
    const cell = { side: 'A' as const, g: 0, rho: 1, energy: 0, u: 0 };
    const field = new CombinedField(REACH).combine(
      frameOf([
        { ...cell, x: 0, omega: 9 },
        { ...cell, x: 2, omega: 3 },
        { ...cell, x: 7, omega: 3.5 },
      ]),
    );
    const { up, down } = findWalls(field, 3);
    expect([up, down]).toEqual([7, undefined]);
  });
});

describe('obstacles of options', () => {
  it('make the way through their strike slower', () => {
    const config = configOf('inertial');
    const push = Array.from({ length: 40 }, (_, k) => ({
      ...{ x: k + 1, side: 'A' as const, g: 1, omega: 0.1, rho: 0.5, energy: 0, u: 0 },
    }));
    const frame = frameOf(push);
    const field = new CombinedField(REACH).combine(frame);
    const free = createForecaster(config).forecast(field, frame);
    const options = { strikes: [frame.anchor], omega: [400] };
    const slowed = createForecaster(config).forecast(field, frame, options);
    expect(slowed.mean[10]).toBeLessThan(free.mean[10] / 2);
    expect(slowed.mean[10]).toBeGreaterThan(0);
  });
});

describe('calibration', () => {
  it('finds the motion that made the samples', () => {
    const samples = Array.from({ length: 50 }, (_, i) => {
      const [velocity, push] = [Math.sin(i), Math.cos(3 * i)];
      return { velocity, push, next: 0.75 * velocity + 2 * push };
    });
    const found = calibrateMotion(samples);
    expect(found?.gamma).toBeCloseTo(0.25, 12);
    expect(found?.beta).toBeCloseTo(2, 12);
  });

  it('says nothing when the samples say nothing', () => {
    expect(calibrateMotion([])).toBeUndefined();
    expect(calibrateMotion([{ velocity: 1, push: 1, next: 1 }])).toBeUndefined();
  });
});

describe('the reliability table', () => {
  const forecast = (second: number, spotTick: number, mean: number, confidence: number): Forecast => ({
    endNs: BigInt(second) * 1_000_000_000n,
    spotTick,
    walls: { up: undefined, down: undefined, runScoreUp: 0, runScoreDown: 0 },
    mean: new Float64Array(31).fill(mean),
    delta: new Int32Array(31),
    confidence: new Float64Array(31).fill(confidence),
  });

  it('counts signs per horizon and decile, once the outcome is known', () => {
    const table = new ReliabilityTable(1e9);
    // The spot at the starts of the windows is 0, 5, 6, 6, 5; every forecast points up, the later ones with full
    // confidence. The step from 0 to 5 happened in the window of the first forecast and counts for none.
    [0, 5, 6, 6, 5].forEach((tick, second) => {
      table.add(forecast(second, tick, 0.3, second < 2 ? 0.42 : 1));
    });
    const rows = table.rows();
    expect(rows).toHaveLength(60);
    const at = (h: number, decile: number) => rows.find((r) => r.horizonS === h && r.decile === decile);
    expect(at(1, 4)).toMatchObject({ forecasts: 2, moves: 1, correct: 1, share: 1 });
    expect(at(1, 9)).toMatchObject({ forecasts: 1, moves: 1, correct: 0, share: 0 });
    expect(at(2, 4)).toMatchObject({ forecasts: 2, moves: 2, correct: 1, share: 0.5 });
    expect(at(5, 4)).toMatchObject({ forecasts: 0, share: undefined });
  });

  it('leaves out forecasts without a direction and windows that are missing', () => {
    const table = new ReliabilityTable(1e9);
    table.add(forecast(0, 0, 1e-17, 0));
    table.add(forecast(1, 5, 1, 0.5));
    table.add(forecast(100, 9, 1, 0.5));
    expect(table.rows().reduce((sum, row) => sum + row.forecasts, 0)).toBe(0);
  });
});
