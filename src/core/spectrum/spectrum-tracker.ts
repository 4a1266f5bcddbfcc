import { fail } from '#base/problem';
import type { StateReader, StateWriter } from '#base/state-io';
import { normalised } from '#core/spectrum/composite';
import { FlowScorer, type FlowScorerConfig } from '#core/spectrum/flow-scorer';
import { clampUnit } from '#core/stats/blend';

/** The spectrum fields of the runtime configuration. */
export interface SpectrumConfig extends FlowScorerConfig {
  /** Rollup windows in bins, any order. */
  readonly flow_windows: readonly number[];
  /** One weight > 0 per window; normalised to sum 1. */
  readonly flow_rollup_weights: readonly number[];
  readonly cell_width_ms: number;
}

/**
 * Bins after which the rolling sums are added afresh. In between they are kept by subtracting the leaving and adding
 * the new value, and rounding errors pile up; a fresh sum drops them, so that no value older than
 * `historyLength` has any influence.
 */
const FRESH_SUM_BINS = 128;

/**
 * Spectrum of many cells (vacuum-pressure.md sections 11 and 12), as a structure of arrays over slots. After `push` or
 * `reset` of a slot its columns hold the values of the bin just added.
 *
 * The values of a slot depend, bit for bit, on its last `historyLength` values of c and on the number of bins so far,
 * not on how long it has been tracked: `reset` followed by `push` gives the same as `push` since bin 1. A cell that was
 * never touched had c = 0 in every past bin; such a late cell is reset with an empty history.
 */
export class SpectrumTracker {
  readonly composite: Float64Array;
  /** Derivatives of the composite in 1/s, 1/s², 1/s³. */
  readonly d1: Float64Array;
  readonly d2: Float64Array;
  readonly d3: Float64Array;
  readonly score: Float64Array;
  readonly state: Int8Array;
  /** Seconds between regular bins, the default step of `push` and the step assumed by `reset`. */
  readonly binSeconds: number;
  /** Newest values of c that `reset` can use; older ones have no influence. */
  readonly historyLength: number;

  private readonly scorer: FlowScorer;
  private readonly windows: Int32Array;
  private readonly weights: Float64Array;
  private readonly longest: number;
  private readonly zWindow: number;
  /** Values of c, `longest` per slot; bin t (from 1) of every slot is at t modulo `longest`. */
  private readonly ring: Float64Array;
  /** Rolling sums, one per window and slot. */
  private readonly sums: Float64Array;
  private readonly bins: Int32Array;
  /** Work space of `reset`: c, then D1..D3 of the last bins. */
  private readonly pastC: Float64Array;
  private readonly pastD1: Float64Array;
  private readonly pastD2: Float64Array;
  private readonly pastD3: Float64Array;

  /** @param config within the limits of the runtime configuration, which is where they are checked */
  constructor(
    config: SpectrumConfig,
    readonly capacity: number,
  ) {
    this.windows = Int32Array.from(config.flow_windows);
    this.weights = normalised(config.flow_rollup_weights);
    this.longest = Math.max(...config.flow_windows);
    this.zWindow = config.flow_zscore_window_bins;
    this.historyLength = this.longest + this.zWindow + 2 + FRESH_SUM_BINS - 1;
    this.binSeconds = config.cell_width_ms * 1e6 * 1e-9;

    this.scorer = new FlowScorer(config, capacity);
    this.score = this.scorer.score;
    this.state = this.scorer.state;
    this.composite = new Float64Array(capacity);
    this.d1 = new Float64Array(capacity);
    this.d2 = new Float64Array(capacity);
    this.d3 = new Float64Array(capacity);
    this.ring = new Float64Array(capacity * this.longest);
    this.sums = new Float64Array(capacity * this.windows.length);
    this.bins = new Int32Array(capacity);
    this.pastC = new Float64Array(this.historyLength);
    this.pastD1 = new Float64Array(this.zWindow);
    this.pastD2 = new Float64Array(this.zWindow);
    this.pastD3 = new Float64Array(this.zWindow);
  }

  /** Bins of a slot so far. */
  binsOf(slot: number): number {
    return this.bins[slot];
  }

  /**
   * Adds one bin.
   *
   * @param c instantaneous composite, in [-1, 1]
   * @param dtSeconds time since the slot's previous bin, > 0; without effect on its first bin
   */
  push(slot: number, c: number, dtSeconds = this.binSeconds): void {
    const t = this.bins[slot] + 1;
    this.bins[slot] = t;
    const base = slot * this.longest;
    const at = t % this.longest;
    const composite = this.rollup(slot, c, t, this.ring, base, this.longest, at);
    this.ring[base + at] = c;
    let d1 = 0;
    let d2 = 0;
    let d3 = 0;
    if (t > 1) {
      d1 = (composite - this.composite[slot]) / dtSeconds;
      d2 = (d1 - this.d1[slot]) / dtSeconds;
      d3 = (d2 - this.d2[slot]) / dtSeconds;
    }
    this.composite[slot] = composite;
    this.d1[slot] = d1;
    this.d2[slot] = d2;
    this.d3[slot] = d3;
    this.scorer.push(slot, this.d1, this.d2, this.d3);
  }

  /**
   * Makes a slot what it would be had it been pushed in every bin since bin 1, `binSeconds` apart.
   *
   * @param history values of c, oldest first, the last one belonging to bin `binsSoFar`; bins before the first given
   * value count as 0. Only the last `historyLength` matter
   * @param binsSoFar number of bins of the stream, up to and including the last value of `history`
   * @param length values of `history` that are used, from its start
   */
  reset(slot: number, history: ArrayLike<number>, binsSoFar: number, length = history.length): void {
    const used = Math.min(binsSoFar, this.historyLength);
    const given = Math.min(length, used);
    const c = this.pastC;
    c.fill(0, 0, used - given);
    for (let i = 0; i < given; i++) c[used - given + i] = history[length - given + i];

    this.bins[slot] = binsSoFar;
    const base = slot * this.longest;
    this.ring.fill(0, base, base + this.longest);
    for (let i = Math.max(0, used - this.longest); i < used; i++) {
      this.ring[base + ((binsSoFar - used + 1 + i) % this.longest)] = c[i];
    }
    this.rebuild(slot, used, binsSoFar);
  }

  save(writer: StateWriter): void {
    writer.begin('spectrum-tracker', 1);
    for (const column of this.saved()) writer.array(column);
    this.scorer.save(writer);
  }

  /** Restores what a tracker of the same configuration and capacity saved. */
  restore(reader: StateReader): void {
    reader.begin('spectrum-tracker', 1);
    for (const column of this.saved()) {
      if (reader.arrayInto(column) !== column.length) {
        fail('state/other-shape', 'Saved spectrum belongs to another configuration');
      }
    }
    this.scorer.restore(reader);
  }

  private saved(): readonly (Float64Array | Int32Array)[] {
    return [this.ring, this.sums, this.bins, this.composite, this.d1, this.d2, this.d3];
  }

  /** Sums, composite and derivatives of the last bins from `pastC[0, used)`, whose last value is bin `t`. */
  private rebuild(slot: number, used: number, t: number): void {
    const { pastC, pastD1, pastD2, pastD3, zWindow, binSeconds: dt } = this;
    const kept = Math.min(t, zWindow);
    pastD1.fill(0, 0, kept);
    pastD2.fill(0, 0, kept);
    pastD3.fill(0, 0, kept);
    this.sums.fill(0, slot * this.windows.length, (slot + 1) * this.windows.length);

    // The oldest D3 kept needs three composites before it, and those the sums since they were last fresh.
    const needed = Math.max(1, t - zWindow - 2);
    const firstBin = Math.max(1, needed - (needed % FRESH_SUM_BINS));
    const firstKept = used - kept;
    let i = 0;
    // Before the first value that is not 0 everything is 0.
    while (i < used && pastC[i] === 0) i++;
    let composite = 0;
    let d1 = 0;
    let d2 = 0;
    let d3 = 0;
    for (i = Math.max(i, firstBin - 1 - (t - used)); i < used; i++) {
      const bin = t - used + 1 + i;
      const next = this.rollup(slot, pastC[i], bin, pastC, 0, used, i);
      if (bin > 1) {
        const next1 = (next - composite) / dt;
        const next2 = (next1 - d1) / dt;
        d3 = (next2 - d2) / dt;
        d2 = next2;
        d1 = next1;
      }
      composite = next;
      if (i >= firstKept) {
        pastD1[i - firstKept] = d1;
        pastD2[i - firstKept] = d2;
        pastD3[i - firstKept] = d3;
      }
    }
    this.composite[slot] = composite;
    this.d1[slot] = d1;
    this.d2[slot] = d2;
    this.d3[slot] = d3;
    this.scorer.reset(slot, pastD1, pastD2, pastD3, kept);
  }

  /**
   * Moves the rolling sums of a slot to bin `t` with value `c` and returns the weighted mean over all windows.
   *
   * @param values ring of past values in `[base, base + size)`; bin `t` belongs at `base + at`, older bins before it
   */
  private rollup(
    slot: number,
    c: number,
    t: number,
    values: Float64Array,
    base: number,
    size: number,
    at: number,
  ): number {
    const { windows, weights, sums } = this;
    const m = windows.length;
    const fresh = t % FRESH_SUM_BINS === 0;
    let composite = 0;
    for (let w = 0, s = slot * m; w < m; w++, s++) {
      const window = windows[w];
      const leaving = at < window ? at - window + size : at - window;
      let sum: number;
      if (fresh) sum = freshSum(c, Math.min(t, window), values, base, size, at);
      else if (t > window) sum = sums[s] - values[base + leaving] + c;
      else sum = sums[s] + c;
      sums[s] = sum;
      composite += weights[w] * (sum / (t < window ? t : window));
    }
    // Rounding can carry a mean of values near 1 past it.
    return clampUnit(composite);
  }
}

/** `c` plus the `count - 1` values before ring position `at`, newest first. */
function freshSum(
  c: number,
  count: number,
  values: Float64Array,
  base: number,
  size: number,
  at: number,
): number {
  let sum = c;
  let index = at;
  for (let taken = 1; taken < count; taken++) {
    index = index === 0 ? size - 1 : index - 1;
    sum += values[base + index];
  }
  return sum;
}
