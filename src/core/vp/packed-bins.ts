/**
 * Closed bins on their way from the thread that keeps the book to the thread that scores them, in one buffer:
 *
 *   count, the notes of the bins, their rows, then any number of (length > 0, feeds), then 0
 *
 * The buffer is either transferred and comes back empty-handed, or shared memory that both threads see; what is in it
 * is the same.
 */
import type { VpRuntimeConfig } from '#core/config/runtime-config';
import { NOTES, type BinNotes } from '#core/vp/bin-notes';
import { BLOCK_BINS, FLOAT_COUNT } from '#core/vp/frame-block';
import type { KernelPort } from '#core/vp/kernel-port';
import { FEED_HEAD } from '#core/vp/spectrum-feeder';

export interface PackedBins {
  readonly numbers: Float64Array;
  /** What the times in the notes count from, ns since the epoch. */
  readonly timeBaseNs: bigint;
}

/** Buffers kept for later blocks: no more of them are ever under way. */
const MAX_SPARES = 4;

/** Places of the parts of `PackedBins`. */
export const PACKED_NOTES = 1;
export function packedRows(count: number): number {
  return PACKED_NOTES + count * NOTES;
}
export function packedFeeds(count: number, rows: number): number {
  return packedRows(count) + count * FLOAT_COUNT * rows;
}

export class BinPacker {
  private readonly rows: number;
  private readonly spares: ArrayBufferLike[] = [];
  /** Numbers in each buffer. */
  private room: number;

  /**
   * @param kernel one that is scored apart
   * @param isShared in shared memory, which needs an isolated page
   */
  constructor(
    private readonly kernel: KernelPort,
    config: VpRuntimeConfig,
    private readonly isShared: boolean,
  ) {
    this.rows = 2 * config.grid_radius_ticks + 1;
    // Ticks that keep their lane; whole histories of some come on top.
    const feeds = this.rows * (FEED_HEAD + BLOCK_BINS) + kernel.feeds.length;
    this.room = packedFeeds(BLOCK_BINS, this.rows) + feeds;
  }

  /** The bins that the kernel holds, with what their scores need. Once for each block: feeds are told only once. */
  pack(notes: BinNotes, timeBaseNs: bigint): PackedBins {
    const { kernel, rows } = this;
    const { count } = notes;
    let numbers = new Float64Array(this.spares.pop() ?? this.newBuffer(this.room));
    numbers[0] = count;
    numbers.set(notes.values.subarray(0, count * NOTES), PACKED_NOTES);
    numbers.set(kernel.floats.subarray(0, count * FLOAT_COUNT * rows), packedRows(count));
    let at = packedFeeds(count, rows);
    kernel.beginFeeds();
    for (let length = kernel.moreFeeds(); length > 0; length = kernel.moreFeeds()) {
      if (at + length + 2 > numbers.length) numbers = this.larger(numbers, at + length + 2);
      numbers[at] = length;
      numbers.set(kernel.feeds.subarray(0, length), at + 1);
      at += 1 + length;
    }
    numbers[at] = 0;
    return { numbers, timeBaseNs };
  }

  /** Takes back the buffer of an earlier block. */
  recycle(buffer: ArrayBufferLike): void {
    const fits = buffer.byteLength === this.room * 8;
    if (fits && this.spares.length < MAX_SPARES) this.spares.push(buffer);
  }

  private larger(numbers: Float64Array, least: number): Float64Array {
    this.room = Math.max(least, 2 * numbers.length);
    this.spares.length = 0;
    const grown = new Float64Array(this.newBuffer(this.room));
    grown.set(numbers);
    return grown;
  }

  private newBuffer(length: number): ArrayBufferLike {
    return this.isShared ? new SharedArrayBuffer(length * 8) : new ArrayBuffer(length * 8);
  }
}

/** What has to be transferred with a block; shared memory is not. */
export function packedTransfers({ numbers }: PackedBins): ArrayBuffer[] {
  return numbers.buffer instanceof ArrayBuffer ? [numbers.buffer] : [];
}
