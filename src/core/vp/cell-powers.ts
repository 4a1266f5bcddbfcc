/**
 * What any number of whole cells does to a tick that nothing touches.
 *
 * A whole cell without events is a constant linear map of (v, a, j), lower triangular:
 *
 *   v' = p v          a' = q v + r a          j' = s v + t a + u j
 *
 * so n cells are its n-th power, and the masses decay by one exponential. Rows of 1,024 powers are kept for steps
 * of 1, 1,024 and 1,048,576 cells; a gap of any practical length takes at most three products, and its result
 * depends on n alone. This replaces the passive advance of every tick at every bin edge (vacuum-pressure.md
 * section 5.7) and agrees with it to rounding. Kernel code.
 */
import { newF64s, type F64s } from '#base/numeric/arrays';
import type { f64, i32 } from '#base/numeric/types';
import { exp } from '#base/portable-math';
import { emaAlpha } from '#core/vp/decay';

/** Numbers per row: p, q, r, s, t, u, mass decay, unused. */
export const POWER_STRIDE: i32 = 8;
/** Rows per level; powers below it take one product. */
export const POWER_ROWS: i32 = 1024;
const LEVELS: i32 = 3;

/** Time constants in seconds. */
export class TimeConstants {
  velocity: f64 = 0;
  acceleration: f64 = 0;
  jerk: f64 = 0;
  /** Of the masses. */
  rest: f64 = 0;
}

/** Row n of level l, at `(l · POWER_ROWS + n) · POWER_STRIDE`, is the map of n · 1,024^l cells. */
export function cellPowers(tau: TimeConstants, cellSeconds: f64): F64s {
  const table = newF64s(LEVELS * POWER_ROWS * POWER_STRIDE);
  const step = newF64s(POWER_STRIDE);
  const alphaV = emaAlpha(cellSeconds, tau.velocity);
  const alphaA = emaAlpha(cellSeconds, tau.acceleration);
  const alphaJ = emaAlpha(cellSeconds, tau.jerk);
  step[0] = 1 - alphaV;
  step[1] = -(alphaA * alphaV) / cellSeconds;
  step[2] = 1 - alphaA;
  step[3] = (alphaJ * step[1]) / cellSeconds;
  step[4] = -(alphaJ * alphaA) / cellSeconds;
  step[5] = 1 - alphaJ;
  let cells: f64 = 1;
  for (let level = 0; level < LEVELS; level++) {
    const first = level * POWER_ROWS * POWER_STRIDE;
    table[first] = 1;
    table[first + 2] = 1;
    table[first + 5] = 1;
    table[first + 6] = 1;
    for (let n = 1; n < POWER_ROWS; n++) {
      const row = first + n * POWER_STRIDE;
      product(table, row, table, row - POWER_STRIDE, step);
      table[row + 6] = exp(-(n * cells * cellSeconds) / tau.rest);
    }
    product(step, 0, table, first + (POWER_ROWS - 1) * POWER_STRIDE, step);
    cells *= POWER_ROWS;
  }
  return table;
}

/** `out[o…] = left[l…] · right`, maps as rows of the table. `out` may be `right`. */
function product(out: F64s, o: i32, left: F64s, l: i32, right: F64s): void {
  const p = right[0];
  const q = right[1];
  const r = right[2];
  const s = right[3];
  const t = right[4];
  const u = right[5];
  const l1 = left[l + 1];
  const l2 = left[l + 2];
  const l3 = left[l + 3];
  const l4 = left[l + 4];
  const l5 = left[l + 5];
  out[o] = left[l] * p;
  out[o + 1] = l1 * p + l2 * q;
  out[o + 2] = l2 * r;
  out[o + 3] = l3 * p + l4 * q + l5 * s;
  out[o + 4] = l4 * r + l5 * t;
  out[o + 5] = l5 * u;
}
