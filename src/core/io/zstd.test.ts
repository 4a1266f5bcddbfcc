import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Random } from '#base/random';
import { createDecompressor } from '#core/io/decompress';
import { inflateAll } from '#core/io/testing/inflate-all';
import { mutate } from '#core/io/testing/mutate';
import { concatenate, randomSlices, slicesOf } from '#core/io/testing/slices';
import { rawBlock, repeatBlock, skippableFrame, zstdFrame } from '#core/io/testing/zstd-frames';
import { readBytes, sharedPath } from '#testdata/fixtures';

const IS_LONG = process.env['SPYMASTER_LONG'] !== undefined;
const MUTANTS = IS_LONG ? 50_000 : 2000;
const TIMEOUT_MS = IS_LONG ? 1_800_000 : 60_000;
const BLOCK = 128 << 10;

/** 300 repetitions of "market by order ", compressed with a checksum, and its content size stated. */
const COMPRESSED = Uint8Array.from(atob('KLUv/WTAEcUAAIBtYXJrZXQgYnkgb3JkZXIgAQBaZfq5BCv7jFI='), (c) =>
  c.charCodeAt(0),
);

const text = (t: string): Uint8Array => Uint8Array.from(t, (c) => c.charCodeAt(0));
const CONTENT = text('market by order '.repeat(300)).subarray(0, 4800);

const noise = (length: number, seed: number): Uint8Array => {
  const random = new Random(seed);
  return Uint8Array.from({ length }, () => random.below(256));
};

const shared = sharedPath('data', 'dbn-schemas');
const samples = shared === undefined ? [] : readdirSync(shared).filter((name) => name.endsWith('.zst'));

describe('zstd frames', () => {
  it('decompress, however they are sliced', async () => {
    for (const slicer of [slicesOf(1), slicesOf(7), slicesOf(1 << 20), randomSlices(new Random(1), 30)]) {
      expect(await inflateAll('zstd', COMPRESSED, slicer)).toMatchObject({
        bytes: CONTENT,
        problem: undefined,
      });
    }
  });

  it('follow one another, with skippable frames and empty frames anywhere', async () => {
    const input = concatenate([
      skippableFrame(noise(300, 1)),
      COMPRESSED,
      zstdFrame(20, []),
      skippableFrame(noise(0, 1)),
      zstdFrame(20, [rawBlock(text('abc')), repeatBlock(0x78, 5)]),
      COMPRESSED,
      skippableFrame(noise(70_000, 2)),
    ]);
    const expected = concatenate([CONTENT, text('abcxxxxx'), CONTENT]);
    for (const slicer of [slicesOf(1 << 20), slicesOf(1), slicesOf(5), randomSlices(new Random(2), 2000)]) {
      expect(await inflateAll('zstd', input, slicer)).toMatchObject({ bytes: expected, problem: undefined });
    }
  });

  it('larger than all buffers come in pieces of at most 1 MiB', async () => {
    const contents = Array.from({ length: 25 }, (_, i) => noise(BLOCK - i, i));
    const input = zstdFrame(20, contents.map(rawBlock));
    for (const slicer of [slicesOf(input.length), slicesOf(100_001)]) {
      const { bytes, problem, largestPiece } = await inflateAll('zstd', input, slicer);
      expect(problem).toBeUndefined();
      expect(bytes.length).toBe(contents.reduce((sum, c) => sum + c.length, 0));
      expect(Buffer.compare(bytes, concatenate(contents))).toBe(0);
      expect(largestPiece).toBeLessThanOrEqual(1 << 20);
    }
  });

  it('cut behind a block give that block, even where it overflows a piece', async () => {
    const contents = Array.from({ length: 11 }, (_, i) => noise(100_000, i));
    const frame = zstdFrame(20, contents.map(rawBlock));
    const input = frame.subarray(0, frame.length - 3);
    const { bytes, problem } = await inflateAll('zstd', input);
    expect(Buffer.compare(bytes, concatenate(contents))).toBe(0);
    expect(problem).toMatchObject({ code: 'zstd/truncated', offset: input.length });
  });

  it('can be decompressed side by side', async () => {
    const a = await createDecompressor('zstd');
    const b = await createDecompressor('zstd');
    const out: Record<'a' | 'b', Uint8Array[]> = { a: [], b: [] };
    const other = zstdFrame(20, [rawBlock(text('other'))]);
    for (let i = 0; i < Math.max(COMPRESSED.length, other.length); i++) {
      expect(a.push(COMPRESSED.subarray(i, i + 1), (p) => out.a.push(p.slice()))).toBeUndefined();
      expect(b.push(other.subarray(i, i + 1), (p) => out.b.push(p.slice()))).toBeUndefined();
    }
    expect([a.end(() => undefined), b.end(() => undefined)]).toEqual([undefined, undefined]);
    expect([concatenate(out.a), concatenate(out.b)]).toEqual([CONTENT, text('other')]);
  });
});

describe('a zstd bomb', () => {
  it('of 16 kB delivers its 512 MiB in pieces, holding none of them', async () => {
    const input = zstdFrame(
      20,
      Array.from({ length: 4096 }, () => repeatBlock(0, BLOCK)),
    );
    const decompressor = await createDecompressor('zstd');
    let total = 0;
    let largest = 0;
    const problem = decompressor.push(input, (piece) => {
      total += piece.length;
      largest = Math.max(largest, piece.length);
    });
    expect(problem).toBeUndefined();
    expect(decompressor.end(() => undefined)).toBeUndefined();
    expect([total, largest]).toEqual([4096 * BLOCK, 1 << 20]);
  });

  it('that asks for a window above 128 MiB is refused', async () => {
    const allowed = zstdFrame(27, [rawBlock(text('fine'))]);
    expect((await inflateAll('zstd', allowed)).bytes).toEqual(text('fine'));
    for (const bits of [28, 31, 41]) {
      const { bytes, problem } = await inflateAll('zstd', zstdFrame(bits, [rawBlock(text('no'))]));
      expect([bytes.length, problem?.code, problem?.offset]).toEqual([0, 'zstd/window-too-large', 5]);
      expect(problem?.tip).toContain('--long=27');
    }
  });
});

describe('damaged zstd', () => {
  it('cut at any byte gives a prefix and says that it is cut', async () => {
    const input = concatenate([COMPRESSED, zstdFrame(20, [rawBlock(text('abc')), rawBlock(text('def'))])]);
    const whole = (await inflateAll('zstd', input)).bytes;
    for (let end = 0; end < input.length; end++) {
      const { bytes, problem } = await inflateAll('zstd', input.subarray(0, end));
      expect(Buffer.compare(bytes, whole.subarray(0, bytes.length))).toBe(0);
      const isBetweenFrames = end === COMPRESSED.length;
      expect(problem).toEqual(
        isBetweenFrames ? undefined : expect.objectContaining({ code: 'zstd/truncated', offset: end }),
      );
    }
  });

  it('delivers all blocks before a damaged one, and says where that starts', async () => {
    const before = [rawBlock(noise(BLOCK, 1)), rawBlock(noise(BLOCK, 2)), rawBlock(noise(1000, 3))];
    const frame = zstdFrame(20, before);
    const start = frame.length - 3;
    const reservedType = [0x06, 0, 0];
    const input = concatenate([frame.subarray(0, start), Uint8Array.from(reservedType), noise(50, 4)]);
    for (const slicer of [slicesOf(1 << 20), slicesOf(1), slicesOf(777)]) {
      const { bytes, problem } = await inflateAll('zstd', input, slicer);
      expect(Buffer.compare(bytes, concatenate(before.map((b) => b.subarray(3))))).toBe(0);
      expect(problem).toMatchObject({ code: 'zstd/corrupt', offset: start });
    }
  });

  it('is found by its checksum', async () => {
    const bad = COMPRESSED.slice();
    bad[bad.length - 1] ^= 1;
    expect((await inflateAll('zstd', bad)).problem).toMatchObject({ code: 'zstd/checksum' });
  });

  it('that is followed by something else gives all its content', async () => {
    for (const rest of [text('hello'), text('hello, here are many more bytes')]) {
      const { bytes, problem } = await inflateAll('zstd', concatenate([COMPRESSED, rest]));
      expect(bytes).toEqual(CONTENT);
      expect(problem).toMatchObject({ code: 'zstd/trailing-garbage', offset: COMPRESSED.length });
    }
  });

  it('that is not zstd, or nothing, is named', async () => {
    expect((await inflateAll('zstd', text('hello, world'))).problem).toMatchObject({
      code: 'zstd/corrupt',
      offset: 0,
    });
    expect((await inflateAll('zstd', new Uint8Array(0))).problem).toMatchObject({ code: 'zstd/truncated' });
  });

  it('needing a dictionary is named', async () => {
    const frame = Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, 0x21, 7, 4, 0x21, 0, 0, 65, 65, 65, 65]);
    expect((await inflateAll('zstd', frame)).problem).toMatchObject({ code: 'zstd/dictionary' });
  });

  it('keeps its problem', async () => {
    const decompressor = await createDecompressor('zstd');
    const problem = decompressor.push(text('hello, world'), () => undefined);
    expect(problem).toBeDefined();
    expect(decompressor.push(COMPRESSED, () => expect.unreachable())).toBe(problem);
    expect(decompressor.end(() => expect.unreachable())).toBe(problem);
  });

  it(
    `(${MUTANTS} mutants) neither hangs nor crashes`,
    async () => {
      const inputs = [
        COMPRESSED,
        zstdFrame(20, [rawBlock(noise(500, 1)), repeatBlock(1, 9), rawBlock(text('x'))]),
        concatenate([skippableFrame(noise(20, 2)), COMPRESSED, COMPRESSED]),
        ...samples.map((name) => readBytes(`${shared}/${name}`)),
      ];
      let damaged = 0;
      for (let i = 0; i < MUTANTS; i++) {
        const random = new Random(i, 2);
        const original = inputs[i % inputs.length];
        const mutant = mutate(original, random);
        const whole = await inflateAll('zstd', mutant);
        const sliced = await inflateAll('zstd', mutant, randomSlices(random, 200));
        expect(sliced.problem, `mutant ${i}`).toEqual(whole.problem);
        expect(Buffer.compare(sliced.bytes, whole.bytes), `mutant ${i}`).toBe(0);
        if (!whole.problem) continue;
        damaged++;
        expect(whole.problem.code).toMatch(/^zstd\//);
        expect(whole.problem.offset).toBeLessThanOrEqual(mutant.length);
      }
      expect(damaged).toBeGreaterThan(MUTANTS / 2);
    },
    TIMEOUT_MS,
  );
});

describe.skipIf(shared === undefined)('the compressed sample files', () => {
  it.each(samples)('%s cut at any byte gives a prefix of its content', async (name) => {
    const input = readBytes(`${shared}/${name}`);
    const whole = (await inflateAll('zstd', input)).bytes;
    expect(whole.length).toBeGreaterThan(0);
    for (let end = 0; end < input.length; end++) {
      const { bytes, problem } = await inflateAll('zstd', input.subarray(0, end));
      expect(Buffer.compare(bytes, whole.subarray(0, bytes.length))).toBe(0);
      if (problem) expect(problem).toMatchObject({ code: 'zstd/truncated', offset: end });
    }
  });
});
