import { describe, expect, it } from 'vitest';
import { Random } from '#base/random';
import { DbnFramer, type FramedPart } from '#core/dbn/dbn-framer';
import { encodeDbn } from '#core/dbn/dbn-encoder';
import { sampleBlock, sampleMetadata } from '#core/dbn/testing/samples';
import { concatenate } from '#core/io/testing/slices';

const METADATA = sampleMetadata(3);
const RECORDS = 20;
const FILE = encodeDbn(METADATA, [sampleBlock(RECORDS, new Random(1))]);
const METADATA_BYTES = FILE.length - RECORDS * 56;

function framed(bytes: Uint8Array, sliceBytes: number): { framer: DbnFramer; parts: FramedPart[] } {
  const framer = new DbnFramer();
  const parts: FramedPart[] = [];
  for (let at = 0; at < bytes.length; at += sliceBytes) {
    for (const part of framer.push(bytes.subarray(at, at + sliceBytes))) {
      parts.push({ ...part, bytes: part.bytes.slice() });
    }
  }
  return { framer, parts };
}

describe('the framer', () => {
  it.each([1, 2, 7, 13, 55, 56, 57, 1460, 1 << 20])('hands on every byte, cut into %i', (sliceBytes) => {
    const { framer, parts } = framed(FILE, sliceBytes);
    expect(framer.end()).toBeUndefined();
    expect(parts[0]).toMatchObject({ kind: 'metadata', version: 3, tsOut: false });
    expect(parts[0].bytes.length).toBe(METADATA_BYTES);
    expect(concatenate(parts.map((part) => part.bytes))).toEqual(FILE);
    for (const part of parts.slice(1)) expect(part.bytes.length % 56).toBe(0);
  });

  it('reads the flag of ts_out in every version', () => {
    for (const version of [1, 2, 3] as const) {
      const bytes = encodeDbn({ ...sampleMetadata(version), tsOut: false }, []);
      expect(new DbnFramer().push(bytes)[0]).toMatchObject({ version, tsOut: false });
      bytes[(version === 1 ? 58 : 50) + 2] = 1;
      expect(new DbnFramer().push(bytes)[0]).toMatchObject({ version, tsOut: true });
    }
  });

  it('hands on whole records only, wherever the stream is cut, and says what is missing', () => {
    for (let end = 1; end < FILE.length; end++) {
      const { framer, parts } = framed(FILE.subarray(0, end), end);
      const whole = end < METADATA_BYTES ? 0 : end - ((end - METADATA_BYTES) % 56);
      expect(concatenate(parts.map((part) => part.bytes)).length).toBe(whole);
      expect(framer.pending).toBe(end - whole);
      expect(framer.end()?.code).toBe(end === whole ? undefined : 'dbn/truncated');
    }
  });

  it('stops at a record that cannot be, after what was whole', () => {
    for (const length of [0, 1, 2, 3]) {
      const damaged = FILE.slice();
      damaged[METADATA_BYTES + 2 * 56] = length;
      const { framer, parts } = framed(damaged, 100);
      expect(framer.problem).toMatchObject({ code: 'dbn/record-length', offset: METADATA_BYTES + 2 * 56 });
      expect(concatenate(parts.map((part) => part.bytes)).length).toBe(METADATA_BYTES + 2 * 56);
    }
  });

  it.each([
    [0, 0x20, 'dbn/bad-magic'],
    [3, 4, 'dbn/unsupported-version'],
    [7, 0x80, 'dbn/metadata-length'],
    [4, 0, 'dbn/metadata-length'],
  ])('refuses metadata with byte %i = %i as %s', (at, value, code) => {
    const damaged = FILE.slice();
    damaged[at] = value;
    if (at === 4) damaged.fill(0, 4, 8);
    const { framer, parts } = framed(damaged, 3);
    expect([framer.problem?.code, parts.length]).toEqual([code, 0]);
  });
});
