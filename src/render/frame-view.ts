import type { CameraState, Viewport } from '#protocol/render-contract';
import { MAX_TICKS_PER_PIXEL } from '#view/camera';
import { MAX_LEVEL } from './chunk';

/** Allowance for rounding when a column is meant to be exactly one pixel wide. */
const PIXEL_EPSILON = 1e-9;
/** Distance and width of the hatch lines, CSS pixels. */
const HATCH_PERIOD_PX = 7;
const HATCH_LINE_PX = 1;

/**
 * How device pixels map to cells in one frame. Everything is relative to a whole column and a whole tick near
 * the view, so that 32-bit arithmetic in the shader is exact enough at any distance from bin 0.
 *
 * Pixel column i (centre i + 1/2) shows column `firstColumn + floor(x0 + (i + 1/2) dx)`; pixel row j from the
 * top spans the ticks below `viewTick + yTop - j dy` down to the same with j + 1.
 */
export interface FrameView {
  widthPx: number;
  heightPx: number;
  /** Columns of this level are drawn; each merges 2^level bins and is at least one pixel wide. */
  level: number;
  firstColumn: number;
  /** Visible columns, the partly visible ones at both ends included. */
  columnCount: number;
  x0: number;
  dx: number;
  /** Pixels left of the first bin held or right of the last drawn one stay empty: bounds for x0 + ... dx. */
  xStart: number;
  xEnd: number;
  viewTick: number;
  yTop: number;
  dy: number;
  /** Bins visible and drawn: [firstBin, endBin). */
  firstBin: number;
  endBin: number;
  /** One past the last bin that may be drawn, in view or not. */
  dataEnd: number;
  /** Device pixels. */
  hatchPeriod: number;
  hatchLine: number;
}

export function createFrameView(): FrameView {
  return {
    widthPx: 1,
    heightPx: 1,
    level: 0,
    firstColumn: 0,
    columnCount: 0,
    x0: 0,
    dx: 1,
    xStart: 0,
    xEnd: 0,
    viewTick: 0,
    yTop: 0,
    dy: 1,
    firstBin: 0,
    endBin: 0,
    dataEnd: 0,
    hatchPeriod: HATCH_PERIOD_PX,
    hatchLine: HATCH_LINE_PX,
  };
}

/**
 * Finest level at which a column is at least one device pixel wide: then every column covers a pixel centre
 * and no column is skipped.
 * @param binDevicePx width of a bin in device pixels
 */
export function levelForScale(binDevicePx: number): number {
  let level = 0;
  while (level < MAX_LEVEL && binDevicePx * 2 ** level < 1 - PIXEL_EPSILON) level++;
  return level;
}

/** Canvas size in device pixels. */
export function devicePixels(css: number, dpr: number): number {
  return Math.max(1, Math.round(css * dpr));
}

/**
 * Fills `out`.
 * @param dataFirst first bin held
 * @param dataEnd one past the last bin that may be drawn (after the playhead nothing is)
 * @param chooseLevel may answer a coarser level than asked for, where the finer one is not in memory
 */
export function computeFrameView(
  out: FrameView,
  camera: CameraState,
  viewport: Viewport,
  dataFirst: number,
  dataEnd: number,
  chooseLevel: (level: number, firstBin: number, endBin: number) => number,
): FrameView {
  const { dpr } = viewport;
  out.widthPx = devicePixels(viewport.width, dpr);
  out.heightPx = devicePixels(viewport.height, dpr);
  out.hatchPeriod = devicePixels(HATCH_PERIOD_PX, dpr);
  out.hatchLine = devicePixels(HATCH_LINE_PX, dpr);
  const binDevicePx = camera.binPx * dpr;
  const tickDevicePx = camera.tickPx * dpr;
  const leftBin = camera.centerBin - out.widthPx / 2 / binDevicePx;
  const rightBin = camera.centerBin + out.widthPx / 2 / binDevicePx;
  out.firstBin = Math.max(Math.floor(leftBin), dataFirst);
  out.endBin = Math.max(Math.min(Math.ceil(rightBin), dataEnd), out.firstBin);
  out.level = chooseLevel(levelForScale(binDevicePx), out.firstBin, out.endBin);
  const binsPerColumn = 2 ** out.level;
  out.firstColumn = Math.floor(out.firstBin / binsPerColumn);
  out.columnCount =
    out.endBin > out.firstBin ? Math.floor((out.endBin - 1) / binsPerColumn) - out.firstColumn + 1 : 0;
  out.x0 = leftBin / binsPerColumn - out.firstColumn;
  out.dx = 1 / (binDevicePx * binsPerColumn);
  out.xStart = dataFirst / binsPerColumn - out.firstColumn;
  out.xEnd = dataEnd / binsPerColumn - out.firstColumn;
  out.dataEnd = dataEnd;
  out.viewTick = Math.round(camera.centerTick);
  out.dy = Math.min(1 / tickDevicePx, MAX_TICKS_PER_PIXEL);
  out.yTop = camera.centerTick - out.viewTick + (out.heightPx / 2) * out.dy;
  return out;
}

/** World x and y to device pixels from the top left. */
export function deviceX(view: FrameView, bin: number): number {
  return (bin / 2 ** view.level - view.firstColumn - view.x0) / view.dx;
}

export function deviceY(view: FrameView, tick: number): number {
  return (view.yTop - (tick - view.viewTick)) / view.dy;
}
