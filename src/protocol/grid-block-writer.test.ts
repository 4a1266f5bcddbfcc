import { describe, expect, it } from 'vitest';
import { DEFAULT_RUNTIME_CONFIG } from '#core/config/runtime-config';
import { columnIndex, GRID_COLUMNS } from '#core/vp/columns';
import { emptyHead, type BinHead, type GridFrame } from '#core/vp/frame';
import { emptyFrame } from '#core/vp/testing/frames';
import { GridBlockWriter } from '#protocol/grid-block-writer';
import { GridHeads } from '#protocol/grid-heads';
import { GridIpcLayout } from '#protocol/grid-ipc';
import { gridBlockTransfers, type GridBlock } from '#protocol/grid-messages';

const CAPACITY = 3;
/** Few rows, and as odd as always: columns of bytes and of 32-bit integers end in padding. */
const CONFIG = { ...DEFAULT_RUNTIME_CONFIG, grid_radius_ticks: 4 };
const ROWS = 9;
const LAYOUT = GridIpcLayout.of(ROWS);
const BASE_NS = 1_770_388_200_000_000_000n;

const HEAD: BinHead = emptyHead({
  score: 0.5,
  ready: true,
  sampleCount: 3,
  base: 1,
  d1: 2,
  d2: 3,
  d3: 4,
  z1: 5,
  z2: 6,
  z3: 7,
  bullIntensity: 8,
  bearIntensity: 9,
  mixedIntensity: 10,
  dominantState5Code: -2,
});

/** A frame of its own for every bin, as after a growth of the engine's memory. */
function frameOf(bin: number): GridFrame {
  const frame = emptyFrame(ROWS);
  frame.columns.forEach((column, c) => {
    for (let row = 0; row < ROWS; row++) column[row] = ((bin + 1) * (c + 1) * (row - 4)) / 8;
  });
  frame.columns[columnIndex('last_event_id')].fill(2 ** 40 + bin);
  return frame;
}

function append(writer: GridBlockWriter, bin: number): void {
  writer.append({ ...HEAD, binSeq: bin }, frameOf(bin), BASE_NS);
}

function blockOf(writer: GridBlockWriter, bins: readonly number[]): GridBlock {
  for (const bin of bins) append(writer, bin);
  const block = writer.take();
  if (!block) throw new Error('no block');
  return block;
}

const fresh = (): GridBlockWriter => new GridBlockWriter(CONFIG, CAPACITY);

describe('a block of bins', () => {
  it('holds the bins in order, and arrives by transfer', () => {
    const writer = fresh();
    expect(writer.take()).toBeUndefined();
    const block = blockOf(writer, [4, 5, 6]);
    const transfers = gridBlockTransfers(block);
    const received = structuredClone(block, { transfer: transfers });
    expect(transfers.map((buffer) => buffer.byteLength)).toEqual([0, 0]);
    const heads = GridHeads.of(received.heads);
    expect([0, 1, 2].map((i) => heads?.message(i).bin_seq)).toEqual([4, 5, 6]);
    expect(received.ipc.length).toBe(3 * received.ipcStride);
    for (let i = 0; i < 3; i++) {
      expect(LAYOUT.matches(received.ipc, i * LAYOUT.stride)).toBe(true);
      GRID_COLUMNS.forEach(({ name }, c) => {
        const view = LAYOUT.column(received.ipc, i * LAYOUT.stride, c);
        expect(Array.from(view, Number), name).toEqual(Array.from(frameOf(4 + i).columns[c]));
      });
    }
  });

  it('is full at its capacity, and as short as it is taken before', () => {
    const writer = fresh();
    append(writer, 0);
    expect(writer.isFull).toBe(false);
    expect(writer.ageMs(performance.now() + 50)).toBeGreaterThanOrEqual(50);
    const short = writer.take();
    expect(short?.heads.count).toBe(1);
    expect(short?.ipc.buffer.byteLength).toBe(LAYOUT.stride);
    expect(writer.ageMs(performance.now() + 50)).toBe(0);
    // The rest of the buffer is used for the next one; the short block is not touched by it.
    const copy = short?.ipc.slice();
    const next = blockOf(writer, [1, 2, 3]);
    expect(short?.ipc).toEqual(copy);
    expect(next.ipc).toEqual(blockOf(fresh(), [1, 2, 3]).ipc);
  });

  it('is the same to the byte in a buffer that held anything before', () => {
    const writer = fresh();
    const buffer = new ArrayBuffer(CAPACITY * LAYOUT.stride);
    new Uint8Array(buffer).fill(0xa5);
    writer.recycle(buffer);
    const block = blockOf(writer, [7, 8, 9]);
    expect(block.ipc.buffer).toBe(buffer);
    expect(block.ipc).toEqual(blockOf(fresh(), [7, 8, 9]).ipc);
    expect(blockOf(writer, [1, 2, 3]).ipc.buffer).not.toBe(buffer);
  });

  it('does not go into a buffer of another size', () => {
    const writer = fresh();
    const buffer = new ArrayBuffer(LAYOUT.stride);
    writer.recycle(buffer);
    expect(blockOf(writer, [0, 1, 2]).ipc.buffer).not.toBe(buffer);
  });
});
