/**
 * The camera as the gestures see it. While following the playhead says where the picture is and the view how far it is
 * zoomed; otherwise the view says both. Never the last drawn frame: a slow renderer is behind.
 */
import type { ViewState } from '#app/model';
import type { CameraState, FrameEvent, Viewport } from '#protocol/render-contract';
import {
  cameraLimits,
  clampCamera,
  defaultCamera,
  followCamera,
  pan,
  screenX,
  screenY,
  zoomAbout,
  type WorldBounds,
} from '#view/camera';
import { binAndTickAt } from '#view/hit-test';

export interface MapGeometry {
  readonly viewport: Viewport;
  /** 2R + 1 */
  readonly rows: number;
  readonly bounds: WorldBounds | null;
  readonly projection: boolean;
}

/** What the picture follows; a spot of NaN leaves its height. */
export interface FollowedPlace {
  readonly bin: number;
  readonly spotTick: number;
}

/** The camera that a gesture starts from. */
export function gestureCamera(
  view: Pick<ViewState, 'camera'>,
  followed: FollowedPlace | undefined,
  { viewport, rows, projection }: MapGeometry,
): CameraState {
  const asked = view.camera ?? defaultCamera(viewport, rows, projection);
  return followed ? followCamera(asked, viewport, followed.bin, followed.spotTick, projection) : asked;
}

function clamped(camera: CameraState, { viewport, rows, bounds, projection }: MapGeometry): CameraState {
  const limits = cameraLimits(viewport, rows, bounds, projection);
  return clampCamera(camera, viewport, limits, bounds, projection);
}

export function zoomed(
  camera: CameraState,
  geometry: MapGeometry,
  x: number,
  y: number,
  timeFactor: number,
  priceFactor: number,
): CameraState {
  const { viewport, rows, bounds, projection } = geometry;
  const limits = cameraLimits(viewport, rows, bounds, projection);
  return clamped(zoomAbout(camera, viewport, limits, x, y, timeFactor, priceFactor), geometry);
}

export function panned(camera: CameraState, geometry: MapGeometry, dx: number, dy: number): CameraState {
  return clamped(pan(camera, dx, dy), geometry);
}

/** The same zoom levels on a map of another size. */
export function resized(camera: CameraState, before: MapGeometry, after: MapGeometry): CameraState {
  const old = defaultCamera(before.viewport, before.rows, before.projection);
  const now = defaultCamera(after.viewport, after.rows, after.projection);
  return {
    ...camera,
    binPx: (camera.binPx * now.binPx) / old.binPx,
    tickPx: (camera.tickPx * now.tickPx) / old.tickPx,
  };
}

/** Moves the picture as little as needed so that a cell is in view, with a margin. */
export function revealed(camera: CameraState, geometry: MapGeometry, bin: number, tick: number): CameraState {
  const { viewport } = geometry;
  const marginX = Math.min(40, viewport.width / 4);
  const marginY = Math.min(40, viewport.height / 4);
  const x = screenX(camera, viewport, bin + 0.5);
  const y = screenY(camera, viewport, tick);
  const dx = x < marginX ? marginX - x : x > viewport.width - marginX ? viewport.width - marginX - x : 0;
  const dy = y < marginY ? marginY - y : y > viewport.height - marginY ? viewport.height - marginY - y : 0;
  return dx === 0 && dy === 0 ? camera : panned(camera, geometry, dx, dy);
}

export interface MapCell {
  readonly bin: number;
  /** Absolute tick. */
  readonly tick: number;
}

/** The cell under a screen point; undefined right of `nowBin`, left of bin 0 or before the first frame. */
export function cellAt(frame: FrameEvent | undefined, x: number, y: number): MapCell | undefined {
  if (!frame) return undefined;
  const cell = binAndTickAt(x, y, frame.camera, frame.viewport);
  return cell.bin >= 0 && cell.bin <= frame.nowBin ? cell : undefined;
}

/** Zoom relative to zoom 1 of section 22.4: how many times narrower than 360 bins, and than 2R + 1 rows. */
export function zoomLevels(
  camera: CameraState,
  { viewport, rows, projection }: MapGeometry,
): { time: number; price: number } {
  const one = defaultCamera(viewport, rows, projection);
  return { time: camera.binPx / one.binPx, price: camera.tickPx / one.tickPx };
}
