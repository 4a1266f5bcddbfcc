import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '#base/problem';
import { StateReader, StateWriter } from '#base/state-io';

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
        fc.array(fc.oneof(fc.double(), fc.string({ unit: 'binary' }), fc.boolean()), { maxLength: 12 }),
        (values) => {
          const writer = new StateWriter(1);
          for (const value of values) {
            if (typeof value === 'number') writer.number(value);
            else if (typeof value === 'string') writer.text(value);
            else writer.boolean(value);
          }
          const reader = new StateReader(writer.finish());
          for (const value of values) {
            if (typeof value === 'number') expect(reader.number()).toBe(value);
            else if (typeof value === 'string') expect(reader.text()).toBe(value);
            else expect(reader.boolean()).toBe(value);
          }
          reader.end();
        },
      ),
    );
  });

  it('keeps arrays of every kind, also views and at odd positions', () => {
    const writer = new StateWriter(1);
    writer.boolean(true);
    writer.f64s(Float64Array.of(1, 2, 2.5, NaN, 5).subarray(1), 3);
    writer.i32s(Int32Array.of(1, 2, -3, 2 ** 31 - 1, 5).subarray(1), 3);
    writer.u8s(Uint8Array.of(1, 2, 3, 250, 5).subarray(1), 3);
    const reader = new StateReader(writer.finish());
    reader.boolean();
    const f64s = new Float64Array(4);
    const i32s = new Int32Array(4);
    const u8s = new Uint8Array(4);
    expect([reader.f64s(f64s, 4), reader.i32s(i32s, 4), reader.u8s(u8s, 4)]).toEqual([3, 3, 3]);
    expect([...f64s, ...i32s, ...u8s]).toEqual([2, 2.5, NaN, 0, 2, -3, 2 ** 31 - 1, 0, 2, 3, 250, 0]);
    reader.end();
  });

  it('is refused where a number is not of the kind asked for', () => {
    for (const value of [0.5, -1, 2 ** 40, NaN, Infinity]) {
      const writer = new StateWriter();
      writer.number(value);
      const reader = (): StateReader => new StateReader(writer.finish());
      expect(problemCode(() => reader().count(100))).toBe('state/other-shape');
      expect(problemCode(() => reader().u32())).toBe('state/other-shape');
      expect(problemCode(() => reader().i32())).toBe(value === -1 ? 'none' : 'state/other-shape');
    }
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
    writer.f64s(new Float64Array(10), 10);
    return writer.finish();
  }

  it('are refused when the section or its version differs', () => {
    expect(problemCode(() => new StateReader(sample()).begin('other', 2))).toBe('state/other-section');
    expect(problemCode(() => new StateReader(sample()).begin('part', 3))).toBe('state/other-section');
    expect(problemCode(() => new StateReader(sample()).begin('part', 2))).toBe('none');
  });

  it('are refused when an array has another kind or is too long', () => {
    const opened = (): StateReader => {
      const reader = new StateReader(sample());
      reader.begin('part', 2);
      return reader;
    };
    expect(problemCode(() => opened().f64s(new Float64Array(9), 9))).toBe('state/other-shape');
    expect(problemCode(() => opened().i32s(new Int32Array(10), 10))).toBe('state/other-shape');
  });

  it('are refused at every truncation and with bytes left over', () => {
    const bytes = sample();
    for (let length = 0; length < bytes.length; length++) {
      const reader = new StateReader(bytes.subarray(0, length));
      const code = problemCode(() => {
        reader.begin('part', 2);
        reader.f64s(new Float64Array(10), 10);
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
          reader.i32s(new Int32Array(4), 4);
          reader.u32();
        });
      }),
    );
  });
});
