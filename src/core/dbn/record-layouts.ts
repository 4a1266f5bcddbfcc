import type { DbnSchema, DbnVersion } from '#core/dbn/dbn-types';
import { DEFINITION_1, DEFINITION_2, DEFINITION_3 } from '#core/dbn/definition-fields';
import * as spec from '#core/dbn/record-fields';
import { RTYPE, schemaRtype } from '#core/dbn/rtype';

export type DbnFieldType = 'u8' | 'i8' | 'u16' | 'i16' | 'u32' | 'i32' | 'u64' | 'i64' | 'char' | 'cstr';

export interface DbnField {
  /** The name in the public format; fields of a level carry its number: `bid_px_00`. */
  readonly name: string;
  readonly type: DbnFieldType;
  /** Bytes from the start of the record. */
  readonly offset: number;
  readonly bytes: number;
  /** `price`: i64 in units of 1e-9. `ns`: u64 nanoseconds since 1970. */
  readonly unit?: 'price' | 'ns';
  /** Fields of an order-book level: which level, and the name without its number. */
  readonly level?: number;
  readonly levelField?: string;
}

export interface RecordLayout {
  readonly name: string;
  /** Size without `ts_out`. */
  readonly bytes: number;
  /** In the order of columns in the official CSV form. The length byte and padding are left out. */
  readonly fields: readonly DbnField[];
}

/** The 8 bytes that `ts_out` adds to every record of a stream that carries it. */
export const TS_OUT_BYTES = 8;

const SIZES: Readonly<Record<string, { type: DbnFieldType; bytes: number; unit?: 'price' | 'ns' }>> = {
  u8: { type: 'u8', bytes: 1 },
  i8: { type: 'i8', bytes: 1 },
  u16: { type: 'u16', bytes: 2 },
  i16: { type: 'i16', bytes: 2 },
  u32: { type: 'u32', bytes: 4 },
  i32: { type: 'i32', bytes: 4 },
  u64: { type: 'u64', bytes: 8 },
  i64: { type: 'i64', bytes: 8 },
  char: { type: 'char', bytes: 1 },
  price: { type: 'i64', bytes: 8, unit: 'price' },
  ts: { type: 'u64', bytes: 8, unit: 'ns' },
};

/** Adds `fields` at `offset` and returns the offset after them. */
function place(out: DbnField[], fields: spec.Fields, offset: number, level?: number): number {
  let at = offset;
  for (const [base, type] of Object.entries(fields)) {
    const name = level === undefined ? base : `${base}_${String(level).padStart(2, '0')}`;
    const levelPart = level === undefined ? {} : { level, levelField: base };
    const simple = SIZES[type];
    if (simple) {
      out.push({ name, offset: at, ...simple, ...levelPart });
      at += simple.bytes;
    } else if (type.startsWith('cstr')) {
      const bytes = Number(type.slice(4));
      out.push({ name, type: 'cstr', offset: at, bytes, ...levelPart });
      at += bytes;
    } else {
      at += Number(type.slice(3));
    }
  }
  return at;
}

/** Columns of the header in text formats: the time of receipt, where there is one, stands first. */
const HEADER_COLUMNS = ['ts_recv', 'ts_event', 'rtype', 'publisher_id', 'instrument_id'];

function columnOrder(record: spec.RecordSpec, stored: readonly string[]): string[] {
  const after = record.after ?? {};
  const front = [...HEADER_COLUMNS, ...(record.first ?? [])].filter((name) => stored.includes(name));
  const back = record.last ?? [];
  const moved = new Set([...front, ...back, ...Object.keys(after), 'length']);
  const order = [...front, ...stored.filter((name) => !moved.has(name)), ...back];
  for (const [name, previous] of Object.entries(after)) order.splice(order.indexOf(previous) + 1, 0, name);
  return order;
}

function build(record: spec.RecordSpec): RecordLayout {
  const stored: DbnField[] = [];
  let bytes = place(stored, spec.HEADER_FIELDS, 0);
  bytes = place(stored, record.fields, bytes);
  const levels: DbnField[] = [];
  for (let i = 0; i < (record.levels?.count ?? 0); i++) {
    bytes = place(levels, record.levels?.fields ?? {}, bytes, i);
  }
  const order = columnOrder(
    record,
    stored.map((field) => field.name),
  );
  const fields = order.map((name) => stored.find((field) => field.name === name)!);
  return { name: record.name, bytes, fields: [...fields, ...levels] };
}

function buildAll(version: DbnVersion): Map<number, RecordLayout> {
  const definition = [DEFINITION_1, DEFINITION_2, DEFINITION_3][version - 1];
  const pairs: [spec.RecordSpec, number[]][] = [
    [spec.MBO, [RTYPE.mbo]],
    [spec.TRADE, [RTYPE.mbp0]],
    [spec.MBP1, [RTYPE.mbp1]],
    [spec.MBP10, [RTYPE.mbp10]],
    [spec.BBO, [RTYPE.bbo1s, RTYPE.bbo1m]],
    [spec.CMBP1, [RTYPE.cmbp1, RTYPE.tcbbo]],
    [spec.CBBO, [RTYPE.cbbo1s, RTYPE.cbbo1m]],
    [
      spec.OHLCV,
      [RTYPE.ohlcvDeprecated, RTYPE.ohlcv1s, RTYPE.ohlcv1m, RTYPE.ohlcv1h, RTYPE.ohlcv1d, RTYPE.ohlcvEod],
    ],
    [spec.STATUS, [RTYPE.status]],
    [spec.IMBALANCE, [RTYPE.imbalance]],
    [definition, [RTYPE.definition]],
    [version === 3 ? spec.STATISTICS_3 : spec.STATISTICS_1, [RTYPE.statistics]],
    [version === 1 ? spec.ERROR_1 : spec.ERROR_2, [RTYPE.error]],
    [version === 1 ? spec.SYSTEM_1 : spec.SYSTEM_2, [RTYPE.system]],
    [version === 1 ? spec.SYMBOL_MAPPING_1 : spec.SYMBOL_MAPPING_2, [RTYPE.symbolMapping]],
  ];
  return new Map(
    pairs.flatMap(([record, rtypes]) => {
      const layout = build(record);
      return rtypes.map((rtype) => [rtype, layout] as const);
    }),
  );
}

const LAYOUTS: Readonly<Record<DbnVersion, ReadonlyMap<number, RecordLayout>>> = {
  1: buildAll(1),
  2: buildAll(2),
  3: buildAll(3),
};

/** The layout of records of this type, or `undefined` for a type the version does not have. */
export function recordLayout(rtype: number, version: DbnVersion): RecordLayout | undefined {
  return LAYOUTS[version].get(rtype);
}

export function schemaLayout(schema: DbnSchema, version: DbnVersion): RecordLayout {
  return LAYOUTS[version].get(schemaRtype(schema))!;
}

/** Size in bytes by record type, 0 where the type is unknown: the table the decoder checks records against. */
export function recordSizes(version: DbnVersion, tsOut: boolean): Int32Array {
  const sizes = new Int32Array(256);
  for (const [rtype, layout] of LAYOUTS[version]) sizes[rtype] = layout.bytes + (tsOut ? TS_OUT_BYTES : 0);
  return sizes;
}
