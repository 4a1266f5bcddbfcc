import { fail } from '#base/problem';
import type { StateReader, StateWriter } from '#base/state-io';
import { MICROSTATES, fillState5 } from '#core/score/microstate';
import { spatialWeights } from '#core/score/spatial-weights';
import {
  accumulateIntensities,
  bearIntensity,
  bullIntensity,
  dominantState,
  STATE_CODES,
  stateBase,
  stateIndex,
  type StateWeights,
} from '#core/score/state-intensity';
import { clampUnit, tanhBlend } from '#core/stats/blend';
import { robustOrGlobalZLatest } from '#core/stats/latest-z';
import { SlidingMedianMad } from '#core/stats/sliding-median-mad';

/** The state-model fields of the runtime configuration. */
export interface StateModelConfig extends StateWeights {
  readonly grid_radius_ticks: number;
  readonly cell_width_ms: number;
  readonly state_model_center_exclusion_radius: number;
  readonly state_model_spatial_decay_power: number;
  readonly state_model_zscore_window_bins: number;
  readonly state_model_zscore_min_periods: number;
  readonly state_model_tanh_scale: number;
  readonly state_model_d1_weight: number;
  readonly state_model_d2_weight: number;
  readonly state_model_d3_weight: number;
}

/** Read-out for one bin; the wire names carry the prefix `state_model_`. */
export interface StateModelOutput {
  /** In [-1, 1]; computed also while not ready. */
  score: number;
  /** Every channel with a weight has its minimum history. */
  ready: boolean;
  /** Bins seen, from 1. */
  sampleCount: number;
  base: number;
  /** Differences of the base in 1/s, 1/s², 1/s³. */
  d1: number;
  d2: number;
  d3: number;
  z1: number;
  z2: number;
  z3: number;
  bullIntensity: number;
  bearIntensity: number;
  mixedIntensity: number;
  /** -2..2 */
  dominantState5Code: number;
}

/** What a bin's labels contribute; the rest of the output comes from history. */
interface Reading {
  readonly base: number;
  readonly bull: number;
  readonly bear: number;
  readonly mixed: number;
  readonly dominant: number;
}

/**
 * The derivative state model (vacuum-pressure.md section 13): base of the row states, its differences, their robust
 * or global z, one score. In a stream the labels depend on the microstate alone, so there are nine possible readings,
 * computed once; equal microstates repeat the base bit for bit and their difference is exactly 0.
 */
export class DerivativeRuntime {
  static readonly modelName = 'derivative';

  /** Overwritten by every push. */
  readonly output: StateModelOutput = emptyOutput();
  private readonly spatial: Float64Array;
  private readonly readings: readonly Reading[];
  private readonly intensities = new Float64Array(STATE_CODES);
  private readonly channelWeights: readonly number[];
  private readonly dtSeconds: number;
  /** One slot per channel. */
  private readonly history: SlidingMedianMad;
  private readonly scratch: Float64Array;

  /** @param config within the limits of the runtime configuration, which is where they are checked */
  constructor(private readonly config: StateModelConfig) {
    this.spatial = spatialWeights(
      config.grid_radius_ticks,
      config.state_model_center_exclusion_radius,
      config.state_model_spatial_decay_power,
    );
    this.channelWeights = [
      config.state_model_d1_weight,
      config.state_model_d2_weight,
      config.state_model_d3_weight,
    ];
    this.dtSeconds = config.cell_width_ms / 1000;
    const bins = config.state_model_zscore_window_bins;
    this.history = new SlidingMedianMad(bins, 3);
    this.scratch = new Float64Array(bins);

    const labels = new Int8Array(this.spatial.length);
    this.readings = Array.from({ length: MICROSTATES }, (_, microstate) => {
      fillState5(labels, microstate);
      return this.read(labels);
    });
  }

  /** Adds a bin by its microstate, 0..8. */
  pushMicrostate(microstate: number): StateModelOutput {
    return this.push(this.readings[microstate]);
  }

  /** Adds a bin by its labels: 2R+1 state codes -2..2, k ascending. */
  pushLabels(labels: ArrayLike<number>): StateModelOutput {
    if (labels.length !== this.spatial.length) {
      fail('score/row-count', `A bin has ${labels.length} labels, the model expects ${this.spatial.length}`);
    }
    return this.push(this.read(labels));
  }

  save(writer: StateWriter): void {
    writer.begin('derivative-runtime', 1);
    const { ready, ...numbers } = this.output;
    writer.boolean(ready);
    for (const name of NUMBER_FIELDS) writer.number(numbers[name]);
    this.history.save(writer);
  }

  /** Restores what a runtime of the same configuration saved. */
  restore(reader: StateReader): void {
    reader.begin('derivative-runtime', 1);
    this.output.ready = reader.boolean();
    for (const name of NUMBER_FIELDS) this.output[name] = reader.number();
    this.history.restore(reader);
  }

  private read(labels: ArrayLike<number>): Reading {
    const intensities = this.intensities;
    accumulateIntensities(labels, this.spatial, intensities);
    const bull = bullIntensity(intensities, this.config);
    const bear = bearIntensity(intensities, this.config);
    const mixed = intensities[stateIndex(0)];
    return {
      base: stateBase(bull, bear, mixed, this.config.state_model_mixed_weight),
      bull,
      bear,
      mixed,
      dominant: dominantState(intensities),
    };
  }

  private push(reading: Reading): StateModelOutput {
    const out = this.output;
    const dt = this.dtSeconds;
    out.sampleCount++;
    if (out.sampleCount > 1) {
      const d1 = (reading.base - out.base) / dt;
      const d2 = (d1 - out.d1) / dt;
      out.d3 = (d2 - out.d2) / dt;
      out.d2 = d2;
      out.d1 = d1;
    }
    out.base = reading.base;
    out.bullIntensity = reading.bull;
    out.bearIntensity = reading.bear;
    out.mixedIntensity = reading.mixed;
    out.dominantState5Code = reading.dominant;
    out.z1 = this.latestZ(0, out.d1);
    out.z2 = this.latestZ(1, out.d2);
    out.z3 = this.latestZ(2, out.d3);
    const scale = this.config.state_model_tanh_scale;
    const [w1, w2, w3] = this.channelWeights;
    out.score = clampUnit(tanhBlend(out.z1, out.z2, out.z3, w1, w2, w3, scale));
    // All channels have the same history, and at least one has a weight.
    out.ready = this.history.count(0) >= this.config.state_model_zscore_min_periods;
    return out;
  }

  private latestZ(channel: number, value: number): number {
    this.history.push(channel, value);
    const minPeriods = this.config.state_model_zscore_min_periods;
    return robustOrGlobalZLatest(this.history, channel, value, minPeriods, this.scratch);
  }
}

const NUMBER_FIELDS = [
  'score',
  'sampleCount',
  'base',
  'd1',
  'd2',
  'd3',
  'z1',
  'z2',
  'z3',
  'bullIntensity',
  'bearIntensity',
  'mixedIntensity',
  'dominantState5Code',
] as const;

function emptyOutput(): StateModelOutput {
  return {
    score: 0,
    ready: false,
    sampleCount: 0,
    base: 0,
    d1: 0,
    d2: 0,
    d3: 0,
    z1: 0,
    z2: 0,
    z3: 0,
    bullIntensity: 0,
    bearIntensity: 0,
    mixedIntensity: 0,
    dominantState5Code: 0,
  };
}
