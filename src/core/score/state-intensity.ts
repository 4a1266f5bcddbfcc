/** Weight found in each state, and the scalars made of it (vacuum-pressure.md section 13). */

/** Index of a state code -2..2 in an intensity vector. */
export function stateIndex(code: number): number {
  return code + 2;
}

export const STATE_CODES = 5;

/** Intensities closer than this to the largest count as tied. */
const TIE_EPS = 1e-12;

/**
 * Adds up the weights of the rows in each state, from the spot row outwards and both sides alternating: equal
 * weights above and below then give bit-equal intensities, and their difference is exactly 0.
 *
 * @param labels state code of each row, k ascending; anything indexable of length 2R+1
 * @param weights `spatialWeights` of the same length
 * @param intensities receives 5 sums, by `stateIndex`
 */
export function accumulateIntensities(
  labels: ArrayLike<number>,
  weights: Float64Array,
  intensities: Float64Array,
): void {
  const radius = (weights.length - 1) / 2;
  intensities.fill(0);
  intensities[stateIndex(labels[radius])] += weights[radius];
  for (let k = 1; k <= radius; k++) {
    intensities[stateIndex(labels[radius + k])] += weights[radius + k];
    intensities[stateIndex(labels[radius - k])] += weights[radius - k];
  }
}

/** The `state_model_…_weight` fields of the runtime configuration, all >= 0. */
export interface StateWeights {
  readonly state_model_bull_pressure_weight: number;
  readonly state_model_bull_vacuum_weight: number;
  readonly state_model_bear_pressure_weight: number;
  readonly state_model_bear_vacuum_weight: number;
  readonly state_model_mixed_weight: number;
}

export function bullIntensity(intensities: Float64Array, w: StateWeights): number {
  return (
    w.state_model_bull_pressure_weight * intensities[stateIndex(1)] +
    w.state_model_bull_vacuum_weight * intensities[stateIndex(2)]
  );
}

export function bearIntensity(intensities: Float64Array, w: StateWeights): number {
  return (
    w.state_model_bear_pressure_weight * intensities[stateIndex(-1)] +
    w.state_model_bear_vacuum_weight * intensities[stateIndex(-2)]
  );
}

/** Bull minus bear, damped by the mixed share. */
export function stateBase(bull: number, bear: number, mixed: number, mixedWeight: number): number {
  return (bull - bear) * Math.min(1, Math.max(0, 1 - mixedWeight * mixed));
}

/** Code of the largest intensity; the lowest code among those tied with it. */
export function dominantState(intensities: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < STATE_CODES; i++) largest = Math.max(largest, intensities[i]);
  let index = 0;
  while (intensities[index] < largest - TIE_EPS) index++;
  return index - 2;
}
