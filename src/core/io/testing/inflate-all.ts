import type { Problem } from '#base/problem';
import { createDecompressor, type Compression } from '#core/io/decompress';
import { concatenate, WHOLE, type Slicer } from '#core/io/testing/slices';

export interface Inflated {
  readonly bytes: Uint8Array;
  readonly problem: Problem | undefined;
  readonly largestPiece: number;
}

/** Everything that a decompressor makes of `bytes`, fed in the given slices. */
export async function inflateAll(
  kind: Compression,
  bytes: Uint8Array,
  slicer: Slicer = WHOLE,
): Promise<Inflated> {
  const decompressor = await createDecompressor(kind);
  const pieces: Uint8Array[] = [];
  let largestPiece = 0;
  const keep = (piece: Uint8Array): void => {
    pieces.push(piece.slice());
    largestPiece = Math.max(largestPiece, piece.length);
  };
  let problem: Problem | undefined;
  for (const slice of slicer(bytes)) {
    problem = decompressor.push(slice, keep);
    if (problem) break;
  }
  problem = decompressor.end(keep);
  return { bytes: concatenate(pieces), problem, largestPiece };
}
