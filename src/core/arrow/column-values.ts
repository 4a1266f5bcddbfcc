/**
 * The buffers of one Arrow column in the few shapes the converters work on, each checked to be long enough:
 * a damaged batch may state more rows than its buffers hold.
 */
import { DataType, type Data, type Vector } from 'apache-arrow';
import { fail } from '#base/problem';

export type NarrowArray = Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array;

/** 64-bit integers as pairs of words, low first. */
export interface WideValues {
  readonly kind: 'wide';
  readonly words: Uint32Array;
  readonly isSigned: boolean;
}

export interface NarrowValues {
  readonly kind: 'narrow';
  readonly values: NarrowArray;
}

/** One column of the batch under way. */
export interface BatchColumn {
  readonly name: string;
  readonly type: DataType;
  readonly data: Data;
  readonly vector: Vector;
}

function shortColumn(name: string): never {
  fail(
    'columns/short',
    `The column ${name} holds fewer values than its table has rows: the file is damaged.`,
    { tip: 'The rows before it were read; get the file again.' },
  );
}

/** The rows, of `count` from `from`, that are null (relative to `from`); `undefined` where none is. */
export function nullRows(column: BatchColumn, from: number, count: number): number[] | undefined {
  const { data } = column;
  if (data.nullCount === 0) return undefined;
  const bitmap = data.nullBitmap;
  if (bitmap.length * 8 < from + count) shortColumn(column.name);
  const rows: number[] = [];
  for (let i = 0; i < count; i++) {
    const at = from + i;
    if (((bitmap[at >> 3] >> (at & 7)) & 1) === 0) rows.push(i);
  }
  return rows.length === 0 ? undefined : rows;
}

/** Integers of rows `[from, from + count)`, with `fallback` where the row is null. */
export function integers(
  column: BatchColumn,
  from: number,
  count: number,
  fallback: number,
): NarrowValues | WideValues {
  return integersOf(
    column.name,
    column.data.values as unknown,
    from,
    count,
    nullRows(column, from, count),
    fallback,
  );
}

function integersOf(
  name: string,
  values: unknown,
  from: number,
  count: number,
  nulls: readonly number[] | undefined,
  fallback: number,
): NarrowValues | WideValues {
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
    if (values.length < from + count) shortColumn(name);
    let words = new Uint32Array(values.buffer, values.byteOffset + from * 8, count * 2);
    if (nulls) {
      words = words.slice();
      for (const row of nulls) {
        words[2 * row] = fallback;
        words[2 * row + 1] = 0;
      }
    }
    return { kind: 'wide', words, isSigned: values instanceof BigInt64Array };
  }
  const narrow = values as NarrowArray;
  if (narrow.length < from + count) shortColumn(name);
  const part = nulls ? narrow.slice(from, from + count) : narrow.subarray(from, from + count);
  if (nulls) for (const row of nulls) part[row] = fallback;
  return { kind: 'narrow', values: part };
}

export function floats(column: BatchColumn, from: number, count: number): Float64Array {
  const values = column.data.values as Float64Array;
  if (values.length < from + count) shortColumn(column.name);
  return values.subarray(from, from + count);
}

/** A decimal column as 32-bit words, least significant first, and how many there are per value. */
export function decimalWords(
  column: BatchColumn,
  from: number,
  count: number,
): { words: Uint32Array; wordsPerValue: number } {
  const bitWidth = DataType.isDecimal(column.type) ? column.type.bitWidth : 128;
  const values = column.data.values as Uint32Array;
  const wordsPerValue = bitWidth / 32;
  if (values.length < (from + count) * wordsPerValue) shortColumn(column.name);
  return { words: values.subarray(from * wordsPerValue, (from + count) * wordsPerValue), wordsPerValue };
}

/**
 * The first character of every text as its code, 0 for an empty text, or the integer codes themselves.
 * @param fallback code of a null row
 */
export function charCodes(
  column: BatchColumn,
  from: number,
  count: number,
  fallback: number,
): ArrayLike<number> {
  const { type, data } = column;
  if (DataType.isInt(type)) {
    const codes = integers(column, from, count, fallback);
    if (codes.kind === 'narrow') return codes.values;
    return codes.words.filter((_, i) => i % 2 === 0);
  }
  const nulls = nullRows(column, from, count);
  const codes = DataType.isDictionary(type)
    ? dictionaryCodes(column, from, count, nulls)
    : DataType.isUtf8(type) || DataType.isBinary(type)
      ? utf8Codes(column, data.values as Uint8Array, data.valueOffsets as Int32Array, from, count)
      : textCodes(column, from, count);
  if (nulls) for (const row of nulls) codes[row] = fallback;
  return codes;
}

function utf8Codes(
  column: BatchColumn,
  bytes: Uint8Array,
  offsets: Int32Array,
  from: number,
  count: number,
): Uint8Array {
  if (offsets.length < from + count + 1) shortColumn(column.name);
  const codes = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const at = offsets[from + i];
    // Past the end, `bytes` reads as undefined, stored as 0: an empty text. Two bytes hold U+0080 to U+00FF.
    if (offsets[from + i + 1] <= at) continue;
    const byte = bytes[at];
    codes[i] = byte < 0x80 ? byte : ((byte & 3) << 6) | (bytes[at + 1] & 63);
  }
  return codes;
}

function dictionaryCodes(
  column: BatchColumn,
  from: number,
  count: number,
  nulls: readonly number[] | undefined,
): Uint8Array {
  const dictionary = column.data.dictionary;
  const table = new Uint8Array(dictionary?.length ?? 0);
  for (let i = 0; i < table.length; i++) table[i] = firstCode(dictionary?.get(i));
  const indices = integersOf(column.name, column.data.values as unknown, from, count, nulls, 0);
  const codes = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    codes[i] = table[indices.kind === 'narrow' ? indices.values[i] : indices.words[2 * i]];
  }
  return codes;
}

function textCodes(column: BatchColumn, from: number, count: number): Uint8Array {
  const codes = new Uint8Array(count);
  for (let i = 0; i < count; i++) codes[i] = firstCode(column.vector.get(from + i));
  return codes;
}

function firstCode(value: unknown): number {
  const text = textValue(value);
  return text === '' ? 0 : text.charCodeAt(0);
}

/** A text cell, also of a column of bytes; empty for null. */
export function textValue(value: unknown): string {
  if (typeof value === 'string') return value;
  return value instanceof Uint8Array ? String.fromCharCode(...value.subarray(0, MAX_TEXT_BYTES)) : '';
}

const MAX_TEXT_BYTES = 256;
