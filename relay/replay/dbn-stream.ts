/** A DBN file, compressed or not, as metadata and runs of whole records, byte for byte. */
import { ProblemError } from '#base/problem';
import { DbnFramer, type FramedPart } from '#core/dbn/dbn-framer';
import { DBN_SNIFF_BYTES, sniffDbn } from '#core/dbn/sniff-dbn';
import type { ByteSource } from '#core/io/byte-source';
import { byteStream } from '#core/io/byte-stream';
import { createDecompressor, sniffCompression } from '#core/io/decompress';

/** Small enough that a run does not hold up the relay. */
const SLICE_BYTES = 128 << 10;

/**
 * Parts are valid until the next is asked for.
 *
 * @throws ProblemError of the file, a decompressor or the framer, after what was whole
 */
export async function* dbnStream(source: ByteSource): AsyncGenerator<FramedPart, void, void> {
  const prefix = await source.slice(0, DBN_SNIFF_BYTES);
  const compression = sniffDbn(prefix) ? undefined : sniffCompression(prefix);
  const framer = new DbnFramer();
  const layers = compression ? [compression] : [];
  for await (const bytes of byteStream(source, layers, createDecompressor, { sliceBytes: SLICE_BYTES })) {
    yield* framer.push(bytes);
    if (framer.problem) throw new ProblemError(framer.problem);
  }
  const problem = framer.end();
  if (problem) throw new ProblemError(problem);
}
