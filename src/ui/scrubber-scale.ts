/**
 * The time line below the map. While a capture loads, its length in bins is estimated from the share of bytes
 * read, so that the line does not rescale under the user's finger with every block.
 */
export interface ScrubberScale {
  /** Bins that the whole line stands for, at least 1. */
  readonly totalBins: number;
  /** Loaded share of the line, 0..1. */
  readonly loaded: number;
}

/** Below this share the estimate jumps about; the line then shows what is loaded. */
const MIN_FRACTION = 0.02;

/** @param fraction share of the input read, or undefined when it is all there or unknown */
export function scrubberScale(bins: number, fraction: number | undefined): ScrubberScale {
  const known = Math.max(bins, 1);
  if (fraction === undefined || fraction >= 1 || fraction < MIN_FRACTION) {
    return { totalBins: known, loaded: bins > 0 ? 1 : 0 };
  }
  const totalBins = Math.max(known, Math.round(bins / fraction));
  return { totalBins, loaded: bins / totalBins };
}

/** Share of the line at which the centre of a bin stands, 0..1. */
export function binShare(scale: ScrubberScale, bin: number): number {
  return Math.min(1, Math.max(0, (bin + 0.5) / scale.totalBins));
}

/** The loaded bin at a share of the line; -1 while nothing is loaded. */
export function binAtShare(scale: ScrubberScale, share: number, bins: number): number {
  return Math.min(bins - 1, Math.max(0, Math.floor(share * scale.totalBins)));
}
