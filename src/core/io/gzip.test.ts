import { crc32 as nodeCrc32, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '#base/random';
import { crc32 } from '#core/io/crc32';
import { createDecompressor } from '#core/io/decompress';
import { inflateAll } from '#core/io/testing/inflate-all';
import { mutate } from '#core/io/testing/mutate';
import { concatenate, randomSlices, slicesOf } from '#core/io/testing/slices';

const IS_LONG = process.env['SPYMASTER_LONG'] !== undefined;
const MUTANTS = IS_LONG ? 50_000 : 2000;
const TIMEOUT_MS = IS_LONG ? 1_800_000 : 60_000;

const text = (t: string): Uint8Array => Uint8Array.from(t, (c) => c.charCodeAt(0));
const noise = (length: number, seed: number): Uint8Array => {
  const random = new Random(seed);
  return Uint8Array.from({ length }, () => random.below(256));
};
const gzip = (bytes: Uint8Array, level = 6): Uint8Array => new Uint8Array(gzipSync(bytes, { level }));

/** Text with structure, so that all kinds of deflate blocks appear. */
const prose = (length: number, seed: number): Uint8Array => {
  const random = new Random(seed);
  let out = '';
  while (out.length < length) out += `${random.below(40) * 25},${'BA'[random.below(2)]},${random.below(9)}\n`;
  return text(out.slice(0, length));
};

/** A header with every optional field. */
function withAllFields(member: Uint8Array): Uint8Array {
  const header = [0x1f, 0x8b, 8, 4 | 8 | 16 | 2, 1, 2, 3, 4, 0, 3, 5, 0, 1, 2, 3, 4, 5];
  return concatenate([
    Uint8Array.from(header),
    text('name\0comment\0'),
    Uint8Array.from([9, 9]),
    member.subarray(10),
  ]);
}

describe('gzip', () => {
  it('decompresses what zlib compressed, at every level, however it is sliced', async () => {
    for (const content of [
      text(''),
      text('a'),
      prose(100_000, 1),
      noise(70_000, 2),
      new Uint8Array(200_000),
    ]) {
      for (const level of [0, 1, 6, 9]) {
        const input = gzip(content, level);
        for (const slicer of [slicesOf(1 << 20), slicesOf(997), randomSlices(new Random(level), 30_000)]) {
          const { bytes, problem } = await inflateAll('gzip', input, slicer);
          expect(problem).toBeUndefined();
          expect(Buffer.compare(bytes, content)).toBe(0);
        }
      }
    }
  });

  it('decompresses byte by byte', async () => {
    const content = concatenate([prose(3000, 3), noise(500, 4)]);
    for (const level of [0, 9]) {
      const result = await inflateAll('gzip', gzip(content, level), slicesOf(1));
      expect(result).toMatchObject({ bytes: content, problem: undefined });
    }
  });

  it('has members, one after another, and zeros at the end', async () => {
    const contents = [prose(50_000, 1), text(''), text('x'), noise(20_000, 5)];
    const input = concatenate([...contents.map((c) => gzip(c)), new Uint8Array(1000)]);
    for (const slicer of [slicesOf(1 << 20), slicesOf(3), randomSlices(new Random(3), 5000)]) {
      const { bytes, problem } = await inflateAll('gzip', input, slicer);
      expect(problem).toBeUndefined();
      expect(Buffer.compare(bytes, concatenate(contents))).toBe(0);
    }
  });

  it('may have every optional field in its header', async () => {
    const input = concatenate([withAllFields(gzip(text('one '))), withAllFields(gzip(text('two')))]);
    for (const slicer of [slicesOf(1 << 20), slicesOf(1)]) {
      expect(await inflateAll('gzip', input, slicer)).toMatchObject({
        bytes: text('one two'),
        problem: undefined,
      });
    }
  });

  it('that expands a thousandfold comes in pieces of at most 1 MiB', async () => {
    const input = gzip(new Uint8Array(32 << 20), 9);
    expect(input.length).toBeLessThan(35_000);
    const { bytes, problem, largestPiece } = await inflateAll('gzip', input);
    expect([bytes.length, problem, largestPiece]).toEqual([32 << 20, undefined, 1 << 20]);
  });
});

describe('damaged gzip', () => {
  it('cut at any byte gives a prefix and says that it is cut', async () => {
    const first = withAllFields(gzip(prose(300, 1)));
    const input = concatenate([first, gzip(noise(100, 2), 0)]);
    const whole = (await inflateAll('gzip', input)).bytes;
    for (let end = 0; end < input.length; end++) {
      const { bytes, problem } = await inflateAll('gzip', input.subarray(0, end));
      expect(Buffer.compare(bytes, whole.subarray(0, bytes.length))).toBe(0);
      expect(problem).toEqual(
        end === first.length ? undefined : expect.objectContaining({ code: 'gzip/truncated', offset: end }),
      );
    }
  });

  it('delivers everything before the damage, and says where that is', async () => {
    const content = prose(100_000, 7);
    const good = gzip(content.subarray(0, 60_000), 6);
    // A stored block that is not the last, then a block of the reserved type.
    const stored = content.subarray(0, 5000);
    const head = Uint8Array.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0, 0x88, 0x13, 0x77, 0xec]);
    const input = concatenate([good, head, stored, Uint8Array.from([7, 1, 2, 3]), noise(5000, 8)]);
    for (const slicer of [slicesOf(1 << 20), slicesOf(10_007), slicesOf(500)]) {
      const { bytes, problem } = await inflateAll('gzip', input, slicer);
      expect(Buffer.compare(bytes, concatenate([content.subarray(0, 60_000), stored]))).toBe(0);
      expect(problem).toMatchObject({
        code: 'gzip/corrupt',
        offset: good.length + head.length + stored.length,
      });
    }
  });

  it('is found by its checksum and by its length', async () => {
    const good = gzip(prose(1000, 1));
    for (const fromEnd of [8, 1]) {
      const bad = good.slice();
      bad[bad.length - fromEnd] ^= 0x40;
      const { bytes, problem } = await inflateAll('gzip', bad);
      expect([bytes.length, problem?.code]).toEqual([1000, 'gzip/checksum']);
    }
  });

  it('that is followed by something else gives all its content', async () => {
    for (const rest of [
      text('h'),
      text('hello'),
      Uint8Array.from([0, 0, 1]),
      Uint8Array.from([0x1f, 0x8c, 8]),
    ]) {
      const good = gzip(text('content'));
      const { bytes, problem } = await inflateAll('gzip', concatenate([good, rest]));
      expect([bytes, problem?.code]).toEqual([text('content'), 'gzip/trailing-garbage']);
    }
  });

  it('that is not gzip, of another method or with reserved flags, or nothing, is named', async () => {
    const good = gzip(text('content'));
    for (const [at, value] of [
      [0, 0x50],
      [1, 0],
      [2, 7],
      [3, 0x80],
    ]) {
      const bad = good.slice();
      bad[at] = value;
      expect((await inflateAll('gzip', bad)).problem).toMatchObject({ code: 'gzip/corrupt', offset: at });
    }
    expect((await inflateAll('gzip', new Uint8Array(0))).problem).toMatchObject({
      code: 'gzip/truncated',
      offset: 0,
    });
  });

  it('keeps its problem', async () => {
    const decompressor = await createDecompressor('gzip');
    const problem = decompressor.push(text('hello, world'), () => undefined);
    expect(problem).toBeDefined();
    expect(decompressor.push(gzip(text('x')), () => expect.unreachable())).toBe(problem);
    expect(decompressor.end(() => expect.unreachable())).toBe(problem);
  });

  it(
    `(${MUTANTS} mutants) neither hangs nor crashes, and is never taken for whole`,
    async () => {
      const inputs = [
        gzip(prose(2000, 1)),
        gzip(noise(300, 2), 0),
        concatenate([gzip(prose(200, 3), 1), withAllFields(gzip(text('abc')))]),
        gzip(new Uint8Array(30_000), 9),
      ];
      const contents = await Promise.all(
        inputs.map(async (input) => (await inflateAll('gzip', input)).bytes),
      );
      let damaged = 0;
      let ambiguous = 0;
      for (let i = 0; i < MUTANTS; i++) {
        const random = new Random(i, 3);
        const mutant = mutate(inputs[i % inputs.length], random);
        const whole = await inflateAll('gzip', mutant);
        const sliced = await inflateAll('gzip', mutant, randomSlices(random, 600));
        const isSame = Buffer.compare(sliced.bytes, whole.bytes) === 0;
        if (whole.problem && !(isSame && sliced.problem?.offset === whole.problem.offset)) {
          // A code that is no prefix code: see `DeflateBody`. Garbage either way, and reported either way.
          expect(sliced.problem, `mutant ${i}`).toBeDefined();
          ambiguous++;
        } else {
          expect(sliced.problem, `mutant ${i}`).toEqual(whole.problem);
          expect(isSame, `mutant ${i}`).toBe(true);
        }
        if (!whole.problem) {
          // What passes its checksums is what was compressed, perhaps without or with more of its members.
          const content = contents[i % inputs.length];
          const isPart = Buffer.from(content).includes(Buffer.from(whole.bytes));
          expect(isPart || Buffer.from(whole.bytes).includes(Buffer.from(content)), `mutant ${i}`).toBe(true);
          continue;
        }
        damaged++;
        expect(whole.problem.code).toMatch(/^gzip\/(corrupt|truncated|checksum|trailing-garbage)$/);
        expect(whole.problem.offset).toBeLessThanOrEqual(mutant.length);
      }
      expect(damaged).toBeGreaterThan(MUTANTS / 2);
      expect(ambiguous).toBeLessThanOrEqual(MUTANTS / 1000);
    },
    TIMEOUT_MS,
  );
});

describe('the CRC', () => {
  it('equals that of zlib, computed in one go or in two', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), (bytes, cut) => {
        const expected = nodeCrc32(bytes);
        expect(crc32(0, bytes)).toBe(expected);
        expect(crc32(crc32(0, bytes.subarray(0, cut)), bytes.subarray(cut))).toBe(expected);
      }),
    );
  });
});
