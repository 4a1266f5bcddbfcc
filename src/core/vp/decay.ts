/**
 * Exponential averaging of one step (vacuum-pressure.md sections 5.2, 5.3 and 5.6). Times are in seconds.
 */
import { exp } from '#base/portable-math';

/**
 * Weight of the new value after `x` > 0 time constants. From x = 37 on it is exactly 1: what the exponential leaves is
 * below the resolution of a float, so the cut at 50 of the specification needs no test.
 */
export function alphaAfter(x: number): number {
  return 1 - exp(-x);
}

/** Weight of the new value after `dt` in an average with time constant `tau`. */
export function emaAlpha(dt: number, tau: number): number {
  return dt > 0 ? alphaAfter(dt / tau) : 0;
}

/** Distance in a state array from a chain's velocity to its acceleration, and from there to its jerk. */
export const CHAIN_STRIDE = 5;

/**
 * One step of a velocity–acceleration–jerk chain in place: velocity at `s[v]`, acceleration and jerk
 * `CHAIN_STRIDE` further each. Nothing is stored unless all three results are finite.
 *
 * The weights come as plain numbers because five chains share them and an object would cost a memory access each.
 *
 * @param rate input, unit/s
 * @param perSecond 1 / dt with dt > 0
 */
export function stepChain(
  s: Float64Array,
  v: number,
  rate: number,
  alphaV: number,
  alphaA: number,
  alphaJ: number,
  perSecond: number,
): void {
  const a = v + CHAIN_STRIDE;
  const j = a + CHAIN_STRIDE;
  const v0 = s[v];
  const a0 = s[a];
  const v1 = alphaV * rate + (1 - alphaV) * v0;
  const a1 = alphaA * ((v1 - v0) * perSecond) + (1 - alphaA) * a0;
  const j1 = alphaJ * ((a1 - a0) * perSecond) + (1 - alphaJ) * s[j];
  // A velocity or acceleration that is not finite leaves no finite jerk: one test covers the three.
  if (j1 - j1 !== 0) return;
  s[v] = v1;
  s[a] = a1;
  s[j] = j1;
}
