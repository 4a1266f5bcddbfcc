import type { ColumnStatistic } from '#protocol/render-contract';
import { BINS_PER_CHUNK, MAX_COLUMN_ROWS, MAX_LEVEL } from './chunk';
import {
  clearColumn,
  createColumnView,
  maxMagnitude,
  mergeColumn,
  storedValue,
  TickRange,
} from './column-merge';
import type { ColumnView } from './column-merge';
import { RangeTrack } from './range-track';

const CHUNK_LEVEL = Math.log2(BINS_PER_CHUNK);
const LEAST_COLUMNS = 16;

interface LayerChunk {
  /** Columns there is room for: few bins make few coarse columns. */
  columns: number;
  /** Cells kept per column. */
  height: number;
  /** Sum of `bins`. */
  held: number;
  data: Float32Array;
  weight: Float32Array | null;
  readonly firstTick: Float64Array;
  readonly rows: Int32Array;
  readonly bins: Int32Array;
  /** Known cells that did not fit into the column. */
  readonly clipped: Int32Array;
}

/**
 * One grid column at all levels of detail: level 0 holds the bins as received, a column of level L + 1 merges
 * two of level L (rows matched by absolute tick) with the layer's statistic.
 *
 * Chunks of any level may be evicted. How many bins were ever stored is kept, so that a level knows where it no
 * longer holds all of them.
 */
export class LayerPyramid {
  private levels: Map<number, LayerChunk>[] = [];
  private ranges: RangeTrack[] = [];
  /** By level and chunk: bins ever stored. */
  private readonly known = Array.from({ length: MAX_LEVEL + 1 }, () => new Map<number, number>());
  private top = 0;
  private firstBin = Infinity;
  private lastBin = -1;
  private cellBytes = 0;
  private clipped = 0;
  private readonly childA = createColumnView();
  private readonly childB = createColumnView();
  private readonly target = createColumnView();
  private readonly span = new TickRange();
  private scratch = new Float32Array(0);
  private scratchWeight = new Float32Array(0);

  constructor(
    private readonly rows: number,
    private currentStatistic: ColumnStatistic,
    private readonly rangeStart: number,
  ) {
    this.reset();
  }

  /** Coarsest level held: at least the one at which one column covers everything. */
  get topLevel(): number {
    return this.top;
  }

  /** Builds the levels up to this one, where so few bins are held that they were not needed before. */
  requireLevel(level: number): void {
    while (this.top < Math.min(level, MAX_LEVEL)) this.addLevel();
  }

  get statistic(): ColumnStatistic {
    return this.currentStatistic;
  }

  /** Rebuilds the coarser levels from the bins still held in full. */
  setStatistic(statistic: ColumnStatistic): void {
    if (statistic === this.currentStatistic) return;
    this.currentStatistic = statistic;
    const bins = this.levels[0];
    const range = this.ranges[0];
    const clippedBins = [...bins.values()].reduce((n, chunk) => n + sum(chunk.clipped), 0);
    this.reset();
    this.clipped = clippedBins;
    this.levels[0] = bins;
    this.ranges[0] = range;
    for (const chunk of bins.values()) this.cellBytes += chunkBytes(chunk);
    while (this.top < MAX_LEVEL && this.spansSeveralColumns(this.top)) this.addLevel();
  }

  /**
   * Stores `count` bins.
   * @param spotTick absolute tick of row k = 0 per bin; NaN = empty column
   * @param values `count * rows`, bin after bin
   */
  store(firstBin: number, count: number, spotTick: Float64Array, values: Float32Array): void {
    const height = Math.min(this.rows, MAX_COLUMN_ROWS);
    const skip = Math.floor((this.rows - height) / 2);
    const radius = (this.rows - 1) / 2;
    for (let i = 0; i < count; i++) {
      const bin = firstBin + i;
      const chunk = this.ensure(0, bin, height);
      const at = bin % BINS_PER_CHUNK;
      const known = Number.isFinite(spotTick[i]);
      if (!this.ranges[0].has(bin)) this.noteKnown(bin);
      setBins(chunk, at, 1);
      chunk.rows[at] = known ? height : 0;
      chunk.firstTick[at] = known ? spotTick[i] - radius + skip : 0;
      if (known) {
        const from = i * this.rows + skip;
        for (let r = 0; r < height; r++) chunk.data[at * height + r] = storedValue(values[from + r]);
      }
      this.setClipped(chunk, at, known ? this.rows - height : 0);
      this.view(0, bin, this.target);
      this.ranges[0].set(bin, maxMagnitude(this.target));
    }
    this.ranges[0].update(firstBin, firstBin + count - 1);
    this.rebuildAbove(firstBin, firstBin + count - 1);
  }

  /** Points `out` at a stored column; false if nothing was stored there. */
  view(level: number, column: number, out: ColumnView): boolean {
    const chunk = this.levels[level].get(Math.floor(column / BINS_PER_CHUNK));
    const at = column % BINS_PER_CHUNK;
    if (!chunk || chunk.bins[at] === 0) {
      out.rows = 0;
      out.bins = 0;
      return false;
    }
    out.data = chunk.data;
    out.weight = chunk.weight;
    out.offset = at * chunk.height;
    out.rows = chunk.rows[at];
    out.firstTick = chunk.firstTick[at];
    out.bins = chunk.bins[at];
    return true;
  }

  /**
   * As `view`, but with the bins before `endBin` alone: the column at the playhead must not show what comes
   * after it. The result stays valid until the next call.
   */
  viewUntil(level: number, column: number, endBin: number, out: ColumnView): boolean {
    const first = column * 2 ** level;
    if (first + 2 ** level <= endBin) return this.view(level, column, out);
    this.span.reset();
    let bins = 0;
    for (let bin = first; bin < endBin;) {
      const block = largestBlock(bin, endBin, level);
      if (this.view(block, bin / 2 ** block, this.childA)) {
        this.span.include(this.childA.firstTick, this.childA.rows, MAX_COLUMN_ROWS);
        bins += this.childA.bins;
      }
      bin += 2 ** block;
    }
    out.rows = this.span.rows;
    out.bins = bins;
    if (bins === 0) return false;
    if (this.scratch.length < out.rows) {
      this.scratch = new Float32Array(out.rows * 2);
      this.scratchWeight = new Float32Array(out.rows * 2);
    }
    out.data = this.scratch;
    out.weight = this.scratchWeight;
    out.offset = 0;
    out.firstTick = this.span.firstTick;
    clearColumn(out);
    for (let bin = first; bin < endBin;) {
      const block = largestBlock(bin, endBin, level);
      if (this.view(block, bin / 2 ** block, this.childA))
        mergeColumn(out, this.childA, this.currentStatistic);
      bin += 2 ** block;
    }
    return true;
  }

  /** Running maximum of magnitudes at a column of a level. */
  rangeAt(level: number, column: number): number {
    return this.ranges[level].at(column);
  }

  /** Frees one chunk; the levels above keep what was merged from it. */
  evict(level: number, chunkIndex: number): void {
    const chunk = this.levels[level].get(chunkIndex);
    if (!chunk) return;
    this.levels[level].delete(chunkIndex);
    this.cellBytes -= chunkBytes(chunk);
  }

  /** Whether bins were stored that this chunk does not hold (any more). */
  lacks(level: number, chunkIndex: number): boolean {
    const held = this.levels[level].get(chunkIndex)?.held ?? 0;
    return held < (this.known[level].get(chunkIndex) ?? 0);
  }

  /** The same for a single column. */
  lacksColumn(level: number, column: number): boolean {
    const held = this.view(level, column, this.target) ? this.target.bins : 0;
    return held < this.knownIn(level, column);
  }

  /** Bins stored once that are no longer held in full. */
  get evictedBins(): number {
    let bins = 0;
    for (const count of this.known[0].values()) bins += count;
    for (const chunk of this.levels[0].values()) bins -= chunk.held;
    return bins;
  }

  chunkIndices(level: number): IterableIterator<number> {
    return this.levels[level].keys();
  }

  get bytes(): number {
    return this.ranges.reduce((bytes, r) => bytes + r.bytes, this.cellBytes) + this.scratch.byteLength * 2;
  }

  /** Known cells lost because a merged column would have been too tall. */
  get clippedCells(): number {
    return this.clipped;
  }

  private reset(): void {
    this.levels = Array.from({ length: MAX_LEVEL + 1 }, () => new Map<number, LayerChunk>());
    this.ranges = Array.from({ length: MAX_LEVEL + 1 }, () => new RangeTrack(this.rangeStart));
    this.top = 0;
    this.cellBytes = 0;
    this.clipped = 0;
  }

  private noteKnown(bin: number): void {
    for (const [level, counts] of this.known.entries()) {
      const index = Math.floor(bin / (BINS_PER_CHUNK * 2 ** level));
      counts.set(index, (counts.get(index) ?? 0) + 1);
    }
  }

  private knownIn(level: number, column: number): number {
    // A column of a coarse level covers as many bins as a chunk of a finer one.
    if (level >= CHUNK_LEVEL) return this.known[level - CHUNK_LEVEL].get(column) ?? 0;
    let bins = 0;
    for (let bin = column * 2 ** level; bin < (column + 1) * 2 ** level; bin++) {
      if (this.ranges[0].has(bin)) bins++;
    }
    return bins;
  }

  private rebuildAbove(firstBin: number, lastBin: number): void {
    for (let level = 1; level <= this.top; level++) {
      const first = Math.floor(firstBin / 2 ** level);
      const last = Math.floor(lastBin / 2 ** level);
      for (let c = first; c <= last; c++) this.rebuild(level, c);
      this.ranges[level].update(first, last);
    }
    this.firstBin = Math.min(this.firstBin, firstBin);
    this.lastBin = Math.max(this.lastBin, lastBin);
    while (this.top < MAX_LEVEL && this.spansSeveralColumns(this.top)) this.addLevel();
  }

  private spansSeveralColumns(level: number): boolean {
    return (
      this.lastBin >= 0 && Math.floor(this.firstBin / 2 ** level) !== Math.floor(this.lastBin / 2 ** level)
    );
  }

  /** Builds the next coarser level from all columns of the present top. */
  private addLevel(): void {
    this.top++;
    const indices = [...this.levels[this.top - 1].keys()].sort((a, b) => a - b);
    for (const index of indices) {
      const first = (index * BINS_PER_CHUNK) / 2;
      const last = first + BINS_PER_CHUNK / 2 - 1;
      for (let c = first; c <= last; c++) this.rebuild(this.top, c);
      this.ranges[this.top].update(first, last);
    }
  }

  private rebuild(level: number, column: number): void {
    const hasA = this.view(level - 1, 2 * column, this.childA);
    const hasB = this.view(level - 1, 2 * column + 1, this.childB);
    const bins = (hasA ? this.childA.bins : 0) + (hasB ? this.childB.bins : 0);
    // Part of what this column was merged from may have been evicted: then the column knows more than its parts.
    if (bins === 0 || (this.view(level, column, this.target) && this.target.bins > bins)) return;
    this.span.reset();
    if (hasA) this.span.include(this.childA.firstTick, this.childA.rows, MAX_COLUMN_ROWS);
    if (hasB) this.span.include(this.childB.firstTick, this.childB.rows, MAX_COLUMN_ROWS);
    const chunk = this.ensure(level, column, this.span.rows);
    const at = column % BINS_PER_CHUNK;
    setBins(chunk, at, bins);
    chunk.rows[at] = this.span.rows;
    chunk.firstTick[at] = this.span.firstTick;
    this.view(level, column, this.target);
    clearColumn(this.target);
    const lostOfA = hasA ? mergeColumn(this.target, this.childA, this.currentStatistic) : 0;
    const lostOfB = hasB ? mergeColumn(this.target, this.childB, this.currentStatistic) : 0;
    this.setClipped(chunk, at, lostOfA + lostOfB);
    this.ranges[level].set(column, maxMagnitude(this.target));
  }

  private setClipped(chunk: LayerChunk, at: number, cells: number): void {
    this.clipped += cells - chunk.clipped[at];
    chunk.clipped[at] = cells;
  }

  /** The chunk of a column, with room for it. */
  private ensure(level: number, column: number, height: number): LayerChunk {
    const index = Math.floor(column / BINS_PER_CHUNK);
    const at = column % BINS_PER_CHUNK;
    let chunk = this.levels[level].get(index);
    if (!chunk) {
      chunk = createChunk(at, Math.max(height, 1), level > 0 && this.currentStatistic === 'mean');
      this.levels[level].set(index, chunk);
      this.cellBytes += chunkBytes(chunk);
    } else if (chunk.height < height || chunk.columns <= at) {
      this.cellBytes -= chunkBytes(chunk);
      growChunk(chunk, at, height);
      this.cellBytes += chunkBytes(chunk);
    }
    return chunk;
  }
}

/** Highest level below `below` whose block starts at `bin` and ends at or before `endBin`. */
function largestBlock(bin: number, endBin: number, below: number): number {
  let level = 0;
  while (level + 1 < below && bin % 2 ** (level + 1) === 0 && bin + 2 ** (level + 1) <= endBin) level++;
  return level;
}

function createChunk(at: number, height: number, weighted: boolean): LayerChunk {
  const columns = columnsFor(at);
  return {
    columns,
    height,
    held: 0,
    data: new Float32Array(columns * height),
    weight: weighted ? new Float32Array(columns * height) : null,
    firstTick: new Float64Array(BINS_PER_CHUNK),
    rows: new Int32Array(BINS_PER_CHUNK),
    bins: new Int32Array(BINS_PER_CHUNK),
    clipped: new Int32Array(BINS_PER_CHUNK),
  };
}

/** Room for the column `at` of a chunk. */
function columnsFor(at: number): number {
  return Math.max(LEAST_COLUMNS, 2 ** Math.ceil(Math.log2(at + 1)));
}

function growChunk(chunk: LayerChunk, at: number, height: number): void {
  const columns = Math.max(chunk.columns, columnsFor(at));
  const taller = Math.min(Math.max(height, Math.ceil(chunk.height * 1.25)), MAX_COLUMN_ROWS);
  const wanted = height > chunk.height ? taller : chunk.height;
  chunk.data = regrow(chunk.data, chunk, columns, wanted);
  if (chunk.weight) chunk.weight = regrow(chunk.weight, chunk, columns, wanted);
  chunk.columns = columns;
  chunk.height = wanted;
}

function regrow(from: Float32Array, old: LayerChunk, columns: number, height: number): Float32Array {
  const to = new Float32Array(columns * height);
  for (let c = 0; c < old.columns; c++)
    to.set(from.subarray(c * old.height, (c + 1) * old.height), c * height);
  return to;
}

function chunkBytes(chunk: LayerChunk): number {
  const cells = chunk.data.byteLength + (chunk.weight?.byteLength ?? 0);
  return cells + BINS_PER_CHUNK * (Float64Array.BYTES_PER_ELEMENT + 3 * Int32Array.BYTES_PER_ELEMENT);
}

function sum(counts: Int32Array): number {
  return counts.reduce((a, b) => a + b, 0);
}

function setBins(chunk: LayerChunk, at: number, bins: number): void {
  chunk.held += bins - chunk.bins[at];
  chunk.bins[at] = bins;
}
