import type { OptionObstacles } from '#core/velocity/forecast';
import type { PhysicsFrame } from '#core/velocity/physics-fields';
import { SpatialKernel } from '#core/velocity/spatial-kernel';
import type { VelocityConfig } from '#core/velocity/velocity-config';

/** Ticks over which the obstacle of a strike is spread. */
const OPTION_SPREAD = { sigma: 8, radius: 24 };

/**
 * The side that the spot would meet, per signed distance: asks above, bids below, nothing at 0. With obstacles of options
 * the viscosity is that of both. Source: velocity.md section B. Cells x = -reach … reach.
 */
export class SignedField {
  readonly g: Float64Array;
  readonly nu: Float64Array;
  readonly prominence: Float64Array;
  readonly uNear: Float64Array;
  readonly persistentSlow: Float64Array;
  readonly #near: SpatialKernel;
  readonly #far: SpatialKernel;
  readonly #spread: SpatialKernel;
  readonly #total: Float64Array;
  readonly #smoothNear: Float64Array;
  readonly #smoothFar: Float64Array;

  constructor(
    private readonly config: VelocityConfig,
    readonly reach: number,
  ) {
    const width = 2 * reach + 1;
    this.g = new Float64Array(width);
    this.nu = new Float64Array(width);
    this.prominence = new Float64Array(width);
    this.uNear = new Float64Array(width);
    this.persistentSlow = new Float64Array(width);
    this.#near = new SpatialKernel(config.gold.near, width);
    this.#far = new SpatialKernel(config.gold.far, width);
    this.#spread = new SpatialKernel(OPTION_SPREAD, width);
    this.#total = new Float64Array(width);
    this.#smoothNear = new Float64Array(width);
    this.#smoothFar = new Float64Array(width);
  }

  read(frame: PhysicsFrame, options: OptionObstacles | undefined): void {
    const { fields: f, width } = frame;
    for (let i = 0; i < width; i++) {
      const cell = i > this.reach ? i : width + i;
      this.g[i] = i === this.reach ? 0 : f.pressure_grad[cell];
      this.nu[i] = f.nu[cell];
      this.prominence[i] = f.Omega_prom[cell];
      this.uNear[i] = f.u_near[cell];
      this.persistentSlow[i] = f.u_p_slow[cell];
    }
    if (options) this.#addOptions(frame, options);
  }

  /** Viscosity and prominence again, from the obstacles of the future and its options. */
  #addOptions(frame: PhysicsFrame, { strikes, omega }: OptionObstacles): void {
    const { width, reach, anchor } = frame;
    const { futures, forecast } = this.config;
    const points = new Float64Array(width);
    strikes.forEach((strike, i) => {
      const x = Math.round((strike - anchor) / futures.tick_int);
      if (Math.abs(x) <= reach) points[x + reach] += omega[i];
    });
    const spread = new Float64Array(width);
    this.#spread.smooth(points, 0, spread, 0);
    for (const [first, from, to] of [
      [0, reach + 1, width],
      [width, 0, reach + 1],
    ]) {
      for (let i = 0; i < width; i++) {
        this.#total[i] = frame.fields.Omega[first + i] + forecast.inertial.option_coupling * spread[i];
      }
      this.#near.smooth(this.#total, 0, this.#smoothNear, 0);
      this.#far.smooth(this.#total, 0, this.#smoothFar, 0);
      for (let i = from; i < to; i++) {
        const prominence = this.#smoothNear[i] - this.#smoothFar[i];
        this.prominence[i] = prominence;
        this.nu[i] = 1 + this.#smoothNear[i] + 2 * Math.max(0, prominence);
      }
    }
  }
}
