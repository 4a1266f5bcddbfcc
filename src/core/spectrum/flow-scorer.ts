import { newF64s, type F64s } from '#base/numeric/arrays';
import type { f64, i32 } from '#base/numeric/types';
import type { SpectrumShape } from '#core/spectrum/spectrum-shape';
import { clampUnit, tanhBlend } from '#core/stats/blend';
import { robustZ } from '#core/stats/robust-z';
import { SlidingMedianMad } from '#core/stats/sliding-median-mad';

/** Scales of D1..D3 that do not exceed this give z = 0 (section 12). */
const Z_EPS: f64 = 1e-9;

/**
 * Flow score of many cells (vacuum-pressure.md section 12): robust z of D1, D2 and D3 over sliding windows, blended.
 * Kernel code.
 */
export class FlowScorer {
  /** In [-1, 1], one per bin of the last `advance`. */
  readonly score: F64s;
  /** Robust z of the three channels. */
  private readonly z1: F64s;
  private readonly z2: F64s;
  private readonly z3: F64s;
  /** D1, D2, D3 of slot i at 3i, 3i + 1, 3i + 2. */
  private readonly history: SlidingMedianMad;

  /** @param block most bins of one `advance` */
  constructor(
    private readonly shape: SpectrumShape,
    capacity: i32,
    block: i32,
  ) {
    this.score = newF64s(block);
    this.z1 = newF64s(block);
    this.z2 = newF64s(block);
    this.z3 = newF64s(block);
    this.history = new SlidingMedianMad(shape.zWindow, 3 * capacity);
  }

  /** Adds the first `count` values of the three channels to a slot and scores each bin. */
  advance(slot: i32, d1: F64s, d2: F64s, d3: F64s, count: i32): void {
    const history = this.history;
    const medians = history.medians;
    const mads = history.mads;
    const minPeriods = this.shape.zMinPeriods;
    const channel = 3 * slot;
    for (let i = 0; i < count; i++) {
      history.pushThree(channel, d1[i], d2[i], d3[i]);
      if (history.count(channel) < minPeriods) {
        this.z1[i] = 0;
        this.z2[i] = 0;
        this.z3[i] = 0;
        continue;
      }
      history.measure(channel);
      history.measure(channel + 1);
      history.measure(channel + 2);
      this.z1[i] = robustZ(d1[i], medians[channel], mads[channel], Z_EPS);
      this.z2[i] = robustZ(d2[i], medians[channel + 1], mads[channel + 1], Z_EPS);
      this.z3[i] = robustZ(d3[i], medians[channel + 2], mads[channel + 2], Z_EPS);
    }
    this.blend(count);
  }

  /** Replaces a slot's history by the first `length` values, oldest first. */
  reset(slot: i32, d1: F64s, d2: F64s, d3: F64s, length: i32): void {
    this.history.load(3 * slot, d1, length);
    this.history.load(3 * slot + 1, d2, length);
    this.history.load(3 * slot + 2, d3, length);
  }

  /** State of a score: +1 pressure, -1 vacuum, 0 neutral. */
  stateOf(score: f64): i32 {
    const threshold = this.shape.threshold;
    return score >= threshold ? 1 : score <= -threshold ? -1 : 0;
  }

  /** A pass of its own: each bin waits for long chains of operations, and bins do not wait for each other. */
  private blend(count: i32): void {
    const weight1 = this.shape.weight1;
    const weight2 = this.shape.weight2;
    const weight3 = this.shape.weight3;
    const scale = this.shape.tanhScale;
    for (let i = 0; i < count; i++) {
      this.score[i] = clampUnit(
        tanhBlend(this.z1[i], this.z2[i], this.z3[i], weight1, weight2, weight3, scale),
      );
    }
  }
}
