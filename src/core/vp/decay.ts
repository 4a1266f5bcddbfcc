/**
 * Exponential averaging of one step (vacuum-pressure.md sections 5.2, 5.3 and 5.6). Times are in seconds.
 */
import { exp } from '#base/portable-math';

/** Steps shorter than this share of a time constant take the series, which needs neither a division nor a call. */
const SERIES_LIMIT = 1 / 16;

/**
 * What is left of an average after a step, for several time constants: `left[i] = e^(-dt / taus[i])` to within 1 ulp.
 * The weight of the new value is `1 - left[i]`; from 37 time constants on it is exactly 1, because what is left is
 * below the resolution of a float, so the cut at 50 of the specification needs no test.
 *
 * The step comes in a cell, `dt[at]` > 0: as a number it would be a heap object wherever the call is not inlined.
 */
export function decayOver(dt: Float64Array, at: number, taus: Float64Array, left: Float64Array): void {
  const seconds = dt[at];
  for (let i = 0; i < taus.length; i++) {
    const x = seconds / taus[i];
    if (x < SERIES_LIMIT) {
      const fourth = 1 / 24 - x * (1 / 120 - x * (1 / 720 - x * (1 / 5040 - x * (1 / 40320))));
      left[i] = 1 - x * (1 - x * (1 / 2 - x * (1 / 6 - x * fourth)));
    } else {
      left[i] = exp(-x);
    }
  }
}

/** Weight of the new value after `dt` in an average with time constant `tau`. */
export function emaAlpha(dt: number, tau: number): number {
  if (dt <= 0) return 0;
  const left = new Float64Array(1);
  decayOver(Float64Array.of(dt), 0, Float64Array.of(tau), left);
  return 1 - left[0];
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
