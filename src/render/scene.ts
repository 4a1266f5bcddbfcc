import type { BinRange, ColumnBatch, ColumnStatistic, StreamInfo } from '#protocol/render-contract';
import { BINS_PER_CHUNK, MAX_BIN } from './chunk';
import { cutPart, nextVictim } from './eviction';
import type { Needs } from './eviction';
import { LayerPyramid } from './layer-pyramid';
import { rangeStart } from '#view/layer-styles';
import { Trails } from './trails';

/** A level that did not fit is tried again once this share of the bins is in view. */
const RETRY_SHARE = 0.75;
/** The same once the budget has grown by this factor. */
const RETRY_GROWTH = 1.1;

/**
 * All columns of one stream: trails and, per grid column sent, a pyramid of cells. Knows nothing of cameras,
 * colours or canvases.
 *
 * Cells are kept within a budget whatever is in view (see `nextVictim` for the order of eviction). Where the
 * wanted level does not fit even for the bins in view, a coarser one is drawn. About 100 bytes per bin are
 * never evicted: trails and the running maxima, which every later column depends on.
 */
export class Scene {
  readonly trails = new Trails();
  private readonly layers = new Map<string, LayerPyramid>();
  private readonly view: Needs = {
    level: 0,
    firstBin: 0,
    endBin: 0,
    cutBin: 0,
    batchFirst: 0,
    batchEnd: 0,
  };
  /** Finest level that fits the budget with the bins in view; found when a finer one did not fit. */
  private tightLevel = 0;
  /** Bins in view when that was found. */
  private tightSpan = 0;

  /** @param budgetBytes of cells and trails */
  constructor(
    readonly stream: StreamInfo,
    private budgetBytes: number,
    private readonly statisticFor: (column: string) => ColumnStatistic,
  ) {}

  /** Stores a batch. Throws `RangeError` if it does not fit the stream. */
  append(batch: ColumnBatch): void {
    checkBatch(batch, this.stream.rows);
    if (batch.count === 0) return;
    this.trails.store(batch);
    for (const [column, values] of Object.entries(batch.layers)) {
      this.layerFor(column).store(batch.firstBin, batch.count, batch.spotTick, values);
    }
    this.view.batchFirst = batch.firstBin;
    this.view.batchEnd = batch.firstBin + batch.count;
    this.trim();
  }

  layer(column: string): LayerPyramid | undefined {
    return this.layers.get(column);
  }

  setStatistic(column: string, statistic: ColumnStatistic): void {
    this.layers.get(column)?.setStatistic(statistic);
  }

  /** Forgets the layers of all other columns. */
  keepLayers(columns: readonly string[]): void {
    for (const column of this.layers.keys()) if (!columns.includes(column)) this.layers.delete(column);
    this.tightLevel = 0;
  }

  /** Evicts at once what is beyond it. */
  setBudget(bytes: number): void {
    if (bytes > this.budgetBytes * RETRY_GROWTH) this.tightLevel = 0;
    this.budgetBytes = bytes;
    this.trim();
  }

  /**
   * Takes note of what is in view.
   * @param level finest level worth drawing
   * @param dataEnd one past the last bin that may be drawn
   * @returns the level to draw: the finest from `level` on that holds all bins in view
   */
  look(level: number, firstBin: number, endBin: number, dataEnd: number): number {
    const { view } = this;
    if (level !== view.level || endBin - firstBin < this.tightSpan * RETRY_SHARE) this.tightLevel = 0;
    view.level = level;
    view.firstBin = firstBin;
    view.endBin = endBin;
    view.cutBin = endBin === dataEnd ? dataEnd : 0;
    for (let l = this.drawnLevel; ; l++) {
      for (const layer of this.layers.values()) layer.requireLevel(l);
      if (this.lackingChunks(l).length === 0) return l;
      if (l >= this.topLevel) return this.drawnLevel;
    }
  }

  /** Bins whose cells are needed to draw what is in view but were evicted; null if none. */
  missing(): BinRange | null {
    let first = Infinity;
    let end = 0;
    const include = (level: number, index: number, span: number): void => {
      first = Math.min(first, index * span * 2 ** level);
      end = Math.max(end, (index + 1) * span * 2 ** level);
    };
    const level = this.drawnLevel;
    for (const index of this.lackingChunks(level)) include(level, index, BINS_PER_CHUNK);
    for (let l = 0; l < level; l++) {
      const column = cutPart(l, { ...this.view, level });
      if (column !== undefined && this.lacksColumn(l, column)) include(l, column, 1);
    }
    const count = Math.min(end, this.trails.endBin) - first;
    return count > 0 ? { firstBin: first, count } : null;
  }

  get bytes(): number {
    let sum = this.trails.bytes;
    for (const layer of this.layers.values()) sum += layer.bytes;
    return sum;
  }

  /** Bins whose full detail is no longer held. */
  get evictedBins(): number {
    let most = 0;
    for (const layer of this.layers.values()) most = Math.max(most, layer.evictedBins);
    return most;
  }

  get clippedCells(): number {
    let sum = 0;
    for (const layer of this.layers.values()) sum += layer.clippedCells;
    return sum;
  }

  private get drawnLevel(): number {
    return Math.max(this.view.level, this.tightLevel);
  }

  /** Coarsest level held by any layer; it is never evicted. */
  private get topLevel(): number {
    let top = 0;
    for (const layer of this.layers.values()) top = Math.max(top, layer.topLevel);
    return top;
  }

  private layerFor(column: string): LayerPyramid {
    let layer = this.layers.get(column);
    if (!layer) {
      layer = new LayerPyramid(this.stream.rows, this.statisticFor(column), rangeStart(column));
      this.layers.set(column, layer);
    }
    return layer;
  }

  /** Chunks in view that do not hold all their bins. */
  private lackingChunks(level: number): number[] {
    const { firstBin, endBin } = this.view;
    const span = BINS_PER_CHUNK * 2 ** level;
    const lacking: number[] = [];
    for (let index = Math.floor(firstBin / span); index * span < endBin; index++) {
      if ([...this.layers.values()].some((layer) => layer.lacks(level, index))) lacking.push(index);
    }
    return lacking;
  }

  private lacksColumn(level: number, column: number): boolean {
    return [...this.layers.values()].some((layer) => layer.lacksColumn(level, column));
  }

  private trim(): void {
    while (this.bytes > this.budgetBytes) {
      const level = this.drawnLevel;
      const victim = nextVictim(this.layers.values(), this.topLevel, { ...this.view, level });
      if (victim) {
        for (const layer of this.layers.values()) layer.evict(victim.level, victim.index);
      } else {
        if (level >= this.topLevel) return;
        this.tightLevel = level + 1;
        this.tightSpan = this.view.endBin - this.view.firstBin;
      }
    }
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
