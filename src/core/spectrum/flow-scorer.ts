import { fail } from '#base/problem';
import type { StateReader, StateWriter } from '#base/state-io';
import { clampUnit, tanhBlend } from '#core/stats/blend';
import { robustZ } from '#core/stats/robust';
import { SlidingMedianMad } from '#core/stats/sliding-median-mad';
import { normalised } from '#core/spectrum/composite';

/** The scoring fields of the runtime configuration. */
export interface FlowScorerConfig {
  /** Three weights >= 0, not all 0; normalised to sum 1. */
  readonly flow_derivative_weights: readonly number[];
  readonly flow_tanh_scale: number;
  readonly flow_neutral_threshold: number;
  readonly flow_zscore_window_bins: number;
  readonly flow_zscore_min_periods: number;
}

/** Scales of D1..D3 that do not exceed this give z = 0 (section 12). */
const Z_EPS = 1e-9;

/**
 * Flow score of many cells (vacuum-pressure.md section 12): robust z of D1, D2 and D3 over sliding windows, blended.
 * Read `score[slot]` and `state[slot]` after `push`; an untouched slot holds zeros.
 */
export class FlowScorer {
  /** In [-1, 1]. */
  readonly score: Float64Array;
  /** +1 pressure, -1 vacuum, 0 neutral. */
  readonly state: Int8Array;
  private readonly weights: Float64Array;
  private readonly scale: number;
  private readonly threshold: number;
  private readonly minPeriods: number;
  /** D1, D2, D3 of slot i at 3i, 3i + 1, 3i + 2. */
  private readonly history: SlidingMedianMad;

  /** @param config within the limits of the runtime configuration, which is where they are checked */
  constructor(
    config: FlowScorerConfig,
    readonly capacity: number,
  ) {
    this.weights = normalised(config.flow_derivative_weights);
    this.scale = config.flow_tanh_scale;
    this.threshold = config.flow_neutral_threshold;
    this.minPeriods = config.flow_zscore_min_periods;
    this.score = new Float64Array(capacity);
    this.state = new Int8Array(capacity);
    this.history = new SlidingMedianMad(config.flow_zscore_window_bins, 3 * capacity);
  }

  /** Adds one bin to one slot and scores it; the values are those at index `slot` of the columns. */
  push(slot: number, d1: Float64Array, d2: Float64Array, d3: Float64Array): void {
    this.history.pushThree(3 * slot, d1, d2, d3, slot);
    this.evaluate(slot, d1, d2, d3, slot);
  }

  /** Adds one bin to all slots. @throws ProblemError `spectrum/row-count` unless there is one value per slot */
  pushBin(d1: Float64Array, d2: Float64Array, d3: Float64Array): void {
    for (const column of [d1, d2, d3]) {
      if (column.length !== this.capacity) {
        fail('spectrum/row-count', `A bin has ${column.length} rows, the bins before had ${this.capacity}`);
      }
    }
    for (let slot = 0; slot < this.capacity; slot++) this.push(slot, d1, d2, d3);
  }

  /** Replaces a slot's history by the first `length` values, oldest first, and scores the last of them. */
  reset(slot: number, d1: Float64Array, d2: Float64Array, d3: Float64Array, length: number): void {
    this.history.load(3 * slot, d1, length);
    this.history.load(3 * slot + 1, d2, length);
    this.history.load(3 * slot + 2, d3, length);
    if (length > 0) {
      this.evaluate(slot, d1, d2, d3, length - 1);
    } else {
      this.score[slot] = 0;
      this.state[slot] = 0;
    }
  }

  save(writer: StateWriter): void {
    writer.begin('flow-scorer', 1);
    writer.array(this.score);
    writer.array(this.state);
    this.history.save(writer);
  }

  restore(reader: StateReader): void {
    reader.begin('flow-scorer', 1);
    reader.arrayInto(this.score);
    reader.arrayInto(this.state);
    this.history.restore(reader);
  }

  /** Scores a slot whose current values are those at index `at`. */
  private evaluate(slot: number, d1: Float64Array, d2: Float64Array, d3: Float64Array, at: number): void {
    const { history } = this;
    const { medians, mads } = history;
    const channel = 3 * slot;
    let score = 0;
    if (history.count(channel) >= this.minPeriods) {
      history.measure(channel);
      history.measure(channel + 1);
      history.measure(channel + 2);
      const z1 = robustZ(d1[at], medians[channel], mads[channel], Z_EPS);
      const z2 = robustZ(d2[at], medians[channel + 1], mads[channel + 1], Z_EPS);
      const z3 = robustZ(d3[at], medians[channel + 2], mads[channel + 2], Z_EPS);
      score = clampUnit(tanhBlend(z1, z2, z3, this.weights, this.scale));
    }
    this.score[slot] = score;
    this.state[slot] = score >= this.threshold ? 1 : score <= -this.threshold ? -1 : 0;
  }
}
