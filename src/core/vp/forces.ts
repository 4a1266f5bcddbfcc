/** The two forces of a tick (vacuum-pressure.md section 5.6), in q/s; both are at least 0. Kernel code. */
import type { f64 } from '#base/numeric/types';

export class Forces {
  /** Coefficients under the numbers of the specification. */
  c1: f64 = 0;
  c2: f64 = 0;
  c3: f64 = 0;
  c4: f64 = 0;
  c5: f64 = 0;
  c6: f64 = 0;
  c7: f64 = 0;

  /** Depth is being built. */
  pressure(vAdd: f64, vRest: f64, aAdd: f64): f64 {
    const p = this.c1 * vAdd + this.c2 * (vRest > 0 ? vRest : 0) + this.c3 * (aAdd > 0 ? aAdd : 0);
    return p - p === 0 ? p : 0;
  }

  /** Depth is being drained. */
  vacuum(vPull: f64, vFill: f64, vRest: f64, aPull: f64): f64 {
    const v =
      this.c4 * vPull +
      this.c5 * vFill +
      this.c6 * (vRest < 0 ? -vRest : 0) +
      this.c7 * (aPull > 0 ? aPull : 0);
    return v - v === 0 ? v : 0;
  }
}
