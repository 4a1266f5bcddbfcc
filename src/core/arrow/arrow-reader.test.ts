import {
  Decimal,
  Dictionary,
  Field,
  Float64,
  Int16,
  Int32,
  Int64,
  Int8,
  LargeUtf8,
  makeData,
  makeVector,
  RecordBatchReader,
  Table,
  tableFromIPC,
  tableToIPC,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampSecond,
  Utf8,
  vectorFromArray,
  type Vector,
} from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { ProblemError, type Problem } from '#base/problem';
import { Random } from '#base/random';
import { readArrowMbo, type ArrowReadOptions } from '#core/arrow/arrow-reader';
import { ArrowWriter } from '#core/arrow/arrow-writer';
import { footerSchemaMessage } from '#core/arrow/ipc-footer';
import { batchOf, randomBlock, recordBytes } from '#testdata/mbo-tables';
import { memorySource } from '#core/io/byte-source';
import { mutate } from '#core/io/testing/mutate';
import { concatenate, randomSlices, slicesOf, WHOLE, type Slicer } from '#core/io/testing/slices';
import { MBO_BYTES, MboBlock, readMbo, UNDEF_PRICE, type MboRecord } from '#core/mbo/mbo-block';

interface ReadResult {
  bytes: Uint8Array;
  records: MboRecord[];
  problem: Problem | undefined;
}

async function readAll(
  ipc: Uint8Array,
  slicer: Slicer = WHOLE,
  options: ArrowReadOptions = {},
): Promise<ReadResult> {
  const pieces: Uint8Array[] = [];
  let problem: Problem | undefined;
  // eslint-disable-next-line @typescript-eslint/require-await -- an asynchronous source of slices at hand
  async function* input(): AsyncGenerator<Uint8Array> {
    yield* slicer(ipc);
  }
  try {
    for await (const block of readArrowMbo(input(), options)) pieces.push(recordBytes(block));
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    problem = error.problem;
  }
  const bytes = concatenate(pieces);
  const block = new MboBlock(bytes.slice().buffer, bytes.length / MBO_BYTES);
  return { bytes, records: Array.from({ length: block.count }, (_, i) => readMbo(block, i)), problem };
}

function ipcOf(blocks: readonly MboBlock[], form: 'stream' | 'file'): Uint8Array {
  const batches = blocks.map(batchOf);
  const writer = new ArrowWriter(batches[0].schema, form);
  return concatenate([...batches.map((batch) => writer.write(batch)), writer.finish()]);
}

const blocks = [randomBlock(1, 3000), randomBlock(2, 1), randomBlock(3, 20000)];
const expected = concatenate(blocks.map(recordBytes));

/** A small table whose columns the test replaces one by one. */
function smallColumns(): Record<string, Vector> {
  return {
    ts_event: makeVector(BigInt64Array.of(1_000n, 2_000n, 3_000n)),
    action: vectorFromArray(['A', 'C', 'M'], new Utf8()),
    side: vectorFromArray(['B', 'A', 'N'], new Utf8()),
    price: makeVector(BigInt64Array.of(5_000_250_000_000n, -1n, UNDEF_PRICE)),
    size: makeVector(Uint32Array.of(1, 2, 3)),
    order_id: makeVector(BigUint64Array.of(2n ** 64n - 1n, 2n ** 53n + 1n, 7n)),
  };
}

function readColumns(columns: Record<string, Vector>, options?: ArrowReadOptions): Promise<ReadResult> {
  return readAll(tableToIPC(new Table(columns), 'stream'), WHOLE, options);
}

describe('an Arrow table of market-by-order events', () => {
  it.each(['stream', 'file'] as const)(
    'gives back the records it was written from (%s form)',
    async (form) => {
      const { bytes, problem } = await readAll(ipcOf(blocks, form));
      expect(problem).toBeUndefined();
      expect(Buffer.compare(bytes, expected)).toBe(0);
    },
  );

  it.each([
    ['1 byte', slicesOf(1)],
    ['7 bytes', slicesOf(7)],
    ['random sizes', randomSlices(new Random(5), 9000)],
  ])('does not depend on the slices it arrives in: %s', async (_name, slicer) => {
    const some = [randomBlock(4, 700), randomBlock(5, 300)];
    const { bytes } = await readAll(ipcOf(some, 'file'), slicer);
    expect(Buffer.compare(bytes, concatenate(some.map(recordBytes)))).toBe(0);
  });

  it('is readable by the official library, in both forms and with exact integers', () => {
    for (const form of ['stream', 'file'] as const) {
      const table = tableFromIPC(ipcOf([blocks[0]], form));
      expect(table.numRows).toBe(3000);
      const record = readMbo(blocks[0], 17);
      expect(table.getChild('order_id')!.get(17)).toBe(record.orderId);
      expect(table.getChild('price')!.get(17)).toBe(record.price);
      expect(table.getChild('action')!.get(17)).toBe(String.fromCharCode(record.action));
    }
  });

  it('takes the schema from the footer where a file does not start with it', async () => {
    const columns = {
      ...smallColumns(),
      side: vectorFromArray(['B', 'A', 'N'], new Dictionary(new Utf8(), new Int8())),
    };
    const file = tableToIPC(new Table(columns), 'file');
    const source = memorySource('x', file);
    const { records, problem } = await readAll(file, WHOLE, {
      footerSchema: () => footerSchemaMessage(source),
    });
    expect(problem).toBeUndefined();
    expect(records.map((r) => String.fromCharCode(r.side)).join('')).toBe('BAN');
    expect((await readAll(file)).problem?.code).toMatch(/^arrow\//);
  });

  it('reads compressed buffers', async () => {
    const { lz4, zstd } = await import('#testdata/compressed-ipc');
    for (const ipc of [lz4, zstd]) {
      const { records, problem } = await readAll(ipc());
      expect(problem).toBeUndefined();
      expect(records.map((r) => r.orderId)).toEqual(Array.from({ length: 300 }, (_, i) => BigInt(i) * 3n));
      expect(new Set(records.map((r) => r.price))).toEqual(new Set([5_000_250_000_000n]));
    }
  });
});

describe('columns', () => {
  it('may be missing where a default is sensible', async () => {
    const { records } = await readColumns(smallColumns());
    expect(records[1]).toEqual({
      publisherId: 0,
      instrumentId: 0,
      tsEvent: 2000n,
      orderId: 2n ** 53n + 1n,
      price: -1n,
      size: 2,
      flags: 128,
      channelId: 0,
      action: 'C'.charCodeAt(0),
      side: 'A'.charCodeAt(0),
      tsRecv: 2000n,
      tsInDelta: 0,
      sequence: 0,
    });
  });

  it('that are required and missing are all named', async () => {
    const { side: _side, order_id: _id, ...rest } = smallColumns();
    const { problem } = await readColumns({ ...rest, extra: makeVector(Int8Array.of(1, 2, 3)) });
    expect(problem?.code).toBe('columns/missing');
    expect(problem?.message).toContain('side, order_id');
    expect(problem?.tip).toContain('extra');
  });

  it('of an impossible type are named with the types they may have', async () => {
    const float32 = makeVector(Float32Array.of(1, 2, 3));
    expect((await readColumns({ ...smallColumns(), price: float32 })).problem).toMatchObject({
      code: 'columns/type',
      message: expect.stringMatching(/price.*Float32.*64-bit float/) as string,
    });
    const text = vectorFromArray(['1', '2', '3'], new Utf8());
    expect((await readColumns({ ...smallColumns(), size: text })).problem?.message).toMatch(
      /^The column size/,
    );
  });

  it.each([
    ['seconds', new TimestampSecond(), 1_000_000_000n],
    ['milliseconds', new TimestampMillisecond(), 1_000_000n],
    ['microseconds', new TimestampMicrosecond('UTC'), 1_000n],
  ] as const)('of time may count %s', async (_name, type, factor) => {
    const values = [1_703_462_400n, 9_007_199_254n, 1n].map((s) => (s * 1_000_000_000n) / factor + 17n);
    const ts_event = makeVector(makeData({ type, data: BigInt64Array.from(values) }));
    const { records } = await readColumns({ ...smallColumns(), ts_event });
    expect(records.map((r) => r.tsEvent)).toEqual(values.map((v) => v * factor));
  });

  it('of time before 1970 or beyond 64 bits end the table at that row', async () => {
    const negative = makeVector(BigInt64Array.of(5n, -1n, 6n));
    const result = await readColumns({ ...smallColumns(), ts_event: negative });
    expect(result.records).toHaveLength(1);
    expect(result.problem).toMatchObject({
      code: 'columns/value',
      message: expect.stringContaining('row 1') as string,
    });
    const far = makeVector(
      makeData({ type: new TimestampSecond(), data: BigInt64Array.of(1n, 2n, 2n ** 62n) }),
    );
    expect((await readColumns({ ...smallColumns(), ts_event: far })).records).toHaveLength(2);
  });

  it('of prices may be floats, NaN being the undefined price', async () => {
    const price = makeVector(Float64Array.of(5000.1, NaN, -0.000000001));
    const { records } = await readColumns({ ...smallColumns(), price });
    expect(records.map((r) => r.price)).toEqual([5_000_100_000_000n, UNDEF_PRICE, -1n]);
    const infinite = makeVector(Float64Array.of(1, 2, Infinity));
    expect((await readColumns({ ...smallColumns(), price: infinite })).problem?.message).toMatch(
      /price in row 2/,
    );
  });

  it('of prices may be decimals', async () => {
    const words = (values: readonly bigint[]): Uint32Array =>
      Uint32Array.from(values.flatMap((v) => [0n, 32n, 64n, 96n].map((s) => Number((v >> s) & 0xffffffffn))));
    const data = words([501025n, -12n, 10n ** 20n]);
    const price = makeVector(makeData({ type: new Decimal(2, 38, 128), length: 3, data }));
    const { records, problem } = await readColumns({ ...smallColumns(), price });
    expect(records.map((r) => r.price)).toEqual([5_010_250_000_000n, -120_000_000n]);
    expect(problem?.message).toMatch(/price in row 2/);
  });

  it('of codes may be dictionaries, large text or ASCII codes', async () => {
    const variants = {
      dictionary: vectorFromArray(['M', 'A', 'M'], new Dictionary(new Utf8(), new Int32())),
      large: vectorFromArray(['M', 'A', 'M'], new LargeUtf8()),
      code: makeVector(Uint8Array.of(77, 65, 77)),
      wideCode: makeVector(BigInt64Array.of(77n, 65n, 77n)),
    };
    for (const [name, action] of Object.entries(variants)) {
      const { records, problem } = await readColumns({ ...smallColumns(), action });
      expect(problem, name).toBeUndefined();
      expect(
        records.map((r) => r.action),
        name,
      ).toEqual([77, 65, 77]);
    }
  });

  it('may hold nulls', async () => {
    const { records, problem } = await readColumns({
      ...smallColumns(),
      ts_recv: vectorFromArray([1n, null, 3n], new Int64()),
      price: vectorFromArray([null, 1.5, 2], new Float64()),
      flags: vectorFromArray([null, 0, 130], new Int16()),
      side: vectorFromArray(['B', null, 'A'], new Utf8()),
      order_id: vectorFromArray([1n, 2n, null], new Int64()),
    });
    expect(problem).toBeUndefined();
    expect(records.map((r) => r.tsRecv)).toEqual([1n, 2n ** 64n - 1n, 3n]);
    expect(records.map((r) => r.price)).toEqual([UNDEF_PRICE, 1_500_000_000n, 2_000_000_000n]);
    expect(records.map((r) => r.flags)).toEqual([128, 0, 130]);
    expect(records.map((r) => String.fromCharCode(r.side)).join('')).toBe('BNA');
    expect(records.map((r) => r.orderId)).toEqual([1n, 2n, 0n]);
  });

  it('with values that no record can hold are refused, not wrapped', async () => {
    const flags = makeVector(Int32Array.of(0, 255, 256));
    const { records, problem } = await readColumns({ ...smallColumns(), flags });
    expect(records).toHaveLength(2);
    expect(problem?.message).toMatch(/flags in row 2/);
    const size = makeVector(BigInt64Array.of(-1n, 2n, 3n));
    expect((await readColumns({ ...smallColumns(), size })).problem?.message).toMatch(/size in row 0/);
  });

  it('of another record type are left out and reported', async () => {
    const warnings: Problem[] = [];
    const { records } = await readColumns(
      { ...smallColumns(), rtype: makeVector(Uint8Array.of(160, 1, 160)) },
      { onWarning: (p) => warnings.push(p) },
    );
    expect(records.map((r) => r.size)).toEqual([1, 3]);
    expect(warnings.map((w) => w.code)).toEqual(['columns/other-records']);
  });

  it('of symbols name the instruments, or number them where there is no id', async () => {
    const seen: unknown[] = [];
    const options = { onSymbol: (...args: unknown[]) => void seen.push(args) };
    const symbol = vectorFromArray(['ESH4', 'NQH4', 'ESH4'], new Utf8());
    const instrument_id = makeVector(Uint32Array.of(17077, 2, 17077));
    await readColumns({ ...smallColumns(), symbol, instrument_id }, options);
    expect(seen).toEqual([
      [0, 17077, 'ESH4'],
      [0, 2, 'NQH4'],
    ]);
    const { records } = await readColumns({ ...smallColumns(), symbol });
    expect(records.map((r) => r.instrumentId)).toEqual([1, 2, 1]);
  });
});

describe('damaged Arrow input', () => {
  const whole = ipcOf([randomBlock(7, 200), randomBlock(8, 200)], 'stream');

  it('keeps whole batches when it is cut, and says where', async () => {
    const result = await readAll(whole.subarray(0, whole.length - 500));
    expect(result.records).toHaveLength(200);
    expect(result.problem).toMatchObject({ code: 'arrow/truncated' });
    expect(result.problem?.offset).toBeGreaterThan(200 * 56);
  });

  it('never ends in anything but records and a problem', async () => {
    const random = new Random(11);
    const seeds = [
      whole,
      ipcOf([randomBlock(9, 50)], 'file'),
      (await import('#testdata/compressed-ipc')).lz4(),
    ];
    const rounds = process.env['SPYMASTER_LONG'] ? 20_000 : 2_000;
    let damagedSeen = 0;
    for (let i = 0; i < rounds; i++) {
      const result = await readAll(mutate(seeds[i % seeds.length], random));
      if (result.problem) damagedSeen++;
    }
    expect(damagedSeen).toBeGreaterThan(rounds / 10);
  }, 600_000);

  it('is refused when the schema is missing', async () => {
    expect((await readAll(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0))).problem?.code).toBe(
      'arrow/no-schema',
    );
  });
});

describe('fields of the test table', () => {
  it('cover every column of the vendor', () => {
    const schema = RecordBatchReader.from(ipcOf([randomBlock(1, 1)], 'stream')).open().schema;
    expect(schema.fields.map((f: Field) => f.name)).toEqual([
      'ts_recv',
      'ts_event',
      'rtype',
      'publisher_id',
      'instrument_id',
      'action',
      'side',
      'price',
      'size',
      'channel_id',
      'order_id',
      'flags',
      'ts_in_delta',
      'sequence',
    ]);
  });
});
