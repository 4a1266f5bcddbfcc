import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '#base/random';
import { mutate } from '#core/io/testing/mutate';
import {
  decodeThrift,
  encodeThrift,
  T_BINARY,
  T_I32,
  T_I64,
  T_LIST,
  T_STRUCT,
  T_TRUE,
  ThriftStruct,
} from '#core/parquet/thrift-compact';

const fieldIds = fc.uniqueArray(fc.integer({ min: 1, max: 4000 }), { maxLength: 6 });

const struct: fc.Arbitrary<ThriftStruct> = fc.letrec<{
  struct: ThriftStruct;
  field: [
    number,
    (
      | ThriftStruct
      | number
      | boolean
      | Uint8Array
      | { elementType: number; items: (ThriftStruct | boolean | number)[] }
    ),
  ];
}>((tie) => ({
  field: fc.oneof(
    fc.tuple(fc.constant(T_I32), fc.integer()),
    fc.tuple(fc.constant(T_I64), fc.integer({ min: -(2 ** 51), max: 2 ** 51 })),
    fc.tuple(fc.constant(T_TRUE), fc.boolean()),
    fc.tuple(fc.constant(T_BINARY), fc.uint8Array({ maxLength: 300 })),
    fc.tuple(
      fc.constant(T_LIST),
      fc.array(fc.integer(), { maxLength: 20 }).map((items) => ({ elementType: T_I32, items })),
    ),
    fc.tuple(
      fc.constant(T_LIST),
      fc.array(fc.boolean(), { maxLength: 20 }).map((items) => ({ elementType: T_TRUE, items })),
    ),
    fc.tuple(fc.constant(T_STRUCT), tie('struct')),
    fc.tuple(
      fc.constant(T_LIST),
      fc.array(tie('struct'), { maxLength: 3 }).map((items) => ({ elementType: T_STRUCT, items })),
    ),
  ),
  struct: fieldIds.chain((ids) =>
    fc.tuple(...ids.map(() => tie('field'))).map((fields) => {
      const result = new ThriftStruct();
      ids.forEach((id, i) => result.set(id, fields[i][0], fields[i][1]));
      return result;
    }),
  ),
})).struct;

describe('the compact protocol', () => {
  it('gives back every struct that it wrote', () => {
    fc.assert(
      fc.property(struct, (value) => {
        const bytes = encodeThrift(value);
        expect(encodeThrift(decodeThrift(bytes))).toEqual(bytes);
        const ids = [...decodeThrift(bytes).fields.keys()];
        expect(ids).toEqual([...value.fields.keys()].sort((a, b) => a - b));
      }),
    );
  });

  it('encodes as the specification says', () => {
    const value = new ThriftStruct()
      .set(1, T_I32, 300)
      .set(3, T_TRUE, false)
      .set(40, T_BINARY, Uint8Array.of(7));
    // Field 1: delta 1, type 5, zigzag 600. Field 3: delta 2, false. Field 40: type 8, id 80 as zigzag, length 1.
    expect([...encodeThrift(value)]).toEqual([0x15, 0xd8, 0x04, 0x22, 0x08, 80, 1, 7, 0]);
  });

  it('refuses damaged bytes with a RangeError, without hanging or growing', () => {
    const random = new Random(2);
    const inner = new ThriftStruct().set(1, T_I64, 12345678).set(2, T_BINARY, new Uint8Array(20));
    const items = Array.from({ length: 40 }, () => inner);
    const bytes = encodeThrift(new ThriftStruct().set(2, T_LIST, { elementType: T_STRUCT, items }));
    let refused = 0;
    for (let i = 0; i < 5000; i++) {
      try {
        decodeThrift(mutate(bytes, random));
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(500);
  });
});
