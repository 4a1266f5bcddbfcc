import type { Random } from '#base/random';
import { encodeMbo } from '#core/dbn/dbn-encoder';
import type { DbnMetadata, DbnVersion } from '#core/dbn/dbn-types';
import { encodeMetadata } from '#core/dbn/metadata-encode';
import { writeRow, type DbnRow } from '#core/dbn/read-row';
import { recordLayout } from '#core/dbn/record-layouts';
import { RTYPE } from '#core/dbn/rtype';
import { concatenate } from '#core/io/testing/slices';
import { appendMbo, MboBlock } from '#core/mbo/mbo-block';

export function sampleMetadata(version: DbnVersion, more: Partial<DbnMetadata> = {}): DbnMetadata {
  return {
    version,
    dataset: 'TEST.SET',
    schema: 'mbo',
    start: 1_700_000_000_000_000_000n,
    end: 1_700_000_100_000_000_000n,
    limit: undefined,
    stypeIn: 'raw_symbol',
    stypeOut: 'instrument_id',
    tsOut: false,
    symbols: ['AAA', 'BBB'],
    partial: ['CCC'],
    notFound: ['DDD'],
    mappings: [
      {
        rawSymbol: 'AAA',
        intervals: [
          { startDate: 20231114, endDate: 20231115, symbol: '7' },
          { startDate: 20231115, endDate: 20231116, symbol: '8' },
        ],
      },
      { rawSymbol: 'BBB', intervals: [{ startDate: 20231114, endDate: 20231116, symbol: '9' }] },
    ],
    ...more,
  };
}

export function sampleBlock(count: number, random: Random): MboBlock {
  const block = MboBlock.withCapacity(count);
  for (let i = 0; i < count; i++) {
    appendMbo(block, {
      publisherId: 1 + random.below(3),
      instrumentId: random.u32(),
      tsEvent: 1_700_000_000_000_000_000n + BigInt(i),
      orderId: (BigInt(random.u32()) << 32n) | BigInt(random.u32()),
      price: BigInt(random.u32()) * -1_000_000_000n,
      size: random.u32(),
      flags: random.below(256),
      channelId: random.below(256),
      action: 65,
      side: 66,
      tsRecv: 1_700_000_000_000_000_500n + BigInt(i),
      tsInDelta: -random.below(1000),
      sequence: random.u32(),
    });
  }
  return block;
}

/** A record of the type with every value zero or empty, apart from what is given. */
export function sampleRecord(
  rtype: number,
  version: DbnVersion,
  values: DbnRow = {},
  tsOut?: bigint,
): Uint8Array {
  const layout = recordLayout(rtype, version)!;
  const row: DbnRow = {};
  for (const field of layout.fields)
    row[field.name] = field.type === 'char' ? 'N' : field.type === 'cstr' ? '' : 0;
  Object.assign(row, { rtype, ...values });
  return tsOut === undefined ? writeRow(layout, row) : writeRow(layout, { ...row, ts_out: tsOut }, true);
}

/** Metadata, MBO runs, and every other kind of record between them. */
export function mixedStream(version: DbnVersion, random: Random): Uint8Array {
  const parts = [encodeMetadata(sampleMetadata(version, { schema: undefined }))];
  for (const rtype of Object.values(RTYPE)) {
    parts.push(encodeMbo(sampleBlock(random.below(4), random)));
    for (let i = 1 + random.below(2); i > 0; i--) {
      parts.push(sampleRecord(rtype, version, { instrument_id: random.u32() }));
    }
  }
  return concatenate(parts);
}
