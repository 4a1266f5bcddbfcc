/** The golden set of the velocity pipeline (`fixtures/velocity`): loading, and comparison under the stated tolerances. */
import { writeRow } from '#core/dbn/read-row';
import { recordLayout } from '#core/dbn/record-layouts';
import { RTYPE } from '#core/dbn/rtype';
import { appendMbo, MboBlock, type MboRecord } from '#core/mbo/mbo-block';
import type { InstrumentDefinition } from '#core/velocity/option-definitions';
import type { QuoteRun } from '#core/velocity/quote-silver';
import { parseVelocityConfig, type VelocityConfig } from '#core/velocity/velocity-config';
import { fixturePath, readJson, readNdjson, readText } from '#testdata/fixtures';

/** A row of a table: texts by column, empty = null. */
export type GoldenRow = Readonly<Record<string, string>>;

export const GOLDEN_PUBLISHER = 1;

export function velocityPath(...parts: string[]): string {
  return fixturePath('velocity', ...parts);
}

export function velocityConfig(): VelocityConfig {
  return parseVelocityConfig(readJson<Record<string, unknown>>(velocityPath('config.json')));
}

export function readCsv(path: string): GoldenRow[] {
  const [header, ...lines] = readText(path).trimEnd().split('\n');
  const names = header.split(',');
  return lines.map((line) => {
    const cells = line.split(',');
    return Object.fromEntries(names.map((name, i) => [name, cells[i]]));
  });
}

/** A table of `expected`, or of `edge`. */
export function expectedRows(name: string, folder: 'expected' | 'edge' = 'expected'): GoldenRow[] {
  return readCsv(velocityPath(folder, folder === 'expected' ? `${name}.csv.gz` : `${name}.csv`));
}

/** The market-by-order records of `events`, or of `edge`. */
export function goldenRecords(name: string, folder: 'events' | 'edge' = 'events'): MboRecord[] {
  const rows: Readonly<Record<string, unknown>>[] =
    folder === 'events'
      ? readCsv(velocityPath('events', `${name}.csv.gz`))
      : readNdjson(velocityPath('edge', `${name}.ndjson`));
  return rows.map((row) => {
    const big = (key: string) => BigInt(row[key] as string);
    return {
      publisherId: GOLDEN_PUBLISHER,
      instrumentId: Number(row['instrument_id']),
      tsEvent: big('ts_event'),
      orderId: big('order_id'),
      price: big('price'),
      size: Number(row['size']),
      flags: Number(row['flags']),
      channelId: 0,
      action: (row['action'] as string).charCodeAt(0),
      side: (row['side'] as string).charCodeAt(0),
      tsRecv: big('ts_recv'),
      tsInDelta: 0,
      sequence: Number(row['sequence']),
    };
  });
}

/** The consolidated quotes as DBN records of version 3. */
export function goldenQuotes(): QuoteRun {
  const layout = recordLayout(RTYPE.cmbp1, 3)!;
  const rows = readCsv(velocityPath('events', 'equity_option_cmbp1.csv.gz'));
  const bytes = new Uint8Array(rows.length * layout.bytes);
  rows.forEach((row, i) => {
    const cell = (name: string, type: string) => {
      const text = row[name] ?? (type === 'char' ? 'N' : '0');
      return type === 'char' ? text : BigInt(text);
    };
    const values = Object.fromEntries(layout.fields.map(({ name, type }) => [name, cell(name, type)]));
    bytes.set(writeRow(layout, values), i * layout.bytes);
  });
  return { bytes, stride: layout.bytes, count: rows.length, version: 3 };
}

/** The option definitions of `events`. */
export function goldenDefinitions(name: string): InstrumentDefinition[] {
  return readCsv(velocityPath('events', `${name}.csv`)).map((row) => ({
    instrumentId: Number(row['instrument_id']),
    symbol: '',
    instrumentClass: row['right'],
    underlying: row['underlying'],
    strikeInt: Number(row['strike']),
    expirationNs: BigInt(row['expiration']),
    tsEventNs: 0n,
  }));
}

/** End and anchor of every window of an underlying. */
export function goldenSpots(table: string): { endNs: bigint; anchor: number }[] {
  return expectedRows(table).map((row) => ({
    endNs: BigInt(row['window_end_ts_ns']),
    anchor: Number(row['spot_ref_price_int']),
  }));
}

/** Start of the UTC day. */
export function dayOf(ns: bigint): bigint {
  return ns - (ns % 86_400_000_000_000n);
}

export function blockOf(records: readonly MboRecord[]): MboBlock {
  const block = MboBlock.withCapacity(records.length);
  for (const record of records) appendMbo(block, record);
  return block;
}

/** A cell as the tables print it: booleans as 0 and 1, absent values empty. */
export type Cell = number | bigint | string | boolean | undefined;

/** How a column is compared. Numbers: |a - b| <= tolerance (1 + |b|). */
export interface Comparison {
  /** Columns compared as numbers, with their tolerance; all others must have equal texts. */
  readonly floats?: Readonly<Record<string, number>>;
  readonly ignore?: readonly string[];
}

/**
 * Compares two tables by key and reports the first differences: rows that are missing on either side, and cells. Every
 * column of the expected rows must be there.
 */
export function differences(
  actual: readonly Readonly<Record<string, Cell>>[],
  expected: readonly GoldenRow[],
  key: readonly string[],
  { floats = {}, ignore = [] }: Comparison = {},
): string[] {
  const keyOf = (row: Readonly<Record<string, Cell>>) => key.map((name) => textOf(row[name])).join('/');
  const byKey = new Map(actual.map((row) => [keyOf(row), row]));
  const found: string[] = [];
  if (byKey.size !== actual.length) found.push('a key occurs twice');
  if (expected.length !== actual.length) found.push(`${actual.length} rows instead of ${expected.length}`);
  for (const wanted of expected) {
    const row = byKey.get(keyOf(wanted));
    if (!row) found.push(`no row ${keyOf(wanted)}`);
    else {
      for (const [name, text] of Object.entries(wanted)) {
        if (ignore.includes(name) || isSame(row[name], text, floats[name])) continue;
        found.push(`${keyOf(wanted)} ${name}: ${textOf(row[name])} instead of ${text}`);
      }
    }
    if (found.length > 20) break;
  }
  return found;
}

function isSame(value: Cell, text: string, tolerance: number | undefined): boolean {
  if (tolerance === undefined || text === '') return textOf(value) === text;
  return isClose(Number(value), Number(text), tolerance);
}

export function isClose(a: number, b: number, tolerance: number): boolean {
  return Math.abs(a - b) <= tolerance * (1 + Math.abs(b));
}

function textOf(value: Cell): string {
  if (value === undefined) return '';
  if (typeof value === 'boolean') return value ? '1' : '0';
  return value === 0 ? '0' : String(value);
}
