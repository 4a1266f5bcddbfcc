import { globalZ, meanStd, Z_EPS } from '#core/stats/robust';
import { MAD_TO_SIGMA, robustZ } from '#core/stats/robust-z';
import { SlidingMedianMad } from '#core/stats/sliding-median-mad';

/**
 * "Robust or global z, latest" of vacuum-pressure.md section 14: the z of the value pushed last, robust where the MAD
 * of its history allows, otherwise by mean and standard deviation; 0 for a history shorter than `minPeriods`.
 *
 * @param current the value pushed last to `slot`
 * @param scratch room for a window
 */
export function robustOrGlobalZLatest(
  history: SlidingMedianMad,
  slot: number,
  current: number,
  minPeriods: number,
  scratch: Float64Array,
): number {
  if (history.count(slot) < minPeriods) return 0;
  history.measure(slot);
  const deviation = history.mads[slot];
  if (MAD_TO_SIGMA * deviation > Z_EPS) return robustZ(current, history.medians[slot], deviation, Z_EPS);
  // Without a deviation there is no z; nothing moved in the window is the rule in a quiet market.
  if (history.isConstant(slot)) return 0;
  return globalZ(current, meanStd(scratch, history.copyTo(slot, scratch)), Z_EPS);
}

/** "Rolling robust z, series": every value against the last `window` values including itself. */
export function robustZSeries(values: ArrayLike<number>, window: number, minPeriods: number): Float64Array {
  const history = new SlidingMedianMad(window);
  return Float64Array.from(values, (value) => {
    history.push(0, value);
    if (history.count(0) < minPeriods) return 0;
    history.measure(0);
    return robustZ(value, history.medians[0], history.mads[0], Z_EPS);
  });
}

/**
 * "Robust or global z, series": the rolling series, or, only if that is zero everywhere, z by mean and standard
 * deviation of the whole series. The fallback uses future values; bar-by-bar work must use `robustOrGlobalZLatest`.
 */
export function robustOrGlobalZSeries(
  values: ArrayLike<number>,
  window: number,
  minPeriods: number,
): Float64Array {
  const rolling = robustZSeries(values, window, minPeriods);
  if (rolling.some((z) => z !== 0)) return rolling;
  const global = meanStd(values);
  return Float64Array.from(values, (value) => globalZ(value, global, Z_EPS));
}
