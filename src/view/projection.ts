/**
 * Projection bands of section 22.3: where the model expects the price `horizon` bins ahead. In ticks, prices
 * upwards: a positive score lifts the centre.
 */

/** Half width of every band. */
export const BAND_HALF_TICKS = 4;
const TICKS_PER_SPREAD = 8;
const MIN_SPREAD = 2;
const HORIZON_KNOTS = [1, 2, 4, 8] as const;
const SPREAD_KNOTS = [6, 10, 16, 24] as const;
const OPACITY_KNOTS = [0.5, 0.4, 0.3, 0.2] as const;
const MIN_OPACITY = 0.1;
const MAX_OPACITY = 0.6;

/** One slice of the projection zone. */
export interface ForwardBand {
  readonly horizonBins: number;
  /** `100ms`, `1s`, `1.5s`. */
  readonly label: string;
  readonly centerTick: number;
  readonly opacity: number;
  /** Slice of the zone, as fractions of its width. */
  readonly from: number;
  readonly to: number;
}

/** Linear between knots, constant outside. */
function interpolate(knots: readonly number[], values: readonly number[], x: number): number {
  if (x <= knots[0]) return values[0];
  for (let i = 1; i < knots.length; i++) {
    if (x > knots[i]) continue;
    const t = (x - knots[i - 1]) / (knots[i] - knots[i - 1]);
    return values[i - 1] + (values[i] - values[i - 1]) * t;
  }
  return values[values.length - 1];
}

export function projectionSpread(horizonBins: number): number {
  return Math.max(MIN_SPREAD, Math.round(interpolate(HORIZON_KNOTS, SPREAD_KNOTS, horizonBins)));
}

export function projectionOpacity(horizonBins: number): number {
  return Math.min(Math.max(interpolate(HORIZON_KNOTS, OPACITY_KNOTS, horizonBins), MIN_OPACITY), MAX_OPACITY);
}

/** @param score state model score, -1..1 */
export function projectedTick(spotTick: number, score: number, horizonBins: number): number {
  return spotTick + TICKS_PER_SPREAD * score * projectionSpread(horizonBins);
}

/** Positive horizons, ascending, each once. */
export function sortedHorizons(horizons: readonly number[]): number[] {
  return [...new Set(horizons)].filter((h) => h > 0).sort((a, b) => a - b);
}

export function horizonLabel(horizonBins: number, cellWidthMs: number): string {
  const ms = horizonBins * cellWidthMs;
  return ms < 1000 ? `${ms}ms` : `${Number((ms / 1000).toFixed(3))}s`;
}

/** Bands right of NOW; none without a spot or while the model is not ready (`score` NaN). */
export function forwardBands(
  horizons: readonly number[],
  cellWidthMs: number,
  spotTick: number,
  score: number,
): ForwardBand[] {
  if (!Number.isFinite(spotTick) || !Number.isFinite(score)) return [];
  const sorted = sortedHorizons(horizons);
  return sorted.map((horizonBins, i) => ({
    horizonBins,
    label: horizonLabel(horizonBins, cellWidthMs),
    centerTick: projectedTick(spotTick, score, horizonBins),
    opacity: projectionOpacity(horizonBins),
    from: i / sorted.length,
    to: (i + 1) / sorted.length,
  }));
}
