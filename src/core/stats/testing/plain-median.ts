/** Median and MAD by definition (vacuum-pressure.md section 14): the yardstick of `SlidingMedianMad`. */
import { midpoint } from '#core/stats/robust-z';

/** The mean of the two middle values of an even count. Never -0; empty input gives 0. */
export function median(values: ArrayLike<number>): number {
  const n = values.length;
  if (n === 0) return 0;
  const sorted = Float64Array.from(values).sort();
  const upper = n >> 1;
  return midpoint(sorted[n % 2 === 0 ? upper - 1 : upper], sorted[upper]);
}

/** Median absolute deviation, unscaled. */
export function mad(values: ArrayLike<number>): number {
  const center = median(values);
  return median(Float64Array.from(values, (x) => Math.abs(x - center)));
}
