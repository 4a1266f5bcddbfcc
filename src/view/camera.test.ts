import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cameraLimits,
  clampCamera,
  DATA_WIDTH_FRACTION,
  dataWidth,
  defaultCamera,
  fitCamera,
  followCamera,
  MAX_TICKS_PER_PIXEL,
  pan,
  screenX,
  screenY,
  wheelFactor,
  worldX,
  worldY,
  zoomAbout,
} from '#view/camera';
import type { WorldBounds } from '#view/camera';

const viewport = { width: 1200, height: 606, dpr: 1 };
const rows = 101;
const bounds: WorldBounds = { firstBin: 100, endBin: 20_100, minTick: 900, maxTick: 1300 };

const anyViewport = fc.record({
  width: fc.integer({ min: 1, max: 4000 }),
  height: fc.integer({ min: 1, max: 3000 }),
  dpr: fc.constantFrom(1, 1.25, 1.5, 2, 3),
});
const anyBounds = fc
  .record({
    firstBin: fc.integer({ min: 0, max: 1e6 }),
    bins: fc.integer({ min: 1, max: 1e6 }),
    minTick: fc.integer({ min: -1e6, max: 1e6 }),
    ticks: fc.integer({ min: 1, max: 20_000 }),
  })
  .map(({ firstBin, bins, minTick, ticks }) => ({
    firstBin,
    endBin: firstBin + bins,
    minTick,
    maxTick: minTick + ticks - 1,
  }));
const anyCamera = fc.record({
  centerBin: fc.double({ min: -1e6, max: 3e6, noNaN: true }),
  centerTick: fc.double({ min: -2e6, max: 2e6, noNaN: true }),
  binPx: fc.double({ min: 1e-3, max: 100, noNaN: true }),
  tickPx: fc.double({ min: 1e-2, max: 100, noNaN: true }),
});

describe('the default camera', () => {
  it('shows 360 bins left of the projection zone and all rows in the height', () => {
    const camera = defaultCamera(viewport, rows);
    expect(camera.binPx * 360).toBeCloseTo(0.85 * 1200, 9);
    expect(camera.tickPx * rows).toBeCloseTo(606, 9);
  });

  it('keeps at least 32 px of data, and the whole width without a projection zone', () => {
    expect(dataWidth({ width: 34, height: 10, dpr: 1 }, true)).toBe(32);
    expect(dataWidth({ width: 20, height: 10, dpr: 1 }, true)).toBe(20);
    expect(dataWidth(viewport, false)).toBe(1200);
  });
});

describe('world and screen', () => {
  it('are inverse to each other', () => {
    fc.assert(
      fc.property(
        anyCamera,
        anyViewport,
        fc.double({ min: -100, max: 5000, noNaN: true }),
        (camera, v, p) => {
          expect(screenX(camera, v, worldX(camera, v, p))).toBeCloseTo(p, 3);
          expect(screenY(camera, v, worldY(camera, v, p))).toBeCloseTo(p, 3);
        },
      ),
    );
  });

  it('put higher prices higher and later bins further right', () => {
    const camera = defaultCamera(viewport, rows);
    expect(screenY(camera, viewport, 10)).toBeLessThan(screenY(camera, viewport, 9));
    expect(screenX(camera, viewport, 10)).toBeGreaterThan(screenX(camera, viewport, 9));
  });
});

describe('zooming', () => {
  it('keeps the world point under the cursor, also when a limit cuts the factor', () => {
    const factor = fc.double({ min: 0.01, max: 100, noNaN: true });
    fc.assert(
      fc.property(
        anyViewport,
        anyBounds,
        factor,
        factor,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (v, b, fx, fy, at) => {
          const limits = cameraLimits(v, rows, b);
          const camera = clampCamera(
            { ...defaultCamera(v, rows), centerBin: b.firstBin, centerTick: b.minTick },
            v,
            limits,
            b,
          );
          const x = at * v.width;
          const y = at * v.height;
          const zoomed = zoomAbout(camera, v, limits, x, y, fx, fy);
          expect(screenX(zoomed, v, worldX(camera, v, x))).toBeCloseTo(x, 4);
          expect(screenY(zoomed, v, worldY(camera, v, y))).toBeCloseTo(y, 4);
          expect(zoomed.binPx).toBeLessThanOrEqual(limits.maxBinPx);
          expect(zoomed.tickPx).toBeGreaterThanOrEqual(limits.minTickPx);
        },
      ),
    );
  });

  it('stops at 12 times horizontally and at 10 rows vertically', () => {
    const one = defaultCamera(viewport, rows);
    const limits = cameraLimits(viewport, rows, null);
    const near = zoomAbout(one, viewport, limits, 0, 0, 1000, 1000);
    expect(near.binPx / one.binPx).toBeCloseTo(12, 9);
    expect(viewport.height / near.tickPx).toBeCloseTo(10, 9);
    const far = zoomAbout(one, viewport, limits, 0, 0, 1e-6, 1e-6);
    expect(far.binPx).toBeCloseTo(one.binPx, 9);
    expect(far.tickPx / one.tickPx).toBeCloseTo(0.15, 9);
  });

  it('always lets the whole session in, up to the ticks that one pixel can reduce', () => {
    fc.assert(
      fc.property(anyViewport, anyBounds, (v, b) => {
        const limits = cameraLimits(v, rows, b);
        expect(limits.minBinPx * (b.endBin - b.firstBin)).toBeLessThanOrEqual(
          dataWidth(v, true) * (1 + 1e-9),
        );
        const ticks = b.maxTick - b.minTick + 1;
        const fits = limits.minTickPx * ticks <= v.height * (1 + 1e-9);
        const atBound = limits.minTickPx * v.dpr <= (1 + 1e-9) / MAX_TICKS_PER_PIXEL;
        expect(fits || atBound || limits.minTickPx === limits.maxTickPx).toBe(true);
        expect(limits.minTickPx * v.dpr * MAX_TICKS_PER_PIXEL).toBeGreaterThanOrEqual(1 - 1e-9);
      }),
    );
  });
});

describe('wheel factors', () => {
  it('follow 1.08 to the number of steps, at most three', () => {
    expect(wheelFactor(-100, 0)).toBeCloseTo(1.08, 12);
    expect(wheelFactor(100, 0)).toBeCloseTo(1 / 1.08, 12);
    expect(wheelFactor(-5000, 0)).toBeCloseTo(1.08 ** 3, 12);
    expect(wheelFactor(-1, 1)).toBeCloseTo(1.08 ** 0.4, 12);
    expect(wheelFactor(-1, 2)).toBeCloseTo(1.08 ** 3, 12);
    expect(wheelFactor(0, 0)).toBe(1);
  });
});

describe('panning', () => {
  it('moves the picture with the pointer', () => {
    const camera = { ...defaultCamera(viewport, rows), centerBin: 50, centerTick: 7 };
    const moved = pan(camera, 30, -12);
    expect(screenX(moved, viewport, 50)).toBeCloseTo(screenX(camera, viewport, 50) + 30, 9);
    expect(screenY(moved, viewport, 7)).toBeCloseTo(screenY(camera, viewport, 7) - 12, 9);
  });
});

describe('clamping', () => {
  it('never leaves the data and is idempotent', () => {
    fc.assert(
      fc.property(anyCamera, anyViewport, anyBounds, (camera, v, b) => {
        const limits = cameraLimits(v, rows, b);
        const once = clampCamera(camera, v, limits, b);
        const twice = clampCamera(once, v, limits, b);
        expect(twice.centerBin).toBeCloseTo(once.centerBin, 6);
        expect(twice.centerTick).toBeCloseTo(once.centerTick, 6);
        const left = worldX(once, v, 0);
        const now = screenX(once, v, b.endBin);
        const eps = 1e-6 * (1 + Math.abs(b.endBin));
        expect(now).toBeGreaterThanOrEqual(dataWidth(v, true) - eps * once.binPx);
        const wide = (b.endBin - b.firstBin) * once.binPx >= dataWidth(v, true);
        if (wide) expect(left).toBeGreaterThanOrEqual(b.firstBin - eps);
      }),
    );
  });

  it('lets the centre leave the middle by a quarter of the vertical slack', () => {
    const limits = cameraLimits(viewport, rows, bounds);
    const tickPx = limits.minTickPx;
    const slack = viewport.height / tickPx - (bounds.maxTick - bounds.minTick + 1);
    expect(slack).toBeGreaterThan(0);
    const high = clampCamera({ centerBin: 0, centerTick: 1e9, binPx: 1, tickPx }, viewport, limits, bounds);
    expect(high.centerTick).toBeCloseTo(1100 + slack / 4, 6);
  });

  it('keeps the rows in view when they are taller than the canvas', () => {
    const limits = cameraLimits(viewport, rows, bounds);
    const camera = { centerBin: 0, centerTick: 1e9, binPx: 1, tickPx: 6 };
    const clamped = clampCamera(camera, viewport, limits, bounds);
    expect(worldY(clamped, viewport, 0)).toBeCloseTo(bounds.maxTick + 0.5, 6);
  });
});

describe('following', () => {
  it('puts the right edge of the newest bin at the projection zone and its spot in the middle', () => {
    const camera = followCamera(defaultCamera(viewport, rows), viewport, 999, 1234);
    expect(screenX(camera, viewport, 1000)).toBeCloseTo(DATA_WIDTH_FRACTION * viewport.width, 6);
    expect(screenY(camera, viewport, 1234)).toBeCloseTo(viewport.height / 2, 6);
    const wide = followCamera(camera, viewport, 999, 1234, false);
    expect(screenX(wide, viewport, 1000)).toBeCloseTo(viewport.width, 6);
  });

  it('keeps the height while there is no spot', () => {
    const camera = { ...defaultCamera(viewport, rows), centerTick: 77 };
    expect(followCamera(camera, viewport, 5, NaN).centerTick).toBe(77);
  });
});

describe('fitting', () => {
  it('brings first bin, last bin and all rows into view', () => {
    const limits = cameraLimits(viewport, rows, bounds);
    const camera = fitCamera(viewport, limits, bounds);
    expect(screenX(camera, viewport, bounds.firstBin)).toBeCloseTo(0, 6);
    expect(screenX(camera, viewport, bounds.endBin)).toBeCloseTo(dataWidth(viewport, true), 6);
    expect(worldY(camera, viewport, 0)).toBeGreaterThanOrEqual(bounds.maxTick + 0.5 - 1e-6);
  });

  it('shows a few bins at zoom 1, their end where NOW is', () => {
    const few = { ...bounds, endBin: bounds.firstBin + 1 };
    const limits = cameraLimits(viewport, rows, few, true);
    const camera = fitCamera(viewport, limits, few);
    expect(camera.binPx).toBeCloseTo(defaultCamera(viewport, rows, true).binPx, 9);
    expect(screenX(camera, viewport, few.endBin)).toBeCloseTo(dataWidth(viewport, true), 6);
  });
});
