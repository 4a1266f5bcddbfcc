import { fail } from '#base/problem';
import { selectContracts, type ContractOfDay } from '#core/velocity/contract-of-day';
import { parseFuturesSymbol } from '#core/velocity/contract-symbols';
import { newYorkDate } from '#core/velocity/trading-day';
import { TradeVolumes } from '#core/velocity/trade-volumes';
import { parseIsoDate } from '#base/new-york-time';
import { InstrumentNames } from '#core/capture/instrument-names';
import type { Capture } from '#core/capture/capture-types';
import { CaptureRun, openFiles } from '#cli/capture';
import type { CliCommand } from '#cli/main';
import { csvLine, jsonLine } from '#cli/table-output';
import { choice, parseCommand, requireFiles, text, UsageError, type CommandLine } from '#cli/usage';

const HELP = `Usage: spymaster select-contract FILE… [--root R] [--from DATE] [--to DATE] [--format F] [-o OUT]

The future to look at on each trading day: the most traded one of the trading day before that has not expired; where
nothing is known of the day before, the nearest expiry. A trading day has trades between 05:00 and 08:30 in New York.
Name the whole days, of all futures of the root.

  --root R         root of the symbols, such as ES (default: that of the busiest future)
  --from DATE      first day, YYYY-MM-DD
  --to DATE        last day
  --format F       ndjson (default) or csv
  -o, --output OUT write to OUT instead of standard output

Example:
  spymaster select-contract es-*.dbn.zst --root ES --from 2026-01-05
`;

const COLUMNS: readonly (keyof ContractOfDay)[] = [
  'session_date',
  'selected_symbol',
  'selected_exp_date',
  'prev_trading_date',
  'prev_volume_selected',
  'prev_volume_rank2',
  'roll_flag',
];

export const selectContractCommand: CliCommand = {
  name: 'select-contract',
  summary: 'the future of each day, by volume',
  help: HELP,
  async run(args, io) {
    const line = parseCommand(args, {
      root: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
      format: { type: 'string' },
      output: { type: 'string', short: 'o' },
    });
    const format = choice(line, 'format', ['ndjson', 'csv'], 'ndjson');
    const [from, to] = [date(line, 'from'), date(line, 'to')];
    const capture = await openFiles(requireFiles(line), io);
    const output = io.openOutput(text(line, 'output') ?? '-');
    const run = new CaptureRun(capture, io);
    const volumes = new TradeVolumes();
    const names = new InstrumentNames();
    for await (const part of run.parts()) {
      if (part.kind === 'mbo') volumes.add(part.block);
      else if (part.kind === 'metadata') names.addMetadata(part.metadata);
      else names.addRecords(part);
    }
    const root = text(line, 'root') ?? busiestRoot(capture);
    const input = volumes.contracts(root, (id, ns) => names.symbolOf(id, ns) ?? symbolIn(capture, id));
    if (input.expiries.size === 0) {
      fail('velocity/no-futures', `No future of the root ${root} was traded.`, {
        tip: `It has ${capture
          .instruments()
          .slice(0, 12)
          .map(({ symbol }) => symbol)
          .join(', ')}.`,
      });
    }
    const days = selectContracts(input, from, to);
    if (days.length === 0) {
      fail('velocity/no-trading-day', 'No day in the range has trades between 05:00 and 08:30 in New York.', {
        tip: 'Name captures of whole days.',
      });
    }
    if (format === 'csv') await output.write(csvLine(COLUMNS));
    for (const day of days) {
      await output.write(format === 'csv' ? csvLine(COLUMNS.map((name) => day[name])) : jsonLine(day));
    }
    await output.close();
    return run.exitStatus;
  },
};

function date(line: CommandLine, name: string): string | undefined {
  const value = text(line, name);
  if (value !== undefined && !parseIsoDate(value)) {
    throw new UsageError(`--${name} must be a date such as 2026-01-05, got ${value}`);
  }
  return value;
}

function symbolIn(capture: Capture, instrumentId: number): string | undefined {
  return capture.instruments().find((i) => i.instrumentId === instrumentId)?.symbol;
}

function busiestRoot(capture: Capture): string {
  for (const { symbol, firstNs } of capture.instruments()) {
    const future = parseFuturesSymbol(symbol, Number(newYorkDate(firstNs).slice(0, 4)));
    if (future) return future.root;
  }
  throw new UsageError('The capture names no future; say which with --root.');
}
