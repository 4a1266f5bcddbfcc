import {
  Field,
  Float64,
  Int32,
  List,
  makeVector,
  Table,
  tableFromIPC,
  tableToIPC,
  Utf8,
  vectorFromArray,
  type Vector,
} from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { ProblemError, type Problem } from '#base/problem';
import { Random } from '#base/random';
import { batchOf, randomBlock, recordBytes } from '#testdata/mbo-tables';
import { memorySource, type ByteSource } from '#core/io/byte-source';
import { mutate } from '#core/io/testing/mutate';
import { concatenate } from '#core/io/testing/slices';
import type { MboBlock } from '#core/mbo/mbo-block';
import type { ParquetModule } from '#core/parquet/parquet-module';
import { readParquetMbo, type ParquetReadOptions } from '#core/parquet/parquet-reader';
import { ParquetWriter } from '#core/parquet/parquet-writer';
import { loadParquet } from '#testdata/load-parquet';

const module: ParquetModule = await loadParquet();

interface ReadResult {
  bytes: Uint8Array;
  problem: Problem | undefined;
}

async function readAll(source: ByteSource, options: ParquetReadOptions = {}): Promise<ReadResult> {
  const pieces: Uint8Array[] = [];
  let problem: Problem | undefined;
  try {
    for await (const block of readParquetMbo(source, module, options)) pieces.push(recordBytes(block));
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    problem = error.problem;
  }
  return { bytes: concatenate(pieces), problem };
}

function fileOf(blocks: readonly MboBlock[]): Uint8Array {
  const writer = new ParquetWriter(module);
  return concatenate([...blocks.map((block) => writer.write(batchOf(block))), writer.finish()]);
}

type Properties = InstanceType<ParquetModule['WriterPropertiesBuilder']>;

function wholeFile(table: Table, set: (properties: Properties) => Properties = (p) => p): Uint8Array {
  const ipc = tableToIPC(table, 'stream');
  return module.writeParquet(
    module.Table.fromIPCStream(ipc),
    set(new module.WriterPropertiesBuilder()).build(),
  );
}

const blocks = [randomBlock(1, 5000), randomBlock(2, 1), randomBlock(3, 20000)];
const expected = concatenate(blocks.map(recordBytes));

describe('a Parquet file of market-by-order events', () => {
  it('gives back the records it was written from, over several row groups', async () => {
    const shares: number[] = [];
    const { bytes, problem } = await readAll(memorySource('x', fileOf(blocks)), {
      onProgress: (s) => shares.push(s),
    });
    expect(problem).toBeUndefined();
    expect(Buffer.compare(bytes, expected)).toBe(0);
    expect(shares).toEqual([5000 / 25001, 5001 / 25001, 1]);
  });

  it('that was merged from row groups is read as a whole by the module itself', () => {
    const table = tableFromIPC(module.readParquet(fileOf(blocks), { batchSize: 1 << 16 }).intoIPCStream());
    expect(table.numRows).toBe(25001);
    expect(table.getChild('order_id')!.get(5000)).toBe(
      new BigUint64Array(blocks[1].bytes.slice(16, 24).buffer)[0],
    );
  });

  it('is read in windows where a row group is large', async () => {
    const large = Array.from({ length: 3 }, (_, i) => randomBlock(20 + i, 100_000));
    const table = new Table(large.map(batchOf));
    const { bytes, problem } = await readAll(
      memorySource(
        'x',
        wholeFile(table, (p) => p.setMaxRowGroupSize(1_000_000)),
      ),
    );
    expect(problem).toBeUndefined();
    expect(Buffer.compare(bytes, concatenate(large.map(recordBytes)))).toBe(0);
  });

  it.each(['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'BROTLI', 'LZ4_RAW', 'ZSTD'] as const)(
    'may be compressed: %s',
    async (name) => {
      const file = wholeFile(new Table([batchOf(blocks[0])]), (p) =>
        p.setCompression(module.Compression[name]),
      );
      const { bytes, problem } = await readAll(memorySource('x', file));
      expect(problem).toBeUndefined();
      expect(Buffer.compare(bytes, recordBytes(blocks[0]))).toBe(0);
    },
  );

  it('is never read as a whole, nor are the columns that do not matter', async () => {
    const filler = Float64Array.from({ length: 5000 }, (_, i) => Math.sin(i));
    const columns = Object.fromEntries(
      batchOf(blocks[0]).schema.fields.map((f, i) => [f.name, columnOf(blocks[0], i)]),
    );
    const nested = vectorFromArray(
      Array.from({ length: 5000 }, () => [1, 2, 3]),
      new List(new Field('item', new Int32(), true)),
    );
    const table = new Table({
      nested,
      filler: makeVector(filler),
      ...columns,
      more: makeVector(filler.slice()),
    });
    const file = wholeFile(table, (p) => p.setMaxRowGroupSize(1000).setDictionaryEnabled(false));
    let read = 0;
    let largest = 0;
    const source: ByteSource = {
      name: 'x',
      size: file.length,
      slice: (from, to) => {
        read += to - from;
        largest = Math.max(largest, to - from);
        return Promise.resolve(file.slice(from, to));
      },
    };
    const { bytes, problem } = await readAll(source);
    expect(problem).toBeUndefined();
    expect(Buffer.compare(bytes, recordBytes(blocks[0]))).toBe(0);
    expect(read).toBeLessThan(file.length - 2 * filler.byteLength);
    expect(largest).toBeLessThan(file.length / 10);
  });

  it('may have no rows', async () => {
    const { bytes, problem } = await readAll(memorySource('x', fileOf([randomBlock(1, 0)])));
    expect([bytes.length, problem]).toEqual([0, undefined]);
  });

  it('names the instruments and leaves out rows of another type', async () => {
    const names: unknown[] = [];
    const warnings: Problem[] = [];
    const columns: Record<string, Vector> = {
      ts_event: makeVector(BigInt64Array.of(1n, 2n, 3n)),
      rtype: makeVector(Uint8Array.of(160, 19, 160)),
      instrument_id: makeVector(Uint32Array.of(7, 7, 8)),
      action: vectorFromArray(['A', 'A', 'C'], new Utf8()),
      side: vectorFromArray(['B', 'A', 'N'], new Utf8()),
      price: makeVector(BigInt64Array.of(1n, 2n, 3n)),
      size: makeVector(Uint32Array.of(1, 2, 3)),
      order_id: makeVector(BigUint64Array.of(1n, 2n, 3n)),
      symbol: vectorFromArray(['ESH4', 'ESH4', 'NQH4'], new Utf8()),
    };
    const { bytes } = await readAll(memorySource('x', wholeFile(new Table(columns))), {
      onSymbol: (...args) => names.push(args),
      onWarning: (p) => warnings.push(p),
    });
    expect(bytes.length).toBe(2 * 56);
    expect(names).toEqual([
      [0, 7, 'ESH4'],
      [0, 8, 'NQH4'],
    ]);
    expect(warnings.map((w) => w.code)).toEqual(['columns/other-records']);
  });
});

function columnOf(block: MboBlock, index: number): Vector {
  return batchOf(block).getChildAt(index)!;
}

describe('a Parquet file that cannot be read', () => {
  const file = fileOf([randomBlock(5, 400), randomBlock(6, 300)]);

  it('without required columns names them before any data is read', async () => {
    const table = new Table({
      ts_event: vectorFromArray([1, 2], new Float64()),
      x: vectorFromArray([1, 2], new Float64()),
    });
    const { problem } = await readAll(memorySource('x', wholeFile(table)));
    expect(problem?.code).toBe('columns/missing');
    expect(problem?.message).toContain('action, side, price, size, order_id');
    expect(problem?.tip).toContain('This one has ts_event, x.');
  });

  it('because it is cut off says that nothing can be found in it', async () => {
    const { problem } = await readAll(memorySource('x', file.subarray(0, file.length - 30)));
    expect(problem?.code).toBe('parquet/truncated');
  });

  it('because its footer is encrypted says so', async () => {
    const encrypted = file.slice();
    encrypted[encrypted.length - 1] = 'E'.charCodeAt(0);
    expect((await readAll(memorySource('x', encrypted))).problem?.code).toBe('parquet/encrypted');
  });

  it('from some row group on gives the row groups before it', async () => {
    const damaged = file.slice();
    const [first] = [fileOf([randomBlock(5, 400)])];
    damaged.fill(0xff, first.length - 200, first.length + 2000);
    const { bytes, problem } = await readAll(memorySource('x', damaged));
    expect(problem?.code).toBe('parquet/damaged');
    expect(Buffer.compare(bytes.subarray(0, 400 * 56), recordBytes(randomBlock(5, 400)))).toBe(0);
  });

  it('whatever the damage, ends in records and a problem', async () => {
    const random = new Random(12);
    const snappy = wholeFile(new Table([batchOf(randomBlock(7, 300))]), (p) =>
      p.setCompression(module.Compression.SNAPPY).setMaxRowGroupSize(100),
    );
    const seeds = [file, snappy];
    const rounds = process.env['SPYMASTER_LONG'] ? 20_000 : 2_000;
    let problems = 0;
    for (let i = 0; i < rounds; i++) {
      const seed = seeds[i % seeds.length];
      // Most of a mutation's chances would fall on data pages: every second one hits the footer.
      const from = i % 4 < 2 ? 0 : seed.length - 2500;
      const mutant = concatenate([seed.subarray(0, from), mutate(seed.subarray(from), random)]);
      if ((await readAll(memorySource('x', mutant))).problem) problems++;
    }
    expect(problems).toBeGreaterThan(rounds / 10);
    const { bytes } = await readAll(memorySource('x', fileOf(blocks)));
    expect(Buffer.compare(bytes, expected), 'the module still works').toBe(0);
  }, 600_000);
});
