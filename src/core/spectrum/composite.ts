/** Formulas of the composite (vacuum-pressure.md section 11). */

/** Instantaneous composite of pressure and vacuum (both finite, >= 0), in [-1, 1]. */
export function compositeOf(pressure: number, vacuum: number): number {
  return (pressure - vacuum) / (Math.abs(pressure) + Math.abs(vacuum) + 1e-12);
}

/** `weights` scaled to sum 1. */
export function normalised(weights: ArrayLike<number>): Float64Array {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += weights[i];
  return Float64Array.from(weights, (w) => w / sum);
}
