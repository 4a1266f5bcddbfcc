/** A folder of tables, one Parquet file each, named after layer, product and table: written, and opened again. */
import { fail } from '#base/problem';
import type { ByteSource } from '#core/io/byte-source';
import { PARQUET_MAGIC, ParquetFooter } from '#core/parquet/parquet-footer';
import { parquetBatches } from '#core/parquet/parquet-reader';
import { BatchColumns } from '#core/velocity/batch-columns';
import { BRONZE_CMBP1, BRONZE_MBO, BRONZE_OPTION_MBO } from '#core/velocity/bronze-tables';
import { FrameReader } from '#core/velocity/frame-reader';
import { FUTURES_PHYSICS } from '#core/velocity/spot-tables';
import type { TableSpec } from '#core/velocity/table-spec';
import type { VelocityConfig } from '#core/velocity/velocity-config';
import { isStandardInput } from '#cli/file-input';
import type { CliIo } from '#cli/io';
import { loadParquet } from '#cli/parquet';
import { UsageError } from '#cli/usage';
import { FuturesTables, tablesOf } from '#cli/velocity-runs';
import {
  DATASET_KEY,
  datasetName,
  openTable,
  PRODUCTS,
  TableSet,
  type Product,
  type TableName,
} from '#cli/velocity-tables';

/** Bronze of each product. */
export function bronzeOf(product: Product): readonly ['mbo' | 'cmbp_1', TableSpec<never>] {
  const pair = (name: 'mbo' | 'cmbp_1', spec: { columns: unknown }) =>
    [name, spec as TableSpec<never>] as const;
  if (product === 'equity_option_mbo') return pair('cmbp_1', BRONZE_CMBP1);
  return pair('mbo', product === 'future_option_mbo' ? BRONZE_OPTION_MBO : BRONZE_MBO);
}

/** All tables of a product as files of a folder. */
export async function openLake(
  folder: string,
  product: Product,
  config: VelocityConfig,
  io: CliIo,
): Promise<TableSet> {
  io.makeFolder(folder);
  const tables = new TableSet();
  for (const [name, spec] of [bronzeOf(product), ...tablesOf(product, config)]) {
    const dataset = datasetName(product, name);
    const output = io.openOutput(`${folder}/${dataset}.parquet`);
    tables.add(name, await openTable('parquet', spec, output, new Map([[DATASET_KEY, dataset]])));
  }
  return tables;
}

/** A stored table. */
export interface StoredTable {
  readonly dataset: string;
  readonly source: ByteSource;
  readonly footer: ParquetFooter;
}

/**
 * The stored tables among the files; `undefined` where there are none.
 *
 * @throws UsageError where some are and some are not
 */
export async function storedTables(files: readonly string[], io: CliIo): Promise<StoredTable[] | undefined> {
  const tables: StoredTable[] = [];
  for (const file of files) {
    if (isStandardInput(file)) continue;
    const source = io.openInput(file);
    const start = await source.slice(0, PARQUET_MAGIC.length);
    if (!PARQUET_MAGIC.every((byte, i) => start[i] === byte)) continue;
    const footer = await ParquetFooter.read(source);
    const dataset = footer.keyValues.get(DATASET_KEY);
    // Bronze is a capture like any other.
    if (dataset !== undefined && !dataset.startsWith('bronze.')) tables.push({ dataset, source, footer });
  }
  if (tables.length === 0) return undefined;
  const others = files.length - tables.length;
  const bronze = files.filter((file) => /(^|\/)bronze\.[^/]*$/.test(file)).length;
  if (others > bronze) throw new UsageError('Name either captures or stored tables.');
  return tables;
}

/** The product of stored tables. @throws UsageError where they are of several and none is named */
export function storedProduct(stored: readonly StoredTable[], wanted: Product | undefined): Product {
  const products = PRODUCTS.filter((p) => stored.some(({ dataset }) => dataset.split('.')[1] === p));
  if (wanted !== undefined) return wanted;
  if (products.length > 1) throw new UsageError(`--product must name one of ${products.join(', ')}.`);
  return products[0] ?? 'future_mbo';
}

/**
 * Puts a table out without computing what is stored: the table itself, or from stored gold what follows from it.
 *
 * @throws ProblemError `velocity/no-table`, `velocity/…`, `parquet/…`
 */
export async function reopen(
  stored: readonly StoredTable[],
  product: Product,
  wanted: TableName,
  config: VelocityConfig,
  tables: TableSet,
): Promise<void> {
  const find = (name: TableName) => stored.find(({ dataset }) => dataset === datasetName(product, name));
  const itself = find(wanted);
  if (itself) {
    const spec = tablesOf(product, config).get(wanted)!;
    await eachBatch(itself, spec, async (columns) => {
      tables.append(wanted, copyOf(spec), columns);
      await tables.settle();
    });
    return;
  }
  const physics = find('physics_surface_1s');
  if (!physics || product !== 'future_mbo' || !FOLLOWS_FROM_GOLD.includes(wanted)) {
    fail('velocity/no-table', `The stored tables do not hold ${datasetName(product, wanted)}.`, {
      tip: `They hold ${stored.map(({ dataset }) => dataset).join(', ')}.`,
    });
  }
  const derived = new FuturesTables(config, tables);
  const reader = new FrameReader(config.futures.grid_max_ticks);
  await eachBatch(physics, FUTURES_PHYSICS, async (columns) => {
    reader.add(columns, (frame) => derived.addFrame(frame));
    await tables.settle();
  });
  reader.finish();
  derived.finish();
  await tables.settle();
}

const FOLLOWS_FROM_GOLD: readonly TableName[] = ['combined_field', 'forecast_1s', 'forecast_reliability'];

async function eachBatch(
  { source, footer }: StoredTable,
  { columns }: Pick<TableSpec<never>, 'columns'>,
  take: (columns: BatchColumns) => Promise<void>,
): Promise<void> {
  const names = new Set(columns.map(({ name }) => name));
  for await (const { batch } of parquetBatches(source, await loadParquet(), footer, names)) {
    await take(new BatchColumns(batch, columns));
  }
}

function copyOf({ columns }: Pick<TableSpec<never>, 'columns'>): TableSpec<BatchColumns> {
  return {
    rows: (batch) => batch.rows,
    columns: columns.map(({ name, type }) => ({ name, type, read: (batch, row) => batch.cell(name, row) })),
  };
}
