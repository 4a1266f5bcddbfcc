import type { ColumnStatistic } from '#protocol/render-contract';

/**
 * Cells of several bins in one: the arithmetic behind the coarser levels. Rows are matched by absolute tick,
 * so a price level that stays while the spot moves stays in its row.
 */

/** A cell nothing is known about. A finite number, because GLSL need not keep NaN. */
export const EMPTY_CELL = Math.fround(-3e38);
/** Everything below is empty; real values are kept inside ±LARGEST_VALUE. */
export const EMPTY_BELOW = -1e38;
const LARGEST_VALUE = 1e30;

/** One stored column: `rows` cells from `data[offset]` on, the first one at the absolute tick `firstTick`. */
export interface ColumnView {
  data: Float32Array;
  /** Bins that know each cell, parallel to `data`; null = one per known cell. Only `mean` needs it. */
  weight: Float32Array | null;
  offset: number;
  rows: number;
  firstTick: number;
  /** Bins merged into the column; 0 = nothing was ever stored. */
  bins: number;
}

export function createColumnView(): ColumnView {
  return { data: new Float32Array(0), weight: null, offset: 0, rows: 0, firstTick: 0, bins: 0 };
}

/** A value as it is stored: not known for NaN, and inside the range that textures and sums bear. */
export function storedValue(v: number): number {
  if (v > LARGEST_VALUE) return LARGEST_VALUE;
  if (v < -LARGEST_VALUE) return -LARGEST_VALUE;
  return v === v ? v : EMPTY_CELL;
}

/** Empties a column before the first `mergeColumn`. */
export function clearColumn(view: ColumnView): void {
  view.data.fill(EMPTY_CELL, view.offset, view.offset + view.rows);
  view.weight?.fill(0, view.offset, view.offset + view.rows);
}

/**
 * Merges a later column into `into`, whose tick range is already set. Rows outside it are counted and lost.
 * Returns the number of known cells that fell outside.
 */
export function mergeColumn(into: ColumnView, later: ColumnView, statistic: ColumnStatistic): number {
  const shift = later.firstTick - into.firstTick;
  const first = shift < 0 ? Math.min(-shift, later.rows) : 0;
  const end = Math.max(Math.min(later.rows, into.rows - shift), first);
  const from = later.offset;
  const to = into.offset + shift;
  if (statistic === 'mean') mergeMean(into, to, later, from, first, end);
  else if (statistic === 'last') mergeLast(into.data, to, later.data, from, first, end);
  else mergeMax(into.data, to, later.data, from, first, end);
  return countKnown(later.data, from, from + first) + countKnown(later.data, from + end, from + later.rows);
}

/** Larger magnitude wins; of two equal ones the later. */
function mergeMax(
  dst: Float32Array,
  to: number,
  src: Float32Array,
  from: number,
  first: number,
  end: number,
): void {
  for (let r = first; r < end; r++) {
    const v = src[from + r];
    if (v < EMPTY_BELOW) continue;
    const old = dst[to + r];
    if (old < EMPTY_BELOW || Math.abs(v) >= Math.abs(old)) dst[to + r] = v;
  }
}

function mergeLast(
  dst: Float32Array,
  to: number,
  src: Float32Array,
  from: number,
  first: number,
  end: number,
): void {
  for (let r = first; r < end; r++) {
    const v = src[from + r];
    if (v >= EMPTY_BELOW) dst[to + r] = v;
  }
}

function mergeMean(
  into: ColumnView,
  to: number,
  later: ColumnView,
  from: number,
  first: number,
  end: number,
): void {
  const dst = into.data;
  const weights = into.weight;
  if (!weights) throw new RangeError('a mean needs a weight per cell');
  for (let r = first; r < end; r++) {
    const v = later.data[from + r];
    if (v < EMPTY_BELOW) continue;
    const w = later.weight ? later.weight[from + r] : 1;
    const old = weights[to + r];
    dst[to + r] = old > 0 ? (dst[to + r] * old + v * w) / (old + w) : v;
    weights[to + r] = old + w;
  }
}

function countKnown(data: Float32Array, from: number, end: number): number {
  let n = 0;
  for (let i = from; i < end; i++) if (data[i] >= EMPTY_BELOW) n++;
  return n;
}

/** Largest magnitude among the known cells. */
export function maxMagnitude(view: ColumnView): number {
  let max = 0;
  for (let i = view.offset; i < view.offset + view.rows; i++) {
    const v = view.data[i];
    if (v >= EMPTY_BELOW && Math.abs(v) > max) max = Math.abs(v);
  }
  return max;
}

/**
 * Tick range of merged columns, grown one column at a time in time order. When it exceeds `maxRows` it is cut
 * to the rows around the newest column: the session's old extremes go first.
 */
export class TickRange {
  firstTick = 0;
  rows = 0;

  reset(): void {
    this.rows = 0;
  }

  include(firstTick: number, rows: number, maxRows: number): void {
    if (rows === 0) return;
    if (this.rows === 0) {
      this.firstTick = firstTick;
      this.rows = Math.min(rows, maxRows);
      return;
    }
    const first = Math.min(this.firstTick, firstTick);
    const end = Math.max(this.firstTick + this.rows, firstTick + rows);
    if (end - first <= maxRows) {
      this.firstTick = first;
      this.rows = end - first;
      return;
    }
    const middle = firstTick + Math.floor((rows - maxRows) / 2);
    this.firstTick = Math.min(Math.max(middle, first), end - maxRows);
    this.rows = maxRows;
  }
}
