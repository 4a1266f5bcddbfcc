/** Scale start of section 22.2, so that a nearly empty book is not drawn as a wall. */
const LEAST_SCALE = 100;

/**
 * Depth that fills the width: the map's running maximum where it has one, never less than what is in the bin.
 * @param mapMaximum upper end of the map's depth range, undefined while another layer is shown
 */
export function depthScale(depth: ArrayLike<number>, mapMaximum: number | undefined): number {
  let scale = Math.max(LEAST_SCALE, mapMaximum ?? 0);
  for (let row = 0; row < depth.length; row++) if (depth[row] > scale) scale = depth[row];
  return scale;
}

/** Share of the width, 0..1, logarithmic (vacuum-pressure.md section 22.5). */
export function barLength(depth: number, scale: number): number {
  return depth > 0 ? Math.min(1, Math.log1p(depth) / Math.log1p(scale)) : 0;
}
