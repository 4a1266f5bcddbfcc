/**
 * The Arrow IPC message of one bin (vacuum-pressure.md section 17.3).
 *
 * Schema and row count are constant within a stream, so every message is byte for byte the same but for the
 * column values, which stand at constant offsets. apache-arrow makes one template; writing a bin (`GridIpcWriter`)
 * is then a few copies, reading a column is a view. The bytes are ordinary Arrow: any reader takes them.
 */
import {
  Field,
  Float64,
  Int32,
  Int64,
  Int8,
  makeData,
  RecordBatch,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  tableFromIPC,
  type Data,
  type DataType,
} from 'apache-arrow';
import { GRID_COLUMNS, type ColumnType } from '#core/vp/columns';
import { FLOAT_COLUMNS } from '#core/vp/frame';

const ARROW_TYPES: Record<ColumnType, () => DataType> = {
  int8: () => new Int8(),
  int32: () => new Int32(),
  int64: () => new Int64(),
  float64: () => new Float64(),
};

export const GRID_SCHEMA = new Schema(
  GRID_COLUMNS.map((c) => new Field(c.name, ARROW_TYPES[c.type](), true)),
);

export type GridColumnView = Float64Array | Int32Array | Int8Array | BigInt64Array;

const VIEWS = { int8: Int8Array, int32: Int32Array, int64: BigInt64Array, float64: Float64Array } as const;

/** Float64 columns that stand one after another, in the message as in `GridFrame.floats`. */
interface FloatRun {
  /** Index of the first of them in `GRID_COLUMNS`. */
  readonly column: number;
  /** Of the first value, in doubles. */
  readonly frameOffset: number;
  /** Of the first value, in bytes. */
  readonly messageOffset: number;
  /** In doubles. */
  length: number;
}

/** Where things stand in the messages of a stream with a given number of rows. */
export class GridIpcLayout {
  /** Bytes per message, a multiple of 8. */
  readonly stride: number;
  /** A message whose column values are 0. */
  readonly template: Uint8Array<ArrayBuffer>;
  /** Bytes before the values of each column. */
  readonly offsets: readonly number[];
  readonly floatRuns: readonly FloatRun[];
  /** Schema and batch header: what stands before the first column value. */
  readonly #header: Int32Array;

  private constructor(readonly rows: number) {
    // A copy of its own, because the writer's may stand anywhere in its buffer.
    this.template = Uint8Array.from(templateMessage(rows));
    this.stride = this.template.length;
    const table = tableFromIPC(this.template);
    this.offsets = GRID_COLUMNS.map((_, i) => {
      const values = table.getChildAt(i)?.data[0].values as GridColumnView;
      return values.byteOffset - this.template.byteOffset;
    });
    this.floatRuns = floatRuns(this.offsets, rows);
    this.#header = new Int32Array(this.template.buffer, 0, Math.min(...this.offsets) / 4);
  }

  static readonly #byRows = new Map<number, GridIpcLayout>();

  /** @param rows 2R+1 */
  static of(rows: number): GridIpcLayout {
    let layout = this.#byRows.get(rows);
    if (!layout) {
      layout = new GridIpcLayout(rows);
      this.#byRows.set(rows, layout);
    }
    return layout;
  }

  /** Whether the bytes at `offset` are a message of this layout, at a place where columns can be viewed. */
  matches(bytes: Uint8Array, offset: number): boolean {
    const at = bytes.byteOffset + offset;
    if (offset + this.stride > bytes.length || at % 8 !== 0) return false;
    const header = this.#header;
    const found = new Int32Array(bytes.buffer, at, header.length);
    for (let i = 0; i < header.length; i++) if (found[i] !== header[i]) return false;
    return true;
  }

  /** The values of column `index` in the message at `offset`, as a view. */
  column(bytes: Uint8Array, offset: number, index: number): GridColumnView {
    const View = VIEWS[GRID_COLUMNS[index].type];
    return new View(bytes.buffer as ArrayBuffer, bytes.byteOffset + offset + this.offsets[index], this.rows);
  }

  /** A float64 column of the message at `offset` that holds a value which is not finite; -1 when there is none. */
  columnNotFinite(bytes: Uint8Array, offset: number): number {
    for (const { column, messageOffset, length } of this.floatRuns) {
      const values = new Float64Array(bytes.buffer, bytes.byteOffset + offset + messageOffset, length);
      const at = indexNotFinite(values);
      if (at >= 0) return column + Math.floor(at / this.rows);
    }
    return -1;
  }
}

/** Index of the first value that is not finite; -1 when there is none. */
export function indexNotFinite(values: Float64Array): number {
  return allFinite(values) ? -1 : values.findIndex((value) => !Number.isFinite(value));
}

/** Products with 0 are 0 for finite values and NaN for all others; four sums do not wait for each other. */
function allFinite(values: Float64Array): boolean {
  const { length } = values;
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = 0;
  for (; i + 3 < length; i += 4) {
    a += values[i] * 0;
    b += values[i + 1] * 0;
    c += values[i + 2] * 0;
    d += values[i + 3] * 0;
  }
  for (; i < length; i++) a += values[i] * 0;
  return a + b + c + d === 0;
}

function floatRuns(offsets: readonly number[], rows: number): readonly FloatRun[] {
  const runs: FloatRun[] = [];
  GRID_COLUMNS.forEach(({ name, type }, column) => {
    if (type !== 'float64') return;
    const frameOffset = FLOAT_COLUMNS.indexOf(name) * rows;
    const messageOffset = offsets[column];
    const last = runs.at(-1);
    const continues =
      last &&
      column === last.column + last.length / rows &&
      frameOffset === last.frameOffset + last.length &&
      messageOffset === last.messageOffset + last.length * 8;
    if (continues) last.length += rows;
    else runs.push({ column, frameOffset, messageOffset, length: rows });
  });
  return runs;
}

function zeros(type: ColumnType, length: number): Data {
  switch (type) {
    case 'int8':
      return makeData({ type: new Int8(), length, data: new Int8Array(length) });
    case 'int32':
      return makeData({ type: new Int32(), length, data: new Int32Array(length) });
    case 'int64':
      return makeData({ type: new Int64(), length, data: new BigInt64Array(length) });
    case 'float64':
      return makeData({ type: new Float64(), length, data: new Float64Array(length) });
  }
}

function templateMessage(rows: number): Uint8Array {
  const children = GRID_COLUMNS.map((c) => zeros(c.type, rows));
  const struct = new Struct(GRID_SCHEMA.fields);
  const batch = new RecordBatch(
    GRID_SCHEMA,
    makeData({ type: struct, length: rows, nullCount: 0, children }),
  );
  const writer = new RecordBatchStreamWriter();
  writer.write(batch);
  writer.finish();
  return writer.toUint8Array(true);
}
