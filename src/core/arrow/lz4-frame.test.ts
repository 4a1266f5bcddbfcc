import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '#base/problem';
import { Random } from '#base/random';
import { decodeLz4Frame } from '#core/arrow/lz4-frame';
import { mutate } from '#core/io/testing/mutate';
import { concatenate } from '#core/io/testing/slices';

/** A sequence of a block: literals, then a copy of `length` bytes from `distance` back. */
interface Sequence {
  readonly literals: Uint8Array;
  readonly distance: number;
  readonly length: number;
}

const u32 = (value: number): Uint8Array => Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24);
const HEADER = Uint8Array.of(0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82);

function lengthBytes(length: number): number[] {
  const out: number[] = [];
  let rest = length - 15;
  for (; rest >= 255; rest -= 255) out.push(255);
  return length < 15 ? out : [...out, rest];
}

/** Encodes sequences and the literals at the end, and says what they stand for. */
function encodeBlock(
  sequences: readonly Sequence[],
  last: Uint8Array,
): { block: Uint8Array; content: number[] } {
  const block: number[] = [];
  const content: number[] = [];
  for (const { literals, distance, length } of sequences) {
    const match = length - 4;
    block.push(
      (Math.min(15, literals.length) << 4) | Math.min(15, match),
      ...lengthBytes(literals.length),
      ...literals,
    );
    block.push(distance & 255, distance >> 8, ...lengthBytes(match));
    content.push(...literals);
    for (let i = 0; i < length; i++) content.push(content[content.length - distance]);
  }
  block.push(Math.min(15, last.length) << 4, ...lengthBytes(last.length), ...last);
  content.push(...last);
  return { block: Uint8Array.from(block), content };
}

const literals = fc.uint8Array({ minLength: 1, maxLength: 700 });

describe('decodeLz4Frame', () => {
  it('decodes any sequence of literals and copies, overlapping ones included', () => {
    const sequence = fc.record({
      literals,
      at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      length: fc.integer({ min: 4, max: 800 }),
    });
    fc.assert(
      fc.property(fc.array(sequence, { maxLength: 20 }), literals, (given, last) => {
        let length = 0;
        const sequences = given.map((s) => {
          const before = length + s.literals.length;
          length = before + s.length;
          return { ...s, distance: 1 + Math.floor(s.at * Math.min(before, 65535)) };
        });
        const { block, content } = encodeBlock(sequences, last);
        const frame = concatenate([HEADER, u32(block.length), block, u32(0)]);
        expect([...decodeLz4Frame(frame)]).toEqual(content);
      }),
    );
  });

  it('takes uncompressed blocks, several blocks and checksums', () => {
    const header = Uint8Array.of(0x04, 0x22, 0x4d, 0x18, 0x7c, 0x40, 5, 0, 0, 0, 0, 0, 0, 0, 0);
    const plain = Uint8Array.of(1, 2, 3);
    const { block } = encodeBlock([], Uint8Array.of(9, 9));
    const check = u32(0xdeadbeef);
    const frame = concatenate([
      header,
      u32((plain.length | 0x80000000) >>> 0),
      plain,
      check,
      u32(block.length),
      block,
      check,
      u32(0),
      check,
    ]);
    expect([...decodeLz4Frame(frame)]).toEqual([1, 2, 3, 9, 9]);
  });

  it('refuses whatever it cannot decode, and nothing else happens', () => {
    const random = new Random(8);
    const { block } = encodeBlock(
      [{ literals: Uint8Array.of(1, 2, 3), distance: 2, length: 40 }],
      Uint8Array.of(7),
    );
    const frame = concatenate([HEADER, u32(block.length), block, u32(0)]);
    let refused = 0;
    for (let i = 0; i < 3000; i++) {
      try {
        decodeLz4Frame(mutate(frame, random));
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        expect(error.problem.code).toBe('lz4/damaged');
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(1000);
  });
});
