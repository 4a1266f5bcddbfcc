import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchOf, seeded } from './testing/columns';
import { createTrailPoint, Trails } from './trails';

const point = createTrailPoint();

function walk(seed: number, count: number): number[] {
  const random = seeded(seed);
  let tick = 100;
  return Array.from({ length: count }, () => {
    tick += Math.floor(random() * 3) - 1;
    return random() < 0.2 ? NaN : tick;
  });
}

describe('trails', () => {
  it('keep range and last spot of every column of every level', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 64 }),
        (seed, count, size) => {
          const spots = walk(seed, count);
          const trails = new Trails();
          for (let b = 0; b < count; b += size) trails.store(batchOf(b, spots.slice(b, b + size), 3, {}));
          for (const level of [0, 1, 3, 6]) {
            for (let c = 0; c * 2 ** level < count; c++) {
              const known = spots.slice(c * 2 ** level, (c + 1) * 2 ** level).filter((s) => !Number.isNaN(s));
              trails.read(level, c, point);
              const last = known.at(-1) ?? NaN;
              expect(point).toEqual({
                spotMin: known.length > 0 ? Math.min(...known) : NaN,
                spotMax: known.length > 0 ? Math.max(...known) : NaN,
                spot: last,
                bid: last - 1,
                ask: last,
              });
            }
          }
        },
      ),
      { numRuns: process.env['SPYMASTER_LONG'] ? 500 : 30 },
    );
  });

  it('find the last known spot at or before a bin', () => {
    const trails = new Trails();
    trails.store(batchOf(10, [NaN, 5, NaN, NaN, 8], 3, {}));
    expect([10, 11, 13, 14, 20].map((b) => trails.lastSpot(b))).toEqual([NaN, 5, 5, 8, 8]);
    expect(trails.spot(12)).toBeNaN();
    expect(trails.spot(-3)).toBeNaN();
  });

  it('give a score only while the model is ready, and never an unusable number', () => {
    const trails = new Trails();
    const batch = batchOf(0, [1, 1, 1, 1], 3, {});
    batch.score.set([0.5, 0.25, NaN, 7]);
    batch.ready.set([0, 1, 1, 1]);
    trails.store(batch);
    expect([0, 1, 2, 3, 4].map((b) => trails.readyScore(b))).toEqual([NaN, 0.25, NaN, 1, NaN]);
  });

  it('know their extent', () => {
    const trails = new Trails();
    expect([trails.firstBin, trails.endBin]).toEqual([0, 0]);
    trails.store(batchOf(100, walk(1, 900), 3, {}));
    expect([trails.firstBin, trails.endBin]).toEqual([100, 1000]);
  });
});
