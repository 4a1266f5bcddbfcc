/**
 * Arrow IPC (stream or file) of market-by-order events → `MboBlock`s, one record batch in memory at a time.
 */
import {
  compressionRegistry,
  CompressionType,
  RecordBatchReader,
  type RecordBatch,
  type Schema,
} from 'apache-arrow';
import { fail, problem, ProblemError, type Problem } from '#base/problem';
import { ipcFrames, type IpcFrame } from '#core/arrow/ipc-frames';
import { decodeLz4Frame } from '#core/arrow/lz4-frame';
import { MboTable, type OnSymbol } from '#core/arrow/mbo-table';
import { placedAt } from '#core/io/place';
import { createDecompressor, type Decompressor } from '#core/io/decompress';
import type { MboBlock } from '#core/mbo/mbo-block';

export interface MboTableOptions {
  /** Told the symbol of every instrument the table names. */
  readonly onSymbol?: OnSymbol | undefined;
  /** Told the texts in the metadata of the schema, before the first block. */
  readonly onMetadata?: ((texts: ReadonlyMap<string, string>) => void) | undefined;
  /** Told what was left out. */
  readonly onWarning?: ((problem: Problem) => void) | undefined;
}

export interface ArrowReadOptions extends MboTableOptions {
  /** Asked for the schema message where the input does not start with one. */
  readonly footerSchema?: (() => Promise<Uint8Array>) | undefined;
}

/**
 * @returns blocks, each valid until the next pull
 * @throws ProblemError `columns/…`, `arrow/…`, `lz4/…`, `zstd/…` after all whole rows before the damage, and what `input` throws
 */
export async function* readArrowMbo(
  input: AsyncIterable<Uint8Array>,
  options: ArrowReadOptions = {},
): AsyncGenerator<MboBlock, void, void> {
  const decoder = new BatchDecoder();
  let table: MboTable | undefined;
  let rows = 0;
  try {
    for await (const frame of ipcFrames(input)) {
      if (frame.kind !== 'schema' && !decoder.schema && options.footerSchema) {
        decoder.setSchema(await options.footerSchema(), frame.offset);
      }
      try {
        const batch = await decoder.decode(frame);
        if (decoder.schema && !table) {
          table = new MboTable(decoder.schema, options.onSymbol);
          options.onMetadata?.(decoder.schema.metadata);
        }
        if (!batch || !table) continue;
        yield* table.blocks(batch, rows);
        rows += batch.numRows;
      } catch (error) {
        throw placedAt(frame.offset, error);
      }
    }
  } finally {
    decoder.close();
  }
  if (!table)
    fail('arrow/no-schema', 'The Arrow data holds no schema.', {
      offset: 0,
      tip: 'It is empty or cut off at its beginning; get it again.',
    });
  reportOtherRows(table, options);
}

export function reportOtherRows(table: MboTable, options: MboTableOptions): void {
  if (table.otherRows === 0) return;
  options.onWarning?.(
    problem(
      'columns/other-records',
      `${table.otherRows} rows that are no market-by-order records were left out.`,
      { offset: 0, tip: 'The order book needs records of the schema mbo, whose rtype is 160.' },
    ),
  );
}

/** Every record batch of one IPC stream held in memory, in order. @throws ProblemError `arrow/damaged` */
export function* recordBatches(ipc: Uint8Array): Generator<RecordBatch, void, void> {
  yield* guarded(() => RecordBatchReader.from(ipc) as Iterable<RecordBatch>, 0);
}

/** Decodes batches one by one: the library gets a small stream of schema, dictionaries and one batch each time. */
class BatchDecoder {
  /** The schema's message, and what it says. */
  #schema: Uint8Array | undefined;
  schema: Schema | undefined;
  readonly #dictionaries = new Map<number, Uint8Array[]>();
  #zstd: Decompressor | undefined;

  /** @returns the batch, where the frame is one */
  async decode(frame: IpcFrame): Promise<RecordBatch | undefined> {
    if (frame.isCompressed) await this.#prepareCodecs();
    switch (frame.kind) {
      case 'schema':
        if (!this.schema) this.setSchema(frame.bytes, frame.offset);
        return undefined;
      case 'dictionary': {
        const known = frame.isDelta ? (this.#dictionaries.get(frame.dictionaryId) ?? []) : [];
        this.#dictionaries.set(frame.dictionaryId, [...known, frame.bytes]);
        return undefined;
      }
      case 'batch': {
        if (!this.#schema) damaged(frame.offset);
        const stream = concat([this.#schema, ...[...this.#dictionaries.values()].flat(), frame.bytes]);
        for (const batch of guarded(
          () => RecordBatchReader.from(stream) as Iterable<RecordBatch>,
          frame.offset,
        )) {
          return batch;
        }
        return damaged(frame.offset);
      }
    }
  }

  /** @param message a whole IPC message */
  setSchema(message: Uint8Array, offset: number): void {
    this.schema = readSchema(message, offset);
    this.#schema = message;
  }

  close(): void {
    this.#zstd?.close();
  }

  async #prepareCodecs(): Promise<void> {
    this.#zstd ??= await createDecompressor('zstd');
    const zstd = this.#zstd;
    compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: decodeLz4Frame });
    compressionRegistry.set(CompressionType.ZSTD, { decode: (bytes) => inflate(zstd, bytes) });
  }
}

function readSchema(message: Uint8Array, offset: number): Schema {
  try {
    return RecordBatchReader.from(message).open().schema;
  } catch (error) {
    throw asDamage(error, offset);
  }
}

const MAX_BUFFER_BYTES = 1 << 30;
const DAMAGED_TIP = 'Everything before it was read; get the file again.';

/** One zstd frame; the decompressor takes frame after frame. */
function inflate(decompressor: Decompressor, bytes: Uint8Array): Uint8Array {
  const pieces: Uint8Array[] = [];
  let length = 0;
  const damage = decompressor.push(bytes, (piece) => {
    length += piece.length;
    if (length > MAX_BUFFER_BYTES)
      fail('arrow/too-large', 'A compressed Arrow buffer is larger than a gigabyte.', {
        tip: 'Write the file again with smaller record batches, for example 65,536 rows.',
      });
    pieces.push(piece.slice());
  });
  if (damage) throw new ProblemError(damage);
  return concat(pieces);
}

/** What the library throws on damaged input is of any kind; it becomes one problem. */
function* guarded<T>(open: () => Iterable<T>, offset: number): Generator<T, void, void> {
  let items: Iterator<T>;
  try {
    items = open()[Symbol.iterator]();
  } catch (error) {
    throw asDamage(error, offset);
  }
  for (;;) {
    let item: IteratorResult<T>;
    try {
      item = items.next();
    } catch (error) {
      throw asDamage(error, offset);
    }
    if (item.done) return;
    yield item.value;
  }
}

function asDamage(error: unknown, offset: number): ProblemError {
  if (error instanceof ProblemError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new ProblemError(
    problem('arrow/damaged', `The Arrow data cannot be decoded: ${reason}`, {
      offset,
      tip: DAMAGED_TIP,
    }),
  );
}

function damaged(offset: number): never {
  fail('arrow/damaged', 'A record batch comes before its schema or cannot be decoded.', {
    offset,
    tip: DAMAGED_TIP,
  });
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
