/** Bins as NDJSON lines or as one table. */
import type { CellType, ColumnBuffer, TableColumn } from '#core/arrow/table-buffer';
import { GRID_COLUMNS, type ColumnSpec } from '#core/vp/columns';
import type { BinHead, GridFrame } from '#core/vp/frame';
import { tickInt } from '#core/config/runtime-config';
import { SLOT_COLUMNS } from '#core/vp/vp-kernel';
import type { VpPipeline } from '#core/vp/vp-pipeline';
import { gridUpdateMessage } from '#protocol/grid-encode';
import type { GridUpdateMessage } from '#protocol/grid-messages';
import type { Output } from '#cli/file-output';
import { ColumnarOutput, jsonLine } from '#cli/table-output';

export interface BinOutput {
  /** Most bins to add between two flushes: they wait in memory. */
  readonly binsPerFlush: number;
  add(head: Readonly<BinHead>, frame: GridFrame): void;
  /** The last bin was added; the pipeline may go on a little. */
  end(): void;
  flush(): Promise<void>;
  finish(): Promise<void>;
}

/** A long quiet stretch closes bins by the thousand; full grids are large. */
const MAX_BINS_PER_FLUSH = 256;
const ROWS_PER_FLUSH = 65_536;

function binsPerFlush(rows: number): number {
  return Math.min(MAX_BINS_PER_FLUSH, Math.max(1, Math.floor(ROWS_PER_FLUSH / rows)));
}

/** The rows of a bin: column specifications and values, filled per bin. */
interface RowSource {
  readonly columns: readonly ColumnSpec[];
  readonly rows: number;
  /** Fields of a bin beside those of `grid_update`; what is null is 0 in tables. */
  extra(head: Readonly<BinHead>): Readonly<Record<string, number | boolean | null>>;
  /** The same as columns of a table. */
  readonly extraColumns: readonly TableColumn[];
  /** Tables number the rows of a bin from 0 in a column of this name. */
  readonly rowColumn: string | undefined;
  read(frame: GridFrame): readonly ArrayLike<number>[];
}

export async function createGridOutput(
  format: 'ndjson' | 'arrow' | 'parquet',
  rows: 'window' | 'full',
  pipeline: VpPipeline,
  output: Output,
): Promise<BinOutput> {
  const source = rows === 'full' ? fullRows(pipeline) : windowRows(pipeline);
  if (format === 'ndjson') return new LineOutput(source, pipeline, output);
  const columns: TableColumn[] = [
    ...UPDATE_COLUMNS,
    ...source.extraColumns,
    ...(source.rowColumn === undefined ? [] : [{ name: source.rowColumn, type: 'i32' as const }]),
    ...source.columns.map((c) => ({ name: c.name, type: CELL_TYPES[c.type] })),
  ];
  return new TableOutput(source, pipeline, await ColumnarOutput.create(format, columns, output));
}

function windowRows(pipeline: VpPipeline): RowSource {
  return {
    columns: GRID_COLUMNS,
    rows: 2 * pipeline.config.grid_radius_ticks + 1,
    extra: () => ({}),
    extraColumns: [],
    rowColumn: undefined,
    read: (frame) => frame.columns,
  };
}

/** The price of a slot is `(tick_abs_start + slot) * tick_int`, where the grid is anchored. */
const SLOT_PRICE_COLUMNS: readonly TableColumn[] = [
  { name: 'anchored', type: 'bool' },
  { name: 'anchor_tick_idx', type: 'i64' },
  { name: 'tick_int', type: 'i64' },
  { name: 'tick_abs_start', type: 'i64' },
];

/** The 24 mechanics, the two forces and `last_event_id` of every slot (vacuum-pressure.md section 9.1). */
function fullRows(pipeline: VpPipeline): RowSource {
  const n = pipeline.config.n_absolute_ticks;
  const values = new Float64Array(n * SLOT_COLUMNS);
  const columns = [...GRID_COLUMNS.slice(1, SLOT_COLUMNS), GRID_COLUMNS[GRID_COLUMNS.length - 1]];
  const views = columns.map((_, c) => values.subarray(c * n, (c + 1) * n));
  return {
    columns,
    rows: n,
    extra: ({ anchorTick }) => ({
      anchored: anchorTick !== undefined,
      anchor_tick_idx: anchorTick ?? null,
      tick_int: tickInt(pipeline.config),
      tick_abs_start: anchorTick === undefined ? null : anchorTick - Math.floor(n / 2),
      n_rows: n,
    }),
    extraColumns: SLOT_PRICE_COLUMNS,
    rowColumn: 'slot',
    read: () => {
      pipeline.readSlots(values);
      return views;
    },
  };
}

class LineOutput implements BinOutput {
  readonly binsPerFlush: number;
  readonly #source: RowSource;
  readonly #pipeline: VpPipeline;
  readonly #output: Output;
  #pending: string[] = [];

  constructor(source: RowSource, pipeline: VpPipeline, output: Output) {
    this.binsPerFlush = binsPerFlush(source.rows);
    this.#source = source;
    this.#pipeline = pipeline;
    this.#output = output;
  }

  end(): void {}

  add(head: Readonly<BinHead>, frame: GridFrame): void {
    const update = { ...gridUpdateMessage(head, this.#pipeline.timeBaseNs), ...this.#source.extra(head) };
    const values = this.#source.read(frame);
    const columns = Object.fromEntries(
      this.#source.columns.map((spec, c) => [spec.name, Array.from(values[c])]),
    );
    this.#pending.push(jsonLine({ grid_update: update, columns }));
  }

  async flush(): Promise<void> {
    const lines = this.#pending;
    this.#pending = [];
    for (const line of lines) await this.#output.write(line);
  }

  finish(): Promise<void> {
    return this.flush();
  }
}

const CELL_TYPES: Record<ColumnSpec['type'], CellType> = {
  int8: 'i8',
  int32: 'i32',
  int64: 'i64',
  float64: 'f64',
};

/** The bin's own fields, repeated on each of its rows. */
const UPDATE_COLUMNS: readonly (TableColumn & { name: keyof GridUpdateMessage })[] = [
  { name: 'ts_ns', type: 'i64' },
  { name: 'bin_seq', type: 'i64' },
  { name: 'bin_start_ns', type: 'i64' },
  { name: 'bin_end_ns', type: 'i64' },
  { name: 'bin_event_count', type: 'i64' },
  { name: 'event_id', type: 'i64' },
  { name: 'mid_price', type: 'f64' },
  { name: 'spot_ref_price_int', type: 'i64' },
  { name: 'best_bid_price_int', type: 'i64' },
  { name: 'best_ask_price_int', type: 'i64' },
  { name: 'book_valid', type: 'bool' },
  { name: 'state_model_name', type: 'text' },
  { name: 'state_model_score', type: 'f64' },
  { name: 'state_model_ready', type: 'bool' },
  { name: 'state_model_sample_count', type: 'i64' },
  { name: 'state_model_base', type: 'f64' },
  { name: 'state_model_d1', type: 'f64' },
  { name: 'state_model_d2', type: 'f64' },
  { name: 'state_model_d3', type: 'f64' },
  { name: 'state_model_z1', type: 'f64' },
  { name: 'state_model_z2', type: 'f64' },
  { name: 'state_model_z3', type: 'f64' },
  { name: 'state_model_bull_intensity', type: 'f64' },
  { name: 'state_model_bear_intensity', type: 'f64' },
  { name: 'state_model_mixed_intensity', type: 'f64' },
  { name: 'state_model_dominant_state5_code', type: 'i8' },
];

class TableOutput implements BinOutput {
  readonly binsPerFlush: number;
  readonly #source: RowSource;
  readonly #pipeline: VpPipeline;
  readonly #columnar: ColumnarOutput;

  constructor(source: RowSource, pipeline: VpPipeline, columnar: ColumnarOutput) {
    this.binsPerFlush = binsPerFlush(source.rows);
    this.#source = source;
    this.#pipeline = pipeline;
    this.#columnar = columnar;
  }

  end(): void {}

  add(head: Readonly<BinHead>, frame: GridFrame): void {
    const { table } = this.#columnar;
    const { rows, rowColumn, extraColumns } = this.#source;
    const update = gridUpdateMessage(head, this.#pipeline.timeBaseNs);
    const extra = this.#source.extra(head);
    const values = this.#source.read(frame);
    table.reserve(rows);
    let c = 0;
    for (const { name } of UPDATE_COLUMNS) fillCells(table.columns[c++], table.rows, rows, update[name]);
    for (const { name } of extraColumns) fillCells(table.columns[c++], table.rows, rows, extra[name] ?? 0);
    if (rowColumn !== undefined) {
      const { cells } = table.columns[c++];
      for (let row = 0; row < rows; row++) cells[table.rows + row] = row;
    }
    for (const column of values) copyCells(table.columns[c++], table.rows, rows, column);
    table.rows += rows;
  }

  flush(): Promise<void> {
    return this.#columnar.settle();
  }

  finish(): Promise<void> {
    return this.#columnar.finish();
  }
}

const TWO_32 = 4294967296;

function fillCells(column: ColumnBuffer, from: number, rows: number, value: string | number | boolean): void {
  if (column.type === 'text') {
    for (let row = 0; row < rows; row++) column.texts.push(String(value));
    return;
  }
  if (column.type !== 'i64') {
    column.cells.fill(Number(value), from, from + rows);
    return;
  }
  const words = BigInt.asUintN(64, BigInt(value));
  for (let row = from; row < from + rows; row++) {
    column.cells[2 * row] = Number(words & 0xffffffffn);
    column.cells[2 * row + 1] = Number(words >> 32n);
  }
}

/** @param values whole and not negative where the column is a 64-bit integer */
function copyCells(column: ColumnBuffer, from: number, rows: number, values: ArrayLike<number>): void {
  if (column.type !== 'i64') {
    column.cells.set(values, from);
    return;
  }
  for (let row = 0; row < rows; row++) {
    column.cells[2 * (from + row)] = values[row] % TWO_32;
    column.cells[2 * (from + row) + 1] = Math.floor(values[row] / TWO_32);
  }
}
