import { describe, expect, it } from 'vitest';
import { createColumnView } from './column-merge';
import { defaultStyle } from './layer-styles';
import { Scene } from './scene';
import { batchOf, marketBatches, testStream } from './testing/columns';

const ROWS = 101;
const view = createColumnView();

function sceneOf(budgetBytes: number): Scene {
  return new Scene(testStream(ROWS), budgetBytes, (column) => defaultStyle(column).statistic);
}

describe('a scene', () => {
  it('keeps layers, trails and the extent of the data', () => {
    const scene = sceneOf(1e9);
    expect(scene.bounds()).toBeNull();
    scene.append(batchOf(10, [500, NaN, 510], ROWS, { rest_depth: () => 3 }), 0, 100);
    expect(scene.bounds()).toEqual({ firstBin: 10, endBin: 13, minTick: 450, maxTick: 560 });
    expect(scene.layer('rest_depth')?.view(0, 12, view)).toBe(true);
    expect(view.firstTick).toBe(460);
    expect(scene.layer('flow_score')).toBeUndefined();
  });

  it('takes a further layer for bins it already holds', () => {
    const scene = sceneOf(1e9);
    scene.append(batchOf(0, [5, 6], ROWS, { rest_depth: () => 3 }), 0, 2);
    scene.append(batchOf(0, [5, 6], ROWS, { composite: () => -1 }), 0, 2);
    expect(scene.layer('rest_depth')?.view(0, 1, view)).toBe(true);
    expect(scene.layer('composite')?.view(0, 1, view)).toBe(true);
    scene.dropLayer('composite');
    expect(scene.layer('composite')).toBeUndefined();
  });

  it('refuses batches that do not fit the stream', () => {
    const scene = sceneOf(1e9);
    const good = batchOf(0, [5, 6], ROWS, { rest_depth: () => 3 });
    expect(() => scene.append({ ...good, layers: { rest_depth: new Float32Array(ROWS) } }, 0, 1)).toThrow(
      /rest_depth/,
    );
    expect(() => scene.append({ ...good, count: 3 }, 0, 1)).toThrow(/spotTick/);
    for (const firstBin of [-1, 0.5, NaN, 2 ** 40]) {
      expect(() => scene.append({ ...good, firstBin }, 0, 1)).toThrow(RangeError);
    }
    expect(scene.bounds()).toBeNull();
  });
});

describe('the memory budget', () => {
  const batches = marketBatches(1, 8192, ROWS, 256);
  const budget = 6e6;

  it('is kept by evicting the finest detail farthest from the view', () => {
    const scene = sceneOf(budget);
    for (const batch of batches) {
      const end = batch.firstBin + batch.count;
      scene.append(batch, end - 360, end);
      expect(scene.bytes).toBeLessThanOrEqual(budget);
    }
    expect(scene.evictedColumns).toBeGreaterThan(4000);
    expect(scene.completeLevel(0, 7900, 8192)).toBe(0);
    expect(scene.missing(7900, 8192)).toBeNull();
    const coarse = scene.completeLevel(0, 100, 400);
    expect(coarse).toBeGreaterThan(0);
    expect(scene.layer('rest_depth')?.view(coarse, 100 >> coarse, view)).toBe(true);
    expect(scene.missing(100, 400)).toEqual({ firstBin: 0, count: 512 });
  });

  it('shows evicted detail again when it is sent again, and only when it is whole', () => {
    const scene = sceneOf(budget);
    for (const batch of batches) scene.append(batch, batch.firstBin, batch.firstBin + batch.count);
    const whole = batches[1];
    scene.append({ ...whole, count: 200 }, 0, 600);
    expect(scene.missing(256, 512)).toEqual({ firstBin: 256, count: 256 });
    scene.append(whole, 0, 600);
    expect(scene.missing(256, 512)).toBeNull();
    expect(scene.completeLevel(0, 256, 512)).toBe(0);
    expect(scene.bytes).toBeLessThanOrEqual(budget);
  });

  it('forgets what it evicted along with the bins', () => {
    const scene = sceneOf(budget);
    for (const batch of batches) scene.append(batch, batch.firstBin, batch.firstBin + batch.count);
    const evicted = scene.evictedColumns;
    scene.dropBefore(4096);
    expect(scene.evictedColumns).toBeLessThan(evicted);
    expect(scene.missing(0, 4096)).toBeNull();
    expect(scene.bounds()?.firstBin).toBe(4096);
    scene.dropBefore(8192);
    expect(scene.missing(0, 8192)).toBeNull();
  });
});
