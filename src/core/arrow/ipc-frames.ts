/**
 * Arrow IPC bytes → whole messages, one at a time, so that memory holds one record batch and not the file.
 * The *file* form is the *stream* form between a magic and a footer; the footer is not needed to read in order.
 * Source: Arrow columnar format, "Serialization and interprocess communication".
 */
import { fail } from '#base/problem';
import { FlatTable } from '#core/arrow/flat-table';
import { isWellFormedMessage } from '#core/arrow/verify-message';

export interface IpcFrame {
  readonly kind: 'schema' | 'dictionary' | 'batch';
  /** The message with its prefix and body, starting at a multiple of 8. */
  readonly bytes: Uint8Array;
  /** Of the message in the input. */
  readonly offset: number;
  /** Of a dictionary. */
  readonly dictionaryId: number;
  readonly isDelta: boolean;
  /** Buffers of the body are compressed. */
  readonly isCompressed: boolean;
}

export const ARROW_FILE_MAGIC = [0x41, 0x52, 0x52, 0x4f, 0x57, 0x31, 0, 0]; // ARROW1
const CONTINUATION = 0xffffffff;
const PREFIX_BYTES = 8;
const MAX_METADATA_BYTES = 64 << 20;
const MAX_BODY_BYTES = 1 << 30;

// Fields of Message, RecordBatch and DictionaryBatch in Schema.fbs and Message.fbs.
const MESSAGE_HEADER_TYPE = 1;
const MESSAGE_HEADER = 2;
const MESSAGE_BODY_LENGTH = 3;
const HEADER_SCHEMA = 1;
const HEADER_DICTIONARY = 2;
const HEADER_BATCH = 3;
const BATCH_LENGTH = 0;
const BATCH_NODES = 1;
const BATCH_COMPRESSION = 3;
const BATCH_BUFFERS = 2;
const BATCH_VARIADIC_COUNTS = 4;
/** Bytes of the structs FieldNode and Buffer. */
const STRUCT_BYTES = 16;
const MAX_ROWS = 2 ** 28;
const DICTIONARY_ID = 0;
const DICTIONARY_DATA = 1;
const DICTIONARY_IS_DELTA = 2;

export function startsWithFileMagic(prefix: Uint8Array): boolean {
  return prefix.length >= 8 && ARROW_FILE_MAGIC.every((byte, i) => prefix[i] === byte);
}

/** The first message of an IPC stream is its schema; that is specific enough to recognise one. */
export function startsWithSchemaMessage(prefix: Uint8Array): boolean {
  if (prefix.length < PREFIX_BYTES + 16) return false;
  const view = new DataView(prefix.buffer, prefix.byteOffset, prefix.byteLength);
  const length = view.getInt32(4, true);
  if (view.getUint32(0, true) !== CONTINUATION || length < 16 || length > MAX_METADATA_BYTES) return false;
  try {
    return FlatTable.root(prefix.subarray(PREFIX_BYTES)).uint8(MESSAGE_HEADER_TYPE) === HEADER_SCHEMA;
  } catch {
    return false;
  }
}

/**
 * @param input IPC stream or file
 * @throws ProblemError `arrow/truncated`, `arrow/damaged`, `arrow/too-large` after all whole messages, and what `input` throws
 */
export async function* ipcFrames(input: AsyncIterable<Uint8Array>): AsyncGenerator<IpcFrame, void, void> {
  const bytes = new ByteCursor(input);
  await bytes.fill(PREFIX_BYTES);
  if (startsWithFileMagic(bytes.peek(PREFIX_BYTES))) bytes.skip(PREFIX_BYTES);
  for (;;) {
    const offset = bytes.position;
    const available = await bytes.fill(PREFIX_BYTES);
    if (available === 0) return;
    if (available < PREFIX_BYTES) truncated(offset);
    const prefix = bytes.view(PREFIX_BYTES);
    const metadataBytes = prefix.getInt32(4, true);
    if (prefix.getUint32(0, true) !== CONTINUATION) damaged(offset);
    if (metadataBytes === 0) return;
    if (metadataBytes < 0) damaged(offset);
    if (metadataBytes > MAX_METADATA_BYTES) tooLarge(offset);
    const bodyAt = PREFIX_BYTES + metadataBytes;
    if ((await bytes.fill(bodyAt)) < bodyAt) truncated(offset);
    const header = readHeader(bytes.peek(bodyAt).subarray(PREFIX_BYTES), offset);
    if (header.bodyBytes > MAX_BODY_BYTES) tooLarge(offset);
    const total = bodyAt + header.bodyBytes;
    if ((await bytes.fill(total)) < total) truncated(offset);
    const message = bytes.peek(total).slice();
    bytes.skip(total);
    if (header.kind) yield { ...header, kind: header.kind, bytes: message, offset };
  }
}

/**
 * Whether a stream held in memory is safe to hand to the library: every message well formed and complete.
 *
 * @throws ProblemError `arrow/truncated`, `arrow/damaged`
 */
export function checkIpcStream(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length;) {
    if (at + PREFIX_BYTES > bytes.length) truncated(at);
    const metadataBytes = view.getInt32(at + 4, true);
    if (view.getUint32(at, true) !== CONTINUATION || metadataBytes < 0) damaged(at);
    if (metadataBytes === 0) return;
    const bodyAt = at + PREFIX_BYTES + metadataBytes;
    if (bodyAt > bytes.length) truncated(at);
    const end = bodyAt + readHeader(bytes.subarray(at + PREFIX_BYTES, bodyAt), at).bodyBytes;
    if (end > bytes.length) truncated(at);
    at = end;
  }
}

function readHeader(metadata: Uint8Array, offset: number) {
  if (!isWellFormedMessage(metadata)) damaged(offset);
  try {
    const message = FlatTable.root(metadata);
    const type = message.uint8(MESSAGE_HEADER_TYPE);
    const header = message.table(MESSAGE_HEADER);
    const bodyBytes = message.int64(MESSAGE_BODY_LENGTH);
    if (!header || bodyBytes < 0) damaged(offset);
    const isDictionary = type === HEADER_DICTIONARY;
    const batch = isDictionary ? header.table(DICTIONARY_DATA) : type === HEADER_BATCH ? header : undefined;
    if (batch && !hasPlausibleLengths(batch, bodyBytes)) damaged(offset);
    return {
      kind:
        type === HEADER_SCHEMA
          ? 'schema'
          : isDictionary
            ? 'dictionary'
            : type === HEADER_BATCH
              ? 'batch'
              : undefined,
      bodyBytes,
      dictionaryId: isDictionary ? header.int64(DICTIONARY_ID) : 0,
      isDelta: isDictionary && header.uint8(DICTIONARY_IS_DELTA) !== 0,
      isCompressed: batch?.has(BATCH_COMPRESSION) ?? false,
    } as const;
  } catch (error) {
    if (error instanceof RangeError) damaged(offset);
    throw error;
  }
}

/** The reader allocates by the lengths a batch states: they must be in proportion to its body. */
function hasPlausibleLengths(batch: FlatTable, bodyBytes: number): boolean {
  const rows = batch.int64(BATCH_LENGTH);
  const mostValues = batch.has(BATCH_COMPRESSION) ? MAX_ROWS : bodyBytes * 8;
  const isPlausible = (count: number): boolean => count >= 0 && count <= MAX_ROWS && count <= mostValues;
  if (!isPlausible(rows)) return false;
  for (const length of batch.firstInt64s(BATCH_NODES, STRUCT_BYTES)) {
    if (length !== rows && !isPlausible(length)) return false;
  }
  const buffers = [...batch.firstInt64s(BATCH_BUFFERS, STRUCT_BYTES)].length;
  for (const count of batch.firstInt64s(BATCH_VARIADIC_COUNTS, 8)) {
    if (count < 0 || count > buffers) return false;
  }
  return true;
}

/** Input pieces as one contiguous, growing window. */
class ByteCursor {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #buffer = new Uint8Array(64 << 10);
  #start = 0;
  #end = 0;
  #ended = false;
  /** Of the window's first byte in the input. */
  position = 0;

  constructor(input: AsyncIterable<Uint8Array>) {
    this.#pieces = input[Symbol.asyncIterator]();
  }

  /** Makes `wanted` bytes available, fewer at the end of input. Memory follows what arrives, not what is wanted. */
  async fill(wanted: number): Promise<number> {
    while (this.#end - this.#start < wanted && !this.#ended) {
      const next = await this.#pieces.next();
      if (next.done) this.#ended = true;
      else this.#append(next.value);
    }
    return Math.min(wanted, this.#end - this.#start);
  }

  #append(piece: Uint8Array): void {
    const used = this.#end - this.#start;
    if (this.#end + piece.length > this.#buffer.length) {
      const target =
        used + piece.length > this.#buffer.length
          ? new Uint8Array(Math.max(2 * this.#buffer.length, used + piece.length))
          : this.#buffer;
      target.set(this.#buffer.subarray(this.#start, this.#end));
      this.#buffer = target;
      this.#start = 0;
      this.#end = used;
    }
    this.#buffer.set(piece, this.#end);
    this.#end += piece.length;
  }

  /** View of the first `count` bytes, valid until the next call of `fill`. */
  peek(count: number): Uint8Array {
    return this.#buffer.subarray(this.#start, Math.min(this.#start + count, this.#end));
  }

  view(count: number): DataView {
    return new DataView(this.#buffer.buffer, this.#start, count);
  }

  skip(count: number): void {
    this.#start += count;
    this.position += count;
  }
}

function truncated(offset: number): never {
  fail('arrow/truncated', 'The Arrow data stops in the middle of a message.', {
    offset,
    tip: 'Everything before it was read. The file was probably cut off while it was copied or written.',
  });
}

function damaged(offset: number): never {
  fail('arrow/damaged', 'The Arrow data is damaged: an expected message header is not there.', {
    offset,
    tip: 'Everything before it was read; get the file again.',
  });
}

function tooLarge(offset: number): never {
  fail('arrow/too-large', 'One Arrow message is larger than a gigabyte.', {
    offset,
    tip: 'If the file is sound, write it again with smaller record batches, for example 65,536 rows.',
  });
}
