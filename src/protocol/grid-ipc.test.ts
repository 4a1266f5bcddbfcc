import { tableFromIPC } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { fixturePath, readJson } from '#testdata/fixtures';
import { columnIndex, GRID_COLUMNS } from '#core/vp/columns';
import type { GridFrame } from '#core/vp/frame';
import { emptyFrame } from '#core/vp/testing/frames';
import { GridIpcLayout } from '#protocol/grid-ipc';
import { GridIpcWriter } from '#protocol/grid-ipc-writer';

const ROWS = 7;

function exampleFrame(): GridFrame {
  const frame = emptyFrame(ROWS);
  frame.columns.forEach((column, c) => {
    for (let row = 0; row < ROWS; row++) column[row] = (c + 1) * (row - 3);
  });
  const lastEvent = frame.columns[columnIndex('last_event_id')];
  for (let row = 0; row < ROWS; row++) lastEvent[row] = 2 ** 40 + row;
  return frame;
}

describe('the Arrow message of a bin', () => {
  const layout = GridIpcLayout.of(ROWS);
  const frame = exampleFrame();
  const writer = new GridIpcWriter(layout, new ArrayBuffer(layout.stride * 2));
  const bytes = new Uint8Array(writer.buffer);
  writer.write(frame, 0);
  writer.write(frame, 1);

  it('has the schema of the contract', () => {
    const expected = readJson<{ name: string; type: string; nullable: boolean }[]>(
      fixturePath('vp', 'wire', 'arrow_schema.json'),
    );
    const { fields, metadata } = tableFromIPC(bytes.subarray(0, layout.stride)).schema;
    expect(
      fields.map((f) => ({ name: f.name, type: String(f.type).toLowerCase(), nullable: f.nullable })),
    ).toEqual(expected);
    expect(metadata.size).toBe(0);
  });

  it('is read back by apache-arrow without nulls', () => {
    const table = tableFromIPC(bytes.subarray(0, layout.stride));
    expect(table.numRows).toBe(ROWS);
    GRID_COLUMNS.forEach((spec, c) => {
      const column = table.getChildAt(c);
      expect(column?.nullCount).toBe(0);
      expect([...(column?.toArray() as Iterable<number | bigint>)].map(Number), spec.name).toEqual([
        ...frame.columns[c],
      ]);
    });
  });

  it('is read back in place, also from the middle of a block', () => {
    expect(layout.matches(bytes, layout.stride)).toBe(true);
    GRID_COLUMNS.forEach((spec, c) => {
      const view = layout.column(bytes, layout.stride, c);
      expect(view.buffer, spec.name).toBe(bytes.buffer);
      expect([...view].map(Number), spec.name).toEqual([...frame.columns[c]]);
    });
  });

  it('holds 64-bit integers exactly, over the whole range of a double', () => {
    const values = [0, 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1, -(2 ** 53) + 1];
    const column = columnIndex('last_event_id');
    const odd = exampleFrame();
    odd.columns[column].set(values);
    const own = new GridIpcWriter(layout, new ArrayBuffer(layout.stride));
    own.write(odd, 0);
    expect([...layout.column(new Uint8Array(own.buffer), 0, column)]).toEqual(values.map(BigInt));
  });

  it('tells the column in which a value is not finite', () => {
    expect(layout.columnNotFinite(bytes, layout.stride)).toBe(-1);
    GRID_COLUMNS.forEach(({ name, type }, c) => {
      if (type !== 'float64') return;
      for (const [row, value] of [NaN, Infinity, -Infinity].entries()) {
        const damaged = bytes.slice();
        (layout.column(damaged, layout.stride, c) as Float64Array)[row * 3] = value;
        expect(layout.columnNotFinite(damaged, layout.stride), name).toBe(c);
        expect(layout.columnNotFinite(damaged, 0), name).toBe(-1);
      }
    });
  });

  it('does not take other bytes for a message', () => {
    const damaged = bytes.slice();
    damaged[40] ^= 1;
    expect(layout.matches(damaged, 0)).toBe(false);
    expect(layout.matches(bytes, layout.stride + 8)).toBe(false);
    const unaligned = new Uint8Array(bytes.length + 4);
    unaligned.set(bytes, 4);
    expect(layout.matches(unaligned, 4)).toBe(false);
    expect(GridIpcLayout.of(ROWS + 2).matches(bytes, 0)).toBe(false);
  });
});
