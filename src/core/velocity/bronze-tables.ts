/** Records as typed tables, of the instruments that are looked at. Source: velocity.md section A. */
import { readRow, type DbnRow } from '#core/dbn/read-row';
import type { DbnVersion } from '#core/dbn/dbn-types';
import { recordLayout } from '#core/dbn/record-layouts';
import { RTYPE } from '#core/dbn/rtype';
import {
  joinI64,
  joinU64,
  MBO_RTYPE,
  MBO_WORDS,
  W_HEAD,
  W_INSTRUMENT,
  W_ORDER_ID,
  W_PRICE,
  W_SEQUENCE,
  W_SIZE,
  W_TAGS,
  W_TS_EVENT,
  W_TS_IN_DELTA,
  W_TS_RECV,
  type MboBlock,
} from '#core/mbo/mbo-block';
import type { OptionDefinition, OptionDefinitions } from '#core/velocity/option-definitions';
import { column, type SpecColumn, type TableSpec } from '#core/velocity/table-spec';

/** Records of one instrument. */
export interface SpotRecords {
  readonly block: MboBlock;
  readonly symbol: string;
}

/** Records of options and what is known of each. */
export interface OptionRecords {
  readonly block: MboBlock;
  /** Positions in the block. */
  readonly records: readonly number[];
  readonly definitions: readonly OptionDefinition[];
}

/** The columns of a record, for sources of any kind. */
function recordColumns<S>(
  at: (source: S, row: number) => { readonly words: Uint32Array; readonly base: number },
  symbol: (source: S, row: number) => string,
): SpecColumn<S>[] {
  const word =
    (offset: number): SpecColumn<S>['read'] =>
    (source, row) => {
      const { words, base } = at(source, row);
      return words[base + offset];
    };
  const wide =
    (offset: number, join: (lo: number, hi: number) => bigint): SpecColumn<S>['read'] =>
    (source, row) => {
      const { words, base } = at(source, row);
      return join(words[base + offset], words[base + offset + 1]);
    };
  const tag = (source: S, row: number, shift: number): number =>
    (Number(word(W_TAGS)(source, row)) >>> shift) & 255;
  return [
    column('ts_recv', 'i64', wide(W_TS_RECV, joinU64)),
    column('size', 'i64', word(W_SIZE)),
    column('ts_event', 'i64', wide(W_TS_EVENT, joinU64)),
    column('channel_id', 'i64', (source, row) => tag(source, row, 8)),
    column('rtype', 'i64', () => MBO_RTYPE),
    column('order_id', 'i64', wide(W_ORDER_ID, joinU64)),
    column('publisher_id', 'i64', (source, row) => Number(word(W_HEAD)(source, row)) >>> 16),
    column('flags', 'i64', (source, row) => tag(source, row, 0)),
    column('instrument_id', 'i64', word(W_INSTRUMENT)),
    column('ts_in_delta', 'i64', (source, row) => Number(word(W_TS_IN_DELTA)(source, row)) | 0),
    column('action', 'text', (source, row) => String.fromCharCode(tag(source, row, 16))),
    column('sequence', 'i64', word(W_SEQUENCE)),
    column('side', 'text', (source, row) => String.fromCharCode(tag(source, row, 24))),
    column('symbol', 'text', symbol),
    column('price', 'i64', wide(W_PRICE, joinI64)),
  ];
}

function definitionColumns<S>(definition: (source: S, row: number) => OptionDefinition): SpecColumn<S>[] {
  return [
    column('underlying', 'text', (source, row) => definition(source, row).underlying),
    column('right', 'text', (source, row) => definition(source, row).right),
    column('strike', 'i64', (source, row) => definition(source, row).strikeInt),
    column('expiration', 'i64', (source, row) => definition(source, row).expirationNs),
  ];
}

export const BRONZE_MBO: TableSpec<SpotRecords> = {
  rows: ({ block }) => block.count,
  columns: recordColumns(
    ({ block }, row) => ({ words: block.words, base: row * MBO_WORDS }),
    ({ symbol }) => symbol,
  ),
};

export const BRONZE_OPTION_MBO: TableSpec<OptionRecords> = {
  rows: ({ records }) => records.length,
  columns: [
    ...recordColumns<OptionRecords>(
      ({ block, records }, row) => ({ words: block.words, base: records[row] * MBO_WORDS }),
      ({ block, records }, row) => String(block.words[records[row] * MBO_WORDS + W_INSTRUMENT]),
    ),
    ...definitionColumns<OptionRecords>(({ definitions }, row) => definitions[row]),
  ],
};

/** The records of a block that are of the options. */
export function optionRecords(block: MboBlock, known: OptionDefinitions): OptionRecords {
  const records: number[] = [];
  const definitions: OptionDefinition[] = [];
  for (let i = 0; i < block.count; i++) {
    const definition = known.get(block.words[i * MBO_WORDS + W_INSTRUMENT]);
    if (!definition) continue;
    records.push(i);
    definitions.push(definition);
  }
  return { block, records, definitions };
}

interface QuoteRecord {
  readonly row: DbnRow;
  readonly definition: OptionDefinition;
}

const QUOTE_COLUMNS = [
  'ts_recv',
  'ts_event',
  'publisher_id',
  'instrument_id',
  'bid_px_00',
  'ask_px_00',
  'bid_sz_00',
  'ask_sz_00',
];

export const BRONZE_CMBP1: TableSpec<readonly QuoteRecord[]> = {
  rows: (records) => records.length,
  columns: [
    ...QUOTE_COLUMNS.map((name) =>
      column<readonly QuoteRecord[]>(name, 'i64', (records, i) => records[i].row[name]),
    ),
    ...definitionColumns<readonly QuoteRecord[]>((records, i) => records[i].definition),
  ],
};

/** The records of a run of consolidated quotes that are of the options. */
export function quoteRecords(
  run: {
    readonly bytes: Uint8Array;
    readonly recordBytes: number;
    readonly count: number;
    readonly version: DbnVersion;
  },
  known: OptionDefinitions,
): QuoteRecord[] {
  const layout = recordLayout(RTYPE.cmbp1, run.version);
  const found: QuoteRecord[] = [];
  for (let i = 0; layout && i < run.count; i++) {
    const row = readRow(layout, run.bytes, i * run.recordBytes);
    const definition = known.get(Number(row['instrument_id']));
    if (definition) found.push({ row, definition });
  }
  return found;
}
