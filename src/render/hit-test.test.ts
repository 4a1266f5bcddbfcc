import { describe, expect, it } from 'vitest';
import { FrameSource } from './backend';
import { screenX, screenY } from './camera';
import { binAndTickAt, cellUnder, rowOffset } from './hit-test';
import { Scene } from './scene';
import { batchOf, testStream } from './testing/columns';

const viewport = { width: 400, height: 200, dpr: 2 };
const camera = { centerBin: 5, centerTick: 100, binPx: 20, tickPx: 10 };

function sourceOf(scene: Scene, level: number, endBin: number): FrameSource {
  const source = new FrameSource();
  source.layerA = scene.layer('rest_depth');
  source.level = level;
  source.endBin = endBin;
  return source;
}

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

  const scene = new Scene(testStream(11), 1e9, () => 'max');
  scene.append(batchOf(0, [100, 101, NaN, 100], 11, { rest_depth: (bin, tick) => bin * 1000 + tick }), 0, 4);

  it('answers with the value of the cell', () => {
    const drawn = { source: sourceOf(scene, 0, 4), columnA: 'rest_depth', columnB: null };
    const at = (bin: number, tick: number) =>
      cellUnder(
        screenX(camera, viewport, bin + 0.5),
        screenY(camera, viewport, tick),
        camera,
        viewport,
        scene,
        drawn,
      );
    expect(at(1, 103)).toEqual({
      bin: 1,
      tick: 103,
      k: 2,
      columnFirstBin: 1,
      binsPerColumn: 1,
      drawn: { rest_depth: 1103 },
    });
    expect(at(1, 110)).toMatchObject({ k: null, drawn: { rest_depth: NaN } });
    expect(at(2, 100)).toMatchObject({ k: null, drawn: { rest_depth: NaN } });
    expect(at(-1, 100)).toMatchObject({ bin: -1, k: null, drawn: { rest_depth: NaN } });
    expect(at(4, 100)).toMatchObject({ k: null, drawn: { rest_depth: NaN } });
  });

  it('answers with the merged value, and which bins it merges, when zoomed out', () => {
    const drawn = { source: sourceOf(scene, 1, 4), columnA: 'rest_depth', columnB: 'flow_score' };
    const hit = cellUnder(
      screenX(camera, viewport, 0.5),
      screenY(camera, viewport, 100),
      camera,
      viewport,
      scene,
      drawn,
    );
    expect(hit).toMatchObject({ bin: 0, columnFirstBin: 0, binsPerColumn: 2 });
    expect(hit.drawn['rest_depth']).toBe(1100);
    expect(hit.drawn['flow_score']).toBeNaN();
  });

  it('knows nothing after the playhead', () => {
    const drawn = { source: sourceOf(scene, 1, 1), columnA: 'rest_depth', columnB: null };
    const hit = cellUnder(
      screenX(camera, viewport, 0.5),
      screenY(camera, viewport, 100),
      camera,
      viewport,
      scene,
      drawn,
    );
    expect(hit.drawn['rest_depth']).toBe(100);
  });
});
