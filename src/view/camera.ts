import type { CameraState, Viewport } from '#protocol/render-contract';

/** Share of the canvas width left of NOW while following with the projection zone shown (section 22.3). */
export const DATA_WIDTH_FRACTION = 0.85;
const MIN_DATA_WIDTH_PX = 32;
/** Bins across the data width at zoom 1 (section 22.2). */
const DEFAULT_BINS_ACROSS = 360;
/** Zoom limits of section 22.4. */
const MAX_ZOOM_X = 12;
const MIN_ZOOM_Y = 0.15;
const MIN_ROWS_VISIBLE = 10;
/** A pixel reduces at most this many ticks, so that no tick is skipped at any zoom (the shader's loop bound). */
export const MAX_TICKS_PER_PIXEL = 32;
/** Wheel: factor 1.08 per 100 units of scroll, at most 3 steps at a time (section 22.4). */
const WHEEL_BASE = 1.08;
const WHEEL_UNITS_PER_STEP = 100;
const WHEEL_MAX_STEPS = 3;
const WHEEL_UNITS_PER_LINE = 40;
const WHEEL_UNITS_PER_PAGE = 400;

/** Extent of the data in world coordinates. Ticks are those of the outermost rows. */
export interface WorldBounds {
  readonly firstBin: number;
  /** One past the last bin. */
  readonly endBin: number;
  readonly minTick: number;
  readonly maxTick: number;
}

export interface CameraLimits {
  readonly minBinPx: number;
  readonly maxBinPx: number;
  readonly minTickPx: number;
  readonly maxTickPx: number;
}

/** Screen x at which NOW stands while following, CSS pixels. */
export function dataWidth(viewport: Viewport, projection: boolean): number {
  if (!projection) return viewport.width;
  return Math.min(viewport.width, Math.max(MIN_DATA_WIDTH_PX, DATA_WIDTH_FRACTION * viewport.width));
}

export function worldX(camera: CameraState, viewport: Viewport, screenX: number): number {
  return camera.centerBin + (screenX - viewport.width / 2) / camera.binPx;
}

export function worldY(camera: CameraState, viewport: Viewport, screenY: number): number {
  return camera.centerTick - (screenY - viewport.height / 2) / camera.tickPx;
}

export function screenX(camera: CameraState, viewport: Viewport, bin: number): number {
  return viewport.width / 2 + (bin - camera.centerBin) * camera.binPx;
}

export function screenY(camera: CameraState, viewport: Viewport, tick: number): number {
  return viewport.height / 2 - (tick - camera.centerTick) * camera.tickPx;
}

/** Zoom 1: 360 bins in the data width, the 2R + 1 rows in the height. */
export function defaultCamera(viewport: Viewport, rows: number, projection = true): CameraState {
  return {
    centerBin: 0,
    centerTick: 0,
    binPx: dataWidth(viewport, projection) / DEFAULT_BINS_ACROSS,
    tickPx: Math.max(viewport.height, 1) / rows,
  };
}

/** Limits of section 22.4, widened so that the whole session always fits. */
export function cameraLimits(
  viewport: Viewport,
  rows: number,
  bounds: WorldBounds | null,
  projection = true,
): CameraLimits {
  const one = defaultCamera(viewport, rows, projection);
  const bins = bounds ? Math.max(bounds.endBin - bounds.firstBin, 1) : 1;
  const ticks = bounds ? Math.max(bounds.maxTick - bounds.minTick + 1, 1) : 1;
  const height = Math.max(viewport.height, 1);
  const maxTickPx = Math.max(height / Math.min(MIN_ROWS_VISIBLE, rows), one.tickPx);
  const wanted = Math.min(one.tickPx * MIN_ZOOM_Y, height / ticks);
  return {
    minBinPx: Math.min(one.binPx, dataWidth(viewport, projection) / bins),
    maxBinPx: one.binPx * MAX_ZOOM_X,
    minTickPx: Math.min(Math.max(wanted, 1 / (MAX_TICKS_PER_PIXEL * viewport.dpr)), maxTickPx),
    maxTickPx,
  };
}

/** Multiplies the scales by `factorX`, `factorY` within the limits; the world point under (x, y) stays. */
export function zoomAbout(
  camera: CameraState,
  viewport: Viewport,
  limits: CameraLimits,
  x: number,
  y: number,
  factorX: number,
  factorY: number,
): CameraState {
  const binPx = clamp(camera.binPx * factorX, limits.minBinPx, limits.maxBinPx);
  const tickPx = clamp(camera.tickPx * factorY, limits.minTickPx, limits.maxTickPx);
  const dx = x - viewport.width / 2;
  const dy = y - viewport.height / 2;
  return {
    centerBin: camera.centerBin + dx / camera.binPx - dx / binPx,
    centerTick: camera.centerTick - dy / camera.tickPx + dy / tickPx,
    binPx,
    tickPx,
  };
}

/** The picture moves with the pointer: positive `dx` shows earlier bins, positive `dy` higher prices. */
export function pan(camera: CameraState, dx: number, dy: number): CameraState {
  return {
    ...camera,
    centerBin: camera.centerBin - dx / camera.binPx,
    centerTick: camera.centerTick + dy / camera.tickPx,
  };
}

/**
 * Zoom factor of a wheel event: below 1 when scrolling down.
 * @param deltaMode of the `WheelEvent`: 0 pixels, 1 lines, 2 pages
 */
export function wheelFactor(delta: number, deltaMode: number): number {
  const unit = deltaMode === 1 ? WHEEL_UNITS_PER_LINE : deltaMode === 2 ? WHEEL_UNITS_PER_PAGE : 1;
  const steps = Math.min((Math.abs(delta) * unit) / WHEEL_UNITS_PER_STEP, WHEEL_MAX_STEPS);
  return WHEEL_BASE ** (delta > 0 ? -steps : steps);
}

/**
 * Keeps the view on the data. Time: not beyond the data, plus the projection zone on the right; data narrower
 * than the view stands at its right end. Price: not beyond the rows ever shown; when they are all in view the
 * centre may leave theirs by a quarter of the slack (section 22.4).
 */
export function clampCamera(
  camera: CameraState,
  viewport: Viewport,
  limits: CameraLimits,
  bounds: WorldBounds | null,
  projection = true,
): CameraState {
  const binPx = clamp(camera.binPx, limits.minBinPx, limits.maxBinPx);
  const tickPx = clamp(camera.tickPx, limits.minTickPx, limits.maxTickPx);
  if (!bounds) return { ...camera, binPx, tickPx };
  const halfBins = viewport.width / 2 / binPx;
  const zoneBins = (viewport.width - dataWidth(viewport, projection)) / binPx;
  const rightmost = bounds.endBin + zoneBins - halfBins;
  const leftmost = Math.min(bounds.firstBin + halfBins, rightmost);
  const bottom = bounds.minTick - 0.5;
  const top = bounds.maxTick + 0.5;
  const slack = viewport.height / tickPx - (top - bottom);
  const play = Math.abs(slack) * (slack > 0 ? 0.25 : 0.5);
  const middle = (bottom + top) / 2;
  return {
    centerBin: clamp(camera.centerBin, leftmost, rightmost),
    centerTick: clamp(camera.centerTick, middle - play, middle + play),
    binPx,
    tickPx,
  };
}

/**
 * The camera while following: the right edge of `nowBin` at the border of the projection zone, its spot in the
 * vertical centre. Without a spot the height stays.
 */
export function followCamera(
  camera: CameraState,
  viewport: Viewport,
  nowBin: number,
  spotTick: number,
  projection = true,
): CameraState {
  return {
    ...camera,
    centerBin: nowBin + 1 - (dataWidth(viewport, projection) - viewport.width / 2) / camera.binPx,
    centerTick: Number.isFinite(spotTick) ? spotTick : camera.centerTick,
  };
}

/** The whole session in view; a short one at zoom 1, as cells many times as wide would tell no more. */
export function fitCamera(
  viewport: Viewport,
  limits: CameraLimits,
  bounds: WorldBounds,
  projection = true,
): CameraState {
  const usable = dataWidth(viewport, projection);
  const bins = Math.max(bounds.endBin - bounds.firstBin, DEFAULT_BINS_ACROSS);
  const binPx = clamp(usable / bins, limits.minBinPx, limits.maxBinPx);
  const ticks = bounds.maxTick - bounds.minTick + 1;
  return {
    centerBin: bounds.endBin - (usable - viewport.width / 2) / binPx,
    centerTick: (bounds.minTick + bounds.maxTick) / 2,
    binPx,
    tickPx: clamp(viewport.height / ticks, limits.minTickPx, limits.maxTickPx),
  };
}

function clamp(x: number, lo: number, hi: number): number {
  return x < lo ? lo : x > hi ? hi : x;
}
