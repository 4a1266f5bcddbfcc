/**
 * The Arrow IPC message of one bin (vacuum-pressure.md section 17.3).
 *
 * Schema and row count are constant within a stream, so every message is byte for byte the same but for the
 * column values, which stand at constant offsets. apache-arrow makes one template; writing a bin is then 42
 * copies, reading a column is a view. The bytes are ordinary Arrow: any reader takes them.
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
import type { GridFrame } from '#core/vp/frame';

const TWO_32 = 4294967296;

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

/** Where things stand in the messages of a stream with a given number of rows. */
export class GridIpcLayout {
  /** Bytes per message, a multiple of 8. */
  readonly stride: number;
  readonly #template: Uint8Array;
  readonly #offsets: readonly number[];
  /** Bytes before the first column value: schema and batch header. */
  readonly #headerBytes: number;

  private constructor(readonly rows: number) {
    this.#template = templateMessage(rows);
    this.stride = this.#template.length;
    const table = tableFromIPC(this.#template);
    this.#offsets = GRID_COLUMNS.map((_, i) => {
      const values = table.getChildAt(i)?.data[0].values as GridColumnView;
      return values.byteOffset - this.#template.byteOffset;
    });
    this.#headerBytes = Math.min(...this.#offsets);
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

  /** Writes a bin as `stride` bytes at `offset` of `target`, a multiple of 8. */
  write(frame: GridFrame, target: Uint8Array, offset: number): void {
    target.set(this.#template, offset);
    for (let c = 0; c < GRID_COLUMNS.length; c++) {
      const values = frame.columns[c];
      const at = target.byteOffset + offset + this.#offsets[c];
      if (GRID_COLUMNS[c].type === 'int64') {
        const words = new Uint32Array(target.buffer, at, this.rows * 2);
        for (let row = 0; row < this.rows; row++) {
          words[2 * row] = values[row] % TWO_32;
          words[2 * row + 1] = Math.floor(values[row] / TWO_32);
        }
      } else {
        target.set(
          new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
          offset + this.#offsets[c],
        );
      }
    }
  }

  /** Whether the bytes at `offset` are a message of this layout. */
  matches(bytes: Uint8Array, offset: number): boolean {
    if (offset + this.stride > bytes.length) return false;
    for (let i = 0; i < this.#headerBytes; i++) if (bytes[offset + i] !== this.#template[i]) return false;
    return true;
  }

  /** The values of column `index` in the message at `offset`, as a view. */
  column(bytes: Uint8Array, offset: number, index: number): GridColumnView {
    const View = VIEWS[GRID_COLUMNS[index].type];
    return new View(bytes.buffer as ArrayBuffer, bytes.byteOffset + offset + this.#offsets[index], this.rows);
  }
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
