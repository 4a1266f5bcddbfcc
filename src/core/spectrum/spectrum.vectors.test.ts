import { describe, expect, it } from 'vitest';
import { fixturePath, readJson } from '#testdata/fixtures';
import { compositeOf } from '#core/spectrum/composite';
import { FlowScorer } from '#core/spectrum/flow-scorer';
import { projectScore } from '#core/spectrum/projection';
import { spectrumShape } from '#core/spectrum/spectrum-config';
import { SpectrumTracker } from '#core/spectrum/spectrum-tracker';

interface ScorerCase {
  zscore_window_bins: number;
  zscore_min_periods: number;
  derivative_weights: number[];
  tanh_scale: number;
  threshold_neutral: number;
  bins: { d1: number[]; d2: number[]; d3: number[]; score: number[]; state_code: number[] }[];
}

interface SpectrumCase {
  windows: number[];
  rollup_weights: number[];
  derivative_weights: number[];
  tanh_scale: number;
  neutral_threshold: number;
  zscore_window_bins: number;
  zscore_min_periods: number;
  default_dt_s: number;
  horizons_ms: number[];
  use_cubic: boolean;
  cubic_scale: number;
  damping_lambda: number;
  bins: {
    ts_ns: string;
    pressure: number[];
    vacuum: number[];
    composite: number[];
    composite_d1: number[];
    composite_d2: number[];
    composite_d3: number[];
    score: number[];
    state_code: number[];
    projected: Record<string, number[]>;
  }[];
}

function expectAllClose(actual: ArrayLike<number>, expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  const misses = expected.filter(
    (value, i) => !(Math.abs(actual[i] - value) <= 1e-9 * Math.abs(value) + 1e-12),
  );
  expect(misses).toEqual([]);
}

/** In streams every step is one cell; the vectors also have irregular and repeated times (section 11). */
function stepSeconds(fromNs: number, toNs: number, cellSeconds: number): number {
  return toNs > fromNs ? (toNs - fromNs) * 1e-9 : cellSeconds;
}

describe('the reference vectors', () => {
  it('of the scorer', () => {
    const cases = readJson<ScorerCase[]>(fixturePath('vp', 'unit', 'spectrum_scorer.json'));
    expect(cases.length).toBe(2);
    for (const c of cases) {
      const shape = spectrumShape({
        flow_windows: [1],
        flow_rollup_weights: [1],
        cell_width_ms: 100,
        flow_derivative_weights: c.derivative_weights,
        flow_tanh_scale: c.tanh_scale,
        flow_neutral_threshold: c.threshold_neutral,
        flow_zscore_window_bins: c.zscore_window_bins,
        flow_zscore_min_periods: c.zscore_min_periods,
      });
      const scorer = new FlowScorer(shape, c.bins[0].score.length, c.bins.length);
      c.bins[0].score.forEach((_, cell) => {
        const series = (of: (bin: ScorerCase['bins'][number]) => number[]) =>
          Float64Array.from(c.bins, (bin) => of(bin)[cell]);
        scorer.advance(
          cell,
          series((bin) => bin.d1),
          series((bin) => bin.d2),
          series((bin) => bin.d3),
          c.bins.length,
        );
        expectAllClose(
          scorer.score,
          c.bins.map((bin) => bin.score[cell]),
        );
        expect(Array.from(scorer.score, (score) => scorer.stateOf(score))).toEqual(
          c.bins.map((bin) => bin.state_code[cell]),
        );
      });
    }
  });

  it('of the spectrum, with irregular and repeated timestamps, and of the projection', () => {
    const cases = readJson<SpectrumCase[]>(fixturePath('vp', 'unit', 'spectrum.json'));
    expect(cases.length).toBe(2);
    for (const c of cases) {
      const cells = c.bins[0].pressure.length;
      const tracker = new SpectrumTracker(
        spectrumShape({
          flow_windows: c.windows,
          flow_rollup_weights: c.rollup_weights,
          flow_derivative_weights: c.derivative_weights,
          flow_tanh_scale: c.tanh_scale,
          flow_neutral_threshold: c.neutral_threshold,
          flow_zscore_window_bins: c.zscore_window_bins,
          flow_zscore_min_periods: c.zscore_min_periods,
          cell_width_ms: c.default_dt_s * 1000,
        }),
        cells,
        1,
      );
      const options = { useCubic: c.use_cubic, cubicScale: c.cubic_scale, dampingLambda: c.damping_lambda };
      // Derivatives of the score: one row per cell.
      const s = Array.from({ length: cells }, () => ({ score: 0, d1: 0, d2: 0, d3: 0 }));
      c.bins.forEach((bin, t) => {
        const previous = t === 0 ? 0 : Number(c.bins[t - 1].ts_ns);
        const dt = t === 0 ? c.default_dt_s : stepSeconds(previous, Number(bin.ts_ns), c.default_dt_s);
        tracker.seconds[0] = dt;
        for (let cell = 0; cell < cells; cell++) {
          tracker.input[0] = compositeOf(bin.pressure[cell], bin.vacuum[cell]);
          tracker.advance(cell, 1);
          const score = tracker.score[0];
          expectAllClose(
            [tracker.composite[0], tracker.d1[0], tracker.d2[0], tracker.d3[0], score],
            [bin.composite, bin.composite_d1, bin.composite_d2, bin.composite_d3, bin.score].map(
              (c) => c[cell],
            ),
          );
          expect(tracker.stateOf(score)).toBe(bin.state_code[cell]);
          const d1 = t === 0 ? 0 : (score - s[cell].score) / dt;
          const d2 = t === 0 ? 0 : (d1 - s[cell].d1) / dt;
          const d3 = t === 0 ? 0 : (d2 - s[cell].d2) / dt;
          s[cell] = { score, d1, d2, d3 };
        }
        for (const horizon of c.horizons_ms) {
          const projected = s.map((x) => projectScore(x.score, x.d1, x.d2, x.d3, horizon / 1000, options));
          expectAllClose(projected, bin.projected[String(horizon)]);
        }
      });
    }
  });
});
