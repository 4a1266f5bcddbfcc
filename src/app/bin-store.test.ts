import { describe, expect, it } from 'vitest';
import { BinStore, DISPLAY_COLUMNS } from '#app/bin-store';
import { VpPipeline } from '#core/vp/vp-pipeline';
import { GridBlockWriter } from '#protocol/grid-block-writer';
import { GridHeads } from '#protocol/grid-heads';
import { GridIpcLayout } from '#protocol/grid-ipc';
import type { GridBlock } from '#protocol/grid-messages';
import { DEFAULT_RUNTIME_CONFIG } from '#core/config/runtime-config';
import { GOLDEN_INSTRUMENT } from '#testdata/vp-golden';
import { randomStream } from '#testdata/vp-random';

const BLOCK_BINS = 16;
const RECORDS = randomStream(7, { records: 3000, meanGapNs: 5e6 });
const LAYOUT = GridIpcLayout.of(2 * DEFAULT_RUNTIME_CONFIG.grid_radius_ticks + 1);
const BLOCK_BYTES = BLOCK_BINS * LAYOUT.stride;
const HUGE = 2 ** 40;

/** The full blocks of a random stream, each with its own buffer. */
function blocks(blockBins: number): GridBlock[] {
  const out: GridBlock[] = [];
  const pipeline = new VpPipeline(DEFAULT_RUNTIME_CONFIG, { instrumentId: GOLDEN_INSTRUMENT });
  const writer = new GridBlockWriter(DEFAULT_RUNTIME_CONFIG, blockBins);
  pipeline.process(RECORDS, 0, RECORDS.count, (head, frame) => {
    writer.append(head, frame, pipeline.timeBaseNs);
    const block = writer.isFull ? writer.take() : undefined;
    if (block) out.push(block);
  });
  return out;
}

function append(store: BinStore, { heads, ipc }: GridBlock, playhead = 0): ArrayBuffer | undefined {
  const read = GridHeads.of(heads);
  return read && store.append(read, ipc, playhead);
}

const BLOCKS = blocks(BLOCK_BINS);
const BINS = BLOCKS.length * BLOCK_BINS;

function filled(budgetBytes: number, playhead = BINS): BinStore {
  const store = new BinStore(LAYOUT.rows, 1, budgetBytes);
  for (const block of BLOCKS) append(store, block, playhead);
  return store;
}

describe('BinStore', () => {
  it('gives back every column of every bin', () => {
    const store = filled(HUGE);
    expect(store.bins).toBe(BINS);
    expect(BLOCKS.length).toBeGreaterThan(4);
    for (const [i, block] of BLOCKS.entries()) {
      const at = 5 * LAYOUT.stride;
      expect(store.column(i * BLOCK_BINS + 5, 'rest_depth')).toEqual(LAYOUT.column(block.ipc, at, 6));
    }
    expect(store.column(BINS, 'rest_depth')).toBeUndefined();
    expect(store.column(-1, 'rest_depth')).toBeUndefined();
  });

  it('keeps full detail near the playhead and stays inside its budget', () => {
    const whole = filled(HUGE);
    for (const share of [0.9, 0.6, 0.3, 0.1]) {
      for (const playhead of [0, BINS >> 1, BINS - 1]) {
        const budget = whole.heads.byteLength + share * BLOCKS.length * BLOCK_BYTES;
        const store = filled(budget, playhead);
        const use = store.use();
        expect(use.usedBytes).toBeLessThanOrEqual(budget);
        expect(use.fullBins + use.displayBins + use.droppedBins).toBe(BINS);
        expect(use.droppedBins === 0 || use.fullBins === 0).toBe(true);
        if (use.fullBins > 0)
          expect(store.column(playhead, 'a_pull')).toEqual(whole.column(playhead, 'a_pull'));
      }
    }
  });

  it('keeps the columns of the picture longest, rounded to single precision', () => {
    const store = filled(HUGE);
    store.setBudget(store.heads.byteLength + BLOCKS.length * BLOCK_BYTES * 0.1, 0);
    expect(store.use()).toMatchObject({ fullBins: 0, droppedBins: 0, displayBins: BINS });
    const whole = filled(HUGE);
    for (const name of DISPLAY_COLUMNS) {
      const exact = Array.from(whole.column(40, name) ?? []).map((x) => Math.fround(x));
      expect(Array.from(store.column(40, name) ?? [])).toEqual(exact);
    }
    // A count of events is exact or not there.
    expect(store.column(40, 'last_event_id')).toBeUndefined();
    expect(store.column(40, 'a_pull')).toBeUndefined();
  });

  it('never gives up the fields of a bin', () => {
    const store = filled(0);
    expect(store.use().droppedBins).toBe(BINS);
    expect(store.bins).toBe(BINS);
    const { heads } = BLOCKS[BLOCKS.length - 1];
    expect(store.heads.column('eventId')[BINS - 1]).toBe(
      GridHeads.of(heads)?.message(BLOCK_BINS - 1).event_id,
    );
  });

  it('hands out the buffer of a block that lost its detail, and none that it still reads', () => {
    const whole = filled(HUGE);
    const store = new BinStore(LAYOUT.rows, 1, whole.heads.byteLength + 3.5 * BLOCK_BYTES);
    const emptied = BLOCKS.map((block) => append(store, block, BINS));
    expect(emptied.slice(0, 3)).toEqual([undefined, undefined, undefined]);
    expect(emptied[3]).toBe(BLOCKS[0].ipc.buffer);
    const given = new Set(emptied.filter((buffer) => buffer !== undefined));
    expect(given.size).toBeGreaterThan(0);
    for (const [i, block] of BLOCKS.entries()) {
      const values = store.column(i * BLOCK_BINS, 'composite');
      if (values instanceof Float64Array) expect(given).not.toContain(block.ipc.buffer);
    }
  });

  it('gives out the messages of all bins while it has them in full', () => {
    const store = filled(HUGE);
    const bytes = [...(store.messages() ?? [])].reduce((sum, message) => sum + message.byteLength, 0);
    expect(bytes).toBe(BINS * LAYOUT.stride);
    store.setBudget(0, 0);
    expect(store.messages()).toBeUndefined();
  });

  it('keeps bins that are equal to the bit once, and cuts them where others come again', () => {
    const [first, ...others] = BLOCKS;
    const quiet = (block: GridBlock, change = 0): GridBlock => {
      const message = Uint8Array.from(first.ipc.subarray(0, LAYOUT.stride));
      message[LAYOUT.stride - 16] ^= change;
      const ipc = new Uint8Array(BLOCK_BYTES);
      for (let i = 0; i < BLOCK_BINS; i++) ipc.set(message, i * LAYOUT.stride);
      return { ...block, ipc };
    };
    const store = new BinStore(LAYOUT.rows, 1, HUGE);
    const quietBlock = quiet(first);
    expect(append(store, quietBlock)).toBe(quietBlock.ipc.buffer);
    append(store, quiet(others[0]));
    const bytes = (): number => store.use().usedBytes - store.heads.byteLength;
    expect(bytes()).toBe(LAYOUT.stride);
    append(store, quiet(others[1], 1));
    expect(bytes()).toBe(2 * LAYOUT.stride);
    expect(append(store, others[2])).toBeUndefined();
    expect(bytes()).toBe(2 * LAYOUT.stride + BLOCK_BYTES);
    expect(store.use().fullBins).toBe(4 * BLOCK_BINS);
    const values = LAYOUT.column(first.ipc, 0, 6);
    for (const bin of [0, 5, 2 * BLOCK_BINS - 1]) expect(store.column(bin, 'rest_depth')).toEqual(values);
    expect([...(store.messages() ?? [])]).toHaveLength(3 * BLOCK_BINS + 1);

    // In the middle of the second block, which shares the message of the first.
    append(store, blocks(BLOCK_BINS / 2)[3]);
    expect(bytes()).toBe(LAYOUT.stride + BLOCK_BYTES / 2);
    expect(store.bins).toBe(2 * BLOCK_BINS);
    store.setBudget(0, 0);
    expect(store.use()).toMatchObject({ fullBins: 0, droppedBins: 2 * BLOCK_BINS });
    expect(bytes()).toBe(0);
  });

  it('replaces bins that come again, also within a block', () => {
    const whole = filled(HUGE);
    const store = filled(HUGE);
    // Begins in the middle of the second block.
    append(store, blocks(BLOCK_BINS / 2)[3]);
    expect(store.bins).toBe(2 * BLOCK_BINS);
    for (const block of BLOCKS.slice(2)) append(store, block);
    expect(store.use().usedBytes).toBe(whole.use().usedBytes);
    for (let bin = 0; bin < BINS; bin++)
      expect(store.column(bin, 'composite')).toEqual(whole.column(bin, 'composite'));
  });
});
