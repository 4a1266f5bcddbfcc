import type { BinRange, ColumnBatch, ColumnStatistic, StreamInfo } from '#protocol/render-contract';
import type { WorldBounds } from './camera';
import { BINS_PER_CHUNK, MAX_BIN, MAX_LEVEL } from './chunk';
import { LayerPyramid } from './layer-pyramid';
import { rangeStart } from './layer-styles';
import { Trails } from './trails';

/**
 * All columns of one stream: trails and, per grid column sent, a pyramid of cells. Knows nothing of cameras,
 * colours or canvases.
 *
 * Memory is bounded: beyond the budget, chunks of the finest level farthest from the bins in view are evicted
 * first, then those of the next coarser one. What was evicted stays visible at the coarser levels.
 */
export class Scene {
  readonly trails = new Trails();
  private readonly layers = new Map<string, LayerPyramid>();
  /** By level: stored columns of each evicted chunk, until as many are stored there again. */
  private readonly evicted = Array.from({ length: MAX_LEVEL + 1 }, () => new Map<number, number>());

  /** @param budgetBytes of cell data; the chunks in view are kept even beyond it */
  constructor(
    readonly stream: StreamInfo,
    private readonly budgetBytes: number,
    private readonly statisticFor: (column: string) => ColumnStatistic,
  ) {}

  get radius(): number {
    return (this.stream.rows - 1) / 2;
  }

  /**
   * Stores a batch. Throws `RangeError` if it does not fit the stream.
   * @param keepFirst,keepEnd bins in view: not evicted
   */
  append(batch: ColumnBatch, keepFirst: number, keepEnd: number): void {
    checkBatch(batch, this.stream.rows);
    if (batch.count === 0) return;
    this.trails.store(batch);
    for (const [column, values] of Object.entries(batch.layers)) {
      this.layerFor(column).store(batch.firstBin, batch.count, batch.spotTick, values);
    }
    this.noteRestored(batch.firstBin, batch.firstBin + batch.count - 1);
    this.enforceBudget(keepFirst, keepEnd);
  }

  layer(column: string): LayerPyramid | undefined {
    return this.layers.get(column);
  }

  setStatistic(column: string, statistic: ColumnStatistic): void {
    this.layers.get(column)?.setStatistic(statistic);
  }

  dropLayer(column: string): void {
    this.layers.delete(column);
  }

  dropBefore(bin: number): void {
    this.trails.dropBefore(bin);
    for (const layer of this.layers.values()) layer.dropBefore(bin);
    for (const [level, chunks] of this.evicted.entries()) {
      for (const index of chunks.keys()) {
        if ((index + 1) * BINS_PER_CHUNK * 2 ** level <= bin) chunks.delete(index);
      }
    }
  }

  /** Data extent, rows included; null while no bin has a spot. */
  bounds(): WorldBounds | null {
    const spots = this.trails.spotRange();
    if (!spots || this.trails.endBin === 0) return null;
    return {
      firstBin: this.trails.firstBin,
      endBin: this.trails.endBin,
      minTick: spots.min - this.radius,
      maxTick: spots.max + this.radius,
    };
  }

  /** The finest level from `level` on at which nothing between the bins was evicted. */
  completeLevel(level: number, firstBin: number, endBin: number): number {
    let l = level;
    while (l < MAX_LEVEL && this.evictedWithin(l, firstBin, endBin)) l++;
    for (const layer of this.layers.values()) layer.requireLevel(l);
    return l;
  }

  /** Coarsest level held by any layer; it is never evicted. */
  private get topLevel(): number {
    let top = 0;
    for (const layer of this.layers.values()) top = Math.max(top, layer.topLevel);
    return top;
  }

  /** Evicted bins between the two, at full detail; null if none. */
  missing(firstBin: number, endBin: number): BinRange | null {
    let first = Infinity;
    let end = 0;
    for (const index of this.evicted[0].keys()) {
      if (index * BINS_PER_CHUNK >= endBin || (index + 1) * BINS_PER_CHUNK <= firstBin) continue;
      first = Math.min(first, index * BINS_PER_CHUNK);
      end = Math.max(end, (index + 1) * BINS_PER_CHUNK);
    }
    return end > first ? { firstBin: first, count: end - first } : null;
  }

  get bytes(): number {
    let sum = this.trails.bytes;
    for (const layer of this.layers.values()) sum += layer.bytes;
    return sum;
  }

  /** Columns of any level that are not held any more although their bins are. */
  get evictedColumns(): number {
    let sum = 0;
    for (const chunks of this.evicted) for (const held of chunks.values()) sum += held;
    return sum;
  }

  get clippedCells(): number {
    let sum = 0;
    for (const layer of this.layers.values()) sum += layer.clippedCells;
    return sum;
  }

  private layerFor(column: string): LayerPyramid {
    let layer = this.layers.get(column);
    if (!layer) {
      layer = new LayerPyramid(this.stream.rows, this.statisticFor(column), rangeStart(column));
      this.layers.set(column, layer);
    }
    return layer;
  }

  private evictedWithin(level: number, firstBin: number, endBin: number): boolean {
    const span = BINS_PER_CHUNK * 2 ** level;
    for (const index of this.evicted[level].keys()) {
      if (index * span < endBin && (index + 1) * span > firstBin) return true;
    }
    return false;
  }

  private noteRestored(firstBin: number, lastBin: number): void {
    for (const [level, chunks] of this.evicted.entries()) {
      if (chunks.size === 0) continue;
      const span = BINS_PER_CHUNK * 2 ** level;
      for (let index = Math.floor(firstBin / span); index <= Math.floor(lastBin / span); index++) {
        const held = chunks.get(index);
        if (held === undefined) continue;
        const complete = [...this.layers.values()].every((layer) => layer.storedIn(level, index) >= held);
        if (complete) chunks.delete(index);
      }
    }
  }

  private enforceBudget(keepFirst: number, keepEnd: number): void {
    let bytes = this.bytes;
    const top = this.topLevel;
    for (let level = 0; level < top && bytes > this.budgetBytes; level++) {
      for (;;) {
        const index = this.farthestChunk(level, keepFirst, keepEnd);
        if (index === undefined) break;
        let held = 0;
        for (const layer of this.layers.values()) held = Math.max(held, layer.evict(level, index));
        this.evicted[level].set(index, held);
        bytes = this.bytes;
        if (bytes <= this.budgetBytes) return;
      }
    }
  }

  /** The chunk of a level farthest from the bins in view, if it does not touch them. */
  private farthestChunk(level: number, keepFirst: number, keepEnd: number): number | undefined {
    const span = BINS_PER_CHUNK * 2 ** level;
    let farthest: number | undefined;
    let largest = 0;
    for (const layer of this.layers.values()) {
      for (const index of layer.chunkIndices(level)) {
        const distance = Math.max(keepFirst - (index + 1) * span, index * span - keepEnd);
        if (distance >= largest) {
          largest = distance;
          farthest = index;
        }
      }
    }
    return farthest;
  }
}

function checkBatch(batch: ColumnBatch, rows: number): void {
  const { firstBin, count } = batch;
  if (
    !Number.isInteger(firstBin) ||
    !Number.isInteger(count) ||
    firstBin < 0 ||
    count < 0 ||
    firstBin + count > MAX_BIN
  ) {
    throw new RangeError(`bins ${firstBin} + ${count} are not within 0..${MAX_BIN}`);
  }
  const perBin: [string, number][] = [
    ['spotTick', batch.spotTick.length],
    ['bestBidTick', batch.bestBidTick.length],
    ['bestAskTick', batch.bestAskTick.length],
    ['score', batch.score.length],
    ['ready', batch.ready.length],
  ];
  for (const [name, length] of perBin) {
    if (length < count) throw new RangeError(`${name} has ${length} values for ${count} bins`);
  }
  for (const [column, values] of Object.entries(batch.layers)) {
    if (values.length < count * rows)
      throw new RangeError(`${column} has ${values.length} values for ${count} × ${rows}`);
  }
}
