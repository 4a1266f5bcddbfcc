import type { Problem } from '#base/problem';

export type Compression = 'zstd' | 'gzip';

/**
 * Decompresses a stream handed over in slices of any size. The first problem ends it: what was decompressed
 * before has been delivered, and later calls return the same problem.
 */
export interface Decompressor {
  /**
   * @param onOutput receives pieces of at most 1 MiB, valid only during the call
   * @returns a problem (its `offset` counts compressed bytes), or `undefined` while all is well
   */
  push(bytes: Uint8Array, onOutput: (piece: Uint8Array) => void): Problem | undefined;
  /** The input is complete. Releases memory. */
  end(): Problem | undefined;
  /** Releases memory of a stream that is given up; `push` and `end` may not follow. */
  close(): void;
}
