import type { CombinedField } from '#core/velocity/combined-field';
import type { VelocityConfig } from '#core/velocity/velocity-config';
import type { PhysicsFrame } from '#core/velocity/physics-fields';
import type { Walls } from '#core/velocity/walls';

/** The forecast of one window: where the spot is expected to be after h seconds, h = 0 … H. */
export interface Forecast {
  readonly endNs: bigint;
  /** Absolute tick of the spot. */
  readonly spotTick: number;
  readonly walls: Walls;
  /** Expected move after h seconds in ticks, at index h. */
  readonly mean: Float64Array;
  /** The same as whole ticks, toward zero. */
  readonly delta: Int32Array;
  /**
   * Agreement on the direction in [0, 1]: a property of the model and not a probability that was measured.
   */
  readonly confidence: Float64Array;
}

/** Anything that forecasts from a field, window after window. */
export interface Forecaster {
  /**
   * @param field the combined field of `frame`
   * @param options obstacles in the options, where they are known
   */
  forecast(field: CombinedField, frame: PhysicsFrame, options?: OptionObstacles): Forecast;
}

/** Obstacle strength of the options per strike. */
export interface OptionObstacles {
  /** price_int. */
  readonly strikes: readonly number[];
  readonly omega: readonly number[];
}

/** Guards whole ticks against the last digits of a mean. */
const NEARLY = 1e-9;

/**
 * Puts a forecast together from the expected moves after 1 … H seconds. Source: velocity.md section 12.6.
 *
 * @param means of index h; index 0 is ignored
 */
export function makeForecast(
  field: CombinedField,
  config: VelocityConfig,
  walls: Walls,
  means: Float64Array,
  confidence: Float64Array,
): Forecast {
  const { output_clip } = config.forecast;
  const mean = means.map((m, h) => (h === 0 ? 0 : clamp(m, output_clip)));
  const delta = Int32Array.from(mean, (m) => Math.sign(m) * Math.floor(Math.abs(m) + NEARLY));
  const spotTick = Math.floor(field.anchor / config.futures.tick_int);
  return { endNs: field.endNs, spotTick, walls, mean, delta, confidence };
}

export function clamp(value: number, limit: number): number {
  return value > limit ? limit : value < -limit ? -limit : value;
}
