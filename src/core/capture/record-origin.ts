/**
 * Where records come from: the part of a DBN header that still holds when they stand in a table. Arrow and Parquet
 * files keep it as texts in the metadata of their schema, under the names of the header's fields; lists are JSON.
 */
import { DBN_SCHEMAS, DBN_STYPES } from '#core/dbn/dbn-types';
import type { DbnMetadata, MappingInterval, SymbolMapping } from '#core/dbn/dbn-types';

export type RecordOrigin = Pick<
  DbnMetadata,
  'dataset' | 'schema' | 'stypeIn' | 'stypeOut' | 'symbols' | 'mappings'
>;

/** The texts that a table keeps. */
export function originTexts(origin: RecordOrigin): Map<string, string> {
  const { dataset, schema, stypeIn, stypeOut, symbols } = origin;
  const mappings = origin.mappings.map(({ rawSymbol, intervals }) => [
    rawSymbol,
    intervals.map(intervalText),
  ]);
  return new Map([
    ['dataset', dataset],
    ...(schema === undefined ? [] : [['schema', schema] as const]),
    ...(stypeIn === undefined ? [] : [['stype_in', stypeIn] as const]),
    ['stype_out', stypeOut],
    ['symbols', JSON.stringify(symbols)],
    ['mappings', JSON.stringify(Object.fromEntries(mappings))],
  ]);
}

/** `undefined` for a table of another maker. Anybody may have written it: what does not fit is left out. */
export function originOf(texts: ReadonlyMap<string, string>): RecordOrigin | undefined {
  const dataset = texts.get('dataset');
  if (dataset === undefined) return undefined;
  const stypeIn = DBN_STYPES.find((stype) => stype === texts.get('stype_in'));
  const stypeOut = DBN_STYPES.find((stype) => stype === texts.get('stype_out')) ?? 'instrument_id';
  const schema = DBN_SCHEMAS.find((name) => name === texts.get('schema'));
  const symbols = parsed(texts.get('symbols'));
  return {
    dataset,
    schema,
    stypeIn,
    stypeOut,
    symbols: Array.isArray(symbols) ? symbols.filter(isText) : [],
    mappings: mappingsOf(parsed(texts.get('mappings'))),
  };
}

/** Several files as one: what the first says, with the symbols of all. */
export function joinOrigins(origins: readonly RecordOrigin[]): RecordOrigin | undefined {
  if (origins.length < 2) return origins[0];
  const intervals = new Map<string, Map<string, MappingInterval>>();
  for (const { rawSymbol, intervals: more } of origins.flatMap((o) => o.mappings)) {
    const known = intervals.get(rawSymbol) ?? new Map<string, MappingInterval>();
    intervals.set(rawSymbol, known);
    for (const interval of more) known.set(Object.values(interval).join(), interval);
  }
  return {
    ...origins[0],
    symbols: [...new Set(origins.flatMap((o) => o.symbols))],
    mappings: [...intervals].map(([rawSymbol, known]) => ({ rawSymbol, intervals: [...known.values()] })),
  };
}

function intervalText({ startDate, endDate, symbol }: MappingInterval): Record<string, string> {
  return { start_date: dateText(startDate), end_date: dateText(endDate), symbol };
}

/** 20231225 as `2023-12-25`. */
function dateText(date: number): string {
  return String(date)
    .padStart(8, '0')
    .replace(/^(\d+)(\d\d)(\d\d)$/, '$1-$2-$3');
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null') as unknown;
  } catch {
    return null;
  }
}

function mappingsOf(value: unknown): SymbolMapping[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).map(([rawSymbol, list]: [string, unknown]) => ({
    rawSymbol,
    intervals: Array.isArray(list) ? list.flatMap(intervalOf) : [],
  }));
}

function intervalOf(value: unknown): MappingInterval[] {
  if (typeof value !== 'object' || value === null) return [];
  const { start_date: start, end_date: end, symbol } = value as Record<string, unknown>;
  const [startDate, endDate] = [dateOf(start), dateOf(end)];
  return startDate !== undefined && endDate !== undefined && isText(symbol)
    ? [{ startDate, endDate, symbol }]
    : [];
}

function dateOf(value: unknown): number | undefined {
  return isText(value) && /^\d{4}-\d\d-\d\d$/.test(value) ? Number(value.replaceAll('-', '')) : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
