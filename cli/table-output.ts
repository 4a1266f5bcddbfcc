/** Rows out in any of the formats that commands offer. */
import { ArrowWriter } from '#core/arrow/arrow-writer';
import { TableBuffer, type TableColumn } from '#core/arrow/table-buffer';
import { ParquetWriter } from '#core/parquet/parquet-writer';
import type { Output } from '#cli/file-output';
import { loadParquet } from '#cli/parquet';

export const TABLE_FORMATS = ['ndjson', 'csv', 'arrow', 'parquet'] as const;
export type TableFormat = (typeof TABLE_FORMATS)[number];

/** Rows per record batch or row group. */
const BATCH_ROWS = 65_536;

/** A growing Arrow or Parquet file of one set of columns. */
export class ColumnarOutput {
  readonly table: TableBuffer;
  readonly #output: Output;
  readonly #writer: ArrowWriter | ParquetWriter;

  private constructor(table: TableBuffer, writer: ArrowWriter | ParquetWriter, output: Output) {
    this.table = table;
    this.#writer = writer;
    this.#output = output;
  }

  static async create(
    format: 'arrow' | 'parquet',
    columns: readonly TableColumn[],
    output: Output,
    metadata?: ReadonlyMap<string, string>,
  ): Promise<ColumnarOutput> {
    const table = new TableBuffer(columns, metadata);
    const writer =
      format === 'arrow' ? new ArrowWriter(table.schema, 'file') : new ParquetWriter(await loadParquet());
    return new ColumnarOutput(table, writer, output);
  }

  /** Writes a batch out when enough rows have come together. */
  async settle(): Promise<void> {
    if (this.table.rows >= BATCH_ROWS) await this.#output.write(this.#writer.write(this.table.takeBatch()));
  }

  async finish(): Promise<void> {
    await this.#output.write(this.#writer.write(this.table.takeBatch()));
    await this.#output.write(this.#writer.finish());
  }
}

/** JSON with 64-bit integers as strings. */
export function jsonLine(value: unknown): string {
  return `${JSON.stringify(value, (_, v: unknown) => (typeof v === 'bigint' ? v.toString() : v))}\n`;
}

const NEEDS_QUOTES = /[",\n\r]/;

export type CsvValue = string | number | bigint | boolean | undefined;

export function csvLine(values: readonly CsvValue[]): string {
  return `${values
    .map((v) => {
      const cell = v === undefined ? '' : String(v);
      return NEEDS_QUOTES.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
    })
    .join(',')}\n`;
}
