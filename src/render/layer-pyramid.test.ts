import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ColumnStatistic } from '#protocol/render-contract';
import { MAX_COLUMN_ROWS } from './chunk';
import { createColumnView, EMPTY_BELOW } from './column-merge';
import { LayerPyramid } from './layer-pyramid';
import { seeded } from './testing/columns';

const ROWS = 7;
const RADIUS = 3;
const view = createColumnView();

interface Bins {
  readonly spots: Float64Array;
  readonly values: Float32Array;
}

function randomBins(seed: number, count: number): Bins {
  const random = seeded(seed);
  const spots = new Float64Array(count);
  const values = new Float32Array(count * ROWS);
  let tick = 1000;
  for (let b = 0; b < count; b++) {
    tick += Math.floor(random() * 5) - 2;
    spots[b] = random() < 0.1 ? NaN : tick;
    for (let r = 0; r < ROWS; r++)
      values[b * ROWS + r] = random() < 0.1 ? NaN : Math.round(200 * random() - 100);
  }
  return { spots, values };
}

function store(layer: LayerPyramid, { spots, values }: Bins, from: number, end: number): void {
  layer.store(from, end - from, spots.slice(from, end), values.slice(from * ROWS, end * ROWS));
}

/** The cell of bins [from, end) at a tick, straight from the definition. */
function expected(
  { spots, values }: Bins,
  from: number,
  end: number,
  tick: number,
  statistic: ColumnStatistic,
): number {
  let best = NaN;
  let sum = 0;
  let known = 0;
  for (let b = from; b < Math.min(end, spots.length); b++) {
    const row = tick - (spots[b] - RADIUS);
    if (!(row >= 0 && row < ROWS)) continue;
    const v = values[b * ROWS + row];
    if (Number.isNaN(v)) continue;
    known++;
    sum += v;
    if (statistic === 'last' || known === 1 || Math.abs(v) >= Math.abs(best)) best = v;
  }
  return statistic === 'mean' ? (known > 0 ? sum / known : NaN) : best;
}

function stored(tick: number): number {
  const row = tick - view.firstTick;
  const v = row >= 0 && row < view.rows ? view.data[view.offset + row] : NaN;
  return v < EMPTY_BELOW ? NaN : v;
}

/** Ticks of [960, 1040) at which a column is not what the definition says; the column is in `view`. */
function wrongTicks(bins: Bins, from: number, end: number, statistic: ColumnStatistic): string[] {
  const wrong: string[] = [];
  for (let tick = 960; tick < 1040; tick++) {
    const want = expected(bins, from, end, tick, statistic);
    const got = stored(tick);
    const same = Number.isNaN(want) ? Number.isNaN(got) : Math.abs(got - want) < 1e-3;
    if (!same) wrong.push(`tick ${tick}: ${got} instead of ${want}`);
  }
  return wrong;
}

const runs = { numRuns: process.env['SPYMASTER_LONG'] ? 300 : 25 };

describe('the pyramid of a layer', () => {
  it.each(['max', 'last', 'mean'] as const)(
    'holds the %s of the bins of every column of every level',
    (statistic) => {
      fc.assert(
        fc.property(
          fc.integer(),
          fc.integer({ min: 1, max: 300 }),
          fc.integer({ min: 1, max: 64 }),
          (seed, count, size) => {
            const bins = randomBins(seed, count);
            const layer = new LayerPyramid(ROWS, statistic, 0);
            for (let b = 0; b < count; b += size) store(layer, bins, b, Math.min(b + size, count));
            expect(2 ** layer.topLevel).toBeGreaterThanOrEqual(count);
            for (const level of [0, 1, 2, 3, 5, 8].filter((l) => l <= layer.topLevel)) {
              for (let c = 0; c * 2 ** level < count; c++) {
                expect(layer.view(level, c, view)).toBe(true);
                expect(wrongTicks(bins, c * 2 ** level, (c + 1) * 2 ** level, statistic)).toEqual([]);
              }
            }
          },
        ),
        runs,
      );
    },
  );

  it.each(['max', 'last', 'mean'] as const)(
    'shows a column cut at the playhead from its earlier bins alone (%s)',
    (statistic) => {
      fc.assert(
        fc.property(
          fc.integer(),
          fc.integer({ min: 0, max: 6 }),
          fc.integer({ min: 1, max: 200 }),
          (seed, level, end) => {
            const bins = randomBins(seed, 256);
            const layer = new LayerPyramid(ROWS, statistic, 0);
            store(layer, bins, 0, 256);
            const column = Math.floor((end - 1) / 2 ** level);
            expect(layer.viewUntil(level, column, end, view)).toBe(true);
            expect(
              wrongTicks(bins, column * 2 ** level, Math.min((column + 1) * 2 ** level, end), statistic),
            ).toEqual([]);
          },
        ),
        runs,
      );
    },
  );

  it('is the same in whatever order and sizes the bins arrive, and after being sent twice', () => {
    const bins = randomBins(5, 600);
    const straight = new LayerPyramid(ROWS, 'max', 0);
    store(straight, bins, 0, 600);
    const shuffled = new LayerPyramid(ROWS, 'max', 0);
    for (const [from, end] of [
      [300, 450],
      [0, 77],
      [550, 600],
      [77, 300],
      [450, 550],
      [100, 220],
    ]) {
      store(shuffled, bins, from, end);
    }
    const other = createColumnView();
    for (const level of [0, 1, 4, 9]) {
      for (let c = 0; c * 2 ** level < 600; c++) {
        straight.view(level, c, view);
        shuffled.view(level, c, other);
        expect([other.firstTick, other.rows, other.bins]).toEqual([view.firstTick, view.rows, view.bins]);
        expect(other.data.slice(other.offset, other.offset + other.rows)).toEqual(
          view.data.slice(view.offset, view.offset + view.rows),
        );
        expect(shuffled.rangeAt(level, c)).toBe(straight.rangeAt(level, c));
      }
    }
  });

  it('changes its statistic as if it had always had it', () => {
    const bins = randomBins(11, 300);
    const changed = new LayerPyramid(ROWS, 'max', 0);
    store(changed, bins, 0, 300);
    changed.setStatistic('mean');
    changed.view(6, 2, view);
    expect(wrongTicks(bins, 128, 192, 'mean')).toEqual([]);
  });

  it('keeps a single cell of one bin visible at every level', () => {
    const layer = new LayerPyramid(ROWS, 'max', 0);
    const spots = new Float64Array(1024).fill(500);
    const values = new Float32Array(1024 * ROWS).fill(1);
    values[777 * ROWS + 5] = -400;
    store(layer, { spots, values }, 0, 1024);
    for (let level = 0; level <= 10; level++) {
      layer.view(level, Math.floor(777 / 2 ** level), view);
      expect(stored(502)).toBe(-400);
    }
  });

  it('keeps what was merged when the finer level is evicted and partly sent again', () => {
    const bins = randomBins(3, 512);
    const layer = new LayerPyramid(ROWS, 'max', 0);
    store(layer, bins, 0, 512);
    layer.view(3, 20, view);
    const before = view.data.slice(view.offset, view.offset + view.rows);
    const bytes = layer.bytes;
    layer.evict(0, 0);
    expect(layer.bytes).toBeLessThan(bytes);
    expect(layer.view(0, 160, view)).toBe(false);
    store(layer, bins, 160, 163);
    layer.view(3, 20, view);
    expect(view.data.slice(view.offset, view.offset + view.rows)).toEqual(before);
    expect(view.bins).toBe(8);
  });

  it('bounds the height of a column, keeps the newest rows and counts what it lost', () => {
    const layer = new LayerPyramid(ROWS, 'max', 0);
    const spots = Float64Array.from([0, 1e6]);
    store(layer, { spots, values: new Float32Array(2 * ROWS).fill(5) }, 0, 2);
    layer.view(1, 0, view);
    expect(view.rows).toBe(MAX_COLUMN_ROWS);
    expect(stored(1e6)).toBe(5);
    expect(layer.clippedCells).toBe(ROWS);
    store(layer, { spots, values: new Float32Array(2 * ROWS).fill(5) }, 0, 2);
    expect(layer.clippedCells).toBe(ROWS);
  });

  it('copes with bins far apart without building what lies between', () => {
    const layer = new LayerPyramid(ROWS, 'max', 0);
    const bins = randomBins(2, 10);
    store(layer, bins, 0, 10);
    layer.store(2 ** 30, 10, bins.spots, bins.values);
    expect(layer.topLevel).toBe(16);
    expect(layer.bytes).toBeLessThan(2e6);
    expect(layer.view(16, 2 ** 14, view)).toBe(true);
    expect(layer.view(16, 0, view)).toBe(true);
    expect(wrongTicks(bins, 0, 10, 'max')).toEqual([]);
  });

  it('knows what it lacks after eviction, and that it lacks nothing once all of it came again', () => {
    const bins = randomBins(4, 1024);
    const layer = new LayerPyramid(ROWS, 'max', 0);
    store(layer, bins, 0, 200);
    layer.evict(0, 0);
    expect(layer.evictedBins).toBe(200);
    store(layer, bins, 200, 1024);
    expect([layer.lacks(0, 0), layer.lacks(0, 1), layer.lacks(1, 0)]).toEqual([true, false, false]);
    expect([layer.lacksColumn(0, 199), layer.lacksColumn(0, 200)]).toEqual([true, false]);
    store(layer, bins, 0, 199);
    expect(layer.lacks(0, 0)).toBe(true);
    store(layer, bins, 199, 200);
    expect(layer.lacks(0, 0)).toBe(false);
    expect(layer.evictedBins).toBe(0);
  });

  it('says which coarse columns are incomplete after its statistic changed without all bins', () => {
    const bins = randomBins(6, 2048);
    const layer = new LayerPyramid(ROWS, 'max', 0);
    store(layer, bins, 0, 2048);
    layer.evict(0, 0);
    layer.setStatistic('last');
    expect([layer.lacks(2, 0), layer.lacks(2, 1)]).toEqual([true, false]);
    expect([layer.lacksColumn(9, 0), layer.lacksColumn(9, 1)]).toEqual([true, false]);
    store(layer, bins, 0, 256);
    expect([layer.lacks(2, 0), layer.lacksColumn(9, 0)]).toEqual([false, false]);
    layer.view(9, 0, view);
    expect(wrongTicks(bins, 0, 512, 'last')).toEqual([]);
  });

  it('takes memory in proportion to the bins it holds, coarse levels included', () => {
    const rows = 1001;
    const layer = new LayerPyramid(rows, 'max', 0);
    const spots = new Float64Array(64).fill(500);
    layer.store(0, 64, spots, new Float32Array(64 * rows).fill(1));
    const cells = 64 * rows * Float32Array.BYTES_PER_ELEMENT;
    expect(layer.bytes).toBeLessThan(4 * cells);
  });

  it('counts its bytes exactly as they come and go', () => {
    const bins = randomBins(1, 700);
    const layer = new LayerPyramid(ROWS, 'max', 0);
    store(layer, bins, 0, 700);
    const once = layer.bytes;
    store(layer, bins, 0, 700);
    expect(layer.bytes).toBe(once);
    layer.setStatistic('last');
    layer.setStatistic('max');
    expect(layer.bytes).toBe(once);
  });
});
