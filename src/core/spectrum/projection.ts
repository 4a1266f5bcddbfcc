import { exp } from '#base/portable-math';
import { fail } from '#base/problem';
import { clampUnit } from '#core/stats/blend';

/** How a score is extrapolated (vacuum-pressure.md section 11). */
export interface ProjectionOptions {
  readonly useCubic: boolean;
  /** Factor of the third-derivative term, >= 0; 1/6 is the Taylor series. */
  readonly cubicScale: number;
  /** Decay of the projection per second of horizon, >= 0. */
  readonly dampingLambda: number;
}

export const DEFAULT_PROJECTION: ProjectionOptions = { useCubic: false, cubicScale: 1 / 6, dampingLambda: 0 };

/** Returns `options`; throws a ProblemError `spectrum/projection` for negative or non-finite values. */
export function checkProjection(options: ProjectionOptions): ProjectionOptions {
  for (const name of ['cubicScale', 'dampingLambda'] as const) {
    const value = options[name];
    if (!(value >= 0 && Number.isFinite(value)))
      fail('spectrum/projection', `${name} must be at least 0, got ${value}`);
  }
  return options;
}

/**
 * Score expected `horizonSeconds` ahead, in [-1, 1].
 *
 * @param score current score; `d1` to `d3` its derivatives in 1/s, 1/s², 1/s³, differenced like those of the composite
 */
export function projectScore(
  score: number,
  d1: number,
  d2: number,
  d3: number,
  horizonSeconds: number,
  options: ProjectionOptions = DEFAULT_PROJECTION,
): number {
  const h = horizonSeconds;
  let projected = score + d1 * h + 0.5 * d2 * (h * h);
  if (options.useCubic) projected += options.cubicScale * d3 * (h * h * h);
  if (options.dampingLambda > 0) projected *= exp(-options.dampingLambda * h);
  return clampUnit(projected);
}
