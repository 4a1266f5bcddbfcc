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
 * section 5.7) and agrees with it to rounding.
 */
import { exp } from '#base/portable-math';
import { emaAlpha } from '#core/vp/decay';

/** Numbers per row: p, q, r, s, t, u, mass decay, unused. */
export const POWER_STRIDE = 8;
/** Rows per level; powers below it take one product. */
export const POWER_ROWS = 1024;
const LEVELS = 3;

/** Time constants in seconds. */
export interface TimeConstants {
  readonly tau_velocity: number;
  readonly tau_acceleration: number;
  readonly tau_jerk: number;
  readonly tau_rest_decay: number;
}

export class CellPowers {
  /** Row n of level l, at `(l · POWER_ROWS + n) · POWER_STRIDE`, is the map of n · 1,024^l cells. */
  readonly table = new Float64Array(LEVELS * POWER_ROWS * POWER_STRIDE);

  constructor(tau: TimeConstants, cellSeconds: number) {
    const step = new Float64Array(POWER_STRIDE);
    const alphaV = emaAlpha(cellSeconds, tau.tau_velocity);
    const alphaA = emaAlpha(cellSeconds, tau.tau_acceleration);
    const alphaJ = emaAlpha(cellSeconds, tau.tau_jerk);
    step[0] = 1 - alphaV;
    step[1] = -(alphaA * alphaV) / cellSeconds;
    step[2] = 1 - alphaA;
    step[3] = (alphaJ * step[1]) / cellSeconds;
    step[4] = -(alphaJ * alphaA) / cellSeconds;
    step[5] = 1 - alphaJ;
    let cells = 1;
    for (let level = 0; level < LEVELS; level++, cells *= POWER_ROWS) {
      const first = level * POWER_ROWS * POWER_STRIDE;
      this.table.set([1, 0, 1, 0, 0, 1, 1, 0], first);
      for (let n = 1; n < POWER_ROWS; n++) {
        const row = first + n * POWER_STRIDE;
        product(this.table, row, this.table, row - POWER_STRIDE, step);
        this.table[row + 6] = exp(-(n * cells * cellSeconds) / tau.tau_rest_decay);
      }
      const last = first + (POWER_ROWS - 1) * POWER_STRIDE;
      product(step, 0, this.table, last, step);
    }
  }
}

/** `out[o…] = left[l…] · right`, maps as rows of the table. `out` may be `right`. */
function product(out: Float64Array, o: number, left: Float64Array, l: number, right: Float64Array): void {
  const [p, q, r, s, t, u] = right;
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
