import type { ForceSummary } from '#app/model';

/**
 * Sums over the rows above and below the spot row, and what follows from them (vacuum-pressure.md section
 * 22.6). All arrays hold 2R+1 rows, k ascending.
 */
export function summariseForces(
  pressure: ArrayLike<number>,
  vacuum: ArrayLike<number>,
  depth: ArrayLike<number>,
): ForceSummary {
  const centre = (pressure.length - 1) / 2;
  let pressureAbove = 0;
  let vacuumAbove = 0;
  let depthAbove = 0;
  let pressureBelow = 0;
  let vacuumBelow = 0;
  let depthBelow = 0;
  for (let row = 0; row < centre; row++) {
    pressureBelow += pressure[row];
    vacuumBelow += vacuum[row];
    depthBelow += depth[row];
  }
  for (let row = centre + 1; row < pressure.length; row++) {
    pressureAbove += pressure[row];
    vacuumAbove += vacuum[row];
    depthAbove += depth[row];
  }
  const bull = pressureBelow + vacuumAbove;
  const bear = pressureAbove + vacuumBelow;
  const net = bull - bear;
  const total = bull + bear;
  return {
    pressureAbove,
    vacuumAbove,
    depthAbove,
    pressureBelow,
    vacuumBelow,
    depthBelow,
    bull,
    bear,
    net,
    total,
    conviction: total === 0 ? 0 : Math.abs(net) / total,
    tilt: depthBelow - depthAbove,
    depthTotal: depthAbove + depthBelow,
    upAligned: vacuumAbove > pressureAbove && pressureBelow > vacuumBelow,
    downAligned: pressureAbove > vacuumAbove && vacuumBelow > pressureBelow,
  };
}
