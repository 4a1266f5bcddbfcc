import { describe, expect, it } from 'vitest';
import type { BinSpan } from '#app/bin-ranges';
import { BATCH_BINS, ColumnQueue } from '#app/column-queue';

interface Harness {
  readonly queue: ColumnQueue;
  /** Batches sent so far, as [from, end]. */
  readonly sent: [number, number][];
  /** The renderer takes the oldest batch it has not taken yet. */
  readonly take: () => Promise<void>;
  viewStart: number;
}

function harness(): Harness {
  const sent: [number, number][] = [];
  const open: (() => void)[] = [];
  const send = ({ from, end }: BinSpan): Promise<void> => {
    sent.push([from, end]);
    return new Promise((resolve) => open.push(resolve));
  };
  const h: Harness = {
    queue: new ColumnQueue(send, () => h.viewStart),
    sent,
    take: async () => {
      open.shift()?.();
      await Promise.resolve();
      await Promise.resolve();
    },
    viewStart: 0,
  };
  return h;
}

describe('the queue of columns', () => {
  it('has at most two batches on their way, and joins what waits', async () => {
    const h = harness();
    for (let bin = 0; bin < 100; bin++) h.queue.add(bin, bin + 1);
    expect(h.sent).toEqual([
      [0, 1],
      [1, 2],
    ]);
    await h.take();
    expect(h.sent.at(-1)).toEqual([2, 100]);
    await h.take();
    await h.take();
    expect(h.sent).toHaveLength(3);
  });

  it('starts at the view, goes on to the end and then backwards, in aligned batches', async () => {
    const h = harness();
    h.viewStart = 1100;
    h.queue.add(0, 2100);
    for (let i = 0; i < 5; i++) await h.take();
    expect(h.sent).toEqual([
      [1024, 1536],
      [1536, 2048],
      [2048, 2100],
      [512, 1024],
      [0, 512],
    ]);
  });

  it('follows the view while it works', async () => {
    const h = harness();
    h.queue.add(0, 100 * BATCH_BINS);
    h.viewStart = 50 * BATCH_BINS;
    await h.take();
    expect(h.sent.at(-1)?.[0]).toBe(50 * BATCH_BINS);
  });

  it('says when all of it was sent, or forgotten', async () => {
    const h = harness();
    await h.queue.whenSent();
    h.queue.add(0, 3 * BATCH_BINS);
    let done = false;
    const waiting = h.queue.whenSent().then(() => (done = true));
    await h.take();
    expect(done).toBe(false);
    h.queue.add(5 * BATCH_BINS, 6 * BATCH_BINS);
    h.queue.clear();
    await h.take();
    await h.take();
    await waiting;
    expect(h.sent).toHaveLength(3);
  });
});
