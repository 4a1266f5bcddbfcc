import { fillF64s, newF64s, newI32s, type F64s, type I32s } from '#base/numeric/arrays';
import type { f64, i32 } from '#base/numeric/types';
import { FlowScorer } from '#core/spectrum/flow-scorer';
import type { SpectrumShape } from '#core/spectrum/spectrum-shape';
import { clampUnit } from '#core/stats/blend';

/**
 * Bins after which the rolling sums are added afresh. In between they are kept by subtracting the leaving and adding
 * the new value, and rounding errors pile up; a fresh sum drops them, so that no value older than
 * `historyLength` has any influence.
 */
const FRESH_SUM_BINS: i32 = 128;

/** Newest values of a cell on which its spectrum depends. */
export function historyBins(shape: SpectrumShape): i32 {
  return longestWindow(shape) + shape.zWindow + 2 + FRESH_SUM_BINS - 1;
}

function longestWindow(shape: SpectrumShape): i32 {
  let longest: i32 = 0;
  for (let w = 0; w < shape.windowCount; w++) {
    if (shape.windows[w] > longest) longest = shape.windows[w];
  }
  return longest;
}

/**
 * Spectrum of many cells (vacuum-pressure.md sections 11 and 12). A cell is advanced by several bins at once, because
 * the windows of one cell stay in the cache of the processor and those of all cells do not. Kernel code.
 *
 * The values of a slot depend, bit for bit, on its last `historyLength` values of c and on the number of bins so far,
 * neither on how long it has been tracked nor on how its bins were cut into calls: `reset` followed by `advance` gives
 * the same as `advance` since bin 1. A cell that was never touched had c = 0 in every past bin; such a late cell is
 * reset with an empty history.
 */
export class SpectrumTracker {
  /** Input of `advance`: instantaneous composites in [-1, 1], one per bin. */
  readonly input: F64s;
  /** Seconds between each bin of `input` and the one before it, > 0; `binSeconds` of the shape unless they are set. */
  readonly seconds: F64s;
  /** What `advance` found for each of its bins; derivatives in 1/s, 1/s², 1/s³, score in [-1, 1]. */
  readonly composite: F64s;
  readonly d1: F64s;
  readonly d2: F64s;
  readonly d3: F64s;
  readonly score: F64s;
  /** Newest values of c that `reset` can use; older ones have no influence. */
  readonly historyLength: i32;

  private readonly scorer: FlowScorer;
  private readonly longest: i32;
  /** Values of c, `longest` per slot; bin t (from 1) of every slot is at t modulo `longest`. */
  private readonly ring: F64s;
  /** Rolling sums, one per window and slot. */
  private readonly sums: F64s;
  private readonly bins: I32s;
  /** Composite, D1 and D2 of each slot's last bin. */
  private readonly last: F64s;
  /** Work space of `reset`: c, then D1..D3 of the last bins. */
  private readonly pastC: F64s;
  private readonly pastD1: F64s;
  private readonly pastD2: F64s;
  private readonly pastD3: F64s;

  /** @param block most bins of one `advance` */
  constructor(
    private readonly shape: SpectrumShape,
    readonly capacity: i32,
    readonly block: i32,
  ) {
    const longest = longestWindow(shape);
    const historyLength = historyBins(shape);
    const scorer = new FlowScorer(shape, capacity, block);
    this.longest = longest;
    this.historyLength = historyLength;
    this.scorer = scorer;
    this.score = scorer.score;
    const seconds = newF64s(block);
    fillF64s(seconds, 0, block, shape.binSeconds);
    this.input = newF64s(block);
    this.seconds = seconds;
    this.composite = newF64s(block);
    this.d1 = newF64s(block);
    this.d2 = newF64s(block);
    this.d3 = newF64s(block);
    this.ring = newF64s(capacity * longest);
    this.sums = newF64s(capacity * shape.windowCount);
    this.bins = newI32s(capacity);
    this.last = newF64s(3 * capacity);
    this.pastC = newF64s(historyLength);
    this.pastD1 = newF64s(shape.zWindow);
    this.pastD2 = newF64s(shape.zWindow);
    this.pastD3 = newF64s(shape.zWindow);
  }

  /** State of a score: +1 pressure, -1 vacuum, 0 neutral. */
  stateOf(score: f64): i32 {
    return this.scorer.stateOf(score);
  }

  /** Adds the first `count` bins of `input` to a slot. */
  advance(slot: i32, count: i32): void {
    const base = slot * this.longest;
    const last = 3 * slot;
    const first = this.bins[slot] + 1;
    let at = first % this.longest;
    let composite = this.last[last];
    let d1 = this.last[last + 1];
    let d2 = this.last[last + 2];
    for (let i = 0; i < count; i++) {
      const c = this.input[i];
      const next = this.rollup(slot, c, first + i, this.ring, base, this.longest, at);
      this.ring[base + at] = c;
      at = at + 1 === this.longest ? 0 : at + 1;
      if (first + i > 1) {
        const dt = this.seconds[i];
        const next1 = (next - composite) / dt;
        const next2 = (next1 - d1) / dt;
        this.d3[i] = (next2 - d2) / dt;
        d2 = next2;
        d1 = next1;
      } else {
        this.d3[i] = 0;
      }
      composite = next;
      this.composite[i] = composite;
      this.d1[i] = d1;
      this.d2[i] = d2;
    }
    this.bins[slot] = first + count - 1;
    this.last[last] = composite;
    this.last[last + 1] = d1;
    this.last[last + 2] = d2;
    this.scorer.advance(slot, this.d1, this.d2, this.d3, count);
  }

  /**
   * Makes a slot what it would be had it been pushed in every bin since bin 1, `binSeconds` apart.
   *
   * @param values holds values of c in `[from, from + length)`, oldest first, the last one belonging to bin
   * `binsSoFar`; bins before the first of them count as 0. Only the last `historyLength` matter
   * @param binsSoFar number of bins of the stream, up to and including the last value
   */
  reset(slot: i32, values: F64s, from: i32, binsSoFar: i32, length: i32): void {
    const used = binsSoFar < this.historyLength ? binsSoFar : this.historyLength;
    const given = length < used ? length : used;
    const c = this.pastC;
    fillF64s(c, 0, used - given, 0);
    for (let i = 0; i < given; i++) c[used - given + i] = values[from + length - given + i];

    this.bins[slot] = binsSoFar;
    const base = slot * this.longest;
    fillF64s(this.ring, base, base + this.longest, 0);
    for (let i = used > this.longest ? used - this.longest : 0; i < used; i++) {
      this.ring[base + ((binsSoFar - used + 1 + i) % this.longest)] = c[i];
    }
    this.rebuild(slot, used, binsSoFar);
  }

  /** Sums, composite and derivatives of the last bins from `pastC[0, used)`, whose last value is bin `t`. */
  private rebuild(slot: i32, used: i32, t: i32): void {
    const zWindow = this.shape.zWindow;
    const dt = this.shape.binSeconds;
    const windows = this.shape.windowCount;
    const kept = t < zWindow ? t : zWindow;
    fillF64s(this.pastD1, 0, kept, 0);
    fillF64s(this.pastD2, 0, kept, 0);
    fillF64s(this.pastD3, 0, kept, 0);
    fillF64s(this.sums, slot * windows, (slot + 1) * windows, 0);

    // The oldest D3 kept needs three composites before it, and those the sums since they were last fresh.
    const needed = t - zWindow - 2 > 1 ? t - zWindow - 2 : 1;
    const fresh = needed - (needed % FRESH_SUM_BINS);
    const firstBin = fresh > 1 ? fresh : 1;
    const firstKept = used - kept;
    // Before the first value that is not 0 everything is 0.
    let i: i32 = 0;
    while (i < used && this.pastC[i] === 0) i++;
    const firstUsed = firstBin - 1 - (t - used);
    if (i < firstUsed) i = firstUsed;
    let composite: f64 = 0;
    let d1: f64 = 0;
    let d2: f64 = 0;
    let d3: f64 = 0;
    for (; i < used; i++) {
      const bin = t - used + 1 + i;
      const next = this.rollup(slot, this.pastC[i], bin, this.pastC, 0, used, i);
      if (bin > 1) {
        const next1 = (next - composite) / dt;
        const next2 = (next1 - d1) / dt;
        d3 = (next2 - d2) / dt;
        d2 = next2;
        d1 = next1;
      }
      composite = next;
      if (i >= firstKept) {
        this.pastD1[i - firstKept] = d1;
        this.pastD2[i - firstKept] = d2;
        this.pastD3[i - firstKept] = d3;
      }
    }
    this.last[3 * slot] = composite;
    this.last[3 * slot + 1] = d1;
    this.last[3 * slot + 2] = d2;
    this.scorer.reset(slot, this.pastD1, this.pastD2, this.pastD3, kept);
  }

  /**
   * Moves the rolling sums of a slot to bin `t` with value `c` and returns the weighted mean over all windows.
   *
   * @param values ring of past values in `[base, base + size)`; bin `t` belongs at `base + at`, older bins before it
   */
  private rollup(slot: i32, c: f64, t: i32, values: F64s, base: i32, size: i32, at: i32): f64 {
    const windows = this.shape.windows;
    const weights = this.shape.windowWeights;
    const sums = this.sums;
    const m = this.shape.windowCount;
    const isFresh = t % FRESH_SUM_BINS === 0;
    let composite: f64 = 0;
    for (let w = 0, s = slot * m; w < m; w++, s++) {
      const window = windows[w];
      const leaving = at < window ? at - window + size : at - window;
      let sum: f64;
      if (isFresh) sum = freshSum(c, t < window ? t : window, values, base, size, at);
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
function freshSum(c: f64, count: i32, values: F64s, base: i32, size: i32, at: i32): f64 {
  let sum = c;
  let index = at;
  for (let taken = 1; taken < count; taken++) {
    index = index === 0 ? size - 1 : index - 1;
    sum += values[base + index];
  }
  return sum;
}
