/**
 * Thrift's compact protocol, as Parquet footers use it: bytes ↔ a tree that keeps every field, known or not.
 * Source: Apache Thrift "compact protocol encoding".
 */
const STOP = 0;
export const T_TRUE = 1;
const T_FALSE = 2;
const T_BYTE = 3;
const T_I16 = 4;
export const T_I32 = 5;
export const T_I64 = 6;
const T_DOUBLE = 7;
export const T_BINARY = 8;
export const T_LIST = 9;
const T_SET = 10;
const T_MAP = 11;
export const T_STRUCT = 12;
const T_UUID = 13;

const MAX_DEPTH = 32;

/** Integers are numbers (footers hold sizes and positions); one beyond 2^53 is refused. */
export type ThriftValue = boolean | number | Uint8Array | ThriftList | ThriftMap | ThriftStruct;

export interface ThriftList {
  readonly elementType: number;
  readonly items: readonly ThriftValue[];
}

interface ThriftMap {
  readonly keyType: number;
  readonly valueType: number;
  readonly entries: readonly (readonly [ThriftValue, ThriftValue])[];
}

export interface ThriftField {
  readonly type: number;
  readonly value: ThriftValue;
}

export class ThriftStruct {
  readonly fields = new Map<number, ThriftField>();

  /** A copy whose fields may be replaced without changing this one. */
  copy(): ThriftStruct {
    const other = new ThriftStruct();
    for (const [id, field] of this.fields) other.fields.set(id, field);
    return other;
  }

  set(id: number, type: number, value: ThriftValue): this {
    this.fields.set(id, { type, value });
    return this;
  }

  /** Leaves only the fields named. */
  keep(...ids: readonly number[]): this {
    for (const id of [...this.fields.keys()]) if (!ids.includes(id)) this.fields.delete(id);
    return this;
  }

  number(id: number): number | undefined {
    const value = this.fields.get(id)?.value;
    return typeof value === 'number' ? value : undefined;
  }

  struct(id: number): ThriftStruct | undefined {
    const value = this.fields.get(id)?.value;
    return value instanceof ThriftStruct ? value : undefined;
  }

  structs(id: number): ThriftStruct[] {
    const value = this.fields.get(id)?.value;
    if (typeof value !== 'object' || !('items' in value)) return [];
    return value.items.filter((item) => item instanceof ThriftStruct);
  }

  bytes(id: number): Uint8Array | undefined {
    const value = this.fields.get(id)?.value;
    return value instanceof Uint8Array ? value : undefined;
  }
}

/** @throws RangeError where the bytes are no complete struct */
export function decodeThrift(bytes: Uint8Array): ThriftStruct {
  return new Decoder(bytes).struct(0);
}

class Decoder {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  struct(depth: number): ThriftStruct {
    if (depth > MAX_DEPTH) throw new RangeError('thrift: nested too deeply');
    const struct = new ThriftStruct();
    let id = 0;
    for (;;) {
      const header = this.#byte();
      if (header === STOP) return struct;
      const type = header & 15;
      const delta = header >> 4;
      id = delta === 0 ? this.#zigzag() : id + delta;
      const value = type === T_TRUE ? true : type === T_FALSE ? false : this.#value(type, depth);
      struct.set(id, type, value);
    }
  }

  #value(type: number, depth: number): ThriftValue {
    switch (type) {
      case T_TRUE:
      case T_FALSE:
        return this.#byte() === T_TRUE;
      case T_BYTE:
        return (this.#byte() << 24) >> 24;
      case T_I16:
      case T_I32:
      case T_I64:
        return this.#zigzag();
      case T_DOUBLE:
        return this.#take(8);
      case T_BINARY:
        return this.#take(this.#varint());
      case T_LIST:
      case T_SET:
        return this.#list(depth + 1);
      case T_MAP:
        return this.#map(depth + 1);
      case T_STRUCT:
        return this.struct(depth + 1);
      case T_UUID:
        return this.#take(16);
      default:
        throw new RangeError(`thrift: unknown type ${type}`);
    }
  }

  #list(depth: number): ThriftList {
    if (depth > MAX_DEPTH) throw new RangeError('thrift: nested too deeply');
    const header = this.#byte();
    const elementType = header & 15;
    const size = header >> 4 === 15 ? this.#varint() : header >> 4;
    this.#expect(size);
    const items: ThriftValue[] = [];
    for (let i = 0; i < size; i++) items.push(this.#value(elementType, depth));
    return { elementType, items };
  }

  #map(depth: number): ThriftMap {
    if (depth > MAX_DEPTH) throw new RangeError('thrift: nested too deeply');
    const size = this.#varint();
    if (size === 0) return { keyType: 0, valueType: 0, entries: [] };
    const types = this.#byte();
    this.#expect(size);
    const [keyType, valueType] = [types >> 4, types & 15];
    const entries: [ThriftValue, ThriftValue][] = [];
    for (let i = 0; i < size; i++) entries.push([this.#value(keyType, depth), this.#value(valueType, depth)]);
    return { keyType, valueType, entries };
  }

  /** Every element takes at least a byte: a length beyond the input is damage, not a reason to allocate. */
  #expect(elements: number): void {
    if (elements > this.#bytes.length - this.#at) throw new RangeError('thrift: cut off');
  }

  #byte(): number {
    if (this.#at >= this.#bytes.length) throw new RangeError('thrift: cut off');
    return this.#bytes[this.#at++];
  }

  #take(length: number): Uint8Array {
    this.#expect(length);
    const part = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return part;
  }

  #varint(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.#byte();
      value += (byte & 127) * factor;
      if (value > Number.MAX_SAFE_INTEGER) throw new RangeError('thrift: integer beyond 2^53');
      if (byte < 128) return value;
    }
  }

  #zigzag(): number {
    const value = this.#varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}

export function encodeThrift(struct: ThriftStruct): Uint8Array {
  const out: number[] = [];
  writeStruct(out, struct);
  return Uint8Array.from(out);
}

function writeStruct(out: number[], struct: ThriftStruct): void {
  let last = 0;
  for (const [id, { type, value }] of [...struct.fields].sort((a, b) => a[0] - b[0])) {
    const written = typeof value === 'boolean' ? (value ? T_TRUE : T_FALSE) : type;
    const delta = id - last;
    if (delta > 0 && delta < 16) out.push((delta << 4) | written);
    else {
      out.push(written);
      writeZigzag(out, id);
    }
    if (typeof value !== 'boolean') writeValue(out, type, value);
    last = id;
  }
  out.push(STOP);
}

function writeValue(out: number[], type: number, value: ThriftValue): void {
  if (typeof value === 'boolean') {
    out.push(value ? T_TRUE : T_FALSE);
  } else if (typeof value === 'number') {
    if (type === T_BYTE) out.push(value & 255);
    else writeZigzag(out, value);
  } else if (value instanceof Uint8Array) {
    if (type === T_BINARY) writeVarint(out, value.length);
    for (const byte of value) out.push(byte);
  } else if (value instanceof ThriftStruct) {
    writeStruct(out, value);
  } else if ('items' in value) {
    const { items, elementType } = value;
    if (items.length < 15) out.push((items.length << 4) | elementType);
    else {
      out.push(0xf0 | elementType);
      writeVarint(out, items.length);
    }
    for (const item of items) writeValue(out, elementType, item);
  } else {
    writeVarint(out, value.entries.length);
    if (value.entries.length > 0) out.push((value.keyType << 4) | value.valueType);
    for (const [key, entry] of value.entries) {
      writeValue(out, value.keyType, key);
      writeValue(out, value.valueType, entry);
    }
  }
}

function writeZigzag(out: number[], value: number): void {
  writeVarint(out, value >= 0 ? value * 2 : -value * 2 - 1);
}

function writeVarint(out: number[], value: number): void {
  let rest = value;
  while (rest >= 128) {
    out.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  out.push(rest);
}
