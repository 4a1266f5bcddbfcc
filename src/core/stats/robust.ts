/**
 * The formulas of vacuum-pressure.md section 14. Values must be finite. Medians and MADs come from
 * `SlidingMedianMad`.
 */

/** Ratio of the standard deviation of a normal distribution to its median absolute deviation. */
export const MAD_TO_SIGMA = 1.4826;

/** Scales below this count as zero in the state model and the series helpers. */
export const Z_EPS = 1e-12;

/** Mean of two numbers whose sum is finite. Never -0. */
export function midpoint(a: number, b: number): number {
  return (a + b) * 0.5 + 0;
}

/** `(current - median) / (1.4826 MAD)`, or 0 where that scale does not exceed `eps`. */
export function robustZ(current: number, center: number, deviation: number, eps: number): number {
  const scale = MAD_TO_SIGMA * deviation;
  return scale > eps ? (current - center) / scale : 0;
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
