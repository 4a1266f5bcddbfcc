import { describe, expect, it } from 'vitest';
import { Random } from '#base/random';
import { DbnDecoder } from '#core/dbn/dbn-decoder';
import { encodeMbo } from '#core/dbn/dbn-encoder';
import type { DbnPart } from '#core/dbn/dbn-types';
import { encodeMetadata } from '#core/dbn/metadata-encode';
import { RTYPE } from '#core/dbn/rtype';
import { decodeAll } from '#core/dbn/testing/decode-all';
import { mixedStream, sampleBlock, sampleMetadata, sampleRecord } from '#core/dbn/testing/samples';
import { concatenate, randomSlices, slicesOf } from '#core/io/testing/slices';
import { joinU64, MBO_BYTES } from '#core/mbo/mbo-block';

const header = encodeMetadata(sampleMetadata(3));
const records = (count: number, seed = 1): Uint8Array => encodeMbo(sampleBlock(count, new Random(seed)));

function partsOf(decoder: DbnDecoder): DbnPart[] {
  const parts: DbnPart[] = [];
  for (let part; (part = decoder.next()) !== undefined;) parts.push(part);
  return parts;
}

function codes(bytes: Uint8Array): (string | undefined)[] {
  return decodeAll(bytes).problems.map((p) => p.code);
}

describe('runs of MBO records', () => {
  it('come as blocks of up to 65,536 records, in place', () => {
    const decoder = new DbnDecoder();
    decoder.push(concatenate([header, records(150_000)]));
    const parts = partsOf(decoder);
    expect(parts.map((p) => (p.kind === 'mbo' ? p.block.count : p.kind))).toEqual([
      'metadata',
      65536,
      65536,
      150_000 - 2 * 65536,
    ]);
    expect(parts.map((p) => (p.kind === 'problem' ? 0 : p.offset))).toEqual([
      0,
      header.length,
      header.length + 65536 * MBO_BYTES,
      header.length + 2 * 65536 * MBO_BYTES,
    ]);
  });

  it('are delivered as soon as they are whole', () => {
    const decoder = new DbnDecoder();
    const bytes = records(3);
    decoder.push(header);
    expect(partsOf(decoder).map((p) => p.kind)).toEqual(['metadata']);
    decoder.push(bytes.subarray(0, 100));
    expect(partsOf(decoder)).toMatchObject([{ kind: 'mbo', block: { count: 1 } }]);
    decoder.push(bytes.subarray(100, 111));
    expect(partsOf(decoder)).toEqual([]);
    decoder.push(bytes.subarray(111));
    expect(partsOf(decoder)).toMatchObject([{ kind: 'mbo', block: { count: 2 } }]);
    expect(decoder.end()).toBeUndefined();
    expect(decoder.end()).toBeUndefined();
  });

  it('may pile up over many pushes before they are taken', () => {
    const decoder = new DbnDecoder();
    const bytes = concatenate([header, records(20_000)]);
    for (const slice of slicesOf(997)(bytes)) decoder.push(slice);
    const [, part] = partsOf(decoder);
    expect(part).toMatchObject({ kind: 'mbo', block: { count: 20_000 } });
    const block = part.kind === 'mbo' ? part.block : undefined;
    expect(Buffer.compare(block!.bytes.subarray(0, 20_000 * MBO_BYTES), bytes.subarray(header.length))).toBe(
      0,
    );
  });

  it('stay aligned after a skipped record of odd size', () => {
    const odd = new Uint8Array(20);
    odd.set([5, 0x42]);
    const bytes = concatenate([header, records(2), odd, records(3, 2), odd, records(4, 3)]);
    const { rows, problems } = decodeAll(bytes);
    expect(rows.length).toBe(9);
    expect(problems.map((p) => p.code)).toEqual(['dbn/unknown-rtype']);
    expect(rows).toEqual([
      ...decodeAll(concatenate([header, records(2)])).rows,
      ...decodeAll(concatenate([header, records(3, 2)])).rows,
      ...decodeAll(concatenate([header, records(4, 3)])).rows,
    ]);
  });
});

describe('a mixed stream', () => {
  it.each([1, 2, 3] as const)('of version %s keeps its order, however it is sliced', (version) => {
    const bytes = mixedStream(version, new Random(version));
    const whole = decodeAll(bytes);
    expect(whole.problems).toEqual([]);
    expect(whole.offsets).toEqual([...whole.offsets].sort((a, b) => a - b));
    expect(new Set(whole.rows.map((row) => row['rtype']))).toEqual(new Set(Object.values(RTYPE)));
    for (let seed = 1; seed <= 20; seed++) {
      expect(decodeAll(bytes, randomSlices(new Random(seed), 900)).digest).toBe(whole.digest);
    }
    expect(decodeAll(bytes, slicesOf(1)).digest).toBe(whole.digest);
  });
});

describe('a stream with ts_out', () => {
  const count = 40;
  const tsOut = Uint32Array.from({ length: 2 * count }, (_, i) => i * 7);
  const block = sampleBlock(count, new Random(3));
  const bytes = concatenate([
    encodeMetadata(sampleMetadata(2, { tsOut: true, schema: undefined })),
    encodeMbo(block, tsOut),
    sampleRecord(RTYPE.system, 2, { msg: 'hello' }, 99n),
  ]);
  const plain = concatenate([encodeMetadata(sampleMetadata(2)), encodeMbo(block)]);

  it('gives the same MBO records as one without', () => {
    const { rows, problems } = decodeAll(bytes);
    expect(problems).toEqual([]);
    expect(rows.slice(0, count)).toEqual(decodeAll(plain).rows);
    expect(rows.at(-1)).toMatchObject({ msg: 'hello', ts_out: 99n });
  });

  it('gives the times on request, however it is sliced', () => {
    const options = { keepTsOut: true };
    const whole = decodeAll(bytes, undefined, options);
    expect(whole.rows.slice(0, count).map((row) => row['ts_out'])).toEqual(
      Array.from({ length: count }, (_, i) => joinU64(14 * i, 14 * i + 7)),
    );
    for (const slicer of [slicesOf(1), slicesOf(7), randomSlices(new Random(9), 300)]) {
      expect(decodeAll(bytes, slicer, options).digest).toBe(whole.digest);
    }
  });

  it('strips blocks whose length byte says 56 bytes', () => {
    const decoder = new DbnDecoder();
    decoder.push(bytes);
    const part = partsOf(decoder).find((p) => p.kind === 'mbo');
    expect(part?.block.bytes.subarray(0, count * MBO_BYTES)).toEqual(block.bytes);
  });
});

describe('damage', () => {
  const good = concatenate([header, records(30)]);
  const lengthAt = (i: number): number => header.length + i * MBO_BYTES;

  it('of one length byte costs one record', () => {
    for (const length of [4, 13, 15, 28, 77, 255]) {
      const bad = good.slice();
      bad[lengthAt(10)] = length;
      const { rows, problems, isFatal } = decodeAll(bad);
      expect(problems).toMatchObject([{ code: 'dbn/damaged-record', offset: lengthAt(10) }]);
      expect(isFatal).toBe(false);
      expect(rows).toEqual(decodeAll(good).rows.filter((_, i) => i !== 10));
    }
  });

  it('of one type byte costs one record', () => {
    for (const [rtype, code] of [
      [0x42, 'dbn/unknown-rtype'],
      [RTYPE.mbp1, 'dbn/damaged-record'],
    ] as const) {
      const bad = good.slice();
      bad[lengthAt(10) + 1] = rtype;
      const { rows, problems } = decodeAll(bad);
      expect(problems).toMatchObject([{ code, offset: lengthAt(10) }]);
      expect(rows.length).toBe(29);
    }
  });

  it('of the last length byte is told from the end of the input', () => {
    const bad = good.slice();
    bad[lengthAt(29)] = 200;
    const { rows, problems } = decodeAll(bad);
    expect(problems).toMatchObject([{ code: 'dbn/damaged-record', offset: lengthAt(29) }]);
    expect(rows.length).toBe(29);
  });

  it('that leaves no record where one should be ends decoding, after what came before', () => {
    const bad = concatenate([good.subarray(0, lengthAt(12) + 30), good.subarray(lengthAt(13))]);
    bad[lengthAt(12)] = 60;
    const { rows, problems, isFatal } = decodeAll(bad);
    expect(problems).toMatchObject([{ code: 'dbn/framing-lost', offset: lengthAt(12) }]);
    expect([rows.length, isFatal]).toEqual([12, true]);
  });

  it('that makes a length shorter than a header ends decoding', () => {
    for (const length of [0, 1, 3]) {
      const bad = good.slice();
      bad[lengthAt(5)] = length;
      const { rows, problems, isFatal } = decodeAll(bad);
      expect(problems).toMatchObject([{ code: 'dbn/record-length', offset: lengthAt(5) }]);
      expect([rows.length, isFatal]).toEqual([5, true]);
    }
  });

  it('is not seen in records of unknown type, which are counted and mentioned once per type', () => {
    const unknown = (rtype: number): Uint8Array =>
      Uint8Array.from({ length: 24 }, (_, i) => [6, rtype][i] ?? 1);
    const decoder = new DbnDecoder();
    decoder.push(
      concatenate([header, unknown(0x42), records(1), unknown(0x42), unknown(0x43), unknown(0x42)]),
    );
    const parts = partsOf(decoder);
    expect(parts.map((p) => (p.kind === 'problem' ? p.problem.code : p.kind))).toEqual([
      'metadata',
      'dbn/unknown-rtype',
      'mbo',
      'dbn/unknown-rtype',
    ]);
    expect([...decoder.skipped]).toEqual([
      [0x42, 3],
      [0x43, 1],
    ]);
  });

  it('is named when two files were joined', () => {
    const { rows, problems, isFatal } = decodeAll(concatenate([good, good]));
    expect(problems).toMatchObject([{ code: 'dbn/joined-files', offset: good.length }]);
    expect([rows.length, isFatal]).toEqual([30, true]);
  });

  it('is reported alike however the input is sliced', () => {
    const bad = good.slice();
    bad[lengthAt(3)] = 200;
    bad[lengthAt(9) + 1] = 0x42;
    bad[lengthAt(20)] = 0;
    const whole = decodeAll(bad);
    expect(whole.problems.length).toBe(3);
    for (const size of [1, 2, 7, 55, 57, 1000])
      expect(decodeAll(bad, slicesOf(size)).digest).toBe(whole.digest);
  });
});

describe('bad beginnings', () => {
  it('are told apart', () => {
    const dbz = new Uint8Array(40);
    dbz.set([0x51, 0x2a, 0x4d, 0x18, 30, 0, 0, 0, 0x44, 0x42, 0x5a, 1]);
    const text = (t: string): Uint8Array => Uint8Array.from(t, (c) => c.charCodeAt(0));
    expect(codes(new Uint8Array(0))).toEqual(['dbn/truncated']);
    expect(codes(text('DB'))).toEqual(['dbn/truncated']);
    expect(codes(text('PK\u0003\u0004'))).toEqual(['dbn/bad-magic']);
    expect(codes(text('ts_recv,ts_event,rtype'))).toEqual(['dbn/bad-magic']);
    expect(codes(dbz)).toEqual(['dbn/dbz']);
    expect(codes(records(1))).toEqual(['dbn/no-metadata']);
    expect(codes(concatenate([text('DBN\u0004'), new Uint8Array(200)]))).toEqual(['dbn/unsupported-version']);
    expect(codes(concatenate([text('DBN\u0000'), new Uint8Array(200)]))).toEqual(['dbn/unsupported-version']);
  });

  it('that are compressed or lack metadata come with advice', () => {
    const zstd = Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(decodeAll(zstd).problems).toMatchObject(
      [{ code: 'dbn/bad-magic', tip: /decompress/ }].map(withText),
    );
    expect(decodeAll(records(1)).problems[0].tip).toContain('mbo records, DBN version 1 or 2 or 3');
  });

  it('with absurd lengths are refused at once, without waiting for the claimed bytes', () => {
    for (const length of [0, 119, 64 * 1024 * 1024 + 1, 0xffffffff]) {
      const bad = header.slice();
      new DataView(bad.buffer).setUint32(4, length, true);
      const decoder = new DbnDecoder();
      decoder.push(bad.subarray(0, 12));
      expect(partsOf(decoder)).toMatchObject([{ kind: 'problem', fatal: true, problem: { offset: 4 } }]);
      decoder.push(bad);
      expect(decoder.end()).toBeUndefined();
    }
  });
});

describe('a fragment', () => {
  const fragment = { schema: 'mbo', version: 3 } as const;

  it('is read as the named schema and version', () => {
    const { rows, problems, metadata } = decodeAll(records(5), slicesOf(3), { fragment });
    expect([rows.length, problems.length, metadata]).toEqual([5, 0, undefined]);
  });

  it('may start with messages of the gateway', () => {
    const bytes = concatenate([sampleRecord(RTYPE.symbolMapping, 3), records(2)]);
    expect(decodeAll(bytes, undefined, { fragment }).rows.length).toBe(3);
  });

  it('of another schema is refused, naming it', () => {
    const { problems, isFatal } = decodeAll(sampleRecord(RTYPE.mbp1, 3), undefined, { fragment });
    expect(problems).toMatchObject([{ code: 'dbn/fragment-schema', offset: 0 }]);
    expect(problems[0].tip).toContain('mbp-1 or tbbo');
    expect(isFatal).toBe(true);
  });

  it('of another version is refused', () => {
    const bytes = concatenate([sampleRecord(RTYPE.definition, 1), sampleRecord(RTYPE.definition, 1)]);
    const options = { fragment: { schema: 'definition', version: 3 } as const };
    expect(decodeAll(bytes, undefined, options).problems).toMatchObject([{ code: 'dbn/framing-lost' }]);
  });

  it('that has metadata after all is read by it', () => {
    const bytes = concatenate([header, records(2)]);
    const { metadata, rows } = decodeAll(bytes, slicesOf(1), { fragment: { schema: 'trades', version: 1 } });
    expect([metadata?.version, rows.length]).toEqual([3, 2]);
  });

  it('may be empty, or too short for a record', () => {
    expect(decodeAll(new Uint8Array(0), undefined, { fragment }).problems).toEqual([]);
    const { problems } = decodeAll(records(1).subarray(0, 5), undefined, { fragment });
    expect(problems).toMatchObject([{ code: 'dbn/truncated', offset: 0 }]);
  });

  it('may carry ts_out', () => {
    const bytes = encodeMbo(sampleBlock(3, new Random(1)), new Uint32Array(6));
    const { rows, problems } = decodeAll(bytes, undefined, { fragment: { ...fragment, tsOut: true } });
    expect([rows.length, problems.length]).toEqual([3, 0]);
  });
});

function withText(expected: { code: string; tip: RegExp }): object {
  return { code: expected.code, tip: expect.stringMatching(expected.tip) as string };
}
