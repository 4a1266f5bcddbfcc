/**
 * Exponential averaging of one step (vacuum-pressure.md sections 5.2, 5.3 and 5.6). Times are in seconds. Kernel code.
 */
import type { F64s } from '#base/numeric/arrays';
import type { f64, i32 } from '#base/numeric/types';
import { exp } from '#base/portable-math';

/** Steps shorter than this share of a time constant take the series, which needs neither a division nor a call. */
export const SERIES_LIMIT: f64 = 0.0625;

/**
 * `e^-x` to within 1 ulp: what is left of an average after a step of `x` time constants. The weight of the new value
 * is 1 minus that; from 37 time constants on it is exactly 1, because what is left is below the resolution of a float,
 * so the cut at 50 of the specification needs no test.
 */
export function leftAfter(x: f64): f64 {
  return x < SERIES_LIMIT ? leftSoon(x) : exp(-x);
}

/**
 * `leftAfter` of a step below `SERIES_LIMIT`.
 * @inline
 */
export function leftSoon(x: f64): f64 {
  const fourth = 1 / 24.0 - x * (1 / 120.0 - x * (1 / 720.0 - x * (1 / 5040.0 - x * (1 / 40320.0))));
  return 1 - x * (1 - x * (1 / 2.0 - x * (1 / 6.0 - x * fourth)));
}

/** Weight of the new value after `dt` in an average with time constant `tau`. */
export function emaAlpha(dt: f64, tau: f64): f64 {
  return dt <= 0 ? 0 : 1 - leftAfter(dt / tau);
}

/** Distance in a state array from a chain's velocity to its acceleration, and from there to its jerk. */
export const CHAIN_STRIDE: i32 = 5;

/**
 * One step of a velocity–acceleration–jerk chain in place: velocity at `s[v]`, acceleration and jerk
 * `CHAIN_STRIDE` further each. Nothing is stored unless all three results are finite.
 *
 * @param rate input, unit/s
 * @param leftV what is left of the velocity after the step, likewise of acceleration and jerk
 * @param perSecond 1 / dt with dt > 0
 * @inline
 */
export function stepChain(
  s: F64s,
  v: i32,
  rate: f64,
  leftV: f64,
  leftA: f64,
  leftJ: f64,
  perSecond: f64,
): void {
  const a = v + CHAIN_STRIDE;
  const j = a + CHAIN_STRIDE;
  const v0 = s[v];
  const a0 = s[a];
  const alphaV = 1 - leftV;
  const alphaA = 1 - leftA;
  const alphaJ = 1 - leftJ;
  const v1 = alphaV * rate + (1 - alphaV) * v0;
  const a1 = alphaA * ((v1 - v0) * perSecond) + (1 - alphaA) * a0;
  const j1 = alphaJ * ((a1 - a0) * perSecond) + (1 - alphaJ) * s[j];
  // A velocity or acceleration that is not finite leaves no finite jerk: one test covers the three.
  if (j1 - j1 !== 0) return;
  s[v] = v1;
  s[a] = a1;
  s[j] = j1;
}
