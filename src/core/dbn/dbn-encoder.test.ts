import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '#base/problem';
import { Random } from '#base/random';
import { DbnDecoder } from '#core/dbn/dbn-decoder';
import { encodeDbn, encodeMbo, encodeMetadata } from '#core/dbn/dbn-encoder';
import { sampleBlock, sampleMetadata } from '#core/dbn/testing/samples';
import { concatenate } from '#core/io/testing/slices';
import { MBO_BYTES, MboBlock } from '#core/mbo/mbo-block';

describe('a file encoded from blocks', () => {
  const version = fc.constantFrom(1 as const, 2 as const, 3 as const);

  it('decodes to the same metadata and records, and encodes to the same bytes again', () => {
    fc.assert(
      fc.property(version, fc.array(fc.nat(40), { maxLength: 5 }), fc.nat(), (v, counts, seed) => {
        const random = new Random(seed);
        const blocks = counts.map((count) => sampleBlock(count, random));
        const metadata = sampleMetadata(v);
        const file = encodeDbn(metadata, blocks);
        const decoder = new DbnDecoder();
        decoder.push(file);
        const decoded: MboBlock[] = [];
        for (let part; (part = decoder.next()) !== undefined;) {
          expect(part.kind).not.toBe('problem');
          if (part.kind !== 'mbo') continue;
          const copy = MboBlock.withCapacity(part.block.count);
          copy.bytes.set(part.block.bytes.subarray(0, part.block.count * MBO_BYTES));
          copy.count = part.block.count;
          decoded.push(copy);
        }
        expect(decoder.end()).toBeUndefined();
        expect(decoder.metadata).toEqual(metadata);
        const records = (list: MboBlock[]): Uint8Array => concatenate(list.map((b) => encodeMbo(b)));
        expect(Buffer.compare(records(decoded), records(blocks))).toBe(0);
        expect(Buffer.compare(encodeDbn(decoder.metadata!, decoded), file)).toBe(0);
      }),
    );
  });

  it('is the metadata followed by the records, as when it is streamed', () => {
    const blocks = [
      sampleBlock(3, new Random(1)),
      sampleBlock(0, new Random(1)),
      sampleBlock(2, new Random(2)),
    ];
    const metadata = sampleMetadata(3);
    expect(encodeDbn(metadata, blocks)).toEqual(
      concatenate([encodeMetadata(metadata), ...blocks.map((b) => encodeMbo(b))]),
    );
  });

  it('takes of a block no more than its count', () => {
    const block = sampleBlock(5, new Random(1));
    block.count = 2;
    expect(encodeMbo(block).length).toBe(2 * MBO_BYTES);
    expect(encodeMbo(block, new Uint32Array(4)).length).toBe(2 * (MBO_BYTES + 8));
  });

  it('cannot carry ts_out, which blocks do not hold', () => {
    expect(() => encodeDbn(sampleMetadata(3, { tsOut: true }), [])).toThrow(ProblemError);
    expect(() => encodeMbo(sampleBlock(2, new Random(1)), new Uint32Array(3))).toThrow(RangeError);
  });
});
