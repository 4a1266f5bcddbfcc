/**
 * Robust statistics as defined in vacuum-pressure.md section 14, on plain arrays. Values must be finite.
 * `SlidingMedianMad` gives the same medians and MADs over a sliding window.
 */

/** Ratio of the standard deviation of a normal distribution to its median absolute deviation. */
export const MAD_TO_SIGMA = 1.4826;

/** Scales below this count as zero in the state model and the series helpers. */
export const Z_EPS = 1e-12;

/** Mean of two numbers whose sum is finite. Never -0. */
export function midpoint(a: number, b: number): number {
  return (a + b) * 0.5 + 0;
}

/** Median; the mean of the two middle values of an even count. Never -0; empty input gives 0. */
export function median(values: ArrayLike<number>): number {
  const n = values.length;
  if (n === 0) return 0;
  const sorted = Float64Array.from(values).sort();
  const upper = n >> 1;
  return midpoint(sorted[n % 2 === 0 ? upper - 1 : upper], sorted[upper]);
}

/** Median absolute deviation from `center`, unscaled. */
export function mad(values: ArrayLike<number>, center = median(values)): number {
  return median(Float64Array.from(values, (x) => Math.abs(x - center)));
}

/** `(current - median) / (1.4826 MAD)`, or 0 where that scale does not exceed `eps`. */
export function robustZ(current: number, center: number, deviation: number, eps: number): number {
  const scale = MAD_TO_SIGMA * deviation;
  return scale > eps ? (current - center) / scale : 0;
}

/** Robust z of `current[c]` against column c of `rows` (oldest first, all rows of equal length). */
export function robustZColumns(
  rows: readonly ArrayLike<number>[],
  current: ArrayLike<number>,
  eps: number,
): Float64Array {
  return Float64Array.from(current, (value, c) => {
    const column = Float64Array.from(rows, (row) => row[c]);
    return robustZ(value, median(column), mad(column), eps);
  });
}

/** Mean and population standard deviation. */
export interface MeanStd {
  mean: number;
  std: number;
}

/**
 * Of the first `n` values. Sums are taken relative to the first value: a constant series then has a standard deviation of exactly 0, where
 * rounding of plain sums would leave noise that passes the cut at `Z_EPS`.
 */
export function meanStd(values: ArrayLike<number>, n = values.length): MeanStd {
  if (n === 0) return { mean: 0, std: 0 };
  const origin = values[0];
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[i] - origin;
  const shift = sum / n;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const deviation = values[i] - origin - shift;
    squares += deviation * deviation;
  }
  return { mean: origin + shift, std: Math.sqrt(squares / n) };
}

/** `(current - mean) / std`, or 0 where `std` does not exceed `eps`. */
export function globalZ(current: number, { mean, std }: Readonly<MeanStd>, eps: number): number {
  return std > eps ? (current - mean) / std : 0;
}

/**
 * z of the last value of a history: robust where the MAD allows, otherwise by mean and standard deviation.
 * A history shorter than `minPeriods` gives 0.
 */
export function robustOrGlobalZLatest(history: ArrayLike<number>, minPeriods: number, eps = Z_EPS): number {
  const n = history.length;
  if (n === 0 || n < minPeriods) return 0;
  const current = history[n - 1];
  const center = median(history);
  const deviation = mad(history, center);
  return MAD_TO_SIGMA * deviation > eps
    ? robustZ(current, center, deviation, eps)
    : globalZ(current, meanStd(history), eps);
}

/** Robust z of every value against the last `window` values including itself; 0 before `minPeriods` values. */
export function robustZSeries(
  values: ArrayLike<number>,
  window: number,
  minPeriods: number,
  eps = Z_EPS,
): Float64Array {
  const all = Float64Array.from(values);
  return all.map((value, i) => {
    const recent = all.subarray(Math.max(0, i + 1 - window), i + 1);
    if (recent.length < minPeriods) return 0;
    const center = median(recent);
    return robustZ(value, center, mad(recent, center), eps);
  });
}

/**
 * The rolling series, or, only if that is zero everywhere, z by mean and standard deviation of the whole series.
 * The fallback uses future values; bar-by-bar work must use `robustOrGlobalZLatest`.
 */
export function robustOrGlobalZSeries(
  values: ArrayLike<number>,
  window: number,
  minPeriods: number,
  eps = Z_EPS,
): Float64Array {
  const rolling = robustZSeries(values, window, minPeriods, eps);
  if (rolling.some((z) => z !== 0)) return rolling;
  const global = meanStd(values);
  return Float64Array.from(values, (value) => globalZ(value, global, eps));
}
