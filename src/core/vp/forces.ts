/** The two forces of a tick (vacuum-pressure.md section 5.6), in q/s; both are at least 0. */
import type { VpRuntimeConfig } from '#core/config/runtime-config';

export type ForceConfig = Pick<
  VpRuntimeConfig,
  'c1_v_add' | 'c2_v_rest_pos' | 'c3_a_add' | 'c4_v_pull' | 'c5_v_fill' | 'c6_v_rest_neg' | 'c7_a_pull'
>;

export class Forces {
  private readonly c1: number;
  private readonly c2: number;
  private readonly c3: number;
  private readonly c4: number;
  private readonly c5: number;
  private readonly c6: number;
  private readonly c7: number;

  constructor(config: ForceConfig) {
    this.c1 = config.c1_v_add;
    this.c2 = config.c2_v_rest_pos;
    this.c3 = config.c3_a_add;
    this.c4 = config.c4_v_pull;
    this.c5 = config.c5_v_fill;
    this.c6 = config.c6_v_rest_neg;
    this.c7 = config.c7_a_pull;
  }

  /** Depth is being built. */
  pressure(vAdd: number, vRest: number, aAdd: number): number {
    const p = this.c1 * vAdd + this.c2 * (vRest > 0 ? vRest : 0) + this.c3 * (aAdd > 0 ? aAdd : 0);
    return p - p === 0 ? p : 0;
  }

  /** Depth is being drained. */
  vacuum(vPull: number, vFill: number, vRest: number, aPull: number): number {
    const v =
      this.c4 * vPull +
      this.c5 * vFill +
      this.c6 * (vRest < 0 ? -vRest : 0) +
      this.c7 * (aPull > 0 ? aPull : 0);
    return v - v === 0 ? v : 0;
  }
}
