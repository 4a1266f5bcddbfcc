import { exp } from '#base/portable-math';
import type { KernelConfig } from '#core/velocity/velocity-config';

/**
 * Gaussian average over neighbouring cells of a dense row. At the ends of the row only the weights that lie on it
 * count, so that a constant row stays constant up to its edge. Cells are taken in pairs at equal distance: a mirrored
 * row gives exactly the mirrored average. Source: velocity.md section 10.4.
 */
export class SpatialKernel {
  readonly #weights: Float64Array;
  readonly #weightSums: Float64Array;
  readonly #padded: Float64Array;
  readonly #radius: number;

  /** @param width cells of a row */
  constructor(
    { sigma, radius }: KernelConfig,
    private readonly width: number,
  ) {
    this.#radius = radius;
    this.#weights = Float64Array.from({ length: radius + 1 }, (_, j) => exp((-j * j) / (2 * sigma * sigma)));
    this.#padded = new Float64Array(width + 2 * radius);
    this.#weightSums = new Float64Array(width);
    this.#sum(new Float64Array(width).fill(1), 0, this.#weightSums, 0);
  }

  /** Sum of all weights, as it holds away from the ends. */
  get fullSum(): number {
    return this.#weights.reduce((sum, w, j) => sum + (j === 0 ? w : 2 * w), 0);
  }

  /** `target[to + x]` becomes the average around `source[from + x]`, for all x of a row. */
  smooth(source: Float64Array, from: number, target: Float64Array, to: number): void {
    this.#sum(source, from, target, to);
    for (let x = 0; x < this.width; x++) target[to + x] /= this.#weightSums[x];
  }

  #sum(source: Float64Array, from: number, target: Float64Array, to: number): void {
    const radius = this.#radius;
    const padded = this.#padded;
    const weights = this.#weights;
    padded.set(source.subarray(from, from + this.width), radius);
    for (let x = 0; x < this.width; x++) {
      const centre = x + radius;
      let sum = padded[centre];
      for (let j = 1; j <= radius; j++) sum += weights[j] * (padded[centre - j] + padded[centre + j]);
      target[to + x] = sum;
    }
  }
}
