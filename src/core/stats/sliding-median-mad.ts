/**
 * Median and MAD of the last `window` values of many independent series, one per slot; bit-equal to their
 * definitions on the same values. Kernel code.
 *
 * Each window is kept sorted: a new value replaces the oldest by moving only what lies between the two. Distances from
 * the median grow towards both ends of the sorted window, so the MAD is a selection from two sorted runs, and the
 * place where it was found last time is nearly right. All windows lie in one array, and nothing is allocated after
 * construction: with 3 × 101 windows of 300 values this is the hot loop of a bin.
 */
import {
  copyF64s,
  flag,
  larger,
  newF64s,
  newI32s,
  smaller,
  type F64s,
  type I32s,
} from '#base/numeric/arrays';
import { stop } from '#base/numeric/stop';
import type { bool, f64, i32 } from '#base/numeric/types';
import type { StateReader, StateWriter } from '#base/state-io';
import { midpoint } from '#core/stats/robust-z';
import { sortRange } from '#core/stats/sort';

/** Longest supported window, in values. */
export const MAX_WINDOW: i32 = 4096;

/** Largest magnitude of a value, 2^1022: medians, distances and scaled MADs then stay finite. */
export const MAX_MAGNITUDE: f64 = 4.49423283715579e307;

export class SlidingMedianMad {
  /** Median and unscaled MAD of each slot when it was last measured. */
  readonly medians: F64s;
  readonly mads: F64s;
  /** Windows in order of arrival, `window` values per slot, and sorted. */
  private readonly ring: F64s;
  private readonly sorted: F64s;
  private readonly counts: I32s;
  /** Ring position of the next value: the oldest one when the window is full. */
  private readonly heads: I32s;
  /** How many of the distances up to the MAD lay below the median when last measured. */
  private readonly hints: I32s;

  constructor(
    readonly window: i32,
    readonly slots: i32 = 1,
  ) {
    if (!(window >= 1 && window <= MAX_WINDOW)) {
      stop(
        'stats/window',
        'A statistics window must hold 1 to 4096 values',
        'Choose a shorter z-score window.',
      );
    }
    this.ring = newF64s(window * slots);
    this.sorted = newF64s(window * slots);
    this.counts = newI32s(slots);
    this.heads = newI32s(slots);
    this.hints = newI32s(slots);
    this.medians = newF64s(slots);
    this.mads = newF64s(slots);
  }

  /** Values held, at most `window`. */
  count(slot: i32): i32 {
    return this.counts[slot];
  }

  /** Adds a value, dropping the oldest of a full window. Stops beyond `MAX_MAGNITUDE` and at NaN. */
  push(slot: i32, value: f64): void {
    const x = canonical(value);
    const ringIndex = this.advance(slot);
    const old = this.ring[ringIndex];
    this.ring[ringIndex] = x;
    const start = slot * this.window;
    const s = this.sorted;
    const held = this.counts[slot];
    if (held < this.window) {
      const at = lowerBound(s, x, start, held);
      copyF64s(s, at, s, at + 1, start + held - at);
      s[at] = x;
      this.counts[slot] = held + 1;
    } else {
      const from = lowerBound(s, old, start, this.window);
      replace(s, from, lowerBound(s, x, start, this.window), x);
    }
  }

  /**
   * Pushes three values to the slots `slot`, `slot + 1` and `slot + 2`.
   *
   * The comparisons of a binary search are unpredictable, so they select by arithmetic; what remains is waiting for
   * one load after another. Six searches in step wait together and take a quarter of the time.
   */
  pushThree(slot: i32, a: f64, b: f64, c: f64): void {
    const window = this.window;
    if (
      this.counts[slot] < window ||
      this.counts[slot + 1] < window ||
      this.counts[slot + 2] < window ||
      this.heads[slot] !== this.heads[slot + 1] ||
      this.heads[slot] !== this.heads[slot + 2]
    ) {
      this.push(slot, a);
      this.push(slot + 1, b);
      this.push(slot + 2, c);
      return;
    }
    const x1 = canonical(a);
    const x2 = canonical(b);
    const x3 = canonical(c);
    const ring = this.ring;
    const s = this.sorted;
    const head = this.heads[slot];
    const next = head + 1 === window ? 0 : head + 1;
    this.heads[slot] = next;
    this.heads[slot + 1] = next;
    this.heads[slot + 2] = next;
    let from1 = slot * window;
    let from2 = from1 + window;
    let from3 = from2 + window;
    const old1 = ring[from1 + head];
    const old2 = ring[from2 + head];
    const old3 = ring[from3 + head];
    ring[from1 + head] = x1;
    ring[from2 + head] = x2;
    ring[from3 + head] = x3;
    let at1 = from1;
    let at2 = from2;
    let at3 = from3;
    for (let length = window; length > 0;) {
      const half = (length + 1) >> 1;
      const last = half - 1;
      from1 += half & -flag(s[from1 + last] < old1);
      from2 += half & -flag(s[from2 + last] < old2);
      from3 += half & -flag(s[from3 + last] < old3);
      at1 += half & -flag(s[at1 + last] < x1);
      at2 += half & -flag(s[at2 + last] < x2);
      at3 += half & -flag(s[at3 + last] < x3);
      length -= half;
    }
    replace(s, from1, at1, x1);
    replace(s, from2, at2, x2);
    replace(s, from3, at3, x3);
  }

  /** Replaces a window by the last `window` of the first `length` values, oldest first; sorts once. */
  load(slot: i32, values: F64s, length: i32): void {
    const count = length < this.window ? length : this.window;
    const base = slot * this.window;
    for (let i = 0; i < count; i++) this.ring[base + i] = canonical(values[length - count + i]);
    this.adopt(slot, count, count === this.window ? 0 : count);
  }

  /** Puts median and MAD of a slot's window into `medians[slot]` and `mads[slot]`; 0 when it is empty. */
  measure(slot: i32): void {
    const s = this.sorted;
    const n = this.counts[slot];
    if (n === 0) {
      this.medians[slot] = 0;
      this.mads[slot] = 0;
      return;
    }
    const start = slot * this.window;
    const half = n >> 1;
    const isEven = (n & 1) === 0;
    const middle = start + half;
    const center = isEven ? midpoint(s[middle - 1], s[middle]) : s[middle];

    // Distances below the median are center - s[first - i], above s[middle + j] - center, both rising. Find how many
    // of the `half` smallest distances lie below: the least i whose distance reaches the (half - 1 - i)-th above.
    const first = middle - 1;
    const last = middle + half - 1;
    let below = this.hints[slot] < half ? this.hints[slot] : half;
    while (below < half && center - s[first - below] < s[last - below] - center) below++;
    while (below > 0 && !(center - s[middle - below] < s[last + 1 - below] - center)) below--;
    this.hints[slot] = below;

    const above = middle + half - below;
    // The distance at `half` is the least of those beyond the nearest, the one before it the largest of those.
    const nextBelow = below < half ? center - s[first - below] : Infinity;
    const nextAbove = above < start + n ? s[above] - center : Infinity;
    let mad = smaller(nextBelow, nextAbove);
    if (isEven) {
      const lastBelow = below > 0 ? center - s[middle - below] : 0;
      const lastAbove = above > middle ? s[above - 1] - center : 0;
      mad = midpoint(larger(lastBelow, lastAbove), mad);
    }
    this.medians[slot] = center;
    this.mads[slot] = mad;
  }

  /** Whether all values of a window are the same. */
  isConstant(slot: i32): bool {
    const start = slot * this.window;
    const count = this.counts[slot];
    return count === 0 || this.sorted[start] === this.sorted[start + count - 1];
  }

  /** Writes a window, oldest value first, to the front of `target` and returns its length. */
  copyTo(slot: i32, target: F64s): i32 {
    const count = this.counts[slot];
    const base = slot * this.window;
    const oldest = count < this.window ? 0 : this.heads[slot];
    copyF64s(this.ring, base + oldest, target, 0, count - oldest);
    copyF64s(this.ring, base, target, count - oldest, oldest);
    return count;
  }

  save(writer: StateWriter): void {
    writer.begin('sliding-median-mad', 1);
    writer.i32s(this.counts, this.slots);
    writer.i32s(this.heads, this.slots);
    writer.f64s(this.ring, this.slots * this.window);
  }

  /** Restores what an instance of the same shape saved. */
  restore(reader: StateReader): void {
    const slots = this.slots;
    const values = slots * this.window;
    reader.begin('sliding-median-mad', 1);
    let complete = reader.i32s(this.counts, slots) === slots;
    if (reader.i32s(this.heads, slots) !== slots) complete = false;
    if (reader.f64s(this.ring, values) !== values) complete = false;
    for (let slot = 0; slot < slots; slot++) {
      const count = this.counts[slot];
      const head = this.heads[slot];
      const inWindow = count < this.window ? count >= 0 && head === count : head >= 0 && head < this.window;
      if (!complete || count > this.window || !inWindow) {
        stop(
          'state/other-shape',
          'Saved statistics windows have another shape',
          'Discard the saved state and start from the beginning of the data.',
        );
      }
      this.adopt(slot, count, head);
    }
  }

  /** Takes the first `count` ring values of a slot as its window. */
  private adopt(slot: i32, count: i32, head: i32): void {
    const base = slot * this.window;
    copyF64s(this.ring, base, this.sorted, base, count);
    sortRange(this.sorted, base, count);
    this.counts[slot] = count;
    // A full window that starts anew lies in the ring from its beginning.
    this.heads[slot] = head === this.window ? 0 : head;
  }

  /** Ring index of a slot's next value. */
  private advance(slot: i32): i32 {
    const head = this.heads[slot];
    this.heads[slot] = head + 1 === this.window ? 0 : head + 1;
    return slot * this.window + head;
  }
}

/**
 * -0 becomes 0: the two compare equal but would make the sorted order ambiguous.
 * @inline
 */
function canonical(value: f64): f64 {
  if (!(Math.abs(value) <= MAX_MAGNITUDE)) {
    stop('stats/value', 'A value of a statistics window is not finite or too large', 'This is a defect.');
  }
  return value + 0;
}

/** First position of the `length` sorted values from `start` that is not below `x`; the end when there is none. */
function lowerBound(sorted: F64s, x: f64, start: i32, length: i32): i32 {
  let at = start;
  for (let left = length; left > 0;) {
    const half = (left + 1) >> 1;
    at += half & -flag(sorted[at + half - 1] < x);
    left -= half;
  }
  return at;
}

/** Puts `x`, whose lower bound is `at`, into the sorted values in place of the one at `from`. */
function replace(sorted: F64s, from: i32, at: i32, x: f64): void {
  if (at > from) {
    copyF64s(sorted, from + 1, sorted, from, at - from - 1);
    sorted[at - 1] = x;
  } else {
    copyF64s(sorted, at, sorted, at + 1, from - at);
    sorted[at] = x;
  }
}
