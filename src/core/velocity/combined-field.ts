import type { PhysicsFrame } from '#core/velocity/physics-fields';

/** Below this |g| a cell has no pressure of its own, and its bias is that of what is being built. */
const NO_PRESSURE = 0.005;

/**
 * Both sides of a frame as one value per tick, x = -reach … reach: what picture and forecast look at. The same object
 * is filled for every window. Source: velocity.md section 12.1.
 */
export class CombinedField {
  startNs = 0n;
  endNs = 0n;
  /** price_int. */
  anchor = 0;
  readonly width: number;
  /** Liquidity velocity. */
  readonly u: Float64Array;
  /** Pressure gradient, positive = upward. */
  readonly g: Float64Array;
  readonly waveEnergy: Float64Array;
  readonly rho: Float64Array;
  readonly nu: Float64Array;
  readonly omega: Float64Array;
  /** Direction to show: the pressure, or where there is none the side that builds. */
  readonly bias: Float64Array;

  constructor(readonly reach: number) {
    const width = 2 * reach + 1;
    this.width = width;
    this.u = new Float64Array(width);
    this.g = new Float64Array(width);
    this.waveEnergy = new Float64Array(width);
    this.rho = new Float64Array(width);
    this.nu = new Float64Array(width);
    this.omega = new Float64Array(width);
    this.bias = new Float64Array(width);
  }

  combine({ startNs, endNs, anchor, fields: f }: PhysicsFrame): this {
    this.startNs = startNs;
    this.endNs = endNs;
    this.anchor = anchor;
    for (let ask = 0; ask < this.width; ask++) {
      const bid = ask + this.width;
      const [uBid, uAsk] = [f.liquidity_velocity[bid], f.liquidity_velocity[ask]];
      const g = f.pressure_grad[bid] + f.pressure_grad[ask];
      this.u[ask] = uBid + uAsk;
      this.g[ask] = g;
      this.waveEnergy[ask] = f.u_wave_energy[bid] + f.u_wave_energy[ask];
      this.rho[ask] = f.rho[bid] + f.rho[ask];
      this.nu[ask] = f.nu[bid] + f.nu[ask];
      this.omega[ask] = Math.max(f.Omega[bid], f.Omega[ask]);
      this.bias[ask] = Math.abs(g) >= NO_PRESSURE ? g : Math.max(0, uBid) - Math.max(0, uAsk);
    }
    return this;
  }
}
