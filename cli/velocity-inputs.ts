/** What the velocity command is asked of: product, instrument, definitions, the price of the underlying. */
import { formatDate } from '#base/new-york-time';
import { fail, ProblemError } from '#base/problem';
import type { Capture, InstrumentInfo } from '#core/capture/capture-types';
import { RTYPE } from '#core/dbn/rtype';
import { isQuarterlyFuture } from '#core/lake/futures-symbol';
import { DefinitionBook, selectOptions, type OptionDefinitions } from '#core/velocity/option-definitions';
import { readDefinitions } from '#core/velocity/read-definitions';
import { CaptureRun, openFiles } from '#cli/capture';
import type { CliIo } from '#cli/io';
import type { Product } from '#cli/velocity-tables';

/** The product that a capture holds, where the command line does not say. */
export function productOf(capture: Capture, hasSpot: boolean): Product {
  const instrument = capture.defaultInstrument();
  if (!instrument) return 'equity_option_mbo';
  return hasSpot ? 'future_option_mbo' : capture.facts(instrument).productType;
}

/**
 * The instrument whose price is followed: the one that is named, else the busiest future by its symbol, else the busiest
 * outright.
 *
 * @throws ProblemError `velocity/no-spot`, `capture/…`
 */
export function spotInstrument(
  capture: Capture,
  wanted: string | undefined,
  kind: 'future_mbo' | 'equity_mbo',
  mustBeOutright: boolean,
): InstrumentInfo {
  if (wanted !== undefined) return capture.find(wanted);
  const instruments = capture.instruments();
  const futures = instruments.filter(({ symbol }) => isQuarterlyFuture(symbol));
  const chosen = kind === 'future_mbo' ? futures[0] : undefined;
  const found =
    chosen ?? (mustBeOutright && instruments.length > 1 ? undefined : capture.defaultInstrument());
  return (
    found ??
    fail('velocity/no-spot', 'There is no underlying whose price the options could be placed around.', {
      tip: 'Name the capture of the underlying with --spot, or its instrument with --instrument.',
    })
  );
}

/**
 * Options of an underlying on the day of the capture.
 *
 * @throws ProblemError `velocity/no-definitions`, `velocity/no-options`, `velocity/bad-definitions`
 */
export async function optionsOf(
  files: readonly string[],
  definitionsFile: string | undefined,
  underlying: InstrumentInfo,
  firstNs: bigint,
  io: CliIo,
): Promise<OptionDefinitions> {
  const book = new DefinitionBook();
  if (definitionsFile?.endsWith('.csv'))
    readDefinitionCsv(io.readText(definitionsFile), definitionsFile, book);
  else await readDefinitionRecords(definitionsFile === undefined ? files : [definitionsFile], book, io);
  if (book.size === 0) {
    fail(
      'velocity/no-definitions',
      'There are no instrument definitions: strikes and rights are not known.',
      {
        tip: 'Name a definition file with --definitions, DBN or CSV.',
      },
    );
  }
  // Without a symbol nothing can be said of the underlying.
  const symbol = underlying.symbol === String(underlying.instrumentId) ? undefined : underlying.symbol;
  const date = formatDate(Number(firstNs / 1_000_000_000n), 'America/New_York');
  const { options, spreads, otherUnderlyings, otherExpirations, badStrikes } = selectOptions(
    book.all(),
    symbol,
    date,
  );
  if (options.size === 0) {
    fail(
      'velocity/no-options',
      `None of the options defined is on ${symbol ?? 'the underlying'} and expires on ${date}.`,
      {
        tip: `Left out: ${otherUnderlyings} of other underlyings, ${otherExpirations} of other days, ${spreads} spreads, ${badStrikes} without a strike.`,
      },
    );
  }
  return options;
}

async function readDefinitionRecords(
  files: readonly string[],
  book: DefinitionBook,
  io: CliIo,
): Promise<void> {
  const capture = await openFiles(files, io, { needs: 'any' });
  for await (const part of new CaptureRun(capture, io).parts()) {
    if (part.kind !== 'records' || part.rtype !== RTYPE.definition) continue;
    for (const definition of readDefinitions(part)) book.add(definition);
  }
}

const CSV_COLUMNS = ['instrument_id', 'right', 'strike', 'underlying', 'expiration'] as const;

function readDefinitionCsv(text: string, path: string, book: DefinitionBook): void {
  const [header = '', ...lines] = text.split(/\r?\n/);
  const names = header.split(',');
  const at = CSV_COLUMNS.map((name) => names.indexOf(name));
  if (at.includes(-1)) {
    fail('velocity/bad-definitions', `A definition CSV needs the columns ${CSV_COLUMNS.join(',')}: ${path}`, {
      offset: 0,
    });
  }
  let offset = header.length + 1;
  for (const line of lines) {
    if (line !== '') {
      const cells = line.split(',');
      const [id, right, strike, underlying, expiration] = at.map((i) => cells[i] ?? '');
      if (![id, strike, expiration].every((cell) => /^\d{1,19}$/.test(cell))) {
        fail(
          'velocity/bad-definitions',
          `A line of the definitions has a value that is no whole number: ${path}`,
          {
            offset,
            tip: 'Strikes are in units of 1e-9, expirations in ns since 1970.',
          },
        );
      }
      const numbers = {
        instrumentId: Number(id),
        strikeInt: Number(strike),
        expirationNs: BigInt(expiration),
      };
      book.add({ ...numbers, symbol: '', instrumentClass: right, underlying, tsEventNs: 0n });
    }
    offset += line.length + 1;
  }
}

/** Whether a problem means that the rest of a capture is left out, and not that nothing can be shown. */
export function endsTheDay(error: unknown): error is ProblemError {
  return error instanceof ProblemError && error.problem.code === 'velocity/mixed-days';
}
