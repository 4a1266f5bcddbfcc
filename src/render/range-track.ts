import { BINS_PER_CHUNK } from './chunk';

/** Decay of the running maximum per column (section 22.2, per bin there). */
const DECAY = 0.995;
/** Across a longer gap the running maximum starts anew. */
const LONGEST_GAP = BINS_PER_CHUNK;

interface RangeChunk {
  /** NaN = column not stored. */
  readonly maximum: Float32Array;
  readonly running: Float32Array;
}

/**
 * Largest magnitude of each column and the running maximum over the columns up to it: the automatic colour
 * range. Each level has its own track, so the range depends on the columns alone: neither on what was drawn
 * nor on the order in which the columns arrived.
 */
export class RangeTrack {
  private readonly chunks = new Map<number, RangeChunk>();
  private end = 0;

  /** @param start value before the first column */
  constructor(private readonly start: number) {}

  set(column: number, magnitude: number): void {
    this.ensure(Math.floor(column / BINS_PER_CHUNK)).maximum[column % BINS_PER_CHUNK] = magnitude;
    if (column >= this.end) this.end = column + 1;
  }

  /** Brings the running maximum up to date after `set` on the columns first..last. */
  update(first: number, last: number): void {
    let previous = this.lastStored(first - 1);
    let running = previous >= 0 ? this.runningAt(previous) : 0;
    for (let c = first; c < this.end; c++) {
      const chunk = this.chunks.get(Math.floor(c / BINS_PER_CHUNK));
      const i = c % BINS_PER_CHUNK;
      const maximum = chunk ? chunk.maximum[i] : NaN;
      const gap = c - previous;
      if (!chunk || maximum !== maximum) {
        if (c > last && gap > LONGEST_GAP) return;
        continue;
      }
      const decayed = previous >= 0 && gap <= LONGEST_GAP ? running * DECAY ** gap : this.start * DECAY;
      running = Math.fround(Math.max(maximum, decayed));
      if (c > last && running === chunk.running[i]) return;
      chunk.running[i] = running;
      previous = c;
    }
  }

  /** Running maximum at the newest stored column at or before `column`; the start value if there is none near. */
  at(column: number): number {
    const stored = this.lastStored(column);
    return stored >= 0 ? this.runningAt(stored) : this.start;
  }

  has(column: number): boolean {
    const maximum = this.chunks.get(Math.floor(column / BINS_PER_CHUNK))?.maximum[column % BINS_PER_CHUNK];
    return maximum !== undefined && maximum === maximum;
  }

  get bytes(): number {
    return this.chunks.size * BINS_PER_CHUNK * 2 * Float32Array.BYTES_PER_ELEMENT;
  }

  private runningAt(column: number): number {
    return this.chunks.get(Math.floor(column / BINS_PER_CHUNK))!.running[column % BINS_PER_CHUNK];
  }

  /** -1 if none of the `LONGEST_GAP` columns up to this one is stored. */
  private lastStored(column: number): number {
    const from = Math.min(column, this.end - 1);
    const until = Math.max(column - LONGEST_GAP, -1);
    for (let c = from; c > until; c--) {
      const chunk = this.chunks.get(Math.floor(c / BINS_PER_CHUNK));
      const maximum = chunk ? chunk.maximum[c % BINS_PER_CHUNK] : NaN;
      if (maximum === maximum) return c;
    }
    return -1;
  }

  private ensure(index: number): RangeChunk {
    let chunk = this.chunks.get(index);
    if (!chunk) {
      chunk = {
        maximum: new Float32Array(BINS_PER_CHUNK).fill(NaN),
        running: new Float32Array(BINS_PER_CHUNK),
      };
      this.chunks.set(index, chunk);
    }
    return chunk;
  }
}
