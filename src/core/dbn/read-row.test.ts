import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '#base/problem';
import { columnNames, readRow, writeRow, type DbnRow, type DbnValue } from '#core/dbn/read-row';
import { recordLayout, type DbnField } from '#core/dbn/record-layouts';
import { RTYPE } from '#core/dbn/rtype';

function anyValue(field: DbnField): fc.Arbitrary<DbnValue> {
  const bits = field.bytes * 8;
  const character = fc.integer({ min: 1, max: 255 }).map((c) => String.fromCharCode(c));
  if (field.type === 'char') return character;
  if (field.type === 'cstr') return fc.string({ unit: character, maxLength: field.bytes });
  const isSigned = field.type.startsWith('i');
  const min = isSigned ? -(1n << BigInt(bits - 1)) : 0n;
  const max = isSigned ? (1n << BigInt(bits - 1)) - 1n : (1n << BigInt(bits)) - 1n;
  const big = fc.oneof(fc.bigInt({ min, max }), fc.constantFrom(min, max));
  return bits === 64 ? big : big.map(Number);
}

describe('rows', () => {
  const all = ([1, 2, 3] as const).flatMap((version) =>
    Object.entries(RTYPE).map(([name, rtype]) => [name, version, recordLayout(rtype, version)!] as const),
  );

  it.each(all)('of %s, version %s, are the same after writing and reading', (_name, _version, layout) => {
    const anyRow = fc.record(Object.fromEntries(layout.fields.map((field) => [field.name, anyValue(field)])));
    fc.assert(
      fc.property(
        anyRow,
        fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
        fc.boolean(),
        (values, tsOut, hasTsOut) => {
          const row: DbnRow = hasTsOut ? { ...values, ts_out: tsOut } : { ...values };
          const bytes = writeRow(layout, row, hasTsOut);
          expect(bytes.length).toBe(layout.bytes + (hasTsOut ? 8 : 0));
          expect(bytes[0] * 4).toBe(bytes.length);
          // Read from the middle of a larger buffer, at an odd place.
          const around = new Uint8Array(bytes.length + 10).fill(0xee);
          around.set(bytes, 3);
          const read = readRow(layout, around, 3, hasTsOut);
          expect(read).toEqual(row);
          expect(Object.keys(read)).toEqual(columnNames(layout, hasTsOut));
        },
      ),
      { numRuns: 20 },
    );
  });

  it('are refused with values that do not fit', () => {
    const layout = recordLayout(RTYPE.status, 3)!;
    const good = readRow(layout, new Uint8Array(layout.bytes), 0);
    const code = (more: DbnRow): string => {
      try {
        writeRow(layout, { ...good, ...more });
      } catch (error) {
        if (error instanceof ProblemError) return error.problem.code;
        throw error;
      }
      return 'none';
    };
    expect(code({})).toBe('none');
    const bad: DbnRow[] = [
      { action: 65536 },
      { action: -1 },
      { action: 1.5 },
      { action: NaN },
      { action: 'x' },
    ];
    bad.push({ is_trading: 'YY' }, { is_trading: '€' }, { is_trading: 1 }, { ts_recv: 1n << 64n });
    for (const more of bad) expect(code(more), JSON.stringify(Object.keys(more))).toBe('dbn/bad-value');
  });
});
