import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MBO_WORDS, MboBlock } from '#core/mbo/mbo-block';
import { RecordPacker, unpackRecords } from '#core/moment/record-codec';
import { MarketSimulator } from '#core/sim/market-simulator';
import { PRESETS } from '#core/sim/presets';

const RUNS = process.env['SPYMASTER_LONG'] ? 2000 : 150;
const word = fc.oneof(fc.constantFrom(0, 1, 0x7fffffff, 0x80000000, 0xffffffff), fc.nat(0xffffffff));

function roundTrip(words: Uint32Array, count: number): { back: Uint32Array; bytes: number } {
  const packed = new RecordPacker(count).pack(words, count);
  const back = new Uint32Array(words.length);
  unpackRecords(packed, back, count);
  return { back, bytes: packed.length };
}

describe('packed records', () => {
  it('come back bit for bit, whatever they hold', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: MBO_WORDS, maxLength: 20 * MBO_WORDS }), (values) => {
        const count = Math.floor(values.length / MBO_WORDS);
        const words = Uint32Array.from(values.slice(0, count * MBO_WORDS));
        expect(roundTrip(words, count).back).toEqual(words);
      }),
      { numRuns: RUNS },
    );
  });

  it('may be packed and read one page after another by the same packer', () => {
    const packer = new RecordPacker(3);
    const pages = [1, 2, 3].map((n) => Uint32Array.from({ length: 3 * MBO_WORDS }, (_, i) => i * 7919 * n));
    const packed = pages.map((page) => packer.pack(page, 3));
    for (const [i, page] of [...pages.entries()].reverse()) {
      const back = new Uint32Array(page.length);
      unpackRecords(packed[i], back, 3);
      expect(back).toEqual(page);
    }
  });

  it('of a market take less than half of their space', () => {
    const block = MboBlock.withCapacity(4096);
    new MarketSimulator({ ...PRESETS.busy.options, recordLimit: 4096 }).fill(block);
    expect(block.count).toBe(4096);
    const { back, bytes } = roundTrip(block.words, block.count);
    expect(back).toEqual(block.words);
    expect(bytes / block.count).toBeLessThan(28);
  });
});
