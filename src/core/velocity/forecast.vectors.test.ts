import { describe, expect, it } from 'vitest';
import { CombinedField } from '#core/velocity/combined-field';
import type { Forecast } from '#core/velocity/forecast';
import { createForecaster } from '#core/velocity/forecasters';
import { FuturesPhysics } from '#core/velocity/futures-physics';
import { NoiseGenerator, noiseTable } from '#core/velocity/noise-table';
import { driftOf } from '#core/velocity/particle-forecast';
import { PhysicsFrame, type PhysicsField } from '#core/velocity/physics-fields';
import { GOLDEN_CONFIG, runSpot } from '#core/velocity/testing/golden-runs';
import type { Row } from '#core/velocity/testing/silver-rows';
import { readJson } from '#testdata/fixtures';
import { differences, expectedRows, velocityPath } from '#testdata/velocity-golden';

const { n_particles, horizon_s, noise_seed } = GOLDEN_CONFIG.forecast;
const REACH = GOLDEN_CONFIG.futures.grid_max_ticks;

function forecastRows(f: Forecast): Row[] {
  return Array.from({ length: f.mean.length }, (_, h) => ({
    window_end_ts_ns: f.endNs,
    horizon_s: h,
    predicted_spot_tick: f.spotTick + f.delta[h],
    predicted_tick_delta: f.delta[h],
    confidence: f.confidence[h],
    RunScore_up: f.walls.runScoreUp,
    RunScore_down: f.walls.runScoreDown,
    D_up: f.walls.up,
    D_down: f.walls.down,
    predicted_tick_mean: f.mean[h],
  }));
}

const FLOATS = {
  floats: { confidence: 2 / n_particles, RunScore_up: 1e-9, RunScore_down: 1e-9, predicted_tick_mean: 1e-9 },
};

describe('the forecast of the golden chain', () => {
  const rows: Row[] = [];
  const drifts: Row[] = [];
  const physics = new FuturesPhysics(GOLDEN_CONFIG);
  const field = new CombinedField(REACH);
  const forecaster = createForecaster(GOLDEN_CONFIG);
  const drift = new Float64Array(field.width);
  runSpot('futures_mbo', 'events', 'futures', (window) => {
    if (window.anchor === 0) return;
    const frame = physics.process(window);
    rows.push(...forecastRows(forecaster.forecast(field.combine(frame), frame)));
    driftOf(field, GOLDEN_CONFIG, drift);
    drift.forEach((v, i) => drifts.push({ window_end_ts_ns: window.endNs, rel_ticks: i - REACH, v_eff: v }));
  });

  it('has the reference rows of every window and horizon', () => {
    const expected = expectedRows('forecast');
    expect(differences(rows, expected, ['window_end_ts_ns', 'horizon_s'], FLOATS)).toEqual([]);
  });

  it('drifts as the reference does', () => {
    const expected = expectedRows('combined_field').map(({ window_end_ts_ns, rel_ticks, v_eff }) => ({
      window_end_ts_ns,
      rel_ticks,
      v_eff,
    }));
    const ends = new Set(expected.map((row) => row['window_end_ts_ns']));
    const actual = drifts.filter((row) => ends.has(String(row['window_end_ts_ns'])));
    const floats = { floats: { v_eff: 1e-9 } };
    expect(differences(actual, expected, ['window_end_ts_ns', 'rel_ticks'], floats)).toEqual([]);
  });
});

interface UnitCase {
  readonly name: string;
  readonly spot_tick: number;
  readonly cell_columns: readonly string[];
  readonly default_cell: Readonly<Record<string, number>>;
  readonly cells: readonly (readonly (number | string)[])[];
  readonly expected: readonly Readonly<Record<string, number | null>>[];
}

describe('the forecast of hand-built fields', () => {
  const cases = readJson<UnitCase[]>(velocityPath('expected', 'forecast_units.json.gz'));
  const forecaster = createForecaster(GOLDEN_CONFIG);

  it('are seven', () => expect(cases).toHaveLength(7));

  it.each(cases)('$name', ({ spot_tick, cell_columns, default_cell, cells, expected }) => {
    const frame = new PhysicsFrame(REACH);
    frame.anchor = spot_tick * GOLDEN_CONFIG.futures.tick_int;
    for (const [name, value] of Object.entries(default_cell)) frame.fields[name as PhysicsField].fill(value);
    for (const values of cells) {
      const cell = Object.fromEntries(cell_columns.map((name, i) => [name, values[i]]));
      const at = frame.cell(cell['side'] as 'A' | 'B', Number(cell['rel_ticks']));
      for (const name of Object.keys(default_cell))
        frame.fields[name as PhysicsField][at] = Number(cell[name]);
    }
    const actual = forecastRows(forecaster.forecast(new CombinedField(REACH).combine(frame), frame));
    const wanted = expected.map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [name, value === null ? '' : String(value)]),
      ),
    );
    expect(differences(actual, wanted, ['horizon_s'], FLOATS)).toEqual([]);
  });
});

describe('the table of noise', () => {
  const head = readJson<{
    uint32: number[];
    normals: {
      z_0_0_to_7: number[];
      z_0_half_to_half_plus_1: number[];
      z_1_0_to_1: number[];
      z_last_step_last_particle: number;
      sum_of_squares: number;
    };
  }>(velocityPath('expected', 'noise_head.json'));
  const table = noiseTable(noise_seed, horizon_s, n_particles);
  const close = (actual: ArrayLike<number>, expected: readonly number[]) =>
    expected.forEach((z, i) => expect(actual[i]).toBeCloseTo(z, 13));

  it('comes from the published generator', () => {
    const generator = new NoiseGenerator(noise_seed);
    expect(head.uint32.map(() => generator.next())).toEqual(head.uint32);
    const first = new NoiseGenerator(1);
    expect([first.next(), first.next(), first.next(), first.next()]).toEqual([
      2693262067, 11749833, 2265367787, 4213581821,
    ]);
  });

  it('has the published normal numbers', () => {
    const { normals } = head;
    close(table, normals.z_0_0_to_7);
    close(table.subarray(n_particles / 2), normals.z_0_half_to_half_plus_1);
    close(table.subarray(n_particles), normals.z_1_0_to_1);
    close(table.subarray(-1), [normals.z_last_step_last_particle]);
    expect(table.reduce((sum, z) => sum + z * z, 0)).toBeCloseTo(normals.sum_of_squares, 7);
  });

  it('lets an odd half end with an unused number', () => {
    const odd = noiseTable(1, 2, 6);
    expect([...odd.subarray(3, 6)]).toEqual([...odd.subarray(0, 3)].map((z) => -z));
    expect(new Set(odd.map(Math.abs)).size).toBe(6);
  });
});
