import { fail } from '#base/problem';
import type { StateReader, StateWriter } from '#base/state-io';
import { midpoint } from '#core/stats/robust';

/** Longest supported window, in values. */
export const MAX_WINDOW = 4096;

/** Largest magnitude of a value: medians, distances and scaled MADs then stay finite. */
export const MAX_MAGNITUDE = 2 ** 1022;

/**
 * Median and MAD of the last `window` values of many independent series, one per slot; bit-equal to their
 * definitions on the same values.
 *
 * Each window is kept sorted: a new value replaces the oldest by moving only what lies between the two. Distances from
 * the median grow towards both ends of the sorted window, so the MAD is a selection from two sorted runs, and the
 * place where it was found last time is nearly right. All windows lie in one array, and nothing is allocated after
 * construction: with 3 × 101 windows of 300 values this is the hot loop of a bin.
 */
export class SlidingMedianMad {
  /** Median and unscaled MAD of each slot when it was last measured. */
  readonly medians: Float64Array;
  readonly mads: Float64Array;
  /** Windows in order of arrival, `window` values per slot, and sorted. */
  private readonly ring: Float64Array;
  private readonly sorted: Float64Array;
  private readonly counts: Int32Array;
  /** Ring position of the next value: the oldest one when the window is full. */
  private readonly heads: Int32Array;
  /** How many of the distances up to the MAD lay below the median when last measured. */
  private readonly hints: Int32Array;

  /** @throws ProblemError `stats/window` unless `window` is a whole number from 1 to `MAX_WINDOW` */
  constructor(
    readonly window: number,
    readonly slots = 1,
  ) {
    if (!Number.isInteger(window) || window < 1 || window > MAX_WINDOW) {
      fail('stats/window', `A statistics window must hold 1 to ${MAX_WINDOW} values, got ${window}`);
    }
    this.ring = new Float64Array(window * slots);
    this.sorted = new Float64Array(window * slots);
    this.counts = new Int32Array(slots);
    this.heads = new Int32Array(slots);
    this.hints = new Int32Array(slots);
    this.medians = new Float64Array(slots);
    this.mads = new Float64Array(slots);
  }

  /** Values held, at most `window`. */
  count(slot: number): number {
    return this.counts[slot];
  }

  /** Adds a value, dropping the oldest of a full window. Throws a RangeError beyond `MAX_MAGNITUDE` and for NaN. */
  push(slot: number, value: number): void {
    const x = canonical(value);
    const ringIndex = this.advance(slot);
    const old = this.ring[ringIndex];
    this.ring[ringIndex] = x;
    const start = slot * this.window;
    const s = this.sorted;
    if (this.counts[slot] < this.window) {
      const end = start + this.counts[slot]++;
      const at = lowerBound(s, x, start, end - start);
      s.copyWithin(at + 1, at, end);
      s[at] = x;
    } else {
      s[shift(s, lowerBound(s, old, start, this.window), lowerBound(s, x, start, this.window))] = x;
    }
  }

  /**
   * Pushes `a[at]`, `b[at]` and `c[at]` to slots `slot`, `slot + 1` and `slot + 2`.
   *
   * The comparisons of a binary search are unpredictable, so they select by arithmetic; what remains is waiting for
   * one load after another. Six searches in step wait together and take a quarter of the time.
   */
  pushThree(slot: number, a: Float64Array, b: Float64Array, c: Float64Array, at: number): void {
    const { counts, window } = this;
    if (counts[slot] < window || counts[slot + 1] < window || counts[slot + 2] < window) {
      this.push(slot, a[at]);
      this.push(slot + 1, b[at]);
      this.push(slot + 2, c[at]);
      return;
    }
    const { ring, sorted: s } = this;
    const x1 = a[at] + 0;
    const x2 = b[at] + 0;
    const x3 = c[at] + 0;
    if (!(Math.abs(x1) <= MAX_MAGNITUDE && Math.abs(x2) <= MAX_MAGNITUDE && Math.abs(x3) <= MAX_MAGNITUDE)) {
      throw new RangeError(`SlidingMedianMad: ${x1}, ${x2} or ${x3} is not a usable value`);
    }
    const index1 = this.advance(slot);
    const index2 = this.advance(slot + 1);
    const index3 = this.advance(slot + 2);
    const old1 = ring[index1];
    const old2 = ring[index2];
    const old3 = ring[index3];
    ring[index1] = x1;
    ring[index2] = x2;
    ring[index3] = x3;
    let from1 = slot * window;
    let from2 = from1 + window;
    let from3 = from2 + window;
    let at1 = from1;
    let at2 = from2;
    let at3 = from3;
    for (let length = window; length > 0;) {
      const half = (length + 1) >> 1;
      const last = half - 1;
      from1 += half & -Number(s[from1 + last] < old1);
      from2 += half & -Number(s[from2 + last] < old2);
      from3 += half & -Number(s[from3 + last] < old3);
      at1 += half & -Number(s[at1 + last] < x1);
      at2 += half & -Number(s[at2 + last] < x2);
      at3 += half & -Number(s[at3 + last] < x3);
      length -= half;
    }
    s[shift(s, from1, at1)] = x1;
    s[shift(s, from2, at2)] = x2;
    s[shift(s, from3, at3)] = x3;
  }

  /** Replaces a window by the last `window` of the first `length` values, oldest first; sorts once. */
  load(slot: number, values: Float64Array, length = values.length): void {
    const count = Math.min(length, this.window);
    const base = slot * this.window;
    for (let i = 0; i < count; i++) this.ring[base + i] = canonical(values[length - count + i]);
    this.adopt(slot, count, count === this.window ? 0 : count);
  }

  /** Puts median and MAD of a slot's window into `medians[slot]` and `mads[slot]`; 0 when it is empty. */
  measure(slot: number): void {
    const s = this.sorted;
    const n = this.counts[slot];
    if (n === 0) {
      this.medians[slot] = 0;
      this.mads[slot] = 0;
      return;
    }
    const start = slot * this.window;
    const half = n >> 1;
    const isEven = n % 2 === 0;
    const middle = start + half;
    const center = isEven ? midpoint(s[middle - 1], s[middle]) : s[middle];

    // Distances below the median are center - s[first - i], above s[middle + j] - center, both rising. Find how many
    // of the `half` smallest distances lie below: the least i whose distance reaches the (half - 1 - i)-th above.
    const first = middle - 1;
    const last = middle + half - 1;
    let below = Math.min(this.hints[slot], half);
    while (below < half && center - s[first - below] < s[last - below] - center) below++;
    while (below > 0 && !(center - s[middle - below] < s[last + 1 - below] - center)) below--;
    this.hints[slot] = below;

    const above = middle + half - below;
    let mad = below < half ? center - s[first - below] : s[above] - center;
    if (above < start + n && s[above] - center < mad) mad = s[above] - center;
    if (isEven) {
      const lastBelow = below > 0 ? center - s[middle - below] : 0;
      const lastAbove = above > middle ? s[above - 1] - center : 0;
      mad = midpoint(lastBelow > lastAbove ? lastBelow : lastAbove, mad);
    }
    this.medians[slot] = center;
    this.mads[slot] = mad;
  }

  /** Writes a window, oldest value first, to the front of `target` and returns its length. */
  copyTo(slot: number, target: Float64Array): number {
    const count = this.counts[slot];
    const base = slot * this.window;
    let from = count < this.window ? 0 : this.heads[slot];
    for (let i = 0; i < count; i++) {
      target[i] = this.ring[base + from];
      from = from + 1 === this.window ? 0 : from + 1;
    }
    return count;
  }

  save(writer: StateWriter): void {
    writer.begin('sliding-median-mad', 1);
    writer.array(this.counts);
    writer.array(this.heads);
    writer.array(this.ring);
  }

  /** Restores what an instance of the same shape saved. */
  restore(reader: StateReader): void {
    reader.begin('sliding-median-mad', 1);
    const complete = [this.counts, this.heads, this.ring].every(
      (array) => reader.arrayInto(array) === array.length,
    );
    for (let slot = 0; slot < this.slots; slot++) {
      const count = this.counts[slot];
      const head = this.heads[slot];
      const inWindow = count < this.window ? count >= 0 && head === count : head >= 0 && head < this.window;
      if (!complete || count > this.window || !inWindow) {
        fail('state/other-shape', 'Saved statistics windows have another shape');
      }
      this.adopt(slot, count, head);
    }
  }

  /** Takes the first `count` ring values of a slot as its window. */
  private adopt(slot: number, count: number, head: number): void {
    const base = slot * this.window;
    this.sorted.set(this.ring.subarray(base, base + count), base);
    this.sorted.subarray(base, base + count).sort();
    this.counts[slot] = count;
    this.heads[slot] = head;
  }

  /** Ring index of a slot's next value. */
  private advance(slot: number): number {
    const head = this.heads[slot];
    this.heads[slot] = head + 1 === this.window ? 0 : head + 1;
    return slot * this.window + head;
  }
}

/** -0 becomes 0: the two compare equal but would make the sorted order ambiguous. */
function canonical(value: number): number {
  if (!(Math.abs(value) <= MAX_MAGNITUDE))
    throw new RangeError(`SlidingMedianMad: ${value} is not a usable value`);
  return value + 0;
}

/** First position of the `length` sorted values from `start` that is not below `x`; the end when there is none. */
function lowerBound(sorted: Float64Array, x: number, start: number, length: number): number {
  let at = start;
  while (length > 0) {
    const half = (length + 1) >> 1;
    at += half & -Number(sorted[at + half - 1] < x);
    length -= half;
  }
  return at;
}

/** Closes the gap at `from` and opens one before `at`, the lower bound of a new value; returns the new place. */
function shift(sorted: Float64Array, from: number, at: number): number {
  if (at > from) {
    sorted.copyWithin(from, from + 1, at);
    return at - 1;
  }
  sorted.copyWithin(at + 1, at, from);
  return at;
}
