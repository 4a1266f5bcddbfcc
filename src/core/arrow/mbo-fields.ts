/**
 * Which columns a table of market-by-order events has (the vendor's names), what types they may have, and what
 * stands for one that is missing. Required are the fields without which no book can be built.
 */
import { DataType, TimeUnit, type Schema } from 'apache-arrow';
import { fail } from '#base/problem';

export type MboFieldName =
  | 'ts_recv'
  | 'ts_event'
  | 'rtype'
  | 'publisher_id'
  | 'instrument_id'
  | 'action'
  | 'side'
  | 'price'
  | 'size'
  | 'channel_id'
  | 'order_id'
  | 'flags'
  | 'ts_in_delta'
  | 'sequence'
  | 'symbol';

type Role = 'time' | 'integer' | 'id' | 'code' | 'price' | 'text';

interface MboField {
  readonly role: Role;
  readonly required: boolean;
}

const required = (role: Role): MboField => ({ role, required: true });
const optional = (role: Role): MboField => ({ role, required: false });

/** In the vendor's column order. */
export const MBO_FIELDS: Readonly<Record<MboFieldName, MboField>> = {
  ts_recv: optional('time'),
  ts_event: required('time'),
  rtype: optional('integer'),
  publisher_id: optional('integer'),
  instrument_id: optional('integer'),
  action: required('code'),
  side: required('code'),
  price: required('price'),
  size: required('integer'),
  channel_id: optional('integer'),
  order_id: required('id'),
  flags: optional('integer'),
  ts_in_delta: optional('integer'),
  sequence: optional('integer'),
  symbol: optional('text'),
};

const ACCEPTED: Readonly<Record<Role, string>> = {
  time: 'timestamp or 64-bit integer (nanoseconds)',
  integer: 'integer',
  id: 'integer',
  code: 'text, dictionary of text, or integer (ASCII code)',
  price: '64-bit integer (units of 1e-9), decimal, or 64-bit float',
  text: 'text or dictionary of text',
};

/** Powers of ten above any real one would make rescaling a decimal endless. */
const MAX_DECIMAL_SCALE = 76;

function isText(type: DataType): boolean {
  // Some writers of Parquet do not mark text as such.
  return (
    DataType.isUtf8(type) ||
    DataType.isLargeUtf8(type) ||
    DataType.isUtf8View(type) ||
    DataType.isBinary(type)
  );
}

function isAccepted(role: Role, type: DataType): boolean {
  switch (role) {
    case 'time':
      return DataType.isTimestamp(type) || is64Bit(type);
    case 'integer':
    case 'id':
      return DataType.isInt(type);
    case 'price':
      if (DataType.isDecimal(type)) return Math.abs(type.scale) <= MAX_DECIMAL_SCALE;
      return is64Bit(type) || (DataType.isFloat(type) && type.ArrayType === Float64Array);
    case 'code':
      return isAccepted('text', type) || DataType.isInt(type);
    case 'text':
      return isText(type) || (DataType.isDictionary(type) && isText(type.dictionary as DataType));
  }
}

function is64Bit(type: DataType): boolean {
  return DataType.isInt(type) && type.bitWidth === 64;
}

/** Nanoseconds per unit of a time column. */
export function nsPerUnit(type: DataType): number {
  if (!DataType.isTimestamp(type)) return 1;
  switch (type.unit) {
    case TimeUnit.SECOND:
      return 1e9;
    case TimeUnit.MILLISECOND:
      return 1e6;
    case TimeUnit.MICROSECOND:
      return 1e3;
    case TimeUnit.NANOSECOND:
      return 1;
  }
}

/** Position in the table of every MBO column it has. */
export type MboBinding = Readonly<Partial<Record<MboFieldName, number>>>;

const FIELD_NAMES = Object.keys(MBO_FIELDS) as MboFieldName[];

/** @throws ProblemError `columns/missing`, naming them and the columns there are */
export function requireMboColumns(present: readonly string[]): void {
  const needed = FIELD_NAMES.filter((name) => MBO_FIELDS[name].required);
  const missing = needed.filter((name) => !present.includes(name));
  if (missing.length === 0) return;
  fail('columns/missing', `The table has no column ${missing.join(', ')}.`, {
    tip: `Market-by-order tables need ${needed.join(', ')}. This one has ${listed(present)}.`,
  });
}

/** @throws ProblemError `columns/missing`, `columns/type`, naming the columns */
export function bindMboColumns(schema: Schema): MboBinding {
  const present = schema.fields.map((field) => field.name);
  requireMboColumns(present);
  const binding: Partial<Record<MboFieldName, number>> = {};
  for (const name of FIELD_NAMES) {
    const index = present.indexOf(name);
    if (index < 0) continue;
    const { role } = MBO_FIELDS[name];
    const type = schema.fields[index].type as DataType;
    if (!isAccepted(role, type)) {
      fail(
        'columns/type',
        `The column ${name} has the type ${typeName(type)}; it must be ${ACCEPTED[role]}.`,
        { tip: 'Write the table again with that type.' },
      );
    }
    binding[name] = index;
  }
  return binding;
}

const LISTED = 30;

function listed(names: readonly string[]): string {
  if (names.length === 0) return 'no columns';
  const rest = names.length > LISTED ? ` and ${names.length - LISTED} more` : '';
  return names.slice(0, LISTED).join(', ') + rest;
}

/** Arrow types print themselves by a method that their declarations hide. */
function typeName(type: DataType): string {
  return (type as { toString(): string }).toString();
}
