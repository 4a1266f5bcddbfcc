/**
 * The formulas of vacuum-pressure.md section 14 that use means. Values must be finite. Medians and MADs come from
 * `SlidingMedianMad`.
 */

/** Scales below this count as zero in the state model and the series helpers. */
export const Z_EPS = 1e-12;

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
