import { roundQuotientUp } from '#core/velocity/integer-rounding';
import type { VelocityConfig } from '#core/velocity/velocity-config';

/** How strikes become cells. Source: velocity.md section 8.3. */
export interface StrikeGrid {
  /** Distance of two strikes, price_int. */
  readonly stepInt: number;
  /** Strikes to each side of the anchor strike. */
  readonly reach: number;
  /** `rel_ticks` of one strike step. */
  readonly relPerStrike: number;
}

export function futureOptionGrid({ options }: VelocityConfig): StrikeGrid {
  const { strike_step_int, strike_max_offset, rel_ticks_per_strike } = options;
  return { stepInt: strike_step_int, reach: strike_max_offset, relPerStrike: rel_ticks_per_strike };
}

export function equityOptionGrid({ equity_options }: VelocityConfig): StrikeGrid {
  const { strike_step_int, strike_max_offset, rel_buckets_per_strike } = equity_options;
  return { stepInt: strike_step_int, reach: strike_max_offset, relPerStrike: rel_buckets_per_strike };
}

/** The bucket of a listed strike, and the anchor strike of a spot price: the nearest step, ties upward. */
export function strikeBucket({ stepInt }: StrikeGrid, priceInt: number): number {
  return stepInt * roundQuotientUp(priceInt, stepInt);
}

/** The strike that `rel_ticks` stands for at a spot price. */
export function strikeOfRelTicks(grid: StrikeGrid, spotInt: number, relTicks: number): number {
  return strikeBucket(grid, spotInt) + (relTicks / grid.relPerStrike) * grid.stepInt;
}
