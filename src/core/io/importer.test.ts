import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '#base/problem';
import { memorySource, type ByteSource } from '#core/io/byte-source';
import { byteStream } from '#core/io/byte-stream';
import { createDecompressor, type Decompressor } from '#core/io/decompress';
import { ImporterRegistry, recognise, type FormatMatch, type ImporterDescriptor } from '#core/io/importer';
import { concatenate } from '#core/io/testing/slices';

type Descriptor = ImporterDescriptor<FormatMatch>;

function descriptor(id: string, priority: number, more: Partial<Descriptor> = {}): Descriptor {
  return {
    id,
    title: id.toUpperCase(),
    extensions: [`.${id}`],
    prefixBytes: 4,
    suffixBytes: 0,
    priority,
    sniff: (prefix) => (prefix[0] === id.charCodeAt(0) ? { description: id } : undefined),
    ...more,
  };
}

const GZIP = descriptor('gzip', 1, {
  container: 'gzip',
  sniff: (prefix) => (prefix[0] === 0x1f && prefix[1] === 0x8b ? { description: 'gzip' } : undefined),
});
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

describe('a registry of importers', () => {
  it('asks in order of priority, whatever the order of registration', () => {
    const registry = new ImporterRegistry([descriptor('ab', 9), descriptor('a', 3)]);
    expect(registry.match(bytesOf('abc'), new Uint8Array(), 3)?.importer.id).toBe('a');
  });

  it('refuses two importers of one priority', () => {
    expect(() => new ImporterRegistry([descriptor('a', 3), descriptor('b', 3)])).toThrow(RangeError);
  });

  it('reads beginning and end once, as far as the most demanding importer wants', async () => {
    const asked: [number, number][] = [];
    const source: ByteSource = {
      name: 'x',
      size: 1000,
      slice: (from, to) => {
        asked.push([from, to]);
        return Promise.resolve(new Uint8Array(to - from).fill(98));
      },
    };
    const registry = new ImporterRegistry([
      descriptor('a', 1, { prefixBytes: 16 }),
      descriptor('b', 2, {
        suffixBytes: 8,
        sniff: (prefix, suffix) =>
          prefix.length === 16 && suffix.length === 8 ? { description: 'b' } : undefined,
      }),
    ]);
    expect((await recognise(source, registry, createDecompressor)).match.description).toBe('b');
    expect(asked).toEqual([
      [0, 16],
      [992, 1000],
    ]);
  });

  it('unwraps containers and says which there were', async () => {
    const registry = new ImporterRegistry([GZIP, descriptor('a', 2)]);
    const found = await recognise(
      memorySource('x', new Uint8Array(gzipSync(gzipSync('abc')))),
      registry,
      createDecompressor,
    );
    expect([found.importer.id, found.compression]).toEqual(['a', ['gzip', 'gzip']]);
  });

  it('lists formats and containers, but not what it only refuses', async () => {
    const refused = descriptor('c', 3, { refusal: { code: 'import/c', message: 'This is C' } });
    const registry = new ImporterRegistry([GZIP, descriptor('a', 2), refused]);
    await expect(
      recognise(memorySource('x.y', bytesOf('zzz')), registry, createDecompressor),
    ).rejects.toMatchObject({
      problem: {
        code: 'import/unknown-format',
        tip: 'Supported: A (.a); each also compressed with GZIP (.gzip).',
      },
    });
    await expect(
      recognise(memorySource('x.y', bytesOf('c')), registry, createDecompressor),
    ).rejects.toMatchObject({
      problem: { code: 'import/c', message: 'This is C: x.y' },
    });
  });
});

describe('byteStream', () => {
  async function collect(
    source: ByteSource,
    options = {},
    compression: readonly 'gzip'[] = [],
  ): Promise<[Uint8Array, string]> {
    const pieces: Uint8Array[] = [];
    try {
      for await (const piece of byteStream(source, compression, createDecompressor, options))
        pieces.push(piece.slice());
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      return [concatenate(pieces), error.problem.code];
    }
    return [concatenate(pieces), ''];
  }
  const content = Uint8Array.from({ length: 300_000 }, (_, i) => (i * i) >> 7);
  const zipped = new Uint8Array(gzipSync(content));

  it('gives the content in pieces of any size of slice', async () => {
    for (const sliceBytes of [1000, 65536, 1 << 20]) {
      const positions: number[] = [];
      const options = { sliceBytes, onRead: (at: number) => positions.push(at) };
      expect(await collect(memorySource('x', zipped), options, ['gzip'])).toEqual([content, '']);
      expect(positions).toHaveLength(Math.ceil(zipped.length / sliceBytes));
      expect(positions.at(-1)).toBe(zipped.length);
    }
  });

  it('gives all that precedes damage, then the problem', async () => {
    const [bytes, code] = await collect(memorySource('x', zipped.subarray(0, zipped.length - 100)), {}, [
      'gzip',
    ]);
    expect(code).toBe('gzip/truncated');
    expect(bytes.length).toBeGreaterThan(content.length / 2);
    expect(Buffer.compare(bytes, content.subarray(0, bytes.length))).toBe(0);
  });

  it('stops when it is cancelled', async () => {
    expect(await collect(memorySource('x', content), { signal: { aborted: true } })).toEqual([
      new Uint8Array(),
      'import/cancelled',
    ]);
  });

  it('gives up on input that expands beyond all measure, with bounded memory, and closes the decompressor', async () => {
    let closed = 0;
    const bomb: Decompressor = {
      push: (_bytes, onOutput) => {
        const piece = new Uint8Array(1 << 20);
        for (let i = 0; i < 100_000; i++) onOutput(piece);
        return undefined;
      },
      end: () => undefined,
      close: () => {
        closed++;
      },
    };
    const stream = byteStream(memorySource('x', new Uint8Array(10)), ['zstd'], () => Promise.resolve(bomb));
    await expect(stream.next()).rejects.toMatchObject({ problem: { code: 'import/expands-too-much' } });
    expect(closed).toBe(1);
  });

  it('closes the decompressor when the consumer stops', async () => {
    let closed = 0;
    const open = async (): Promise<Decompressor> => {
      const real = await createDecompressor('gzip');
      return {
        push: (b, o) => real.push(b, o),
        end: (o) => real.end(o),
        close: () => {
          closed++;
        },
      };
    };
    const stream = byteStream(memorySource('x', zipped), ['gzip'], open);
    await stream.next();
    await stream.return();
    expect(closed).toBe(1);
  });
});
