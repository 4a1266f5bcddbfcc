import type { f64 } from '#base/numeric/types';
import { tanh } from '#base/portable-math';

/**
 * `Σ w_i tanh(z_i / scale) / Σ |w_i|` of three channels, in [-1, 1]; undivided when all weights are 0.
 * The order of evaluation is part of the definition: a cell whose only live channel saturates lands exactly on
 * the default threshold (vacuum-pressure.md sections 12, 14 and 20.1).
 * @inline
 */
export function tanhBlend(z1: f64, z2: f64, z3: f64, w1: f64, w2: f64, w3: f64, scale: f64): f64 {
  const sum = w1 * tanh(z1 / scale) + w2 * tanh(z2 / scale) + w3 * tanh(z3 / scale);
  const norm = Math.abs(w1) + Math.abs(w2) + Math.abs(w3);
  return norm > 0 ? sum / norm : sum;
}

/** Clamps to [-1, 1]; NaN becomes 0. */
export function clampUnit(x: f64): f64 {
  if (x > 1) return 1;
  if (x < -1) return -1;
  return x === x ? x : 0;
}
