import { describe, expect, it } from 'vitest';
import { fixturePath, readJson, readNdjson } from '#testdata/fixtures';
import { DerivativeRuntime, type StateModelConfig } from '#core/score/derivative-runtime';
import { spatialWeights } from '#core/score/spatial-weights';
import {
  accumulateIntensities,
  bearIntensity,
  bullIntensity,
  STATE_CODES,
  stateBase,
  stateIndex,
} from '#core/score/state-intensity';

const DEFAULTS: StateModelConfig = {
  grid_radius_ticks: 50,
  cell_width_ms: 100,
  state_model_center_exclusion_radius: 0,
  state_model_spatial_decay_power: 0,
  state_model_zscore_window_bins: 240,
  state_model_zscore_min_periods: 60,
  state_model_tanh_scale: 3,
  state_model_d1_weight: 1,
  state_model_d2_weight: 0,
  state_model_d3_weight: 0,
  state_model_bull_pressure_weight: 1,
  state_model_bull_vacuum_weight: 1,
  state_model_bear_pressure_weight: 1,
  state_model_bear_vacuum_weight: 1,
  state_model_mixed_weight: 0,
};

/** The vectors name parameters without the prefix. */
function prefixed(params: Record<string, number>): Partial<StateModelConfig> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [`state_model_${name}`, value]));
}

function vectors<T>(name: string): T[] {
  return readJson<T[]>(fixturePath('vp', 'unit', `${name}.json`));
}

function expectClose(actual: number, expected: number, what: string): void {
  const error = Math.abs(actual - expected);
  expect(error, `${what}: ${actual} for ${expected}`).toBeLessThanOrEqual(1e-9 * Math.abs(expected) + 1e-12);
}

describe('the reference vectors', () => {
  it('of the spatial weights', () => {
    const cases = vectors<{
      radius: number;
      center_exclusion_radius: number;
      spatial_decay_power: number;
      weights?: number[];
      error?: boolean;
    }>('spatial_weights');
    expect(cases.length).toBe(9);
    for (const c of cases) {
      const weights = () => spatialWeights(c.radius, c.center_exclusion_radius, c.spatial_decay_power);
      if (c.error) expect(weights).toThrow(/leaves no row/);
      else c.weights!.forEach((expected, i) => expectClose(weights()[i], expected, `row ${i}`));
    }
  });

  it('of the intensities', () => {
    const cases = vectors<{
      radius: number;
      center_exclusion_radius: number;
      spatial_decay_power: number;
      state5: number[];
      intensity_by_code: Record<string, number>;
      params: Record<string, number>;
      bull: number;
      bear: number;
      base: number;
    }>('state5_intensities');
    expect(cases.length).toBe(12);
    for (const c of cases) {
      const weights = spatialWeights(c.radius, c.center_exclusion_radius, c.spatial_decay_power);
      const intensities = new Float64Array(STATE_CODES);
      accumulateIntensities(c.state5, weights, intensities);
      for (const [code, expected] of Object.entries(c.intensity_by_code)) {
        expectClose(intensities[stateIndex(Number(code))], expected, `intensity of ${code}`);
      }
      const config = { ...DEFAULTS, ...prefixed(c.params) };
      const bull = bullIntensity(intensities, config);
      const bear = bearIntensity(intensities, config);
      expectClose(bull, c.bull, 'bull');
      expectClose(bear, c.bear, 'bear');
      const base = stateBase(bull, bear, intensities[stateIndex(0)], config.state_model_mixed_weight);
      expectClose(base, c.base, 'base');
    }
  });

  it('of the runtime', () => {
    const cases = vectors<{
      radius: number;
      cell_width_ms: number;
      params: Record<string, number>;
      bins: { state5: number[]; out: Record<string, number | boolean> }[];
    }>('derivative_runtime');
    expect(cases.map((c) => c.bins.length)).toEqual([40, 40, 40]);
    for (const c of cases) {
      const runtime = new DerivativeRuntime({
        ...DEFAULTS,
        grid_radius_ticks: c.radius,
        cell_width_ms: c.cell_width_ms,
        ...prefixed(c.params),
      });
      c.bins.forEach(({ state5, out }, bin) => {
        const output = runtime.pushLabels(state5);
        const { dominant_tie, ...fields } = out;
        expect(typeof dominant_tie).toBe('boolean');
        expect(Object.keys(fields).length).toBe(Object.keys(output).length);
        for (const [name, expected] of Object.entries(fields)) {
          const actual = byWireName(output, name);
          if (EXACT_FIELDS.has(name)) expect(actual, `${name} of bin ${bin}`).toBe(expected);
          else expectClose(Number(actual), Number(expected), `${name} of bin ${bin}`);
        }
      });
    }
  });

  it.each(['edge', 'small', 'medium'])('of the stream set %s, from its microstates', (set) => {
    const { config } = readJson<{ config: StateModelConfig }>(fixturePath('vp', set, 'meta.json'));
    const bins = readNdjson<Record<string, number | boolean | string>>(
      fixturePath('vp', set, 'bins.ndjson.gz'),
    );
    const runtime = new DerivativeRuntime(config);
    const prefix = 'state_model_';
    for (const bin of bins) {
      const output = runtime.pushMicrostate(Number(bin['microstate_id']));
      const fields = Object.entries(bin).filter(
        ([name]) => name.startsWith(prefix) && name !== 'state_model_name',
      );
      expect(fields.length).toBe(Object.keys(output).length);
      for (const [wireName, expected] of fields) {
        const name = wireName.slice(prefix.length);
        const actual = byWireName(output, name);
        const where = `${wireName} of bin ${String(bin['bin_seq'])}`;
        if (EXACT_FIELDS.has(name)) expect(actual, where).toBe(expected);
        else
          expect(Math.abs(Number(actual) - Number(expected)), where).toBeLessThanOrEqual(
            1e-9 * Math.abs(Number(expected)) + 1e-9,
          );
      }
    }
  });
});

const EXACT_FIELDS = new Set(['ready', 'sample_count', 'dominant_state5_code']);

function byWireName(output: object, name: string): unknown {
  const key = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return (output as Record<string, unknown>)[key];
}
