/** Whoever meets a problem is told where it is and what can be done about it. */
import { tableFromArrays, tableToIPC } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { ProblemError, type Problem } from '#base/problem';
import { Random } from '#base/random';
import {
  arrowOf,
  dbnOf,
  gzip,
  parquetOf,
  plainBlock,
  recordBytes,
  simulate,
} from '#testdata/capture-samples';
import { lz4, zstd } from '#testdata/compressed-ipc';
import { CaptureSource } from '#core/capture/capture-file';
import { memorySource } from '#core/io/byte-source';
import { mutate } from '#core/io/testing/mutate';
import { rawBlock, zstdFrame } from '#core/io/testing/zstd-frames';
import { ParquetFooter } from '#core/parquet/parquet-footer';
import { loadParquet } from '#testdata/load-parquet';

async function problemsOf(bytes: Uint8Array): Promise<Problem[]> {
  const found: Problem[] = [];
  try {
    const file = await CaptureSource.open(memorySource('x', bytes), { parquet: loadParquet });
    for await (const part of file.parts()) if (part.kind === 'warning') found.push(part.problem);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    found.push(error.problem);
  }
  return found;
}

const block = plainBlock(
  Array.from({ length: 300 }, (_, i) => ({ orderId: BigInt(i), instrumentId: i % 3 })),
);
const market = { ...simulate({ durationSeconds: 1 }), block };
const zstdFile = (bytes: Uint8Array): Uint8Array => zstdFrame(20, [rawBlock(bytes)]);

describe('every problem with a damaged file says where it is and what can be done', () => {
  const rounds = process.env['SPYMASTER_LONG'] ? 20_000 : 400;

  it.each([
    ['DBN', () => dbnOf(market), ['dbn/truncated', 'dbn/unknown-rtype', 'dbn/damaged-record']],
    ['DBN in gzip', () => gzip(dbnOf(market)), ['gzip/corrupt']],
    ['DBN in zstd', () => zstdFile(dbnOf(market)), ['zstd/corrupt']],
    ['a fragment of DBN', () => recordBytes(block), ['dbn/framing-lost', 'dbn/record-length']],
    ['an Arrow stream', () => arrowOf(market, 'stream'), ['arrow/damaged', 'arrow/truncated']],
    ['an Arrow file', () => arrowOf(market, 'file'), ['arrow/damaged', 'columns/value']],
    ['Arrow in LZ4', lz4, ['lz4/damaged']],
    ['Arrow in zstd', zstd, ['zstd/corrupt']],
    ['Parquet', () => parquetOf(market), ['parquet/damaged', 'parquet/truncated', 'columns/missing']],
  ] as const)('%s', { timeout: 600_000 }, async (_, form, expected) => {
    const sound = await form();
    const random = new Random(7);
    const seen = new Set<string>();
    for (let i = 0; i < rounds; i++) {
      const bytes = mutate(sound, random);
      for (const p of await problemsOf(bytes)) {
        seen.add(p.code);
        expect(p.tip ?? '', p.code).not.toBe('');
        expect(p.offset, p.code).toBeGreaterThanOrEqual(0);
        expect(p.offset, p.code).toBeLessThanOrEqual(2 ** 31);
      }
    }
    expect([...seen]).toEqual(expect.arrayContaining([...expected]));
  });
});

describe('a table whose content is wrong', () => {
  const spot = { ts_event: [1n, 2n], action: ['A', 'A'], side: ['B', 'A'], order_id: [1n, 2n], size: [1, 2] };
  const fileOf = (columns: Record<string, unknown[]>): Uint8Array =>
    tableToIPC(tableFromArrays(columns), 'stream');

  it.each([
    ['columns/missing', fileOf(spot)],
    ['columns/type', fileOf({ ...spot, price: ['1', '2'] })],
  ])('%s names the message that holds it', async (code, bytes) => {
    const problems = await problemsOf(bytes);
    expect(problems.map((p) => p.code)).toEqual([code]);
    expect(problems[0].offset).toBeGreaterThanOrEqual(0);
    expect(problems[0].offset).toBeLessThan(bytes.length);
    expect(problems[0].tip).toBeTruthy();
  });
});

describe('an encrypted Parquet file', () => {
  it('is recognised at its end', async () => {
    const bytes = await parquetOf(market);
    bytes[bytes.length - 1] = 'E'.charCodeAt(0);
    await expect(ParquetFooter.read(memorySource('x', bytes))).rejects.toMatchObject({
      problem: { code: 'parquet/encrypted', offset: bytes.length - 8, tip: expect.any(String) as string },
    });
  });
});
