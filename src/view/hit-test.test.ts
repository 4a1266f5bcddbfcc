import { describe, expect, it } from 'vitest';
import { screenX, screenY } from '#view/camera';
import { binAndTickAt, rowOffset } from './hit-test';

const viewport = { width: 400, height: 200, dpr: 2 };
const camera = { centerBin: 5, centerTick: 100, binPx: 20, tickPx: 10 };

describe('hit testing', () => {
  it('is the inverse of drawing: the middle of a cell belongs to the cell', () => {
    for (const bin of [0, 3, 9]) {
      for (const tick of [95, 100, 104]) {
        const x = screenX(camera, viewport, bin + 0.5);
        const y = screenY(camera, viewport, tick);
        expect(binAndTickAt(x, y, camera, viewport)).toEqual({ bin, tick });
        expect(binAndTickAt(x + 9.9, y + 4.9, camera, viewport)).toEqual({ bin, tick });
      }
    }
  });

  it('gives the row inside the window only', () => {
    expect([rowOffset(103, 100, 5), rowOffset(95, 100, 5), rowOffset(106, 100, 5)]).toEqual([3, -5, null]);
    expect(rowOffset(100, NaN, 5)).toBeNull();
  });
});
