import { SpectrumShape } from '#core/spectrum/spectrum-shape';

/** The spectrum fields of the runtime configuration. */
export interface SpectrumConfig {
  /** Rollup windows in bins, any order. */
  readonly flow_windows: readonly number[];
  /** One weight > 0 per window; normalised to sum 1. */
  readonly flow_rollup_weights: readonly number[];
  readonly cell_width_ms: number;
  /** Three weights >= 0, not all 0; normalised to sum 1. */
  readonly flow_derivative_weights: readonly number[];
  readonly flow_tanh_scale: number;
  readonly flow_neutral_threshold: number;
  readonly flow_zscore_window_bins: number;
  readonly flow_zscore_min_periods: number;
}

export function spectrumShape(config: SpectrumConfig): SpectrumShape {
  const shape = new SpectrumShape(config.flow_windows.length);
  shape.binSeconds = config.cell_width_ms * 1e6 * 1e-9;
  shape.windows.set(config.flow_windows);
  shape.windowWeights.set(normalised(config.flow_rollup_weights));
  [shape.weight1, shape.weight2, shape.weight3] = normalised(config.flow_derivative_weights);
  shape.tanhScale = config.flow_tanh_scale;
  shape.threshold = config.flow_neutral_threshold;
  shape.zWindow = config.flow_zscore_window_bins;
  shape.zMinPeriods = config.flow_zscore_min_periods;
  return shape;
}

/** `weights` scaled to sum 1. */
export function normalised(weights: ArrayLike<number>): Float64Array {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += weights[i];
  return Float64Array.from(weights, (w) => w / sum);
}
