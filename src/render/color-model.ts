import { createColumnView, EMPTY_BELOW, EMPTY_CELL } from './column-merge';
import type { ColumnView } from './column-merge';
import type { FrameView } from './frame-view';
import { DEPTH_STEPS, PALETTE_STEPS } from '#view/palettes';
import type { PictureStyle } from './picture-style';
import { scoreStrength, tablePosition } from '#view/transfer';

/**
 * The picture computed on the CPU: the twin of `heatmap.frag.glsl`. It draws where WebGL is missing and it is
 * what drawn pictures are compared with.
 */

/** Columns of the frame's level; `layer` 0 or 1. Answers false where nothing is known. */
export interface CellSource {
  column(layer: 0 | 1, column: number, out: ColumnView): boolean;
}

/** Index into the style's colour table. `b` is the score of the composite view. */
export function tableIndex(style: PictureStyle, a: number, b: number): number {
  const u = tablePosition(style.transfer, a);
  if (style.tableRows === 1) return Math.floor(u * (PALETTE_STEPS - 1) + 0.5);
  const row = Math.floor(u * (DEPTH_STEPS - 1) + 0.5);
  const strength = b < EMPTY_BELOW ? 0 : scoreStrength(b);
  return row * PALETTE_STEPS + Math.floor((0.5 + 0.5 * strength) * (PALETTE_STEPS - 1) + 0.5);
}

/** Ticks shown by a pixel row: from `first` to `end - 1`, relative to `viewTick`. */
export interface TickSpan {
  first: number;
  end: number;
}

/** Below one tick per pixel the tick at the centre, else every tick whose centre the pixel spans. */
export function ticksOfPixel(view: FrameView, row: number, out: TickSpan): void {
  if (view.dy <= 1) {
    out.first = Math.floor(view.yTop - (row + 0.5) * view.dy + 0.5);
    out.end = out.first + 1;
    return;
  }
  out.first = Math.ceil(view.yTop - (row + 1) * view.dy);
  out.end = Math.ceil(view.yTop - row * view.dy);
}

/** Column (relative to `firstColumn`) of a pixel column, or -1 where nothing is drawn. */
export function columnOfPixel(view: FrameView, pixel: number): number {
  const x = view.x0 + (pixel + 0.5) * view.dx;
  if (x < view.xStart || x >= view.xEnd) return -1;
  const column = Math.floor(x);
  return column >= 0 && column < view.columnCount ? column : -1;
}

/** Whether a pixel lies on a line of the hatch, which stands still while the picture moves under it. */
function isHatched(view: FrameView, pixel: number, row: number): boolean {
  return (pixel + row) % view.hatchPeriod < view.hatchLine;
}

/** One value for the ticks of a pixel: their mean, or the one of largest magnitude. */
function reduceTicks(column: ColumnView, first: number, end: number, mean: boolean): number {
  let best = EMPTY_CELL;
  let known = 0;
  for (let tick = first; tick < end; tick++) {
    const row = tick - column.firstTick;
    if (row < 0 || row >= column.rows) continue;
    const v = column.data[column.offset + row];
    if (v < EMPTY_BELOW) continue;
    known++;
    if (known === 1) best = v;
    else if (mean) best += v;
    else if (Math.abs(v) >= Math.abs(best)) best = v;
  }
  return mean && known > 1 ? best / known : best;
}

const scratchA = createColumnView();
const scratchB = createColumnView();
const span: TickSpan = { first: 0, end: 0 };
/** Per pixel row of the column painted last: 1 where no row of a known column was computed. */
let uncomputed = new Uint8Array(0);

/**
 * Paints the heatmap, rows from the top, opaque RGBA.
 * @param out `widthPx * heightPx * 4` bytes
 */
export function paintPicture(
  view: FrameView,
  style: PictureStyle,
  source: CellSource,
  out: Uint8Array | Uint8ClampedArray,
): void {
  const { widthPx, heightPx, viewTick } = view;
  const mean = style.statistic === 'mean';
  if (uncomputed.length < heightPx) uncomputed = new Uint8Array(heightPx);
  let previous = -2;
  for (let i = 0; i < widthPx; i++) {
    const column = columnOfPixel(view, i);
    if (column === previous && i > 0) {
      for (let j = 0; j < heightPx; j++) {
        const p = (j * widthPx + i) * 4;
        if (uncomputed[j]) paintEmpty(view, style, true, i, j, out);
        else out.copyWithin(p, p - 4, p);
      }
      continue;
    }
    previous = column;
    const known = column >= 0 && source.column(0, view.firstColumn + column, scratchA);
    const scored = known && style.columnB !== null && source.column(1, view.firstColumn + column, scratchB);
    for (let j = 0; j < heightPx; j++) {
      const p = (j * widthPx + i) * 4;
      let value = EMPTY_CELL;
      if (known) {
        ticksOfPixel(view, j, span);
        value = reduceTicks(scratchA, viewTick + span.first, viewTick + span.end, mean);
      }
      const empty = value < EMPTY_BELOW;
      uncomputed[j] = empty && known && scratchA.rows > 0 ? 1 : 0;
      if (empty) paintEmpty(view, style, uncomputed[j] === 1, i, j, out);
      else {
        const score = scored
          ? reduceTicks(scratchB, viewTick + span.first, viewTick + span.end, mean)
          : EMPTY_CELL;
        const t = tableIndex(style, value, score) * 4;
        out[p] = style.table[t];
        out[p + 1] = style.table[t + 1];
        out[p + 2] = style.table[t + 2];
        out[p + 3] = 255;
      }
    }
  }
}

function paintEmpty(
  view: FrameView,
  style: PictureStyle,
  hatch: boolean,
  pixel: number,
  row: number,
  out: Uint8Array | Uint8ClampedArray,
): void {
  const color = hatch && isHatched(view, pixel, row) ? style.hatch : style.background;
  const p = (row * view.widthPx + pixel) * 4;
  out[p] = color[0];
  out[p + 1] = color[1];
  out[p + 2] = color[2];
  out[p + 3] = 255;
}
