/**
 * The nine combinations of best-price moves in a bin and the state of the rows above and below spot
 * (vacuum-pressure.md section 10). State codes: -2 bear vacuum, -1 bear pressure, 0 mixed, +1 bull pressure,
 * +2 bull vacuum; the spot row itself is always 0.
 */
export const MICROSTATES = 9;

/** Microstate of the signs (-1, 0, +1) of the best-ask and best-bid moves. */
export function microstateId(askSign: number, bidSign: number): number {
  return (askSign + 1) * 3 + (bidSign + 1);
}

/** State code of rows above spot (k > 0), by microstate. */
export const STATE5_ABOVE: readonly number[] = [-1, -1, 0, -1, 0, 2, -1, -1, 2];

/** State code of rows below spot (k < 0), by microstate. */
export const STATE5_BELOW: readonly number[] = [-2, -2, 0, -2, 0, 1, -2, -2, 1];

/** Writes the 2R+1 labels of a bin, k ascending. */
export function fillState5(target: Int8Array, microstate: number): void {
  const radius = (target.length - 1) / 2;
  target.fill(STATE5_BELOW[microstate], 0, radius);
  target[radius] = 0;
  target.fill(STATE5_ABOVE[microstate], radius + 1);
}
