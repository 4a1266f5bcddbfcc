import { ZSTDDecoder } from 'zstddec/stream';
import { ProblemError, problem, type Problem } from '#base/problem';
import type { Decompressor } from '#core/io/decompress';

/** What is used of the WebAssembly module inside zstddec. Pointers and sizes are u32. */
interface ZstdExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  malloc(bytes: number): number;
  free(pointer: number): void;
  ZSTD_createDCtx(): number;
  ZSTD_freeDCtx(context: number): number;
  /** Error code, or 0 at the end of a frame, or how many input bytes the decoder would like next. */
  ZSTD_decompressStream(context: number, output: number, input: number): number;
}

const INPUT_BYTES = 256 << 10;
/** About 18,000 MBO records: large enough for long runs, small enough to stay in cache. */
const OUTPUT_BYTES = 1 << 20;
/** Input and output buffer descriptions: pointer, size, position. */
const DESCRIPTION_WORDS = 3;

/** With which bytes a frame's header can be told. */
const FRAME_START_BYTES = 5;

const BLOCK_HEADER_BYTES = 3;

const MAX_ERROR_CODE = 120;
const ERROR_PREFIX_UNKNOWN = 10;
const ERROR_WINDOW_TOO_LARGE = 16;
const ERROR_CHECKSUM = 22;
const ERROR_DICTIONARY = 32;
const ERROR_MEMORY = 64;

let captured: ZstdExports | undefined;

/** zstddec offers no push interface, and its streaming loop does not look at error codes; so we drive its module. */
class ModuleLoader extends ZSTDDecoder {
  override _init(result: Parameters<ZSTDDecoder['_init']>[0]): void {
    super._init(result);
    captured = result.instance.exports as unknown as ZstdExports;
  }
}

/** @throws ProblemError `zstd/unavailable` where WebAssembly cannot be started */
export async function createZstdDecompressor(): Promise<Decompressor> {
  if (!captured) {
    try {
      await new ModuleLoader().init();
    } catch (error) {
      throw new ProblemError(unavailable(error));
    }
  }
  if (!captured) throw new Error('zstddec was started elsewhere, out of reach of this module');
  return new ZstdDecompressor(captured);
}

/**
 * Frames one after another, skippable ones included. The decoder is given exactly the bytes it asks for, so that
 * each call ends with a block: whatever precedes a damaged block has then been output, and the damage is located.
 * Memory: the frame's window (at most 128 MiB, a limit of the decoder) and two buffers, whatever the data says.
 */
class ZstdDecompressor implements Decompressor {
  private readonly context: number;
  private readonly memory: number;
  private readonly input: number;
  private readonly output: number;
  private words: Uint32Array;
  private isOpen = true;
  private failure: Problem | undefined;
  /** Compressed bytes used. */
  private offset = 0;
  private outputUsed = 0;
  /** Bytes until the current header or block is complete, and where it started. */
  private wanted = FRAME_START_BYTES;
  private unitOffset = 0;
  private frames = 0;
  private isBetweenFrames = true;

  constructor(private readonly zstd: ZstdExports) {
    this.memory = zstd.malloc(INPUT_BYTES + OUTPUT_BYTES + 2 * DESCRIPTION_WORDS * 4);
    this.context = zstd.ZSTD_createDCtx();
    this.input = this.memory + 2 * DESCRIPTION_WORDS * 4;
    this.output = this.input + INPUT_BYTES;
    this.words = new Uint32Array(zstd.memory.buffer);
    if (this.memory === 0 || this.context === 0) this.fail(ERROR_MEMORY);
  }

  push(bytes: Uint8Array, onOutput: (piece: Uint8Array) => void): Problem | undefined {
    if (!this.isOpen) return this.failure;
    for (let at = 0; at < bytes.length && !this.failure; at += INPUT_BYTES) {
      this.decode(bytes.subarray(at, at + INPUT_BYTES), onOutput);
    }
    this.deliver(onOutput);
    if (this.failure) this.close();
    return this.failure;
  }

  end(): Problem | undefined {
    this.close();
    if (!this.failure && (this.frames === 0 || !this.isBetweenFrames)) {
      this.failure = problem('zstd/truncated', 'The compressed input ends in the middle.', {
        offset: this.offset,
        tip: 'The file is incomplete; get it again.',
      });
    }
    return this.failure;
  }

  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.zstd.ZSTD_freeDCtx(this.context);
    this.zstd.free(this.memory);
  }

  private decode(bytes: Uint8Array, onOutput: (piece: Uint8Array) => void): void {
    new Uint8Array(this.zstd.memory.buffer, this.input, bytes.length).set(bytes);
    let position = 0;
    let isFull = false;
    while (position < bytes.length || isFull) {
      const before = this.outputUsed;
      const limit = Math.min(bytes.length, position + this.stepBytes());
      const result = this.step(position, limit);
      const used = this.inputPosition() - position;
      if (result > 0xffffffff - MAX_ERROR_CODE) {
        this.fail(0xffffffff - result + 1);
        return;
      }
      // Every call must bring something forward, or damaged input could be chewed for ever.
      if (used === 0 && this.outputUsed === before && !isFull) {
        this.fail(0);
        return;
      }
      position += used;
      this.offset += used;
      this.account(used, result, this.outputUsed > before);
      isFull = this.outputUsed === OUTPUT_BYTES;
      if (isFull) this.deliver(onOutput);
    }
  }

  /** One call of the decoder with input `[position, limit)`; updates `outputUsed` where it succeeds. */
  private step(position: number, limit: number): number {
    const words = this.freshWords();
    const out = this.memory >>> 2;
    words[out] = this.output;
    words[out + 1] = OUTPUT_BYTES;
    words[out + 2] = this.outputUsed;
    words[out + 3] = this.input;
    words[out + 4] = limit;
    words[out + 5] = position;
    const result = this.zstd.ZSTD_decompressStream(
      this.context,
      this.memory,
      this.memory + DESCRIPTION_WORDS * 4,
    );
    this.outputUsed = this.freshWords()[out + 2];
    return result >>> 0;
  }

  private inputPosition(): number {
    return this.words[(this.memory >>> 2) + 5];
  }

  /** The module's memory as words; its buffer is replaced when it grows. */
  private freshWords(): Uint32Array {
    if (this.words.buffer !== this.zstd.memory.buffer) this.words = new Uint32Array(this.zstd.memory.buffer);
    return this.words;
  }

  /** The decoder asks for a block and the header after it; in one call, a bad header would take the block along. */
  private stepBytes(): number {
    return this.wanted > BLOCK_HEADER_BYTES ? this.wanted - BLOCK_HEADER_BYTES : this.wanted;
  }

  private account(used: number, result: number, hasOutput: boolean): void {
    this.wanted -= used;
    if (hasOutput && this.wanted === BLOCK_HEADER_BYTES) this.unitOffset = this.offset;
    if (result === 0) {
      this.frames++;
      this.isBetweenFrames = true;
      this.wanted = FRAME_START_BYTES;
      this.unitOffset = this.offset;
      return;
    }
    if (used > 0) this.isBetweenFrames = false;
    if (this.wanted <= 0) {
      this.wanted = result;
      this.unitOffset = this.offset;
    }
  }

  private deliver(onOutput: (piece: Uint8Array) => void): void {
    if (this.outputUsed === 0 || !this.isOpen) return;
    const piece = new Uint8Array(this.zstd.memory.buffer, this.output, this.outputUsed);
    this.outputUsed = 0;
    onOutput(piece);
  }

  private fail(code: number): void {
    this.failure = describe(code, this.unitOffset, this.frames > 0);
  }
}

function unavailable(error: unknown): Problem {
  const reason = error instanceof Error ? error.message : String(error);
  return problem('zstd/unavailable', `The zstd decoder cannot be started: ${reason}`, {
    tip: 'The page or its host may forbid WebAssembly. Decompress the file first.',
  });
}

function describe(code: number, offset: number, isAfterFrame: boolean): Problem {
  const read = 'What precedes the damage was read.';
  switch (code) {
    case ERROR_PREFIX_UNKNOWN:
      return isAfterFrame
        ? problem('zstd/trailing-garbage', 'Something that is not zstd follows the compressed input.', {
            offset,
            tip: 'What precedes it was read.',
          })
        : problem('zstd/corrupt', 'The input is not a zstd frame.', {
            offset,
            tip: 'Its beginning is damaged; get it again.',
          });
    case ERROR_WINDOW_TOO_LARGE:
      return problem(
        'zstd/window-too-large',
        'The compressed input needs more than 128 MiB of memory to be read.',
        {
          offset,
          tip: 'Compress it again with a window of at most 27 bits (zstd --long=27).',
        },
      );
    case ERROR_CHECKSUM:
      return problem('zstd/checksum', 'The decompressed data does not match its checksum.', {
        offset,
        tip: 'Some of what was read is wrong; get the file again.',
      });
    case ERROR_DICTIONARY:
      return problem(
        'zstd/dictionary',
        'The input was compressed with a dictionary, which is not supported.',
        { offset, tip: 'Decompress it with its dictionary first.' },
      );
    case ERROR_MEMORY:
      return problem('zstd/out-of-memory', 'There is not enough memory to decompress the input.', {
        offset,
        tip: 'Close other pages, or decompress the file first.',
      });
    default:
      return problem('zstd/corrupt', 'The compressed input is damaged.', { offset, tip: read });
  }
}
