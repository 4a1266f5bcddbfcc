/**
 * A byte source as a stream of pieces, with its compression taken off. Pull based: nothing is read before the
 * consumer asks for the next piece, and a piece is valid until then.
 */
import type { AbortFlag } from '#base/abort';
import { fail, problem, ProblemError } from '#base/problem';
import type { ByteSource } from '#core/io/byte-source';
import type { Compression, Decompressor } from '#core/io/decompress';

export type DecompressorFactory = (compression: Compression) => Promise<Decompressor>;

export interface ByteStreamOptions {
  readonly signal?: AbortFlag | undefined;
  /** Bytes per read. */
  readonly sliceBytes?: number | undefined;
  /** Told the position in the source after every read. */
  readonly onRead?: ((bytesRead: number) => void) | undefined;
}

const SLICE_BYTES = 1 << 20;

/**
 * @param compression outermost first
 * @throws ProblemError of the source or of a decompressor, after everything before the damage was delivered;
 * `import/cancelled` once the signal is set
 */
export async function* byteStream(
  source: ByteSource,
  compression: readonly Compression[],
  openDecompressor: DecompressorFactory,
  options: ByteStreamOptions = {},
): AsyncGenerator<Uint8Array, void, void> {
  let stream = slices(source, options);
  for (const layer of compression) stream = decompressed(stream, await openDecompressor(layer));
  yield* stream;
}

async function* slices(
  source: ByteSource,
  options: ByteStreamOptions,
): AsyncGenerator<Uint8Array, void, void> {
  const sliceBytes = options.sliceBytes ?? SLICE_BYTES;
  for (let at = 0; ;) {
    if (options.signal?.aborted) fail('import/cancelled', 'Reading was cancelled.');
    const slice = await source.slice(at, at + sliceBytes);
    if (slice.length === 0) return;
    at += slice.length;
    options.onRead?.(at);
    yield slice;
    if (source.size !== undefined && at >= source.size) return;
  }
}

/**
 * A decompressor delivers all output of a push before it returns, so the input is fed in steps that follow the
 * ratio seen so far: a few bytes of a hostile file can stand for gigabytes.
 */
const MIN_STEP = 1 << 10;
const MAX_STEP = 64 << 10;
const AIM_BYTES = 2 << 20;
const MAX_BYTES_PER_STEP = 128 << 20;

async function* decompressed(
  outer: AsyncGenerator<Uint8Array, void, void>,
  decompressor: Decompressor,
): AsyncGenerator<Uint8Array, void, void> {
  const pieces = new PiecePool();
  let ended = false;
  let step = MIN_STEP;
  try {
    for await (const slice of outer) {
      for (let at = 0; at < slice.length;) {
        const input = slice.subarray(at, at + step);
        at += input.length;
        pieces.clear();
        const damage = decompressor.push(input, pieces.add);
        pieces.inputOffset += input.length;
        yield* pieces.all();
        if (damage) throw new ProblemError(damage);
        if (pieces.bytes > AIM_BYTES) step = Math.max(MIN_STEP, step >> 1);
        else if (pieces.bytes < AIM_BYTES / 4) step = Math.min(MAX_STEP, step << 1);
      }
    }
    ended = true;
    pieces.clear();
    const damage = decompressor.end(pieces.add);
    yield* pieces.all();
    if (damage) throw new ProblemError(damage);
  } finally {
    if (!ended) decompressor.close();
  }
}

/** Copies of the pieces of one step, in buffers that serve again for the next. */
class PiecePool {
  readonly #buffers: Uint8Array[] = [];
  readonly #lengths: number[] = [];
  bytes = 0;
  /** Where the input under way began, in bytes from that of its layer. */
  inputOffset = 0;

  clear(): void {
    this.#lengths.length = 0;
    this.bytes = 0;
  }

  readonly add = (piece: Uint8Array): void => {
    this.bytes += piece.length;
    if (this.bytes > MAX_BYTES_PER_STEP) {
      throw new ProblemError(
        problem('import/expands-too-much', 'A few compressed bytes stand for more than 128 MiB.', {
          offset: this.inputOffset,
          tip: 'This is not how market data compresses. If the file is to be trusted, decompress it first.',
        }),
      );
    }
    const i = this.#lengths.length;
    if (i === this.#buffers.length || this.#buffers[i].length < piece.length) {
      this.#buffers[i] = new Uint8Array(Math.max(piece.length, 64 << 10));
    }
    this.#buffers[i].set(piece);
    this.#lengths.push(piece.length);
  };

  *all(): Generator<Uint8Array, void, void> {
    for (let i = 0; i < this.#lengths.length; i++) yield this.#buffers[i].subarray(0, this.#lengths[i]);
  }
}
