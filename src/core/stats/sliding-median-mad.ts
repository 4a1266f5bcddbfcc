import { fail } from '#base/problem';
import type { StateReader, StateWriter } from '#base/state-io';
import { midpoint } from '#core/stats/robust';

/** Longest supported window, in values. */
export const MAX_WINDOW = 4096;

/**
 * Median and MAD of the last `window` values, bit-equal to `median` and `mad` of `robust.ts` on the same values.
 *
 * The window is kept sorted: a new value replaces the oldest by moving only what lies between the two. Distances
 * from the median grow towards both ends of the sorted window, so the MAD is a selection from two sorted runs and
 * costs a binary search. Nothing is allocated after construction.
 */
export class SlidingMedianMad {
  /** Values held, at most `window`. */
  count = 0;
  private readonly ring: Float64Array;
  private readonly sorted: Float64Array;
  /** Ring position of the next value; the oldest one when the window is full. */
  private head = 0;

  /** @throws ProblemError `stats/window` unless `window` is a whole number from 1 to `MAX_WINDOW` */
  constructor(readonly window: number) {
    if (!Number.isInteger(window) || window < 1 || window > MAX_WINDOW) {
      fail('stats/window', `A statistics window must hold 1 to ${MAX_WINDOW} values, got ${window}`);
    }
    this.ring = new Float64Array(window);
    this.sorted = new Float64Array(window);
  }

  /** Adds a value, dropping the oldest of a full window. Throws a RangeError unless it is finite. */
  push(value: number): void {
    // -0 becomes 0: the two compare equal but would make the sorted order ambiguous.
    const x = value + 0;
    if (x - x !== 0) throw new RangeError(`SlidingMedianMad: ${value} is not finite`);
    if (this.count < this.window) this.insert(x);
    else this.replace(this.ring[this.head], x);
    this.ring[this.head] = x;
    this.head = this.head + 1 === this.window ? 0 : this.head + 1;
  }

  /** Replaces the content by the last `window` of the first `length` values, oldest first; sorts once. */
  load(values: Float64Array, length = values.length): void {
    const count = Math.min(length, this.window);
    for (let i = 0; i < count; i++) {
      const x = values[length - count + i] + 0;
      if (x - x !== 0) throw new RangeError(`SlidingMedianMad: ${x} is not finite`);
      this.ring[i] = x;
    }
    this.adopt(count, count === this.window ? 0 : count);
  }

  /** 0 when empty. */
  median(): number {
    const n = this.count;
    if (n === 0) return 0;
    const upper = n >> 1;
    return midpoint(this.sorted[n % 2 === 0 ? upper - 1 : upper], this.sorted[upper]);
  }

  /** Unscaled MAD around `center`, which must be `median()`; 0 when empty. */
  mad(center = this.median()): number {
    const s = this.sorted;
    const n = this.count;
    const half = n >> 1;
    // Distances below the median are center - s[half - 1 - i], above s[half + j] - center, both rising. Find how
    // many of the `half` smallest distances lie below: the least i whose distance reaches the (half - 1 - i)-th above.
    let low = 0;
    let high = half;
    while (low < high) {
      const i = (low + high) >> 1;
      if (center - s[half - 1 - i] < s[2 * half - 1 - i] - center) low = i + 1;
      else high = i;
    }
    const below = low;
    const above = half - low;
    const nextBelow = below < half ? center - s[half - 1 - below] : Infinity;
    const nextAbove = half + above < n ? s[half + above] - center : Infinity;
    const next = Math.min(nextBelow, nextAbove);
    if (n % 2 === 1) return next + 0;
    if (n === 0) return 0;
    const lastBelow = below > 0 ? center - s[half - below] : 0;
    const lastAbove = above > 0 ? s[half + above - 1] - center : 0;
    return midpoint(Math.max(lastBelow, lastAbove), next);
  }

  /** Writes the window, oldest value first, to the front of `target` and returns its length. */
  copyTo(target: Float64Array): number {
    let from = this.count < this.window ? 0 : this.head;
    for (let i = 0; i < this.count; i++) {
      target[i] = this.ring[from];
      from = from + 1 === this.window ? 0 : from + 1;
    }
    return this.count;
  }

  save(writer: StateWriter): void {
    writer.number(this.head);
    writer.array(this.ring, this.count);
  }

  restore(reader: StateReader): void {
    const head = reader.number();
    const count = reader.arrayInto(this.ring);
    const expectedHead =
      count < this.window ? head === count : Number.isInteger(head) && head >= 0 && head < count;
    if (!expectedHead) fail('state/other-shape', 'Saved statistics window is inconsistent');
    this.adopt(count, head);
  }

  /** Takes the first `count` ring values as the content. */
  private adopt(count: number, head: number): void {
    this.sorted.set(this.ring.subarray(0, count));
    this.sorted.subarray(0, count).sort();
    this.count = count;
    this.head = head;
  }

  private insert(x: number): void {
    const at = this.lowerBound(x, 0, this.count);
    this.sorted.copyWithin(at + 1, at, this.count);
    this.sorted[at] = x;
    this.count++;
  }

  private replace(old: number, x: number): void {
    if (old === x) return;
    const s = this.sorted;
    const from = this.lowerBound(old, 0, this.count);
    if (x > old) {
      const to = this.lowerBound(x, from + 1, this.count) - 1;
      s.copyWithin(from, from + 1, to + 1);
      s[to] = x;
    } else {
      const to = this.lowerBound(x, 0, from);
      s.copyWithin(to + 1, to, from);
      s[to] = x;
    }
  }

  /** First position in `[low, high)` of the sorted window whose value is not below `x`. */
  private lowerBound(x: number, low: number, high: number): number {
    const s = this.sorted;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (s[middle] < x) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
