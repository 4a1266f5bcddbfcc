import { DBN_STYPES, type DbnMetadata, type DbnStype, type DbnVersion } from '#core/dbn/dbn-types';
import { NO_TIME } from '#core/dbn/metadata-layout';
import { readRow, type DbnRow } from '#core/dbn/read-row';
import { recordLayout } from '#core/dbn/record-layouts';
import { RTYPE } from '#core/dbn/rtype';

/** A symbol mapping record: what the gateway says an instrument is called from now on. */
export interface SymbolMappingRecord {
  readonly publisherId: number;
  readonly instrumentId: number;
  readonly tsEvent: bigint;
  /** `undefined` in version 1, which does not state the types. */
  readonly stypeIn: DbnStype | undefined;
  readonly stypeInSymbol: string;
  readonly stypeOut: DbnStype | undefined;
  readonly stypeOutSymbol: string;
  /** Nanoseconds since 1970; `undefined`: open. */
  readonly startTs: bigint | undefined;
  readonly endTs: bigint | undefined;
}

/** @param offset where the record starts in `bytes` */
export function readSymbolMapping(
  bytes: Uint8Array,
  offset: number,
  version: DbnVersion,
): SymbolMappingRecord {
  const row = readRow(recordLayout(RTYPE.symbolMapping, version)!, bytes, offset);
  return {
    publisherId: Number(row['publisher_id']),
    instrumentId: Number(row['instrument_id']),
    tsEvent: BigInt(row['ts_event']),
    stypeIn: stype(row, 'stype_in'),
    stypeInSymbol: String(row['stype_in_symbol']),
    stypeOut: stype(row, 'stype_out'),
    stypeOutSymbol: String(row['stype_out_symbol']),
    startTs: time(row, 'start_ts'),
    endTs: time(row, 'end_ts'),
  };
}

function stype(row: DbnRow, name: string): DbnStype | undefined {
  return name in row ? DBN_STYPES[Number(row[name])] : undefined;
}

function time(row: DbnRow, name: string): bigint | undefined {
  const ns = BigInt(row[name]);
  return ns === NO_TIME ? undefined : ns;
}

const NS_PER_DAY = 86_400_000_000_000n;
const MS_PER_DAY = 86_400_000;

/** The UTC date of a moment as a number like 20231225. */
export function utcDate(ns: bigint): number {
  const date = new Date(Number(ns / 1_000_000n));
  return date.getUTCFullYear() * 10000 + (date.getUTCMonth() + 1) * 100 + date.getUTCDate();
}

/** The first nanosecond of a UTC date like 20231225; `undefined` where the number is no date. */
export function utcDateStart(date: number): bigint | undefined {
  const year = Math.floor(date / 10000);
  const month = Math.floor(date / 100) % 100;
  const day = date % 100;
  if (year < 1970 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31) return undefined;
  return BigInt(Date.UTC(year, month - 1, day) / MS_PER_DAY) * NS_PER_DAY;
}

interface Span {
  readonly start: bigint;
  readonly end: bigint;
  readonly symbol: string;
  readonly instrumentId: number;
}

const ALWAYS_START = 0n;
const ALWAYS_END = NO_TIME;

/**
 * What instruments were called and when, from metadata and from symbol mapping records. Where several names
 * overlap, the one added last wins. Works in both directions of the request: symbols asked for and ids received,
 * or ids asked for and symbols received.
 */
export class SymbolMap {
  private readonly byId = new Map<number, Span[]>();
  private readonly bySymbol = new Map<string, Span[]>();

  static fromMetadata(metadata: Pick<DbnMetadata, 'stypeIn' | 'stypeOut' | 'mappings'>): SymbolMap {
    const map = new SymbolMap();
    const idsReceived = metadata.stypeOut === 'instrument_id';
    if (!idsReceived && metadata.stypeIn !== 'instrument_id') return map;
    for (const { rawSymbol, intervals } of metadata.mappings) {
      for (const { startDate, endDate, symbol } of intervals) {
        const id = parseId(idsReceived ? symbol : rawSymbol);
        // The range of days that had no instrument is written as an empty symbol.
        if (id === undefined || symbol === '') continue;
        const start = utcDateStart(startDate);
        const end = utcDateStart(endDate);
        if (start === undefined || end === undefined) continue;
        map.insert(id, idsReceived ? rawSymbol : symbol, start, end);
      }
    }
    return map;
  }

  add(record: SymbolMappingRecord): void {
    const { instrumentId, stypeOutSymbol, stypeInSymbol, startTs, endTs } = record;
    const outIsId = record.stypeOut === 'instrument_id' || stypeOutSymbol === String(instrumentId);
    const symbol = outIsId ? stypeInSymbol : stypeOutSymbol;
    this.insert(instrumentId, symbol, startTs ?? ALWAYS_START, endTs ?? ALWAYS_END);
  }

  /** The symbol of an instrument on a UTC date like 20231225. */
  symbolAt(instrumentId: number, date: number): string | undefined {
    return findOnDate(this.byId.get(instrumentId), date)?.symbol;
  }

  /** The symbol of an instrument at a moment in nanoseconds since 1970. */
  symbolAtTime(instrumentId: number, ns: bigint): string | undefined {
    return find(this.byId.get(instrumentId), ns, ns + 1n)?.symbol;
  }

  /** The instrument that had this symbol on a UTC date like 20231225. */
  instrumentIdAt(symbol: string, date: number): number | undefined {
    return findOnDate(this.bySymbol.get(symbol), date)?.instrumentId;
  }

  /** Every instrument that had a symbol on the date. */
  on(date: number): Map<number, string> {
    const symbols = new Map<number, string>();
    for (const [id, spans] of this.byId) {
      const span = findOnDate(spans, date);
      if (span) symbols.set(id, span.symbol);
    }
    return symbols;
  }

  private insert(instrumentId: number, symbol: string, start: bigint, end: bigint): void {
    const span = { start, end, symbol, instrumentId };
    append(this.byId, instrumentId, span);
    append(this.bySymbol, symbol, span);
  }
}

/** Instrument ids and what they were called on a UTC date like 20231225, by the metadata alone. */
export function resolveSymbols(metadata: DbnMetadata, date: number): Map<number, string> {
  return SymbolMap.fromMetadata(metadata).on(date);
}

function parseId(text: string): number | undefined {
  if (!/^[0-9]{1,10}$/.test(text)) return undefined;
  const id = Number(text);
  return id <= 0xffffffff ? id : undefined;
}

function append<K>(map: Map<K, Span[]>, key: K, span: Span): void {
  const spans = map.get(key);
  if (spans) spans.push(span);
  else map.set(key, [span]);
}

function findOnDate(spans: readonly Span[] | undefined, date: number): Span | undefined {
  const start = utcDateStart(date);
  return start === undefined ? undefined : find(spans, start, start + NS_PER_DAY);
}

/** The span added last that overlaps `[start, end)`. */
function find(spans: readonly Span[] | undefined, start: bigint, end: bigint): Span | undefined {
  if (!spans) return undefined;
  for (let i = spans.length - 1; i >= 0; i--) {
    if (spans[i].start < end && spans[i].end > start) return spans[i];
  }
  return undefined;
}
