/** Rates relative to what was there at the start of the window. */
export interface Intensities {
  add: number;
  pull: number;
  fill: number;
  /** Liquidity velocity u = add - pull - fill, above -1. */
  u: number;
}

/**
 * Source: velocity.md section 10.1, order of operations included.
 *
 * @param eps keeps the denominator positive, quantity
 */
export function setIntensities(
  out: Intensities,
  eps: number,
  start: number,
  add: number,
  pull: number,
  fill: number,
): void {
  const n = start + eps;
  out.add = add / n;
  out.pull = pull / n;
  out.fill = fill / n;
  out.u = out.add - out.pull - out.fill;
}

export function noIntensities(): Intensities {
  return { add: 0, pull: 0, fill: 0, u: 0 };
}
