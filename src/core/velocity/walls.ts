import type { CombinedField } from '#core/velocity/combined-field';

/** What stands in the way of the spot. Source: velocity.md section 12.2. */
export interface Walls {
  /** Ticks to the nearest wall, `undefined` = none on the grid. */
  readonly up: number | undefined;
  readonly down: number | undefined;
  /** Mean pressure of the corridor; positive = upward on both sides. */
  readonly runScoreUp: number;
  readonly runScoreDown: number;
}

export function findWalls({ g, omega, reach }: CombinedField, threshold: number): Walls {
  const distance = (direction: 1 | -1): number | undefined => {
    for (let k = 1; k <= reach; k++) if (omega[reach + direction * k] > threshold) return k;
    return undefined;
  };
  const up = distance(1);
  const down = distance(-1);
  // Up includes the centre and not the wall, down the wall and not the centre: the published definition.
  return {
    up,
    down,
    runScoreUp: mean(g, reach, reach + (up ?? reach)),
    runScoreDown: mean(g, reach - (down ?? reach), reach),
  };
}

function mean(values: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += values[i];
  return sum / (to - from);
}
