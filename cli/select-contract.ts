/** `spymaster select-contract`: the contract of each day, and the options on it that expire on the day. */
import { fail, problem } from '#base/problem';
import { InstrumentNames } from '#core/capture/instrument-names';
import { familyProducts, SCHEMA_CHOICES, type Product } from '#core/databento/products';
import { utcDate } from '#core/dbn/symbol-map';
import { chooseContracts, type ContractChoice, type ContractDay } from '#core/lake/contract-choice';
import { addDays, civilDate, datesBetween } from '#core/lake/dates';
import { futuresContract } from '#core/lake/futures-symbol';
import type { OptionDefinition } from '#core/lake/option-definitions';
import { sameDayOptions } from '#core/lake/same-day-options';
import { TradeVolumes } from '#core/lake/trade-volumes';
import { CaptureRun, openFiles } from '#cli/capture';
import { definitionsOf, LakeFolder, readDefinitions } from '#cli/download/lake';
import type { CliIo } from '#cli/io';
import type { CliCommand } from '#cli/main';
import { csvLine, jsonLine } from '#cli/table-output';
import { flag, parseCommand, text, UsageError } from '#cli/usage';

const HELP = `Usage: spymaster select-contract --start DATE --end DATE [options]

The future of each day: the one traded most on the trading day before, from the captures in a lake. A trading day has
trades, one of them between 05:00 and 08:30 New York time. Quarterly contracts (H, M, U, Z) expire on third Fridays and
are chosen before that day only.

  --start DATE --end DATE   first and last day, both included; days before are read for volumes where they are there
  --symbol ROOT             default ES
  --lake DIR                default lake, as download fills it
  --options                 also the options on the contract that expire on the day, by the definitions in the lake
  --json                    one JSON object instead of CSV

Examples:
  spymaster select-contract --start 2026-01-05 --end 2026-01-09
  spymaster select-contract --start 2026-01-05 --end 2026-01-09 --options --json
`;

/** Days before the first that are looked at: over a weekend with holidays there is a trading day before. */
const DAYS_BEFORE = 7;

export const selectContractCommand: CliCommand = {
  name: 'select-contract',
  summary: 'the future of each day in a lake, and its options of the day',
  help: HELP,
  async run(args, io) {
    const string = { type: 'string' } as const;
    const line = parseCommand(args, {
      start: string,
      end: string,
      symbol: string,
      lake: string,
      options: { type: 'boolean' },
      json: { type: 'boolean' },
    });
    if (line.files.length > 0) throw new UsageError(`select-contract takes no files, got ${line.files[0]}`);
    const root = text(line, 'symbol') ?? 'ES';
    if (!/^[A-Z0-9]{1,8}$/.test(root)) throw new UsageError(`--symbol takes a root such as ES, got ${root}`);
    const [first, last] = ['start', 'end'].map((name) => dateOption(text(line, name), name));
    if (last < first) throw new UsageError(`--end ${last} is before --start ${first}`);

    const lake = new LakeFolder(text(line, 'lake') ?? 'lake');
    const reader = new DayReader(lake, root, io);
    const days: ContractDay[] = [];
    for (const date of datesBetween(addDays(first, -DAYS_BEFORE), last)) {
      const day = await reader.read(date);
      if (day) days.push(day);
    }
    if (days.every((day) => day.date < first)) {
      fail('lake/no-session', `The lake has no ${root} futures from ${first} to ${last}: ${lake.raw}`, {
        tip: 'Fetch them with download futures --include-futures, or name another --lake.',
      });
    }
    const choices = chooseContracts(days, (symbol, date) => futuresContract(symbol, root, date)!.expiry, {
      first,
      last,
    });
    const withOptions = flag(line, 'options') ? await addOptions(choices, lake, root, io) : undefined;
    await io.stdout.write(
      flag(line, 'json')
        ? jsonLine({ contracts: withOptions?.rows ?? choices })
        : csv(withOptions?.rows ?? choices),
    );
    return reader.exitStatus || (withOptions?.missing ? 1 : 0);
  },
};

function dateOption(value: string | undefined, name: string): string {
  if (value === undefined) throw new UsageError(`--${name} is missing`);
  try {
    civilDate(value);
  } catch {
    throw new UsageError(`--${name} must be a date as YYYY-MM-DD, got ${value}`);
  }
  return value;
}

/** Volumes of a day by symbol, from its capture. Files are cut at midnight UTC, and so are these days. */
class DayReader {
  exitStatus = 0;
  readonly #futures: Product;

  constructor(
    private readonly lake: LakeFolder,
    private readonly root: string,
    private readonly io: CliIo,
  ) {
    const schemas = { underlying: SCHEMA_CHOICES.futures.underlying, options: [] };
    [this.#futures] = familyProducts('futures', schemas);
  }

  async read(date: string): Promise<ContractDay | undefined> {
    const path = this.lake.find(this.#futures, this.root, date);
    if (path === undefined) return undefined;
    const run = new CaptureRun(await openFiles([path], this.io), this.io);
    const names = new InstrumentNames();
    const volumes = new TradeVolumes();
    for await (const part of run.parts()) {
      if (part.kind === 'mbo') volumes.add(part.block);
      else if (part.kind === 'metadata') names.addMetadata(part.metadata);
      else names.addRecords(part);
    }
    // Half a day has half its volume: the choice would be a guess.
    this.exitStatus ||= run.exitStatus;
    const noon = BigInt(Date.parse(`${date}T12:00:00Z`)) * 1_000_000n;
    const bySymbol = new Map<string, number>();
    let hasPremarketTrade = false;
    for (const [id, entry] of volumes.byInstrument) {
      const symbol = names.symbolOf(id, noon);
      if (symbol === undefined || !futuresContract(symbol, this.root, date)) continue;
      bySymbol.set(symbol, (bySymbol.get(symbol) ?? 0) + entry.volume);
      hasPremarketTrade ||= entry.hasPremarketTrade;
    }
    if (volumes.byInstrument.size > 0 && bySymbol.size === 0) {
      run.warn(
        problem(
          'lake/no-contract',
          `No instrument on ${utcDate(noon)} is a quarterly ${this.root} future: ${path}`,
        ),
      );
    }
    return { date, volumes: bySymbol, hasPremarketTrade };
  }
}

interface ChoiceWithOptions extends ContractChoice {
  /** Products that expire on the day, as `EW1`; parents to request are `EW1.OPT`. */
  readonly option_assets: readonly string[];
  readonly options: readonly Readonly<Record<string, string | number>>[];
}

async function addOptions(
  choices: readonly ContractChoice[],
  lake: LakeFolder,
  root: string,
  io: CliIo,
): Promise<{ rows: ChoiceWithOptions[]; missing: boolean }> {
  const definitions = definitionsOf('futures');
  const rows: ChoiceWithOptions[] = [];
  let missing = false;
  for (const choice of choices) {
    const path = lake.find(definitions, root, choice.session_date);
    let found: OptionDefinition[] = [];
    if (path === undefined) {
      missing = true;
      io.stderr.write(
        `error: lake/no-definitions: The lake has no option definitions of ${choice.session_date}\n`,
      );
    } else
      found = sameDayOptions(await readDefinitions(path, io), choice.selected_symbol, choice.session_date);
    rows.push({
      ...choice,
      option_assets: [...new Set(found.map((option) => option.asset))].sort(),
      options: found.map((option) => ({
        instrument_id: option.instrumentId,
        raw_symbol: option.rawSymbol,
        instrument_class: option.instrumentClass,
        strike_price: String(option.strike),
        expiration: String(option.expirationNs),
      })),
    });
  }
  return { rows, missing };
}

function csv(rows: readonly (ContractChoice | ChoiceWithOptions)[]): string {
  const header = [
    'session_date',
    'selected_symbol',
    'selected_exp_date',
    'prev_trading_date',
    'prev_volume_selected',
    'prev_volume_rank2',
    'roll_flag',
  ] as const;
  const hasOptions = rows.some((row) => 'options' in row);
  const lines = rows.map((row) => {
    const cells: (string | number)[] = header.map((name) => row[name]);
    if ('options' in row) cells.push(row.option_assets.join(' '), row.options.length);
    return csvLine(cells);
  });
  const names = hasOptions ? [...header, 'option_assets', 'options'] : header;
  return [csvLine(names), ...lines].join('');
}
