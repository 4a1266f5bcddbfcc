/** The robust z of vacuum-pressure.md section 14 and its constants; kernel code. */
import type { f64 } from '#base/numeric/types';

/** Ratio of the standard deviation of a normal distribution to its median absolute deviation. */
export const MAD_TO_SIGMA = 1.4826;

/** Mean of two numbers whose sum is finite. Never -0. */
export function midpoint(a: f64, b: f64): f64 {
  return (a + b) * 0.5 + 0;
}

/**
 * `(current - median) / (1.4826 MAD)`, or 0 where that scale does not exceed `eps`.
 * @inline
 */
export function robustZ(current: f64, center: f64, deviation: f64, eps: f64): f64 {
  const scale = MAD_TO_SIGMA * deviation;
  return scale > eps ? (current - center) / scale : 0;
}
