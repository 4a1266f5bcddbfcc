/**
 * Parquet of market-by-order events → `MboBlock`s. Read are only the columns that matter, one row group at a
 * time and of that a window of rows at a time.
 *
 * The decoder is called synchronously on bytes in memory: its asynchronous interface never settles when it
 * stumbles over damaged data.
 */
import type { RecordBatch } from 'apache-arrow';
import { fail, ProblemError } from '#base/problem';
import { recordBatches, reportOtherRows, type MboTableOptions } from '#core/arrow/arrow-reader';
import { MBO_FIELDS, requireMboColumns } from '#core/arrow/mbo-fields';
import { MboTable } from '#core/arrow/mbo-table';
import type { ByteSource } from '#core/io/byte-source';
import { placedAt } from '#core/io/place';
import type { MboBlock } from '#core/mbo/mbo-block';
import { ParquetFooter } from '#core/parquet/parquet-footer';
import type { ParquetModule } from '#core/parquet/parquet-module';

/** Rows decoded at once: about 25 MB. */
const WINDOW_ROWS = 1 << 18;
const MAX_GROUP_BYTES = 1 << 30;

export interface ParquetReadOptions extends MboTableOptions {
  /** Told after every window which share of all rows was read, from 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

/**
 * @returns blocks, each valid until the next pull
 * @throws ProblemError `columns/…`, `parquet/…` after all whole rows before the damage, and what `source` throws
 */
export async function* readParquetMbo(
  source: ByteSource,
  module: ParquetModule,
  options: ParquetReadOptions = {},
): AsyncGenerator<MboBlock, void, void> {
  const footer = await ParquetFooter.read(source);
  try {
    requireMboColumns(footer.columnNames);
  } catch (error) {
    throw placedAt(footer.offset, error);
  }
  options.onMetadata?.(footer.keyValues);
  const wanted = new Set(Object.keys(MBO_FIELDS));
  let table: MboTable | undefined;
  for await (const { batch, group, rowsBefore } of parquetBatches(source, module, footer, wanted, options)) {
    try {
      table ??= new MboTable(batch.schema, options.onSymbol);
      yield* table.blocks(batch, rowsBefore);
    } catch (error) {
      throw placedAt(footer.offsetOf(group), error);
    }
  }
  if (table) reportOtherRows(table, options);
}

/** A piece of a Parquet table. */
export interface ParquetBatch {
  readonly batch: RecordBatch;
  /** Index of its row group. */
  readonly group: number;
  /** Rows of the table before it. */
  readonly rowsBefore: number;
}

/**
 * The named columns of a Parquet table, one row group at a time and of that a window of rows at a time.
 *
 * @throws ProblemError `parquet/…` after all whole rows before the damage, and what `source` throws
 */
export async function* parquetBatches(
  source: ByteSource,
  module: ParquetModule,
  footer: ParquetFooter,
  columns: ReadonlySet<string>,
  options: Pick<ParquetReadOptions, 'onProgress'> = {},
): AsyncGenerator<ParquetBatch, void, void> {
  const groups = Array.from({ length: footer.groupCount }, (_, i) => footer.rowsOf(i));
  const allRows = groups.reduce((sum, rows) => sum + rows, 0);
  let rowsRead = 0;
  for (const [group, rows] of groups.entries()) {
    const file = await footer.extract(source, group, columns, MAX_GROUP_BYTES);
    for (let from = 0; from < rows; from += WINDOW_ROWS) {
      const expected = Math.min(WINDOW_ROWS, rows - from);
      let decoded = 0;
      try {
        for (const batch of recordBatches(decode(module, file, from))) {
          yield { batch, group, rowsBefore: rowsRead + decoded };
          decoded += batch.numRows;
        }
      } catch (error) {
        throw placedAt(footer.offsetOf(group), error);
      }
      if (decoded !== expected) {
        fail(
          'parquet/damaged',
          `The Parquet file is damaged: row group ${group} has fewer rows than it states.`,
          { offset: footer.offsetOf(group), tip: 'The rows before it were read; get the file again.' },
        );
      }
      rowsRead += decoded;
      options.onProgress?.(rowsRead / allRows);
    }
  }
}

/** Rows `[offset, offset + WINDOW_ROWS)` as an Arrow IPC stream. */
function decode(module: ParquetModule, file: Uint8Array, offset: number): Uint8Array {
  try {
    return module.readParquet(file, { batchSize: WINDOW_ROWS, limit: WINDOW_ROWS, offset }).intoIPCStream();
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    return fail('parquet/damaged', `The Parquet data cannot be decoded: ${reason}`, {
      tip: 'The rows before it were read. If other programs read the file, it may use a feature that is not supported.',
    });
  }
}
