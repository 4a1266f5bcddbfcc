import type { CameraState, Viewport } from '#protocol/render-contract';
import { worldX, worldY } from '#view/camera';

/** Bin and tick under a screen position (CSS pixels); pure, so that the page can ask without the worker. */
export function binAndTickAt(
  x: number,
  y: number,
  camera: CameraState,
  viewport: Viewport,
): { bin: number; tick: number } {
  return {
    bin: Math.floor(worldX(camera, viewport, x)),
    tick: Math.floor(worldY(camera, viewport, y) + 0.5),
  };
}

/** Row offset of a tick in a bin; null outside the window or without a spot (NaN). */
export function rowOffset(tick: number, spotTick: number, radius: number): number | null {
  const k = tick - spotTick;
  return Math.abs(k) <= radius ? k : null;
}
