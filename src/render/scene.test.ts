import { describe, expect, it } from 'vitest';
import type { BinRange } from '#protocol/render-contract';
import { createColumnView } from './column-merge';
import { defaultStyle } from '#view/layer-styles';
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
    scene.append(batchOf(10, [500, NaN, 510], ROWS, { rest_depth: () => 3 }));
    expect([scene.trails.firstBin, scene.trails.endBin]).toEqual([10, 13]);
    expect(scene.layer('rest_depth')?.view(0, 12, view)).toBe(true);
    expect(view.firstTick).toBe(460);
    expect(scene.layer('flow_score')).toBeUndefined();
  });

  it('takes a further layer for bins it already holds', () => {
    const scene = sceneOf(1e9);
    scene.append(batchOf(0, [5, 6], ROWS, { rest_depth: () => 3 }));
    scene.append(batchOf(0, [5, 6], ROWS, { composite: () => -1 }));
    expect(scene.layer('rest_depth')?.view(0, 1, view)).toBe(true);
    expect(scene.layer('composite')?.view(0, 1, view)).toBe(true);
    scene.keepLayers(['rest_depth']);
    expect(scene.layer('composite')).toBeUndefined();
    expect(scene.layer('rest_depth')).toBeDefined();
  });

  it('refuses batches that do not fit the stream', () => {
    const scene = sceneOf(1e9);
    const good = batchOf(0, [5, 6], ROWS, { rest_depth: () => 3 });
    expect(() => scene.append({ ...good, layers: { rest_depth: new Float32Array(ROWS) } })).toThrow(
      /rest_depth/,
    );
    expect(() => scene.append({ ...good, count: 3 })).toThrow(/spotTick/);
    for (const firstBin of [-1, 0.5, NaN, 2 ** 40]) {
      expect(() => scene.append({ ...good, firstBin })).toThrow(RangeError);
    }
    expect(scene.trails.endBin).toBe(0);
  });
});

describe('the memory budget', () => {
  const BINS = 8192;
  const batches = marketBatches(1, BINS, ROWS, 256);
  const budget = 7e6;

  /** Sends a range again as the page would, in aligned batches. */
  function refill(scene: Scene, { firstBin, count }: BinRange, layers?: readonly string[]): void {
    for (const batch of batches) {
      if (batch.firstBin + batch.count <= firstBin || batch.firstBin >= firstBin + count) continue;
      const kept = Object.entries(batch.layers).filter(([name]) => layers?.includes(name) ?? true);
      scene.append({ ...batch, layers: Object.fromEntries(kept) });
    }
  }

  it('is kept by evicting the finest detail farthest from the view', () => {
    const scene = sceneOf(budget);
    for (const batch of batches) {
      const end = batch.firstBin + batch.count;
      scene.append(batch);
      expect(scene.look(0, Math.max(0, end - 360), end, end)).toBe(0);
      expect(scene.bytes).toBeLessThanOrEqual(budget);
      expect(scene.missing()).toBeNull();
    }
    expect(scene.evictedBins).toBeGreaterThan(4000);
    const coarse = scene.look(0, 100, 400, BINS);
    expect(coarse).toBeGreaterThan(0);
    expect(scene.layer('rest_depth')?.view(coarse, 100 >> coarse, view)).toBe(true);
    expect(scene.missing()).toEqual({ firstBin: 0, count: 512 });
  });

  it('shows evicted detail again when it is sent again, and only when it is whole', () => {
    const scene = sceneOf(budget);
    for (const batch of batches) {
      scene.append(batch);
      scene.look(0, batch.firstBin, batch.firstBin + batch.count, BINS);
    }
    scene.look(0, 256, 512, BINS);
    const whole = batches[1];
    scene.append({ ...whole, count: 200 });
    expect(scene.missing()).toEqual({ firstBin: 256, count: 256 });
    scene.append(whole);
    expect(scene.missing()).toBeNull();
    expect(scene.look(0, 256, 512, BINS)).toBe(0);
    expect(scene.bytes).toBeLessThanOrEqual(budget);
  });

  it('holds with the whole session in view: what that zoom does not draw is evicted, nothing is missing', () => {
    const scene = sceneOf(budget);
    for (const batch of batches) {
      const end = batch.firstBin + batch.count;
      scene.append(batch);
      expect(scene.look(3, 0, end, end)).toBe(3);
      expect(scene.bytes).toBeLessThanOrEqual(budget);
      expect(scene.missing()).toBeNull();
    }
    expect(scene.layer('rest_depth')?.view(3, 0, view)).toBe(true);
    expect(scene.layer('rest_depth')?.view(0, 0, view)).toBe(false);
  });

  it('makes the picture coarser where the bins in view do not fit, and does not ask for what cannot be kept', () => {
    const scene = sceneOf(1e9);
    for (const batch of batches) scene.append(batch);
    expect(scene.look(0, 0, BINS, BINS)).toBe(0);
    scene.setBudget(budget);
    expect(scene.bytes).toBeLessThanOrEqual(budget);
    const level = scene.look(0, 0, BINS, BINS);
    expect(level).toBeGreaterThan(0);
    expect(scene.missing()).toBeNull();
    expect(scene.look(0, 0, 300, BINS)).toBeGreaterThan(0);
    refill(scene, scene.missing()!);
    expect(scene.look(0, 0, 300, BINS)).toBe(0);
    scene.setBudget(1e9);
    scene.look(0, 0, BINS, BINS);
    expect(scene.missing()?.count).toBeGreaterThan(4000);
  });

  it('keeps the detail from which the column under the playhead is merged, or says that it is missing', () => {
    const scene = sceneOf(budget);
    for (const batch of batches) {
      scene.append(batch);
      scene.look(3, 0, batch.firstBin + 256, batch.firstBin + 256);
    }
    const playhead = 1205;
    scene.look(3, 0, playhead, playhead);
    expect(scene.missing()).toEqual({ firstBin: 1204, count: 1 });
    refill(scene, { firstBin: 1204, count: 1 });
    scene.look(3, 0, playhead, playhead);
    expect(scene.missing()).toBeNull();
    const other = sceneOf(1e9);
    for (const batch of batches) other.append(batch);
    const whole = createColumnView();
    scene.layer('rest_depth')?.viewUntil(3, 150, playhead, view);
    other.layer('rest_depth')?.viewUntil(3, 150, playhead, whole);
    expect(view.data.slice(0, view.rows)).toEqual(whole.data.slice(0, whole.rows));
  });

  it('merges right whatever was evicted meanwhile, in either direction of sending', () => {
    for (const order of [batches, [...batches].reverse()]) {
      const scene = sceneOf(budget);
      for (const batch of order) scene.append(batch);
      expect(scene.look(12, 0, BINS, BINS)).toBe(12);
      expect(scene.missing()).toBeNull();
      expect(scene.layer('flow_score')?.lacks(12, 0)).toBe(false);
    }
  });

  it('asks once for what a change of layer left out, and is content with the chosen layer alone', () => {
    const scene = sceneOf(budget);
    for (const batch of batches) scene.append(batch);
    scene.look(0, 0, 400, BINS);
    scene.keepLayers(['rest_depth']);
    let refills = 0;
    for (let missing = scene.missing(); missing; missing = scene.missing()) {
      if (++refills > 2) break;
      refill(scene, missing, ['rest_depth']);
      scene.look(0, 0, 400, BINS);
    }
    expect(refills).toBeLessThanOrEqual(1);
    expect(scene.look(0, 0, 400, BINS)).toBe(0);
    expect(scene.layer('flow_score')).toBeUndefined();
  });
});
