import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '#base/problem';
import { DBN_SCHEMAS, DBN_STYPES, type DbnMetadata } from '#core/dbn/dbn-types';
import { decodeMetadata } from '#core/dbn/metadata-decode';
import { encodeMetadata } from '#core/dbn/metadata-encode';
import { decodeAll } from '#core/dbn/testing/decode-all';
import { sampleMetadata } from '#core/dbn/testing/samples';

const text = (most: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.integer({ min: 1, max: 255 }).map((c) => String.fromCharCode(c)), maxLength: most });
const u32 = fc.integer({ min: 0, max: 0xffffffff });
const time = fc.option(fc.bigInt({ min: 0n, max: 0xfffffffffffffffen }), { nil: undefined });

/** Any metadata that the layout can express. */
const anyMetadata: fc.Arbitrary<DbnMetadata> = fc
  .constantFrom(1 as const, 2 as const, 3 as const)
  .chain((version) => {
    const symbol = text(version === 1 ? 21 : 70);
    return fc.record({
      version: fc.constant(version),
      dataset: text(15),
      schema: fc.option(fc.constantFrom(...DBN_SCHEMAS), { nil: undefined }),
      start: time,
      end: time,
      limit: fc.option(fc.bigInt({ min: 1n, max: 0xffffffffffffffffn }), { nil: undefined }),
      stypeIn: fc.option(fc.constantFrom(...DBN_STYPES), { nil: undefined }),
      stypeOut: fc.constantFrom(...DBN_STYPES),
      tsOut: fc.boolean(),
      symbols: fc.array(symbol),
      partial: fc.array(symbol),
      notFound: fc.array(symbol),
      mappings: fc.array(
        fc.record({
          rawSymbol: symbol,
          intervals: fc.array(fc.record({ startDate: u32, endDate: u32, symbol })),
        }),
      ),
    });
  });

function problemOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof ProblemError) return error.problem.code;
    throw error;
  }
  return 'none';
}

/** Metadata with some bytes overwritten. */
function patched(version: 1 | 2 | 3, offset: number, bytes: readonly number[]): Uint8Array {
  const out = encodeMetadata(sampleMetadata(version));
  out.set(bytes, offset);
  return out;
}

describe('metadata', () => {
  it('is the same after encoding and decoding, and encodes to the same bytes again', () => {
    fc.assert(
      fc.property(anyMetadata, (metadata) => {
        const bytes = encodeMetadata(metadata);
        const decoded = decodeMetadata(bytes);
        expect(decoded).toEqual({ metadata, warnings: [] });
        expect(encodeMetadata(decoded.metadata)).toEqual(bytes);
      }),
    );
  });

  it('of version 3 ends at a multiple of 8 bytes', () => {
    fc.assert(
      fc.property(anyMetadata, (metadata) => {
        fc.pre(metadata.version === 3);
        expect(encodeMetadata(metadata).length % 8).toBe(0);
      }),
    );
  });

  it('is not encoded where a text leaves no room for its NUL, or holds one', () => {
    const refused = (more: Partial<DbnMetadata>): string =>
      problemOf(() => encodeMetadata(sampleMetadata(1, more)));
    expect(refused({ symbols: ['x'.repeat(21)] })).toBe('none');
    expect(refused({ symbols: ['x'.repeat(22)] })).toBe('dbn/bad-value');
    expect(refused({ dataset: 'x'.repeat(16) })).toBe('dbn/bad-value');
    expect(refused({ symbols: ['a\0b'] })).toBe('dbn/bad-value');
    expect(refused({ symbols: ['€'] })).toBe('dbn/bad-value');
    expect(refused({ limit: 1n << 64n })).toBe('dbn/bad-value');
    expect(
      refused({ mappings: [{ rawSymbol: 'a', intervals: [{ startDate: -1, endDate: 0, symbol: 'b' }] }] }),
    ).toBe('dbn/bad-value');
  });

  it('with counts beyond its length is refused without allocating them', () => {
    for (const offset of [108, 112, 116 + 2 * 22]) {
      expect(problemOf(() => decodeMetadata(patched(1, offset, [0xff, 0xff, 0xff, 0x7f])))).toMatch(
        /^dbn\/metadata-(count|length)$/,
      );
    }
  });

  it('cut short in its lists is refused with the offset', () => {
    const bytes = encodeMetadata(sampleMetadata(2));
    for (let end = 128; end < bytes.length; end++) {
      const shorter = bytes.slice(0, end);
      new DataView(shorter.buffer).setUint32(4, end - 8, true);
      const { problems, isFatal } = decodeAll(shorter);
      expect(problems.map((p) => p.code)).toEqual([expect.stringMatching(/^dbn\/metadata-(count|length)$/)]);
      expect(problems[0].offset).toBeLessThanOrEqual(end);
      expect(isFatal).toBe(true);
    }
  });

  it('with a symbol width of nothing or of kilobytes is refused', () => {
    for (const width of [
      [0, 0],
      [0xff, 0xff],
    ]) {
      expect(problemOf(() => decodeMetadata(patched(3, 53, width)))).toBe('dbn/metadata-field');
    }
  });

  it('with an unknown schema or input type is read with a warning', () => {
    const schema = decodeMetadata(patched(3, 24, [99, 0]));
    expect([schema.metadata.schema, schema.warnings[0]]).toMatchObject([
      undefined,
      { code: 'dbn/metadata-unknown' },
    ]);
    const stype = decodeMetadata(patched(1, 58, [99]));
    expect([stype.metadata.stypeIn, stype.warnings[0]]).toMatchObject([undefined, { offset: 58 }]);
  });

  it('with an unknown output type is refused', () => {
    expect(problemOf(() => decodeMetadata(patched(2, 51, [200])))).toBe('dbn/metadata-field');
  });

  it('with a text that fills its field is read with one warning, after the metadata part', () => {
    const bytes = patched(
      3,
      8,
      Array.from({ length: 16 }, () => 65),
    );
    const { metadata, problems, isFatal } = decodeAll(bytes);
    expect(metadata?.dataset).toBe('A'.repeat(16));
    expect(problems).toMatchObject([{ code: 'dbn/unterminated-text', offset: 8 }]);
    expect(isFatal).toBe(false);
  });

  it('keeps what follows a schema definition', () => {
    const plain = encodeMetadata(sampleMetadata(2));
    const bytes = new Uint8Array(plain.length + 5);
    bytes.set(plain.subarray(0, 112));
    bytes.set(plain.subarray(112), 117);
    new DataView(bytes.buffer).setUint32(4, bytes.length - 8, true);
    new DataView(bytes.buffer).setUint32(108, 5, true);
    expect(decodeMetadata(bytes).metadata).toEqual(sampleMetadata(2));
  });
});
