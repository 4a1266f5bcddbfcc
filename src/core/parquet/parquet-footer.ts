/**
 * The footer of a Parquet file: which row groups there are and where their columns lie. From it, a file of one
 * row group and a few columns can be put together out of slices, which is how large files are read in small
 * memory. Source: parquet-format, parquet.thrift.
 */
import { fail } from '#base/problem';
import type { ByteSource } from '#core/io/byte-source';
import {
  decodeThrift,
  encodeThrift,
  T_I32,
  T_I64,
  T_LIST,
  T_STRUCT,
  ThriftStruct,
} from '#core/parquet/thrift-compact';

export const PARQUET_MAGIC = [0x50, 0x41, 0x52, 0x31]; // PAR1
/** Magic of a file whose footer is encrypted: PARE. */
const ENCRYPTED_LAST_BYTE = 0x45;
/** Footer length and closing magic. */
export const TRAILER_BYTES = 8;
const MAX_FOOTER_BYTES = 256 << 20;

// Field numbers of parquet.thrift.
const FILE_SCHEMA = 2;
const FILE_NUM_ROWS = 3;
const FILE_ROW_GROUPS = 4;
const FILE_VERSION = 1;
const FILE_KEY_VALUES = 5;
const KEY_VALUE_KEY = 1;
const KEY_VALUE_VALUE = 2;
const FILE_CREATED_BY = 6;
const FILE_ENCRYPTION = 8;
const ELEMENT_NAME = 4;
const ELEMENT_NUM_CHILDREN = 5;
const GROUP_COLUMNS = 1;
const GROUP_BYTE_SIZE = 2;
const GROUP_NUM_ROWS = 3;
const GROUP_FILE_OFFSET = 5;
const GROUP_ORDINAL = 7;
const CHUNK_FILE_PATH = 1;
const CHUNK_FILE_OFFSET = 2;
const CHUNK_META = 3;
const CHUNK_OFFSET_INDEX = 4;
const CHUNK_COLUMN_INDEX = 6;
const META_TYPE = 1;
const META_ENCODINGS = 2;
const META_PATH = 3;
const META_CODEC = 4;
const META_NUM_VALUES = 5;
const META_UNCOMPRESSED_SIZE = 6;
const META_COMPRESSED_SIZE = 7;
const META_DATA_PAGE = 9;
const META_INDEX_PAGE = 10;
const META_DICTIONARY_PAGE = 11;
const META_BLOOM_FILTER = 14;

/** A column's bytes in the file. */
interface Chunk {
  readonly start: number;
  readonly bytes: number;
}

interface Leaf {
  /** Position among all leaves: the order of chunks in a row group. */
  readonly index: number;
  /** Dropped are leaves inside groups (lists, maps, structs). */
  readonly isTopLevel: boolean;
  readonly name: string;
  readonly element: ThriftStruct;
}

export class ParquetFooter {
  readonly #meta: ThriftStruct;
  readonly #root: ThriftStruct;
  readonly #leaves: readonly Leaf[];
  readonly #groups: readonly ThriftStruct[];
  /** Offset of the footer, where the data ends. */
  readonly #dataEnd: number;

  constructor(meta: ThriftStruct, dataEnd: number) {
    this.#meta = meta;
    this.#dataEnd = dataEnd;
    if (meta.fields.has(FILE_ENCRYPTION)) encrypted(dataEnd);
    const schema = meta.structs(FILE_SCHEMA);
    if (schema.length === 0) damaged(dataEnd, 'it has no schema');
    this.#root = schema[0];
    this.#leaves = leavesOf(schema);
    this.#groups = meta.structs(FILE_ROW_GROUPS);
  }

  /** @throws ProblemError `parquet/damaged`, `parquet/truncated`, `parquet/encrypted` */
  static async read(source: ByteSource): Promise<ParquetFooter> {
    const size = source.size ?? (await measure(source));
    const trailerAt = Math.max(0, size - TRAILER_BYTES);
    const trailer = await source.slice(trailerAt, size);
    const magic = trailer.subarray(4);
    if (magic[3] === ENCRYPTED_LAST_BYTE && magic[0] === PARQUET_MAGIC[0]) encrypted(trailerAt);
    if (trailer.length < TRAILER_BYTES || PARQUET_MAGIC.some((byte, i) => magic[i] !== byte)) {
      fail('parquet/truncated', 'The Parquet file has no footer at its end.', {
        offset: trailerAt,
        tip: 'It was cut off while being written or copied; without the footer nothing in it can be found.',
      });
    }
    const footerBytes = new DataView(trailer.buffer, trailer.byteOffset).getUint32(0, true);
    if (footerBytes > Math.min(trailerAt - PARQUET_MAGIC.length, MAX_FOOTER_BYTES)) {
      damaged(trailerAt, 'its footer has an impossible length');
    }
    const dataEnd = trailerAt - footerBytes;
    const bytes = await source.slice(dataEnd, trailerAt);
    try {
      return new ParquetFooter(decodeThrift(bytes), dataEnd);
    } catch (error) {
      if (error instanceof RangeError) damaged(dataEnd, 'its footer cannot be decoded');
      throw error;
    }
  }

  get columnNames(): string[] {
    return this.#leaves.filter((leaf) => leaf.isTopLevel).map((leaf) => leaf.name);
  }

  /** The metadata of the file as texts. */
  get keyValues(): Map<string, string> {
    const text = (bytes: Uint8Array = new Uint8Array()): string => new TextDecoder().decode(bytes);
    return new Map(
      this.#meta
        .structs(FILE_KEY_VALUES)
        .map((pair) => [text(pair.bytes(KEY_VALUE_KEY)), text(pair.bytes(KEY_VALUE_VALUE))]),
    );
  }

  /** Offset of the footer in the file. */
  get offset(): number {
    return this.#dataEnd;
  }

  get groupCount(): number {
    return this.#groups.length;
  }

  rowsOf(group: number): number {
    const rows = this.#groups[group].number(GROUP_NUM_ROWS) ?? -1;
    if (rows < 0) damaged(this.#dataEnd, 'a row group has no row count');
    return rows;
  }

  /** Where the columns of a group begin in the file; the footer's own offset where it does not say so. */
  offsetOf(group: number): number {
    const first = this.#groups[group].structs(GROUP_COLUMNS)[0]?.struct(CHUNK_META);
    return first?.number(META_DICTIONARY_PAGE) || first?.number(META_DATA_PAGE) || this.#dataEnd;
  }

  /**
   * A Parquet file of one row group and only the named columns, put together from slices. Statistics, indexes and
   * foreign schemas are left out: the reader must judge by the data itself.
   *
   * @param maxBytes refuse groups whose named columns are larger
   */
  async extract(
    source: ByteSource,
    group: number,
    names: ReadonlySet<string>,
    maxBytes: number,
  ): Promise<Uint8Array> {
    const leaves = this.#leaves.filter((leaf) => leaf.isTopLevel && names.has(leaf.name));
    const chunks = this.#groups[group].structs(GROUP_COLUMNS);
    const placed = leaves.map((leaf) => ({
      meta: this.#metaOf(chunks[leaf.index]),
      chunk: chunks[leaf.index],
    }));
    const ranges = placed.map(({ meta }) => this.#rangeOf(meta));
    const total = ranges.reduce((sum, range) => sum + range.bytes, 0);
    if (total > maxBytes) {
      fail('parquet/too-large', `A row group of the Parquet file takes ${total} bytes.`, {
        offset: this.#dataEnd,
        tip: 'Write the file again with smaller row groups, for example of a million rows.',
      });
    }
    let at = PARQUET_MAGIC.length;
    const columns = placed.map(({ meta, chunk }, i) => {
      const shift = at - ranges[i].start;
      at += ranges[i].bytes;
      return movedChunk(chunk, meta, shift);
    });
    const footer = encodeThrift(this.#reduced(group, leaves, columns));
    const file = new Uint8Array(at + footer.length + TRAILER_BYTES);
    file.set(PARQUET_MAGIC);
    let to = PARQUET_MAGIC.length;
    for (const { start, bytes } of ranges) {
      const slice = await source.slice(start, start + bytes);
      if (slice.length < bytes) damaged(start, 'a column lies beyond its end');
      file.set(slice, to);
      to += bytes;
    }
    writeTrailer(file, to, footer);
    return file;
  }

  #metaOf(chunk: ThriftStruct | undefined): ThriftStruct {
    const meta = chunk?.struct(CHUNK_META);
    if (!chunk || !meta) damaged(this.#dataEnd, 'a row group lacks a column');
    if (chunk.fields.has(CHUNK_FILE_PATH)) {
      fail('parquet/external', 'The columns of this Parquet file are in other files.', {
        offset: this.#dataEnd,
        tip: 'Open those files instead.',
      });
    }
    return meta;
  }

  #rangeOf(meta: ThriftStruct): Chunk {
    const data = meta.number(META_DATA_PAGE) ?? -1;
    const dictionary = meta.number(META_DICTIONARY_PAGE) ?? 0;
    const bytes = meta.number(META_COMPRESSED_SIZE) ?? -1;
    // Some writers state 0 where there is no dictionary.
    const start = dictionary > 0 && dictionary < data ? dictionary : data;
    if (start < PARQUET_MAGIC.length || bytes < 0 || start + bytes > this.#dataEnd) {
      damaged(this.#dataEnd, 'a column lies outside of the data');
    }
    return { start, bytes };
  }

  #reduced(group: number, leaves: readonly Leaf[], columns: readonly ThriftStruct[]): ThriftStruct {
    const rows = this.rowsOf(group);
    const root = this.#root.copy().set(ELEMENT_NUM_CHILDREN, T_I32, leaves.length);
    const row = new ThriftStruct()
      .set(GROUP_COLUMNS, T_LIST, { elementType: T_STRUCT, items: columns })
      .set(GROUP_BYTE_SIZE, T_I64, this.#groups[group].number(GROUP_BYTE_SIZE) ?? 0)
      .set(GROUP_NUM_ROWS, T_I64, rows);
    return this.#meta
      .copy()
      .keep(FILE_VERSION, FILE_CREATED_BY)
      .set(FILE_SCHEMA, T_LIST, {
        elementType: T_STRUCT,
        items: [root, ...leaves.map((leaf) => leaf.element)],
      })
      .set(FILE_NUM_ROWS, T_I64, rows)
      .set(FILE_ROW_GROUPS, T_LIST, { elementType: T_STRUCT, items: [row] });
  }
}

/** Depth-first walk of the schema; its first element is the root. */
function leavesOf(schema: readonly ThriftStruct[]): Leaf[] {
  const leaves: Leaf[] = [];
  /** Children still to come of each open group; the root's are the top level. */
  const open = [schema[0].number(ELEMENT_NUM_CHILDREN) ?? 0];
  for (const element of schema.slice(1)) {
    while (open.length > 0 && open[open.length - 1] === 0) open.pop();
    if (open.length === 0) throw new RangeError('parquet: more schema elements than children');
    open[open.length - 1]--;
    const children = element.number(ELEMENT_NUM_CHILDREN) ?? 0;
    if (children > 0) {
      open.push(children);
      continue;
    }
    const name = String.fromCharCode(...(element.bytes(ELEMENT_NAME) ?? []).slice(0, 1024));
    leaves.push({ index: leaves.length, isTopLevel: open.length === 1, name, element });
  }
  return leaves;
}

/** A column chunk at another place, without what points elsewhere or describes values. */
function movedChunk(chunk: ThriftStruct, meta: ThriftStruct, shift: number): ThriftStruct {
  const moved = meta
    .copy()
    .keep(
      META_TYPE,
      META_ENCODINGS,
      META_PATH,
      META_CODEC,
      META_NUM_VALUES,
      META_UNCOMPRESSED_SIZE,
      META_COMPRESSED_SIZE,
      META_DATA_PAGE,
      META_DICTIONARY_PAGE,
    );
  const dictionary = meta.number(META_DICTIONARY_PAGE) ?? 0;
  if (dictionary <= 0 || dictionary >= (meta.number(META_DATA_PAGE) ?? 0))
    moved.fields.delete(META_DICTIONARY_PAGE);
  shiftOffsets(moved, shift, META_DATA_PAGE, META_DICTIONARY_PAGE);
  return chunk.copy().keep().set(CHUNK_FILE_OFFSET, T_I64, 0).set(CHUNK_META, T_STRUCT, moved);
}

function shiftOffsets(struct: ThriftStruct, shift: number, ...ids: readonly number[]): void {
  for (const id of ids) {
    const offset = struct.number(id);
    if (offset !== undefined) struct.set(id, T_I64, offset + shift);
  }
}

/**
 * Appends the row groups of complete small files to one large file, which is how files are written that do not
 * fit into memory.
 */
export class FooterMerger {
  #meta: ThriftStruct | undefined;
  readonly #groups: ThriftStruct[] = [];
  #rows = 0;
  /** Bytes of the large file so far. */
  #position = 0;

  /** @returns the bytes to append for this file */
  add(file: Uint8Array): Uint8Array {
    const trailer = new DataView(file.buffer, file.byteOffset + file.length - TRAILER_BYTES);
    const dataEnd = file.length - TRAILER_BYTES - trailer.getUint32(0, true);
    const meta = decodeThrift(file.subarray(dataEnd, file.length - TRAILER_BYTES));
    const from = this.#meta ? PARQUET_MAGIC.length : 0;
    const shift = this.#position - from;
    for (const group of meta.structs(FILE_ROW_GROUPS))
      this.#groups.push(movedGroup(group, shift, this.#groups.length));
    this.#rows += meta.number(FILE_NUM_ROWS) ?? 0;
    this.#meta ??= meta;
    this.#position += dataEnd - from;
    return file.subarray(from, dataEnd);
  }

  /** @returns the bytes that complete the large file; at least one file must have been added */
  finish(): Uint8Array {
    if (!this.#meta) throw new RangeError('FooterMerger: nothing was added');
    const footer = encodeThrift(
      this.#meta
        .copy()
        .set(FILE_NUM_ROWS, T_I64, this.#rows)
        .set(FILE_ROW_GROUPS, T_LIST, { elementType: T_STRUCT, items: this.#groups }),
    );
    const bytes = new Uint8Array(footer.length + TRAILER_BYTES);
    writeTrailer(bytes, 0, footer);
    return bytes;
  }
}

const T_I16 = 4;

function movedGroup(group: ThriftStruct, shift: number, ordinal: number): ThriftStruct {
  const columns = group.structs(GROUP_COLUMNS).map((chunk) => {
    const moved = chunk.copy();
    shiftOffsets(moved, shift, CHUNK_FILE_OFFSET, CHUNK_OFFSET_INDEX, CHUNK_COLUMN_INDEX);
    const meta = chunk.struct(CHUNK_META)?.copy();
    if (!meta) return moved;
    shiftOffsets(meta, shift, META_DATA_PAGE, META_INDEX_PAGE, META_DICTIONARY_PAGE, META_BLOOM_FILTER);
    return moved.set(CHUNK_META, T_STRUCT, meta);
  });
  const moved = group.copy().set(GROUP_COLUMNS, T_LIST, { elementType: T_STRUCT, items: columns });
  shiftOffsets(moved, shift, GROUP_FILE_OFFSET);
  if (moved.fields.has(GROUP_ORDINAL)) moved.set(GROUP_ORDINAL, T_I16, ordinal);
  return moved;
}

function writeTrailer(file: Uint8Array, at: number, footer: Uint8Array): void {
  file.set(footer, at);
  new DataView(file.buffer, file.byteOffset).setUint32(at + footer.length, footer.length, true);
  file.set(PARQUET_MAGIC, at + footer.length + 4);
}

/** Size of a source that does not know it: a pipe is read to its end. */
async function measure(source: ByteSource): Promise<number> {
  const step = 1 << 20;
  for (let at = 0; ; at += step) {
    const { length } = await source.slice(at, at + step);
    if (length < step) return at + length;
  }
}

function damaged(offset: number, why: string): never {
  fail('parquet/damaged', `The Parquet file is damaged: ${why}.`, {
    offset,
    tip: 'Row groups before it were read; get the file again.',
  });
}

function encrypted(offset: number): never {
  fail('parquet/encrypted', 'The Parquet file is encrypted.', {
    offset,
    tip: 'Write it again without encryption.',
  });
}
