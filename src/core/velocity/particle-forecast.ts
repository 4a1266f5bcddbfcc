import type { CombinedField } from '#core/velocity/combined-field';
import { clamp, makeForecast, type Forecast, type Forecaster } from '#core/velocity/forecast';
import { noiseTable } from '#core/velocity/noise-table';
import type { VelocityConfig } from '#core/velocity/velocity-config';
import { findWalls } from '#core/velocity/walls';

const NOT_ZERO = 1e-6;

/** Drift per tick of the grid, ticks per second. Source: velocity.md section 12.3. */
export function driftOf(field: CombinedField, { forecast }: VelocityConfig, out: Float64Array): void {
  const { g, waveEnergy, rho, nu } = field;
  for (let i = 0; i < field.width; i++) {
    const pull = g[i] + Math.sign(g[i]) * waveEnergy[i];
    // Where there is nothing to cross nothing resists.
    const v = rho[i] < forecast.gap_rho ? pull : pull / (nu[i] * rho[i] + NOT_ZERO);
    out[i] = clamp(v, forecast.drift_clip);
  }
}

/**
 * Particles that start at the spot, drift with the field and are shaken by a fixed table of noise: the mean is the
 * expected move, their agreement on a direction the confidence. Source: velocity.md sections 12.3 to 12.6.
 */
export class ParticleForecaster implements Forecaster {
  readonly #noise: Float64Array;
  readonly #places: Float64Array;
  readonly #drift: Float64Array;

  constructor(private readonly config: VelocityConfig) {
    const { noise_seed, horizon_s, n_particles } = config.forecast;
    this.#noise = noiseTable(noise_seed, horizon_s, n_particles);
    this.#places = new Float64Array(n_particles);
    this.#drift = new Float64Array(2 * config.futures.grid_max_ticks + 1);
  }

  forecast(field: CombinedField): Forecast {
    const { config } = this;
    const { horizon_s: steps, n_particles: particles } = config.forecast;
    const means = new Float64Array(steps + 1);
    const confidence = new Float64Array(steps + 1);
    driftOf(field, config, this.#drift);
    this.#places.fill(0);
    for (let t = 0; t < steps; t++) {
      const { sum, lead } = this.#step(t, field.reach);
      means[t + 1] = sum / particles;
      confidence[t + 1] = Math.abs(lead) / particles;
    }
    return makeForecast(field, config, findWalls(field, config.forecast.wall_threshold), means, confidence);
  }

  /** @returns the sum of all places, and how many more particles are above the start than below */
  #step(t: number, reach: number): { sum: number; lead: number } {
    const drift = this.#drift;
    const places = this.#places;
    const noise = this.#noise;
    const { sigma, particle_clip } = this.config.forecast;
    const particles = places.length;
    let sum = 0;
    let lead = 0;
    for (let i = 0; i < particles; i++) {
      const x = places[i];
      const below = Math.min(Math.floor(x), reach - 1);
      const share = x - below;
      const low = drift[reach + below];
      const v = low + share * (drift[reach + below + 1] - low);
      const next = clamp(x + v + sigma * noise[t * particles + i], particle_clip);
      places[i] = next;
      sum += next;
      if (next > 0) lead++;
      else if (next < 0) lead--;
    }
    return { sum, lead };
  }
}
