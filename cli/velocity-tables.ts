/** Tables of the velocity command as rows of any format, or as a folder of Parquet files. */
import { TableBuffer } from '#core/arrow/table-buffer';
import { appendRows, cellOf, type TableSpec } from '#core/velocity/table-spec';
import type { Output } from '#cli/file-output';
import { ColumnarOutput, csvLine, jsonLine, type CsvValue, type TableFormat } from '#cli/table-output';

export const PRODUCTS = ['future_mbo', 'future_option_mbo', 'equity_mbo', 'equity_option_mbo'] as const;
export type Product = (typeof PRODUCTS)[number];

export const TABLES = [
  'book_snapshot_1s',
  'depth_and_flow_1s',
  'physics_surface_1s',
  'combined_field',
  'forecast_1s',
  'forecast_reliability',
  'options_surface',
] as const;
export type TableName = (typeof TABLES)[number];

/** Key under which a Parquet file says which table it holds. */
export const DATASET_KEY = 'spymaster.dataset';

/** Full name of a table: layer, product and table; the forecast belongs to the stream. */
export function datasetName(product: Product, table: TableName | 'mbo' | 'cmbp_1'): string {
  switch (table) {
    case 'mbo':
    case 'cmbp_1':
      return `bronze.${product}.${table}`;
    case 'book_snapshot_1s':
    case 'depth_and_flow_1s':
      return `silver.${product}.${table}`;
    case 'forecast_1s':
    case 'forecast_reliability':
      return `stream.${table}`;
    default:
      return `gold.${product}.${table}`;
  }
}

/** A table being written. */
export interface TableWriter {
  readonly table: TableBuffer;
  /** Writes out what has come together. */
  settle(): Promise<void>;
  finish(): Promise<void>;
}

export async function openTable(
  format: TableFormat,
  spec: Pick<TableSpec<never>, 'columns'>,
  output: Output,
  metadata?: ReadonlyMap<string, string>,
): Promise<TableWriter> {
  if (format === 'ndjson' || format === 'csv') return new TextTable(format, spec, output);
  const columnar = await ColumnarOutput.create(format, spec.columns, output, metadata);
  return {
    table: columnar.table,
    settle: () => columnar.settle(),
    finish: async () => {
      await columnar.finish();
      await output.close();
    },
  };
}

class TextTable implements TableWriter {
  readonly table: TableBuffer;
  #hasHeader = false;

  constructor(
    private readonly format: 'ndjson' | 'csv',
    { columns }: Pick<TableSpec<never>, 'columns'>,
    private readonly output: Output,
  ) {
    this.table = new TableBuffer(columns);
  }

  async settle(): Promise<void> {
    const { columns, rows } = this.table;
    const names = columns.map(({ name }) => name);
    let text = '';
    if (this.format === 'csv' && !this.#hasHeader) text = csvLine(names);
    this.#hasHeader = true;
    for (let row = 0; row < rows; row++) {
      const cells = columns.map((c) => cellOf(c, row));
      text +=
        this.format === 'csv'
          ? csvLine(cells.map(csvCell))
          : jsonLine(Object.fromEntries(names.map((name, i) => [name, cells[i] ?? null])));
    }
    this.table.rows = 0;
    for (const { texts } of columns) texts.length = 0;
    if (text !== '') await this.output.write(text);
  }

  async finish(): Promise<void> {
    await this.settle();
    await this.output.close();
  }
}

function csvCell(value: CsvValue): CsvValue {
  return typeof value === 'boolean' ? Number(value) : value;
}

/** The tables that are wanted of a run; what is not wanted is dropped. */
export class TableSet {
  readonly #writers = new Map<string, TableWriter>();

  add(name: string, writer: TableWriter): void {
    this.#writers.set(name, writer);
  }

  wants(...names: readonly string[]): boolean {
    return names.some((name) => this.#writers.has(name));
  }

  append<S>(name: string, spec: TableSpec<S>, source: S): void {
    const writer = this.#writers.get(name);
    if (writer) appendRows(writer.table, spec, source);
  }

  async settle(): Promise<void> {
    for (const writer of this.#writers.values()) await writer.settle();
  }

  async finish(): Promise<void> {
    for (const writer of this.#writers.values()) await writer.finish();
  }
}
