import { ProblemError, problem } from '#base/problem';
import { BRONZE_MBO } from '#core/velocity/bronze-tables';
import { ALL_TIMES, type TimeRange } from '#core/velocity/time-range';
import { parseVelocityConfig, type VelocityConfig } from '#core/velocity/velocity-config';
import { CaptureRun, openFiles } from '#cli/capture';
import { readMapping } from '#cli/config-file';
import { isStandardInput } from '#cli/file-input';
import type { CliIo } from '#cli/io';
import type { CliCommand } from '#cli/main';
import { TABLE_FORMATS } from '#cli/table-output';
import { choice, instant, parseCommand, requireFiles, text, UsageError, type CommandLine } from '#cli/usage';
import { optionsOf, productOf, spotInstrument } from '#cli/velocity-inputs';
import { openLake, reopen, storedProduct, storedTables } from '#cli/velocity-lake';
import {
  addEquityWindow,
  FuturesTables,
  runOptions,
  runSpot,
  tablesOf,
  type RunResult,
  type SpotPoint,
} from '#cli/velocity-runs';
import {
  DATASET_KEY,
  datasetName,
  openTable,
  PRODUCTS,
  TABLES,
  TableSet,
  type Product,
  type TableName,
} from '#cli/velocity-tables';

const HELP = `Usage: spymaster velocity FILE… [--product P] [--table T] [options]
       spymaster velocity FILE… --lake FOLDER [options]

The velocity pipeline: one-second books, liquidity physics around the spot, walls and forecast. Times in ns, prices in
units of 1e-9; ndjson has 64-bit integers as strings.

  --product P      future_mbo, equity_mbo, future_option_mbo (market by order), equity_option_mbo (cmbp-1);
                   default: what the capture holds
  --table T        book_snapshot_1s, depth_and_flow_1s, physics_surface_1s (default);
                   of futures combined_field, forecast_1s, forecast_reliability; of options options_surface
  --config CFG     YAML or JSON with the constants; every key may be left out
  --instrument I   future or share, id or symbol (default: the busiest outright)
  --definitions F  of options: a DBN definition file, or CSV with the columns
                   instrument_id,right,strike,underlying,expiration (default: the definitions in FILE)
  --spot F         of options: the capture of the underlying (default: the future in FILE)
  --start T        only windows that end after T (ns, or 2026-10-06T14:00:00Z). Without it all windows, but for
                   a quiet minute and more between an opening snapshot and the first live record
  --end T          only windows that end at T or earlier
  --format F       ndjson (default), csv, arrow, parquet
  -o, --output OUT write to OUT instead of standard output
  --lake FOLDER    all tables of the product, bronze among them, as Parquet files in FOLDER

Files of a lake may be named as FILE: a stored table is put out as it is, and from a stored physics surface follow
combined field and forecast, without computing books or physics again.

Examples:
  spymaster velocity es.dbn.zst --table forecast_1s
  spymaster velocity es.dbn.zst --lake lake
  spymaster velocity lake/gold.future_mbo.physics_surface_1s.parquet --table combined_field --format parquet -o c.parquet
  spymaster velocity es-options.dbn.zst --spot es.dbn.zst --definitions definitions.dbn.zst --table options_surface
`;

interface Task {
  readonly line: CommandLine;
  readonly io: CliIo;
  readonly files: readonly string[];
  readonly config: VelocityConfig;
  readonly range: TimeRange;
}

export const velocityCommand: CliCommand = {
  name: 'velocity',
  summary: 'one-second liquidity physics, walls and forecast',
  help: HELP,
  async run(args, io) {
    const line = parseCommand(args, {
      product: { type: 'string' },
      table: { type: 'string' },
      config: { type: 'string' },
      instrument: { type: 'string' },
      definitions: { type: 'string' },
      spot: { type: 'string' },
      start: { type: 'string' },
      end: { type: 'string' },
      format: { type: 'string' },
      lake: { type: 'string' },
      output: { type: 'string', short: 'o' },
    });
    requireMeaning(line);
    const path = text(line, 'config');
    const config = parseVelocityConfig(path === undefined ? {} : readMapping(path, io.readText(path)));
    const range = {
      startNs: instant(line, 'start') ?? ALL_TIMES.startNs,
      endNs: instant(line, 'end') ?? ALL_TIMES.endNs,
    };
    const task = { line, io, config, range, files: requireFiles(line) };
    const stored = await storedTables(task.files, io);
    if (stored) {
      const product = storedProduct(stored, namedProduct(line));
      const tables = await openTables(task, product);
      await reopen(stored, product, tableName(line), config, tables);
      await tables.finish();
      return 0;
    }
    return runCapture(task);
  },
};

function requireMeaning(line: CommandLine): void {
  choice(line, 'format', TABLE_FORMATS, 'ndjson');
  tableName(line);
  namedProduct(line);
  if (text(line, 'lake') === undefined) return;
  for (const name of ['table', 'format', 'output']) {
    if (text(line, name) !== undefined) throw new UsageError(`--${name} has no meaning with --lake.`);
  }
}

function tableName(line: CommandLine): TableName {
  return choice(line, 'table', TABLES, 'physics_surface_1s');
}

function namedProduct(line: CommandLine): Product | undefined {
  return text(line, 'product') === undefined ? undefined : choice(line, 'product', PRODUCTS, 'future_mbo');
}

async function openTables({ line, io, config }: Task, product: Product): Promise<TableSet> {
  const folder = text(line, 'lake');
  if (folder !== undefined) return openLake(folder, product, config, io);
  const name = tableName(line);
  const spec = tablesOf(product, config).get(name);
  if (!spec) throw new UsageError(`--table ${name} is no table of ${product}.`);
  const tables = new TableSet();
  const format = choice(line, 'format', TABLE_FORMATS, 'ndjson');
  const metadata = new Map([[DATASET_KEY, datasetName(product, name)]]);
  tables.add(name, await openTable(format, spec, io.openOutput(text(line, 'output') ?? '-'), metadata));
  return tables;
}

async function runCapture(task: Task): Promise<number> {
  const { line, io, files } = task;
  const capture = await openFiles(files, io, { needs: 'any' });
  const product = namedProduct(line) ?? productOf(capture, text(line, 'spot') !== undefined);
  if (product === 'future_option_mbo' || product === 'equity_option_mbo') return optionsTask(task, product);
  for (const name of ['spot', 'definitions']) {
    if (text(line, name) !== undefined) throw new UsageError(`--${name} goes with products of options.`);
  }
  const run = new CaptureRun(capture, io);
  const instrument = spotInstrument(capture, text(line, 'instrument'), product, false);
  const tables = await openTables(task, product);
  const futures = product === 'future_mbo' ? new FuturesTables(task.config, tables) : undefined;
  const addShare = addEquityWindow(tables, task.config);
  const result = await runSpot(run, instrument, product, task.config, task.range, {
    onBlock: (block) => tables.append('mbo', BRONZE_MBO, { block, symbol: instrument.symbol }),
    onWindow: (window) => (futures ? futures.add(window) : addShare(window)),
    settle: () => tables.settle(),
  });
  futures?.finish();
  await tables.finish();
  return conclude(run, result);
}

async function optionsTask(task: Task, product: 'future_option_mbo' | 'equity_option_mbo'): Promise<number> {
  const { line, io, files, config, range } = task;
  const spotFile = text(line, 'spot');
  const spotFiles = spotFile === undefined ? files : [spotFile];
  if ([...files, ...spotFiles].some(isStandardInput)) {
    throw new UsageError('Options are read several times: name files, not standard input.');
  }
  const kind = product === 'future_option_mbo' ? 'future_mbo' : 'equity_mbo';
  const spotCapture = await openFiles(spotFiles, io, { needs: 'any' });
  const underlying = spotInstrument(spotCapture, text(line, 'instrument'), kind, spotFile === undefined);
  const spotRun = new CaptureRun(spotCapture, io);
  const spots: SpotPoint[] = [];
  const spot = await runSpot(spotRun, underlying, kind, config, range, {
    onWindow: ({ endNs, anchor }) => spots.push({ endNs, anchor }),
    settle: () => Promise.resolve(),
  });
  const spotStatus = conclude(spotRun, spot);
  const definitions = await optionsOf(files, text(line, 'definitions'), underlying, spots[0].endNs, io);
  const run = new CaptureRun(await openFiles(files, io, { needs: 'any' }), io);
  const tables = await openTables(task, product);
  const result = await runOptions(run, product, config, definitions, spots, tables);
  await tables.finish();
  return Math.max(spotStatus, conclude(run, result));
}

/** Warnings and exit status. @throws ProblemError `velocity/no-windows` */
function conclude(run: CaptureRun, { windows, cut, warnings }: RunResult): number {
  for (const warning of warnings) run.warn(warning);
  if (windows === 0) {
    throw new ProblemError(
      problem('velocity/no-windows', 'No window lies in the range that was asked for.', {
        tip: 'Compare --start and --end with the times of the capture: spymaster info FILE.',
      }),
    );
  }
  return cut ? 1 : run.exitStatus;
}
