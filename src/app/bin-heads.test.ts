import { describe, expect, it } from 'vitest';
import { BinHeads } from '#app/bin-heads';
import { emptyHead } from '#core/vp/frame';
import { GridHeads } from '#protocol/grid-heads';

const BASE_NS = 1_770_388_200_000_000_000n;
const TICK = 250_000_000;

const MODEL = {
  score: -0.25,
  ready: true,
  sampleCount: 9,
  base: 1,
  d1: 2,
  d2: 0,
  d3: 0,
  z1: 3,
  z2: 0,
  z3: 0,
  bullIntensity: 4,
  bearIntensity: 5,
  mixedIntensity: 6,
  dominantState5Code: -2,
};

/** Bins `from` to `to`, the first of all without a spot; each bin's spot is as many ticks as its number. */
function bins(from: number, to: number): GridHeads {
  const heads = GridHeads.withCapacity(to - from + 1);
  for (let bin = from; bin < to; bin++) {
    heads.append(
      {
        ...emptyHead(MODEL),
        binSeq: bin,
        startNs: bin * 1e8,
        endNs: (bin + 1) * 1e8,
        eventId: 7 * bin,
        eventCount: 7,
        midPrice: bin / 4,
        spotPriceInt: bin * TICK,
        bestBidPriceInt: bin * TICK,
        bestAskPriceInt: (bin + 1) * TICK,
        bookValid: bin > 0,
      },
      BASE_NS,
    );
  }
  return heads;
}

describe('the kept fields of bins', () => {
  it('are those of the stream, in ticks and relative times, however they are divided', () => {
    const heads = new BinHeads(TICK);
    for (const [from, to] of [
      [0, 1],
      [1, 700],
      [700, 700],
      [700, 1025],
      [1025, 5000],
    ]) {
      heads.append(bins(from, to));
    }
    expect(heads).toMatchObject({ count: 5000, baseNs: BASE_NS, modelName: 'derivative' });
    expect(heads.spotRange).toEqual({ low: 1, high: 4999 });
    const column = (field: Parameters<BinHeads['column']>[0]): number[] => [...heads.column(field)];
    expect(column('endNs')).toEqual(Array.from({ length: 5000 }, (_, bin) => (bin + 1) * 1e8));
    expect(column('spotTick')).toEqual(Array.from({ length: 5000 }, (_, bin) => bin || NaN));
    expect(column('bestBidTick').slice(0, 3)).toEqual([NaN, 1, 2]);
    expect(column('bestAskTick').slice(0, 3)).toEqual([1, 2, 3]);
    expect(column('midPrice').at(-1)).toBe(4999 / 4);
    expect(column('bookValid').slice(0, 3)).toEqual([0, 1, 1]);
    const last = Object.fromEntries(
      (
        ['score', 'ready', 'sampleCount', 'base', 'd1', 'z1', 'bull', 'bear', 'mixed', 'dominant'] as const
      ).map((field) => [field, heads.column(field)[4999]]),
    );
    const { score, sampleCount, base, d1, z1 } = MODEL;
    const intensities = { bull: 4, bear: 5, mixed: 6, dominant: -2 };
    expect(last).toEqual({ score, ready: 1, sampleCount, base, d1, z1, ...intensities });
  });

  it('are replaced by those of bins that come again', () => {
    const heads = new BinHeads(TICK);
    heads.append(bins(0, 10));
    heads.truncate(4);
    heads.append(bins(4, 6));
    expect([...heads.column('eventId')]).toEqual([0, 7, 14, 21, 28, 35]);
  });
});
