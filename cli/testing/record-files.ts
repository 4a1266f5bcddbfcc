import { encodeMbo, encodeMetadata } from '#core/dbn/dbn-encoder';
import type { DbnMetadata } from '#core/dbn/dbn-types';
import { writeRow, type DbnRow } from '#core/dbn/read-row';
import { recordLayout } from '#core/dbn/record-layouts';
import { plainBlock } from '#testdata/capture-samples';

/** A DBN file of any records, version 3, in which instruments 1 and 2 are AAAH6 and BBBH6. */
export function dbnFile(metadata: Partial<DbnMetadata>, records: readonly Uint8Array[]): Uint8Array {
  const mapping = (rawSymbol: string, id: string) => ({
    rawSymbol,
    intervals: [{ startDate: 20200101, endDate: 20300101, symbol: id }],
  });
  const header = encodeMetadata({
    version: 3,
    dataset: 'TEST.CLI',
    schema: 'mbo',
    start: undefined,
    end: undefined,
    limit: undefined,
    stypeIn: 'raw_symbol',
    stypeOut: 'instrument_id',
    tsOut: false,
    symbols: ['AAAH6', 'BBBH6'],
    partial: [],
    notFound: [],
    mappings: [mapping('AAAH6', '1'), mapping('BBBH6', '2')],
    ...metadata,
  });
  return new Uint8Array(Buffer.concat([header, ...records]));
}

/** Market-by-order adds of the instrument, one at each time. */
export function mboRecords(instrumentId: number, times: readonly bigint[]): Uint8Array {
  return encodeMbo(
    plainBlock(times.map((ns, i) => ({ instrumentId, tsEvent: ns, tsRecv: ns, orderId: BigInt(i + 1) }))),
  );
}

/** One record of a type, zero where nothing is given. */
export function record(rtype: number, given: DbnRow, tsOut = false): Uint8Array {
  const layout = recordLayout(rtype, 3)!;
  const row: DbnRow = { rtype, ts_out: 0n };
  for (const { name, type } of layout.fields) {
    row[name] ??= type === 'char' || type === 'cstr' ? 'A' : type.endsWith('64') ? 0n : 0;
  }
  return writeRow(layout, { ...row, ...given }, tsOut);
}
