import { fail } from '#base/problem';
import { MBO_BYTES, MBO_WORDS, type MboBlock } from '#core/mbo/mbo-block';
import { DBN_STYPES, type DbnMetadata, type DbnStype, type DbnVersion } from '#core/dbn/dbn-types';
import { encodeMetadata } from '#core/dbn/metadata-encode';
import { NO_STYPE, NO_TIME } from '#core/dbn/metadata-layout';
import { writeRow } from '#core/dbn/read-row';
import { TS_OUT_BYTES, recordLayout } from '#core/dbn/record-layouts';
import { RTYPE } from '#core/dbn/rtype';
import type { SymbolMappingRecord } from '#core/dbn/symbol-map';

export { encodeMetadata };

/**
 * The records of a block as they stand in a stream of any version.
 * @param tsOut for streams that carry `ts_out`: two words (low, high) per record
 */
export function encodeMbo(block: MboBlock, tsOut?: Uint32Array): Uint8Array {
  const { count, words } = block;
  if (!tsOut) return block.bytes.slice(0, count * MBO_BYTES);
  if (tsOut.length < count * 2) throw new RangeError(`encodeMbo: ts_out of ${count} records expected`);
  const stride = (MBO_BYTES + TS_OUT_BYTES) / 4;
  const out = new Uint32Array(count * stride);
  for (let i = 0; i < count; i++) {
    const to = i * stride;
    for (let k = 0; k < MBO_WORDS; k++) out[to + k] = words[i * MBO_WORDS + k];
    out[to] = (out[to] & ~0xff) | stride;
    out[to + MBO_WORDS] = tsOut[2 * i];
    out[to + MBO_WORDS + 1] = tsOut[2 * i + 1];
  }
  return new Uint8Array(out.buffer);
}

/** @throws ProblemError `dbn/bad-value` where a value does not fit its field */
export function encodeSymbolMapping(
  record: SymbolMappingRecord,
  version: DbnVersion,
  tsOut?: bigint,
): Uint8Array {
  const row = {
    rtype: RTYPE.symbolMapping,
    publisher_id: record.publisherId,
    instrument_id: record.instrumentId,
    ts_event: record.tsEvent,
    stype_in: stypeCode(record.stypeIn),
    stype_in_symbol: record.stypeInSymbol,
    stype_out: stypeCode(record.stypeOut),
    stype_out_symbol: record.stypeOutSymbol,
    start_ts: record.startTs ?? NO_TIME,
    end_ts: record.endTs ?? NO_TIME,
  };
  const layout = recordLayout(RTYPE.symbolMapping, version)!;
  return tsOut === undefined ? writeRow(layout, row) : writeRow(layout, { ...row, ts_out: tsOut }, true);
}

function stypeCode(stype: DbnStype | undefined): number {
  return stype === undefined ? NO_STYPE : DBN_STYPES.indexOf(stype);
}

/**
 * A whole file of MBO records in memory. For streams, write `encodeMetadata` and then each `encodeMbo`.
 * @throws ProblemError `dbn/bad-value`
 */
export function encodeDbn(metadata: DbnMetadata, blocks: Iterable<MboBlock>): Uint8Array {
  if (metadata.tsOut) fail('dbn/bad-value', 'Blocks carry no ts_out, which the metadata announces.');
  const parts = [encodeMetadata(metadata)];
  for (const block of blocks) parts.push(encodeMbo(block));
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}
