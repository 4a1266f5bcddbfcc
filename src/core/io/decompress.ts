import type { Problem } from '#base/problem';
import { createGunzip } from '#core/io/gzip';
import { createZstdDecompressor } from '#core/io/zstd';

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
  /** The input is complete: the last output and problem. Releases memory. */
  end(onOutput: (piece: Uint8Array) => void): Problem | undefined;
  /** Releases memory of a stream that is given up; `push` and `end` may not follow. */
  close(): void;
}

/** @throws ProblemError `zstd/unavailable` where WebAssembly cannot be started */
export function createDecompressor(kind: Compression): Promise<Decompressor> {
  return kind === 'zstd' ? createZstdDecompressor() : Promise.resolve(createGunzip());
}

/** Bytes of prefix that decide. */
export const COMPRESSION_SNIFF_BYTES = 4;

/**
 * The compression that the first bytes announce. A zstd stream may start with a skippable frame, as does the
 * old DBZ format: ask `sniffDbn` first.
 */
export function sniffCompression(prefix: Uint8Array): Compression | undefined {
  const [a, b, c, d] = prefix;
  if (a === 0x1f && b === 0x8b) return 'gzip';
  if (a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd) return 'zstd';
  return (a & 0xf0) === 0x50 && b === 0x2a && c === 0x4d && d === 0x18 ? 'zstd' : undefined;
}
