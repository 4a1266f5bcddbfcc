import { describe, expect, it } from 'vitest';
import { Random } from '#base/random';
import { encodeMbo } from '#core/dbn/dbn-encoder';
import type { DbnVersion } from '#core/dbn/dbn-types';
import { encodeMetadata } from '#core/dbn/metadata-encode';
import { SymbolMap } from '#core/dbn/symbol-map';
import { decodeAll } from '#core/dbn/testing/decode-all';
import { mixedStream, sampleBlock, sampleMetadata } from '#core/dbn/testing/samples';
import { mutate } from '#core/io/testing/mutate';
import { concatenate, randomSlices } from '#core/io/testing/slices';

const IS_LONG = process.env['SPYMASTER_LONG'] !== undefined;
const MUTANTS = IS_LONG ? 50_000 : 2000;
const TIMEOUT_MS = IS_LONG ? 1_800_000 : 60_000;
const PER_SEED = 100;

const PROBLEM_CODES =
  /^dbn\/(bad-magic|no-metadata|dbz|unsupported-version|metadata-(length|count|field|unknown)|unterminated-text|truncated|record-length|damaged-record|framing-lost|unknown-rtype|joined-files)$/;

/** Seeds of the runs; one that ever fails is added. */
const SEEDS = Array.from({ length: MUTANTS / PER_SEED }, (_, i) => i + 1);

function originals(version: DbnVersion, random: Random): Uint8Array[] {
  return [
    mixedStream(version, random),
    concatenate([encodeMetadata(sampleMetadata(version)), encodeMbo(sampleBlock(20, random))]),
  ];
}

describe.each([1, 2, 3] as const)('mutants of version %s', (version) => {
  it(
    `(${MUTANTS}) give records or problems, alike in all slicings`,
    () => {
      let damaged = 0;
      for (const seed of SEEDS) {
        const random = new Random(seed, version);
        const files = originals(version, random);
        for (let i = 0; i < PER_SEED; i++) {
          const mutant = mutate(files[i % 2], random);
          const where = `seed ${seed}, mutant ${i}`;
          const whole = decodeAll(mutant);
          expect(whole.metadata !== undefined || whole.isFatal, where).toBe(true);
          for (const { code, offset } of whole.problems) {
            expect(code, where).toMatch(PROBLEM_CODES);
            expect(offset, where).toBeGreaterThanOrEqual(0);
            expect(offset, where).toBeLessThanOrEqual(mutant.length);
          }
          if (whole.metadata) SymbolMap.fromMetadata(whole.metadata).on(20231114);
          expect(decodeAll(mutant, randomSlices(random, 400)).digest, where).toBe(whole.digest);
          if (whole.problems.length > 0) damaged++;
        }
      }
      expect(damaged).toBeGreaterThan(MUTANTS / 4);
    },
    TIMEOUT_MS,
  );

  it('with damage behind a record keep every record before it', () => {
    const random = new Random(77, version);
    const header = encodeMetadata(sampleMetadata(version));
    for (let i = 0; i < 300; i++) {
      const records = encodeMbo(sampleBlock(20, random));
      const intact = random.below(20);
      const mutant = concatenate([
        header,
        records.subarray(0, intact * 56),
        mutate(records.subarray(intact * 56), random),
      ]);
      const expected = decodeAll(concatenate([header, records.subarray(0, intact * 56)])).rows;
      expect(decodeAll(mutant).rows.slice(0, intact)).toEqual(expected);
    }
  });
});
