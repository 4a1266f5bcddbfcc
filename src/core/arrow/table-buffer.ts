/**
 * Rows being collected for an Arrow or Parquet file: one growing typed array per column. 64-bit integers are kept
 * as pairs of words, so that they stay exact without a BigInt per value.
 */
import { utf8ToBytes } from '@noble/hashes/utils.js';
import {
  Bool,
  Float64,
  Int16,
  Int32,
  Int64,
  Int8,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Field,
  TimestampNanosecond,
  Uint16,
  Uint32,
  Uint64,
  Uint8,
  Utf8,
  type Data,
  type DataType,
} from 'apache-arrow';

/**
 * `ns`: u64 nanoseconds since 1970, written as a timestamp; the undefined time of DBN becomes null. `i32?`, `f64?`: the
 * cells `NO_I32` and NaN become null.
 */
export type CellType =
  | 'u8'
  | 'i8'
  | 'u16'
  | 'i16'
  | 'u32'
  | 'i32'
  | 'i32?'
  | 'u64'
  | 'i64'
  | 'f64'
  | 'f64?'
  | 'bool'
  | 'ns'
  | 'text';

/** The cell of an `i32?` column that stands for null. */
export const NO_I32 = -2147483648;

export interface TableColumn {
  readonly name: string;
  readonly type: CellType;
}

export type NumberCells =
  Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float64Array;

const FIRST_CAPACITY = 1024;

const ARROW_TYPES: Readonly<Record<CellType, () => DataType>> = {
  u8: () => new Uint8(),
  i8: () => new Int8(),
  u16: () => new Uint16(),
  i16: () => new Int16(),
  u32: () => new Uint32(),
  i32: () => new Int32(),
  'i32?': () => new Int32(),
  u64: () => new Uint64(),
  i64: () => new Int64(),
  f64: () => new Float64(),
  'f64?': () => new Float64(),
  bool: () => new Bool(),
  ns: () => new TimestampNanosecond('UTC'),
  text: () => new Utf8(),
};

function allocate(type: CellType, rows: number): NumberCells {
  switch (type) {
    case 'u8':
    case 'bool':
      return new Uint8Array(rows);
    case 'i8':
      return new Int8Array(rows);
    case 'u16':
      return new Uint16Array(rows);
    case 'i16':
      return new Int16Array(rows);
    case 'u32':
      return new Uint32Array(rows);
    case 'i32':
    case 'i32?':
      return new Int32Array(rows);
    case 'f64':
    case 'f64?':
      return new Float64Array(rows);
    case 'u64':
    case 'i64':
    case 'ns':
      return new Uint32Array(2 * rows);
    case 'text':
      return new Uint8Array();
  }
}

function isWide(type: CellType): boolean {
  return type === 'u64' || type === 'i64' || type === 'ns';
}

/** The cells of one column. Write through `cells` (two words per row for 64-bit types) or `texts`. */
export class ColumnBuffer {
  cells: NumberCells;
  readonly texts: string[] = [];

  constructor(
    readonly name: string,
    readonly type: CellType,
  ) {
    this.cells = allocate(type, FIRST_CAPACITY);
  }

  resize(rows: number): void {
    if (this.type === 'text') return;
    const larger = allocate(this.type, rows);
    larger.set(this.cells);
    this.cells = larger;
  }

  toData(rows: number): Data {
    const cells = this.cells.slice(0, isWide(this.type) ? 2 * rows : rows);
    switch (this.type) {
      case 'text':
        return textData(this.texts);
      case 'bool':
        return makeData({ type: new Bool(), length: rows, data: packBits(cells) });
      case 'i64':
        return makeData({ type: new Int64(), data: new BigInt64Array(cells.buffer) });
      case 'u64':
        return makeData({ type: new Uint64(), data: new BigUint64Array(cells.buffer) });
      case 'ns':
        return timeData(cells as Uint32Array, rows);
      case 'i32?':
        return nullableData(new Int32(), cells, (cell) => cell === NO_I32);
      case 'f64?':
        return nullableData(new Float64(), cells, (cell) => Number.isNaN(cell));
      default:
        return makeData({ type: ARROW_TYPES[this.type](), length: rows, data: cells } as Parameters<
          typeof makeData
        >[0]);
    }
  }
}

export class TableBuffer {
  readonly columns: readonly ColumnBuffer[];
  readonly schema: Schema;
  rows = 0;
  #capacity = FIRST_CAPACITY;

  /** @param metadata texts that the schema keeps for whoever reads the table */
  constructor(columns: readonly TableColumn[], metadata: ReadonlyMap<string, string> = new Map()) {
    this.columns = columns.map((c) => new ColumnBuffer(c.name, c.type));
    const fields = columns.map((c) => new Field(c.name, ARROW_TYPES[c.type](), true));
    this.schema = new Schema(fields, new Map(metadata));
  }

  /** Makes room for `rows` more rows; the caller writes cells from `this.rows` on and then adds to it. */
  reserve(rows: number): void {
    const needed = this.rows + rows;
    if (needed <= this.#capacity) return;
    this.#capacity = Math.max(needed, 2 * this.#capacity);
    for (const column of this.columns) column.resize(this.#capacity);
  }

  /** All rows as a record batch of its own memory; the buffer is empty afterwards. */
  takeBatch(): RecordBatch {
    const { rows } = this;
    const children = this.columns.map((column) => column.toData(rows));
    for (const column of this.columns) column.texts.length = 0;
    this.rows = 0;
    const data = makeData({ type: new Struct(this.schema.fields), length: rows, nullCount: 0, children });
    return new RecordBatch(this.schema, data);
  }
}

function packBits(cells: NumberCells): Uint8Array {
  const bits = new Uint8Array((cells.length + 7) >> 3);
  for (let i = 0; i < cells.length; i++) if (cells[i] !== 0) bits[i >> 3] |= 1 << (i & 7);
  return bits;
}

function timeData(words: Uint32Array, rows: number): Data {
  const valid = new Uint8Array((rows + 7) >> 3);
  let nullCount = 0;
  for (let i = 0; i < rows; i++) {
    if (words[2 * i] === 0xffffffff && words[2 * i + 1] === 0xffffffff) nullCount++;
    else valid[i >> 3] |= 1 << (i & 7);
  }
  const values = new BigInt64Array(words.buffer as ArrayBuffer);
  const type = new TimestampNanosecond('UTC');
  return nullCount === 0
    ? makeData({ type, data: values })
    : makeData({ type, data: values, length: rows, nullCount, nullBitmap: valid });
}

function nullableData(type: Int32 | Float64, cells: NumberCells, isNull: (cell: number) => boolean): Data {
  const length = cells.length;
  const present = Uint8Array.from(cells, (cell) => (isNull(cell) ? 0 : 1));
  const nullCount = length - present.reduce((sum, bit) => sum + bit, 0);
  const valid = packBits(present);
  return makeData({ type, data: cells, length, nullCount, nullBitmap: valid } as Parameters<
    typeof makeData
  >[0]);
}

function textData(texts: readonly string[]): Data<Utf8> {
  const offsets = new Int32Array(texts.length + 1);
  let bytes = new Uint8Array(64 + 2 * texts.length);
  let at = 0;
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i];
    if (at + 3 * text.length > bytes.length) {
      const larger = new Uint8Array(2 * bytes.length + 3 * text.length);
      larger.set(bytes);
      bytes = larger;
    }
    at = writeText(bytes, at, text);
    offsets[i + 1] = at;
  }
  const data = bytes.subarray(0, at);
  return makeData({ type: new Utf8(), length: texts.length, nullCount: 0, valueOffsets: offsets, data });
}

/** UTF-8, with a short way for ASCII: nearly every text is one action or side letter. Returns where it ends. */
function writeText(bytes: Uint8Array, start: number, text: string): number {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) {
      const encoded = utf8ToBytes(text);
      bytes.set(encoded, start);
      return start + encoded.length;
    }
    bytes[start + i] = code;
  }
  return start + text.length;
}
