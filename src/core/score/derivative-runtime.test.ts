import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StateReader, StateWriter } from '#base/state-io';
import { DerivativeRuntime, type StateModelConfig } from '#core/score/derivative-runtime';
import { fillState5 } from '#core/score/microstate';
import { spatialWeights } from '#core/score/spatial-weights';
import { dominantState } from '#core/score/state-intensity';
import { globalZ, meanStd, Z_EPS } from '#core/stats/robust';
import { MAD_TO_SIGMA, robustZ } from '#core/stats/robust-z';
import { mad, median } from '#core/stats/testing/plain-median';

const CONFIG: StateModelConfig = {
  grid_radius_ticks: 6,
  cell_width_ms: 100,
  state_model_center_exclusion_radius: 1,
  state_model_spatial_decay_power: 0.35,
  state_model_zscore_window_bins: 20,
  state_model_zscore_min_periods: 5,
  state_model_tanh_scale: 3,
  state_model_d1_weight: 1,
  state_model_d2_weight: 0.5,
  state_model_d3_weight: 0.25,
  state_model_bull_pressure_weight: 1.2,
  state_model_bull_vacuum_weight: 0.8,
  state_model_bear_pressure_weight: 1.1,
  state_model_bear_vacuum_weight: 0.9,
  state_model_mixed_weight: 0.2,
};

/** Section 14, on the whole history at once. */
function definedZ(history: readonly number[], minPeriods: number): number {
  if (history.length < minPeriods) return 0;
  const current = history[history.length - 1];
  const deviation = mad(history);
  return MAD_TO_SIGMA * deviation > Z_EPS
    ? robustZ(current, median(history), deviation, Z_EPS)
    : globalZ(current, meanStd(history), Z_EPS);
}

const microstates = fc.array(fc.integer({ min: 0, max: 8 }), { minLength: 1, maxLength: 80 });
/** Mostly quiet, as real streams are. */
const quiet = fc.array(fc.oneof({ weight: 5, arbitrary: fc.constant(4) }, fc.integer({ min: 0, max: 8 })), {
  minLength: 1,
  maxLength: 80,
});

describe('a bin given by its microstate', () => {
  it('reads like the same bin given by its labels, bit for bit', () => {
    fc.assert(
      fc.property(microstates, (ids) => {
        const byId = new DerivativeRuntime(CONFIG);
        const byLabels = new DerivativeRuntime(CONFIG);
        const labels = new Int8Array(13);
        for (const id of ids) {
          fillState5(labels, id);
          expect(byId.pushMicrostate(id)).toEqual(byLabels.pushLabels(labels));
        }
      }),
    );
  });

  it('has a base of exactly 0 for opposite sides of equal weight', () => {
    const runtime = new DerivativeRuntime({
      ...CONFIG,
      grid_radius_ticks: 50,
      state_model_bear_pressure_weight: CONFIG.state_model_bull_pressure_weight,
    });
    const output = runtime.pushLabels(Int8Array.from({ length: 101 }, (_, i) => Math.sign(i - 50)));
    expect(output.bullIntensity).toBeGreaterThan(0);
    expect(output.base).toBe(0);
  });

  it('repeats the base exactly, so that its differences are 0', () => {
    const runtime = new DerivativeRuntime({ ...CONFIG, cell_width_ms: 1 });
    for (let i = 0; i < 4; i++) runtime.pushMicrostate(6);
    expect([runtime.output.d1, runtime.output.d2, runtime.output.d3]).toEqual([0, 0, 0]);
  });
});

describe('the output', () => {
  it.each([1, 1e-11, 1e-14])(
    'has the z of the definition for every bin, with state weights around %d',
    (scale) => {
      const config = {
        ...CONFIG,
        state_model_bull_pressure_weight: 1.2 * scale,
        state_model_bull_vacuum_weight: 0.8 * scale,
        state_model_bear_pressure_weight: 1.1 * scale,
        state_model_bear_vacuum_weight: 0.9 * scale,
      };
      fc.assert(
        fc.property(fc.oneof(microstates, quiet), (ids) => {
          const runtime = new DerivativeRuntime(config);
          const history: [number[], number[], number[]] = [[], [], []];
          for (const id of ids) {
            const { d1, d2, d3, z1, z2, z3 } = runtime.pushMicrostate(id);
            [d1, d2, d3].forEach((d, channel) => history[channel].push(d));
            [z1, z2, z3].forEach((z, channel) => {
              expect(z).toBe(definedZ(history[channel].slice(-20), 5));
            });
          }
        }),
      );
    },
  );

  it('is finite, with a score in [-1, 1] that is 0 until ready', () => {
    fc.assert(
      fc.property(quiet, (ids) => {
        const runtime = new DerivativeRuntime({ ...CONFIG, cell_width_ms: 1 });
        ids.forEach((id, i) => {
          const { ready, ...numbers } = runtime.pushMicrostate(id);
          expect(Object.values(numbers).every(Number.isFinite)).toBe(true);
          expect(ready).toBe(i >= 4);
          expect(Math.abs(numbers.score)).toBeLessThanOrEqual(ready ? 1 : 0);
          expect(numbers.sampleCount).toBe(i + 1);
        });
      }),
    );
  });

  it('names 0, +1 or -2 as dominant in streams', () => {
    for (let id = 0; id < 9; id++) {
      expect([0, 1, -2]).toContain(new DerivativeRuntime(CONFIG).pushMicrostate(id).dominantState5Code);
    }
  });

  it('goes on after saving and restoring as if nothing had happened', () => {
    fc.assert(
      fc.property(quiet, microstates, (before, after) => {
        const original = new DerivativeRuntime(CONFIG);
        for (const id of before) original.pushMicrostate(id);
        const writer = new StateWriter();
        original.save(writer);
        const restored = new DerivativeRuntime(CONFIG);
        for (const id of after) restored.pushMicrostate(id);
        const reader = new StateReader(writer.finish());
        restored.restore(reader);
        reader.end();
        expect(restored.output).toEqual(original.output);
        for (const id of after) expect(restored.pushMicrostate(id)).toEqual(original.pushMicrostate(id));
      }),
    );
  });
});

describe('the parts', () => {
  it('weigh rows symmetrically', () => {
    for (const [radius, exclusion, power] of [
      [1, 0, 0],
      [50, 3, 0.35],
      [4096, 4095, 64],
    ]) {
      const weights = spatialWeights(radius, exclusion, power);
      expect(weights.every(Number.isFinite)).toBe(true);
      expect([...weights]).toEqual([...weights].reverse());
      expect(weights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    }
  });

  it('choose the lowest code among intensities within 1e-12', () => {
    expect(dominantState(Float64Array.of(0.3, 0.1, 0.3 + 5e-13, 0.1, 0.2))).toBe(-2);
    expect(dominantState(Float64Array.of(0.3, 0.1, 0.3 + 2e-12, 0.1, 0.2))).toBe(0);
    expect(dominantState(Float64Array.of(0, 0, 0, 0.4, 0.4))).toBe(1);
  });

  it('refuse a bin with another number of labels', () => {
    expect(() => new DerivativeRuntime(CONFIG).pushLabels(new Int8Array(12))).toThrow(/12 labels/);
  });
});
