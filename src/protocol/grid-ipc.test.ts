import { tableFromIPC } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { fixturePath, readJson } from '#testdata/fixtures';
import { columnIndex, GRID_COLUMNS } from '#core/vp/columns';
import type { GridFrame } from '#core/vp/frame';
import { emptyFrame } from '#core/vp/testing/frames';
import { GridIpcLayout } from '#protocol/grid-ipc';

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
  const bytes = new Uint8Array(layout.stride * 2);
  layout.write(frame, bytes, 0);
  layout.write(frame, bytes, layout.stride);

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

  it('does not take other bytes for a message', () => {
    const damaged = bytes.slice();
    damaged[40] ^= 1;
    expect(layout.matches(damaged, 0)).toBe(false);
    expect(layout.matches(bytes, layout.stride + 8)).toBe(false);
    expect(GridIpcLayout.of(ROWS + 2).matches(bytes, 0)).toBe(false);
  });
});
