/** Column batches for tests: repeatable, shaped like a market. */
import type { ColumnBatch, StreamInfo } from '#protocol/render-contract';

export function testStream(rows = 11): StreamInfo {
  return { rows, tickInt: 250_000_000, cellWidthMs: 100, horizons: [1, 2, 3, 4], baseTick: 24_000 };
}

/** Small deterministic generator (mulberry32), 0 <= x < 1. */
export function seeded(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A batch with the given spots (NaN = none) and values `value(bin, k)` in the named layers. */
export function batchOf(
  firstBin: number,
  spots: readonly number[],
  rows: number,
  layers: Readonly<Record<string, (bin: number, tick: number) => number>>,
): ColumnBatch {
  const count = spots.length;
  const radius = (rows - 1) / 2;
  const columns = Object.entries(layers).map(([name, value]) => {
    const values = new Float32Array(count * rows);
    for (let i = 0; i < count; i++) {
      for (let r = 0; r < rows; r++) values[i * rows + r] = value(firstBin + i, spots[i] - radius + r);
    }
    return [name, values] as const;
  });
  return {
    firstBin,
    count,
    spotTick: Float64Array.from(spots),
    bestBidTick: Float64Array.from(spots, (s) => s - 1),
    bestAskTick: Float64Array.from(spots),
    score: Float64Array.from(spots, (_, i) => Math.sin((firstBin + i) / 7)),
    ready: Uint8Array.from(spots, (_, i) => (firstBin + i >= 5 ? 1 : 0)),
    layers: Object.fromEntries(columns),
  };
}

/** A random walk with walls, gaps in the spot and both composite layers, cut into batches of `size`. */
export function marketBatches(seed: number, bins: number, rows: number, size: number): ColumnBatch[] {
  const random = seeded(seed);
  const spots: number[] = [];
  let tick = 24_000;
  for (let b = 0; b < bins; b++) {
    if (random() < 0.3) tick += random() < 0.5 ? -1 : 1;
    spots.push(random() < 0.02 ? NaN : tick);
  }
  const noise = (bin: number, level: number): number => seeded(bin * 65_537 + level + seed)();
  const layers = {
    rest_depth: (bin: number, t: number): number => (t % 13 === 0 ? 400 : 0) + Math.floor(60 * noise(bin, t)),
    flow_score: (bin: number, t: number): number => 2 * noise(t, bin) - 1,
  };
  const out: ColumnBatch[] = [];
  for (let b = 0; b < bins; b += size) out.push(batchOf(b, spots.slice(b, b + size), rows, layers));
  return out;
}
