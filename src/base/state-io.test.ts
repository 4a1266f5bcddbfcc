import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '#base/problem';
import { StateReader, StateWriter } from '#base/state-io';

const ARRAYS = [
  Float64Array,
  Float32Array,
  Int32Array,
  Uint32Array,
  Int16Array,
  Uint16Array,
  Int8Array,
  Uint8Array,
] as const;

function problemCode(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof ProblemError) return error.problem.code;
    throw error;
  }
  return 'none';
}

describe('state that was written', () => {
  it('is read back bit for bit', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.double(),
            fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
            fc.string({ unit: 'binary' }),
            fc.boolean(),
          ),
          { maxLength: 12 },
        ),
        (values) => {
          const writer = new StateWriter(1);
          for (const value of values) {
            if (typeof value === 'number') writer.number(value);
            else if (typeof value === 'bigint') writer.bigint(value);
            else if (typeof value === 'string') writer.text(value);
            else writer.boolean(value);
          }
          const reader = new StateReader(writer.finish());
          for (const value of values) {
            if (typeof value === 'number') expect(reader.number()).toBe(value);
            else if (typeof value === 'bigint') expect(reader.bigint()).toBe(value);
            else if (typeof value === 'string') expect(reader.text()).toBe(value);
            else expect(reader.boolean()).toBe(value);
          }
          reader.end();
        },
      ),
    );
  });

  it('keeps typed arrays of every kind, also views and at odd positions', () => {
    const writer = new StateWriter();
    writer.boolean(true);
    for (const Kind of ARRAYS) writer.array(Kind.from([1, 2, 3, 250, 5]).subarray(1), 3);
    const reader = new StateReader(writer.finish());
    reader.boolean();
    for (const Kind of ARRAYS) {
      const target = new Kind(4);
      expect(reader.arrayInto(target)).toBe(3);
      expect(target).toEqual(Kind.from([2, 3, 250, 0]));
    }
    reader.end();
  });

  it('gives unsigned 64-bit integers back after reinterpretation', () => {
    const writer = new StateWriter();
    writer.bigint(2n ** 64n - 1n);
    expect(BigInt.asUintN(64, new StateReader(writer.finish()).bigint())).toBe(2n ** 64n - 1n);
  });

  it('is independent of what is written afterwards', () => {
    const writer = new StateWriter();
    writer.number(1);
    const first = writer.finish();
    writer.number(2);
    expect(first.length).toBe(8);
    expect(writer.finish().length).toBe(16);
  });
});

describe('bytes that do not fit', () => {
  function sample(): Uint8Array {
    const writer = new StateWriter();
    writer.begin('part', 2);
    writer.array(new Float64Array(10));
    return writer.finish();
  }

  it('are refused when the section or its version differs', () => {
    expect(problemCode(() => new StateReader(sample()).begin('other', 2))).toBe('state/other-section');
    expect(problemCode(() => new StateReader(sample()).begin('part', 3))).toBe('state/other-section');
    expect(problemCode(() => new StateReader(sample()).begin('part', 2))).toBe('none');
  });

  it('are refused when an array has another kind or is too long', () => {
    for (const target of [new Float64Array(9), new Float32Array(10)]) {
      const reader = new StateReader(sample());
      reader.begin('part', 2);
      expect(problemCode(() => reader.arrayInto(target))).toBe('state/other-shape');
    }
  });

  it('are refused at every truncation and with bytes left over', () => {
    const bytes = sample();
    for (let length = 0; length < bytes.length; length++) {
      const reader = new StateReader(bytes.subarray(0, length));
      const code = problemCode(() => {
        reader.begin('part', 2);
        reader.arrayInto(new Float64Array(10));
      });
      expect(code).toBe('state/truncated');
    }
    const reader = new StateReader(bytes);
    reader.begin('part', 2);
    expect(problemCode(() => reader.end())).toBe('state/other-shape');
  });

  it('never cause anything but a problem', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const reader = new StateReader(bytes);
        problemCode(() => {
          reader.text();
          reader.arrayInto(new Int32Array(4));
          reader.bigint();
        });
      }),
    );
  });
});
