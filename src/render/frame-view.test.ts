import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { screenX, screenY } from '#view/camera';
import { columnOfPixel, ticksOfPixel } from './color-model';
import { computeFrameView, createFrameView, deviceX, deviceY, levelForScale } from './frame-view';

const same = (level: number): number => level;
const anyView = fc.record({
  width: fc.integer({ min: 1, max: 900 }),
  height: fc.integer({ min: 1, max: 500 }),
  dpr: fc.constantFrom(1, 1.5, 2),
  binPx: fc.double({ min: 0.001, max: 60, noNaN: true }),
  tickPx: fc.double({ min: 1 / 16, max: 60, noNaN: true }),
  centerBin: fc.double({ min: 0, max: 1e6, noNaN: true }),
  centerTick: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
});

describe('levels', () => {
  it('are the finest at which a column is at least a pixel wide', () => {
    expect([2, 1, 0.99, 0.5, 0.49, 0.25, 1e-9].map(levelForScale)).toEqual([0, 0, 1, 1, 2, 2, 16]);
  });
});

describe('a frame', () => {
  it('shows every column between its first and last, and every tick in the height: nothing is skipped', () => {
    fc.assert(
      fc.property(anyView, (v) => {
        const end = Math.ceil(v.centerBin) + 5000;
        const view = computeFrameView(
          createFrameView(),
          v,
          v,
          Math.max(0, Math.floor(v.centerBin) - 5000),
          end,
          same,
        );
        const columns = new Set<number>();
        for (let i = 0; i < view.widthPx; i++) columns.add(columnOfPixel(view, i));
        columns.delete(-1);
        // A column cut by an edge of the canvas, or by the end of the data, may be narrower than a pixel.
        const skipped: number[] = [];
        for (let c = 1; c < view.columnCount - 1; c++) {
          if (c + 1 <= view.xEnd && c >= view.xStart && !columns.has(c)) skipped.push(c);
        }
        expect(skipped).toEqual([]);
        const span = { first: 0, end: 0 };
        const wrongRows: number[] = [];
        let below = NaN;
        for (let j = 0; j < view.heightPx; j++) {
          ticksOfPixel(view, j, span);
          const joins =
            j === 0 || (view.dy > 1 ? span.end === below : span.end === below || span.end === below + 1);
          if (span.end <= span.first || !joins) wrongRows.push(j);
          below = span.first;
        }
        expect(wrongRows).toEqual([]);
      }),
      { numRuns: process.env['SPYMASTER_LONG'] ? 3000 : 150 },
    );
  });

  it('agrees with the camera about where bins and ticks are', () => {
    fc.assert(
      fc.property(anyView, fc.integer({ min: -50, max: 50 }), (v, offset) => {
        const view = computeFrameView(createFrameView(), v, v, 0, 2e6, same);
        const bin = Math.round(v.centerBin) + offset;
        const tick = Math.round(v.centerTick) + offset;
        // Whole device pixels: the canvas may be half a pixel wider than its CSS size says.
        expect(Math.abs(deviceX(view, bin) - screenX(v, v, bin) * v.dpr)).toBeLessThan(
          0.51 + 1e-6 * Math.abs(offset),
        );
        expect(Math.abs(deviceY(view, tick) - screenY(v, v, tick) * v.dpr)).toBeLessThan(
          0.51 + 1e-6 * Math.abs(offset),
        );
      }),
    );
  });

  it('draws nothing left of the data or right of the playhead', () => {
    const camera = { centerBin: 50, centerTick: 0, binPx: 10, tickPx: 10 };
    const view = computeFrameView(
      createFrameView(),
      camera,
      { width: 400, height: 100, dpr: 1 },
      40,
      61,
      same,
    );
    const shown = Array.from({ length: 400 }, (_, i) => columnOfPixel(view, i));
    expect(shown.indexOf(0)).toBe(100);
    expect(shown.lastIndexOf(20)).toBe(309);
    expect(shown[99]).toBe(-1);
    expect(shown[310]).toBe(-1);
    expect(view.firstBin).toBe(40);
    expect(view.endBin).toBe(61);
  });

  it('is empty without data in view', () => {
    const camera = { centerBin: 5000, centerTick: 0, binPx: 1, tickPx: 1 };
    const v = { width: 100, height: 100, dpr: 1 };
    expect(computeFrameView(createFrameView(), camera, v, 0, 100, same).columnCount).toBe(0);
    expect(
      computeFrameView(createFrameView(), { ...camera, centerBin: -900 }, v, 0, 100, same).columnCount,
    ).toBe(0);
    expect(computeFrameView(createFrameView(), camera, v, 0, 0, same).columnCount).toBe(0);
  });
});
