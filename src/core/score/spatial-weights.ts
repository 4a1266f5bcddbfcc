import { power } from '#base/portable-math';
import { fail } from '#base/problem';

/**
 * Weight of each row k = -R..R (vacuum-pressure.md section 13): 0 within `exclusionRadius` of spot (if that is
 * above 0), otherwise `max(1, |k|)^-decayPower`, normalised to sum 1. Exactly symmetric in k.
 *
 * @returns 2R+1 weights, k ascending
 * @throws ProblemError `score/spatial-weights` when the parameters are out of range or leave no weight
 */
export function spatialWeights(radius: number, exclusionRadius: number, decayPower: number): Float64Array {
  if (!Number.isInteger(radius) || radius < 1) refuse(`grid_radius_ticks must be at least 1, got ${radius}`);
  if (!(exclusionRadius >= 0)) refuse(`center_exclusion_radius must be at least 0, got ${exclusionRadius}`);
  if (!(decayPower >= 0)) refuse(`spatial_decay_power must be at least 0, got ${decayPower}`);
  const weights = new Float64Array(2 * radius + 1);
  let sum = 0;
  for (let k = 0; k <= radius; k++) {
    const excluded = exclusionRadius > 0 && k <= exclusionRadius;
    const weight = excluded ? 0 : power(Math.max(1, k), -decayPower);
    weights[radius + k] = weight;
    weights[radius - k] = weight;
    sum += k === 0 ? weight : 2 * weight;
  }
  if (!(sum > 0)) refuse(`center_exclusion_radius ${exclusionRadius} leaves no row of radius ${radius}`);
  for (let i = 0; i < weights.length; i++) weights[i] /= sum;
  return weights;
}

function refuse(message: string): never {
  return fail('score/spatial-weights', message);
}
