import { fail } from '#base/problem';
import { TS_OUT_BYTES, type DbnField, type RecordLayout } from '#core/dbn/record-layouts';
import { readText, writeText } from '#core/dbn/text';

/** 64-bit integers are bigint (prices in units of 1e-9), characters and texts are strings. */
export type DbnValue = number | bigint | string;
export type DbnRow = Record<string, DbnValue>;

/** Names of a row's values, in the order of the official CSV form. */
export function columnNames(layout: RecordLayout, tsOut = false): string[] {
  const names = layout.fields.map((field) => field.name);
  return tsOut ? [...names, 'ts_out'] : names;
}

/**
 * One record as a plain object, for text formats and tests; not for hot paths.
 * @param offset where the record starts in `bytes`
 */
export function readRow(layout: RecordLayout, bytes: Uint8Array, offset: number, tsOut = false): DbnRow {
  const view = new DataView(
    bytes.buffer,
    bytes.byteOffset + offset,
    layout.bytes + (tsOut ? TS_OUT_BYTES : 0),
  );
  const row: DbnRow = {};
  for (const field of layout.fields) row[field.name] = readField(field, view, bytes, offset);
  if (tsOut) row['ts_out'] = view.getBigUint64(layout.bytes, true);
  return row;
}

function readField(field: DbnField, view: DataView, bytes: Uint8Array, recordOffset: number): DbnValue {
  switch (field.type) {
    case 'u8':
      return view.getUint8(field.offset);
    case 'i8':
      return view.getInt8(field.offset);
    case 'u16':
      return view.getUint16(field.offset, true);
    case 'i16':
      return view.getInt16(field.offset, true);
    case 'u32':
      return view.getUint32(field.offset, true);
    case 'i32':
      return view.getInt32(field.offset, true);
    case 'u64':
      return view.getBigUint64(field.offset, true);
    case 'i64':
      return view.getBigInt64(field.offset, true);
    case 'char':
      return String.fromCharCode(view.getUint8(field.offset));
    case 'cstr':
      return readText(bytes, recordOffset + field.offset, field.bytes);
  }
}

/**
 * The inverse of `readRow`: the record's bytes, with the length byte set and padding zero.
 * @throws ProblemError `dbn/bad-value` where a value is missing, of the wrong kind or does not fit its field
 */
export function writeRow(layout: RecordLayout, row: Readonly<DbnRow>, tsOut = false): Uint8Array {
  const bytes = new Uint8Array(layout.bytes + (tsOut ? TS_OUT_BYTES : 0));
  const view = new DataView(bytes.buffer);
  view.setUint8(0, bytes.length / 4);
  for (const field of layout.fields) writeField(field, view, bytes, row[field.name]);
  if (tsOut) writeInteger('ts_out', view, layout.bytes, 8, false, row['ts_out']);
  return bytes;
}

function writeField(field: DbnField, view: DataView, bytes: Uint8Array, value: DbnValue | undefined): void {
  if (field.type === 'char' || field.type === 'cstr') {
    const isText = typeof value === 'string';
    // A character may be NUL, which `writeText` rightly refuses inside a text.
    if (isText && field.type === 'char' && value.length === 1 && value.charCodeAt(0) < 256) {
      bytes[field.offset] = value.charCodeAt(0);
    } else if (!isText || field.type === 'char' || !writeText(bytes, field.offset, field.bytes, value)) {
      badValue(field.name, value);
    }
    return;
  }
  writeInteger(field.name, view, field.offset, field.bytes, field.type.startsWith('i'), value);
}

function writeInteger(
  name: string,
  view: DataView,
  offset: number,
  bytes: number,
  signed: boolean,
  value: DbnValue | undefined,
): void {
  const isInteger = typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value));
  if (!isInteger) return badValue(name, value);
  const big = BigInt(value);
  const fits = signed ? BigInt.asIntN(bytes * 8, big) : BigInt.asUintN(bytes * 8, big);
  if (fits !== big) badValue(name, value);
  if (bytes === 8) view.setBigUint64(offset, BigInt.asUintN(64, big), true);
  else if (bytes === 4) view.setUint32(offset, Number(BigInt.asUintN(32, big)), true);
  else if (bytes === 2) view.setUint16(offset, Number(BigInt.asUintN(16, big)), true);
  else view.setUint8(offset, Number(BigInt.asUintN(8, big)));
}

function badValue(name: string, value: DbnValue | undefined): never {
  return fail('dbn/bad-value', `The value ${String(value)} does not fit the field ${name}.`);
}
