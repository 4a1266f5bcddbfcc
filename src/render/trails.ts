import type { ColumnBatch } from '#protocol/render-contract';
import { BINS_PER_CHUNK, MAX_LEVEL } from './chunk';

/** At level 0, where a column is one bin, `spotMin` and `spotMax` are the array of `spot`. */
interface TrailChunk {
  readonly spotMin: Float64Array;
  readonly spotMax: Float64Array;
  /** Of the newest bin in the column that has a spot. */
  readonly spot: Float64Array;
  readonly bid: Float64Array;
  readonly ask: Float64Array;
}

interface ScoreChunk {
  readonly score: Float64Array;
  readonly ready: Uint8Array;
}

/** Spot and best prices of one column, in ticks; NaN = none. */
export interface TrailPoint {
  spotMin: number;
  spotMax: number;
  spot: number;
  bid: number;
  ask: number;
}

export function createTrailPoint(): TrailPoint {
  return { spotMin: NaN, spotMax: NaN, spot: NaN, bid: NaN, ask: NaN };
}

/** Newest bins searched for a last known spot. */
const SPOT_SEARCH_BINS = 4096;
const FINE_BYTES = BINS_PER_CHUNK * 3 * Float64Array.BYTES_PER_ELEMENT;
const MERGED_BYTES = BINS_PER_CHUNK * 5 * Float64Array.BYTES_PER_ELEMENT;
const SCORE_BYTES = BINS_PER_CHUNK * (Float64Array.BYTES_PER_ELEMENT + 1);

/**
 * What each bin says once instead of per row: spot, best bid and ask, model score. Prices are also kept per
 * column of the coarser levels (range and last), so that drawing a whole session costs one point per pixel.
 */
export class Trails {
  private readonly levels = Array.from({ length: MAX_LEVEL + 1 }, () => new Map<number, TrailChunk>());
  private readonly scores = new Map<number, ScoreChunk>();
  private first = Infinity;
  private end = 0;

  store(batch: ColumnBatch): void {
    const { firstBin, count } = batch;
    for (let i = 0; i < count; i++) {
      const bin = firstBin + i;
      const index = Math.floor(bin / BINS_PER_CHUNK);
      const at = bin % BINS_PER_CHUNK;
      const chunk = this.ensure(0, index);
      const spot = finiteOrNone(batch.spotTick[i]);
      chunk.spot[at] = spot;
      chunk.bid[at] = finiteOrNone(batch.bestBidTick[i]);
      chunk.ask[at] = finiteOrNone(batch.bestAskTick[i]);
      const score = this.ensureScore(index);
      const value = batch.score[i];
      const usable = Number.isFinite(value);
      score.score[at] = usable ? Math.min(Math.max(value, -1), 1) : 0;
      score.ready[at] = usable && batch.ready[i] !== 0 ? 1 : 0;
    }
    this.first = Math.min(this.first, firstBin);
    this.end = Math.max(this.end, firstBin + count);
    for (let level = 1; level <= MAX_LEVEL; level++) {
      const last = Math.floor((firstBin + count - 1) / 2 ** level);
      for (let c = Math.floor(firstBin / 2 ** level); c <= last; c++) this.rebuild(level, c);
    }
  }

  /** Fills `out` for a column; all NaN where nothing is held. */
  read(level: number, column: number, out: TrailPoint): void {
    const chunk = this.chunkOf(level, column);
    if (!chunk) {
      out.spotMin = out.spotMax = out.spot = out.bid = out.ask = NaN;
      return;
    }
    const at = column % BINS_PER_CHUNK;
    out.spotMin = chunk.spotMin[at];
    out.spotMax = chunk.spotMax[at];
    out.spot = chunk.spot[at];
    out.bid = chunk.bid[at];
    out.ask = chunk.ask[at];
  }

  /** Spot of one bin in ticks; NaN = none. */
  spot(bin: number): number {
    const chunk = this.chunkOf(0, bin);
    return chunk ? chunk.spot[bin % BINS_PER_CHUNK] : NaN;
  }

  /** Newest spot at or before `bin`; NaN if none of the last 4096 bins has one. */
  lastSpot(bin: number): number {
    for (let b = bin; b >= Math.max(this.first, bin - SPOT_SEARCH_BINS); b--) {
      const spot = this.spot(b);
      if (spot === spot) return spot;
    }
    return NaN;
  }

  /** Model score of one bin; NaN while the model is not ready. */
  readyScore(bin: number): number {
    const chunk = bin >= 0 ? this.scores.get(Math.floor(bin / BINS_PER_CHUNK)) : undefined;
    return chunk?.ready[bin % BINS_PER_CHUNK] === 1 ? chunk.score[bin % BINS_PER_CHUNK] : NaN;
  }

  /** First bin held; equal to `endBin` when nothing is held. */
  get firstBin(): number {
    return Math.min(this.first, this.end);
  }

  /** One past the newest bin held. */
  get endBin(): number {
    return this.end;
  }

  get bytes(): number {
    const [fine, ...merged] = this.levels.map((level) => level.size);
    const chunks = merged.reduce((sum, size) => sum + size, 0);
    return fine * FINE_BYTES + chunks * MERGED_BYTES + this.scores.size * SCORE_BYTES;
  }

  private rebuild(level: number, column: number): void {
    const chunk = this.ensure(level, Math.floor(column / BINS_PER_CHUNK));
    const at = column % BINS_PER_CHUNK;
    const children = this.chunkOf(level - 1, 2 * column);
    if (!children) return;
    const a = (2 * column) % BINS_PER_CHUNK;
    const b = a + 1;
    chunk.spotMin[at] = smaller(children.spotMin[a], children.spotMin[b]);
    chunk.spotMax[at] = larger(children.spotMax[a], children.spotMax[b]);
    chunk.spot[at] = later(children.spot[a], children.spot[b]);
    chunk.bid[at] = later(children.bid[a], children.bid[b]);
    chunk.ask[at] = later(children.ask[a], children.ask[b]);
  }

  private chunkOf(level: number, column: number): TrailChunk | undefined {
    return column >= 0 ? this.levels[level].get(Math.floor(column / BINS_PER_CHUNK)) : undefined;
  }

  private ensure(level: number, index: number): TrailChunk {
    let chunk = this.levels[level].get(index);
    if (!chunk) {
      const none = (): Float64Array => new Float64Array(BINS_PER_CHUNK).fill(NaN);
      const spot = none();
      chunk =
        level === 0
          ? { spotMin: spot, spotMax: spot, spot, bid: none(), ask: none() }
          : { spotMin: none(), spotMax: none(), spot, bid: none(), ask: none() };
      this.levels[level].set(index, chunk);
    }
    return chunk;
  }

  private ensureScore(index: number): ScoreChunk {
    let chunk = this.scores.get(index);
    if (!chunk) {
      chunk = { score: new Float64Array(BINS_PER_CHUNK), ready: new Uint8Array(BINS_PER_CHUNK) };
      this.scores.set(index, chunk);
    }
    return chunk;
  }
}

function finiteOrNone(v: number): number {
  return Number.isFinite(v) ? v : NaN;
}

/** Of two values where NaN means none. */
function smaller(a: number, b: number): number {
  return b < a || a !== a ? b : a;
}

function larger(a: number, b: number): number {
  return b > a || a !== a ? b : a;
}

function later(a: number, b: number): number {
  return b === b ? b : a;
}
