import { describe, expect, it } from 'vitest';
import type { FrameEvent, Viewport } from '#protocol/render-contract';
import { defaultCamera, screenX, screenY, worldX, worldY } from '#view/camera';
import {
  cellAt,
  gestureCamera,
  panned,
  resized,
  revealed,
  zoomed,
  zoomLevels,
  type MapGeometry,
} from '#ui/map-camera';

const viewport: Viewport = { width: 1000, height: 505, dpr: 1 };
const geometry: MapGeometry = {
  viewport,
  rows: 101,
  bounds: { firstBin: 0, endBin: 5000, minTick: 800, maxTick: 1200 },
  projection: true,
};
const camera = { ...defaultCamera(viewport, 101), centerBin: 2500, centerTick: 1000 };
const frame: FrameEvent = {
  type: 'frame',
  frame: 1,
  camera,
  viewport,
  nowBin: 2600,
  spotTick: 1000,
  binsPerColumn: 1,
  statistic: 'max',
  ranges: {},
  missing: null,
};

describe('the camera of a gesture', () => {
  it('is the one asked for, or zoom 1 before any was', () => {
    expect(gestureCamera({ camera }, undefined, geometry)).toBe(camera);
    expect(gestureCamera({ camera: undefined }, undefined, geometry)).toEqual(defaultCamera(viewport, 101));
  });

  it('stands at the playhead while following, at the zoom asked for', () => {
    const asked = { ...camera, centerBin: 1, binPx: 9 };
    const followed = gestureCamera({ camera: asked }, { bin: 2600, spotTick: 1007 }, geometry);
    expect(followed).toMatchObject({ binPx: 9, tickPx: camera.tickPx, centerTick: 1007 });
    expect(screenX(followed, viewport, 2601)).toBeCloseTo(850, 9);
    expect(gestureCamera({ camera: asked }, { bin: 9, spotTick: NaN }, geometry).centerTick).toBe(1000);
  });

  it('keeps the point under the pointer when zooming', () => {
    const before = worldX(camera, viewport, 300);
    const after = zoomed(camera, geometry, 300, 100, 2, 2);
    expect(worldX(after, viewport, 300)).toBeCloseTo(before, 9);
    expect(worldY(after, viewport, 100)).toBeCloseTo(worldY(camera, viewport, 100), 9);
    expect(zoomLevels(after, geometry)).toEqual({ time: 2, price: 2 });
  });

  it('keeps its zoom levels when the map changes its size', () => {
    const small = { ...geometry, viewport: { width: 400, height: 303, dpr: 2 } };
    const zoomedIn = { ...camera, binPx: camera.binPx * 3, tickPx: camera.tickPx * 0.5 };
    const levels = zoomLevels(resized(zoomedIn, geometry, small), small);
    expect(levels.time).toBeCloseTo(3, 12);
    expect(levels.price).toBeCloseTo(0.5, 12);
  });

  it('moves the picture with the pointer and stops at the data', () => {
    expect(panned(camera, geometry, 10, 0).centerBin).toBeCloseTo(2500 - 10 / camera.binPx, 9);
    const far = panned(camera, geometry, 1e9, 0);
    expect(screenX(far, viewport, 0)).toBeCloseTo(0, 6);
  });
});

describe('the cell under a point', () => {
  it('covers half a tick to both sides and its bin to the right', () => {
    const x = screenX(camera, viewport, 2510);
    const y = screenY(camera, viewport, 1003);
    expect(cellAt(frame, x + 0.01, y)).toEqual({ bin: 2510, tick: 1003 });
    expect(cellAt(frame, x - 0.01, y - 0.49 * camera.tickPx)).toEqual({ bin: 2509, tick: 1003 });
    expect(cellAt(frame, x, y - 0.51 * camera.tickPx)?.tick).toBe(1004);
  });

  it('does not exist in the future, before the data, or before the first frame', () => {
    expect(cellAt(frame, screenX(camera, viewport, 2601.5), 10)).toBeUndefined();
    const early = { ...frame, camera: { ...camera, centerBin: 0 } };
    expect(cellAt(early, 10, 10)).toBeUndefined();
    expect(cellAt({ ...frame, nowBin: -1 }, 10, 10)).toBeUndefined();
    expect(cellAt(undefined, 10, 10)).toBeUndefined();
  });
});

describe('moving a cell into view', () => {
  it('leaves the picture alone when the cell is in view', () => {
    expect(revealed(camera, geometry, 2500, 1000)).toBe(camera);
  });

  it('moves it no further than the margin', () => {
    const moved = revealed(camera, geometry, 3000, 1000);
    expect(screenX(moved, viewport, 3000.5)).toBeCloseTo(960, 6);
    expect(moved.centerTick).toBe(camera.centerTick);
    const up = revealed(camera, geometry, 2500, 1100);
    expect(screenY(up, viewport, 1100)).toBeCloseTo(40, 6);
  });
});
