/** Where the projection bands over the data stand: what was predicted for each drawn bin. */
import { projectedTick } from '#view/projection';
import type { FrameView } from './frame-view';
import type { Trails } from './trails';

/**
 * For each visible column the tick that was predicted for its last bin, `horizonBins` earlier; NaN where there
 * was no prediction. Returns the number of columns written.
 * @param centers at least `view.columnCount` long
 */
export function historicalCenters(
  view: FrameView,
  trails: Trails,
  horizonBins: number,
  centers: Float64Array,
): number {
  for (let c = 0; c < view.columnCount; c++) {
    const from = columnLastBin(view, c) - horizonBins;
    centers[c] = projectedTick(trails.spot(from), trails.readyScore(from), horizonBins);
  }
  return view.columnCount;
}

/** Newest drawn bin of a visible column. */
export function columnLastBin(view: FrameView, column: number): number {
  return Math.min((view.firstColumn + column + 1) * 2 ** view.level, view.dataEnd) - 1;
}
