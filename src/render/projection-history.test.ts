import { describe, expect, it } from 'vitest';
import { computeFrameView, createFrameView } from './frame-view';
import { historicalCenters } from './projection-history';
import { batchOf } from './testing/columns';
import { Trails } from './trails';

describe('historical bands', () => {
  const trails = new Trails();
  const spots = Array.from({ length: 64 }, (_, i) => (i === 20 ? NaN : 1000 + i));
  const batch = batchOf(0, spots, 3, {});
  trails.store(batch);
  const viewport = { width: 64, height: 100, dpr: 1 };

  it('stand where the earlier bin predicted them', () => {
    const view = computeFrameView(
      createFrameView(),
      { centerBin: 32, centerTick: 1000, binPx: 1, tickPx: 1 },
      viewport,
      0,
      64,
      (l) => l,
    );
    const centers = new Float64Array(view.columnCount);
    expect(historicalCenters(view, trails, 4, centers)).toBe(64);
    for (let bin = 0; bin < 64; bin++) {
      const from = bin - 4;
      const predicts = from >= 5 && from !== 20;
      if (predicts) expect(centers[bin]).toBeCloseTo(spots[from] + 8 * batch.score[from] * 16, 9);
      else expect(centers[bin]).toBeNaN();
    }
  });

  it('take the newest drawn bin of a merged column, never one after the playhead', () => {
    const camera = { centerBin: 32, centerTick: 1000, binPx: 0.25, tickPx: 1 };
    const view = computeFrameView(createFrameView(), camera, viewport, 0, 30, (l) => l);
    expect(view.level).toBe(2);
    const centers = new Float64Array(view.columnCount);
    historicalCenters(view, trails, 2, centers);
    expect(centers[3]).toBeCloseTo(spots[13] + 8 * batch.score[13] * 10, 9);
    expect(centers[7]).toBeCloseTo(spots[27] + 8 * batch.score[27] * 10, 9);
  });
});
