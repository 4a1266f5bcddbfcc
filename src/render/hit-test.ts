import type { CameraState, CellHit, Viewport } from '#protocol/render-contract';
import { worldX, worldY } from './camera';
import type { CellSource } from './color-model';
import { createColumnView, EMPTY_BELOW } from './column-merge';
import type { Scene } from './scene';

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

/** What is drawn around a position, apart from the position itself. */
export interface DrawnColumns {
  readonly source: CellSource & { readonly level: number; readonly endBin: number };
  /** Names of the shown layers; the second is null for a single one. */
  readonly columnA: string;
  readonly columnB: string | null;
}

const scratch = createColumnView();

/** The cell under a position and its values as drawn. */
export function cellUnder(
  x: number,
  y: number,
  camera: CameraState,
  viewport: Viewport,
  scene: Scene | null,
  drawn: DrawnColumns,
): CellHit {
  const { bin, tick } = binAndTickAt(x, y, camera, viewport);
  const { source } = drawn;
  const binsPerColumn = 2 ** source.level;
  const column = Math.floor(bin / binsPerColumn);
  const shown = scene !== null && bin >= scene.trails.firstBin && bin < source.endBin;
  const values: Record<string, number> = { [drawn.columnA]: shown ? valueAt(source, 0, column, tick) : NaN };
  if (drawn.columnB !== null) values[drawn.columnB] = shown ? valueAt(source, 1, column, tick) : NaN;
  return {
    bin,
    tick,
    k: shown ? rowOffset(tick, scene.trails.spot(bin), scene.radius) : null,
    columnFirstBin: column * binsPerColumn,
    binsPerColumn,
    drawn: values,
  };
}

function valueAt(source: CellSource, layer: 0 | 1, column: number, tick: number): number {
  if (!source.column(layer, column, scratch)) return NaN;
  const row = tick - scratch.firstTick;
  if (row < 0 || row >= scratch.rows) return NaN;
  const v = scratch.data[scratch.offset + row];
  return v < EMPTY_BELOW ? NaN : v;
}
