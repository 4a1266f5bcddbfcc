import { fail } from '#base/problem';
import { DBN_SCHEMAS, DBN_STYPES, type DbnMetadata, type DbnVersion } from '#core/dbn/dbn-types';
import * as at from '#core/dbn/metadata-layout';
import { writeText } from '#core/dbn/text';

const RECORD_COUNT_OFFSET = 50;

/**
 * Metadata in the layout of `metadata.version`, as the vendor's encoder writes it.
 * @throws ProblemError `dbn/bad-value` where a text is too wide or a number does not fit its field
 */
export function encodeMetadata(metadata: DbnMetadata): Uint8Array {
  const { version } = metadata;
  const width = at.symbolWidth(version);
  const bytes = new Uint8Array(encodedLength(metadata, width));
  const view = new DataView(bytes.buffer);
  bytes.set([0x44, 0x42, 0x4e, version]);
  view.setUint32(4, bytes.length - at.PREFIX_BYTES, true);
  putText(bytes, at.DATASET_OFFSET, at.DATASET_WIDTH, metadata.dataset);
  const schema = metadata.schema === undefined ? at.NO_SCHEMA : DBN_SCHEMAS.indexOf(metadata.schema);
  view.setUint16(at.SCHEMA_OFFSET, schema, true);
  putU64(view, at.START_OFFSET, metadata.start ?? at.NO_TIME);
  putU64(view, at.END_OFFSET, metadata.end ?? at.NO_TIME);
  putU64(view, at.LIMIT_OFFSET, metadata.limit ?? 0n);
  putStypes(view, metadata, version, width);

  const lists = new ListWriter(bytes, view, at.FIXED_END + 4, width);
  lists.texts(metadata.symbols);
  lists.texts(metadata.partial);
  lists.texts(metadata.notFound);
  lists.u32(metadata.mappings.length);
  for (const mapping of metadata.mappings) {
    lists.text(mapping.rawSymbol);
    lists.u32(mapping.intervals.length);
    for (const interval of mapping.intervals) {
      lists.u32(interval.startDate);
      lists.u32(interval.endDate);
      lists.text(interval.symbol);
    }
  }
  return bytes;
}

function encodedLength(metadata: DbnMetadata, width: number): number {
  const texts = metadata.symbols.length + metadata.partial.length + metadata.notFound.length;
  let length = at.MIN_METADATA_BYTES + texts * width;
  for (const { intervals } of metadata.mappings) length += width + 4 + intervals.length * (8 + width);
  if (length - at.PREFIX_BYTES > at.MAX_METADATA_BYTES) {
    fail('dbn/bad-value', `The metadata takes ${length} bytes, more than ${at.MAX_METADATA_BYTES}.`);
  }
  return metadata.version === 3 ? Math.ceil(length / 8) * 8 : length;
}

function putStypes(view: DataView, metadata: DbnMetadata, version: DbnVersion, width: number): void {
  const offset = at.stypeOffset(version);
  if (version === 1) view.setBigUint64(RECORD_COUNT_OFFSET, at.NO_TIME, true);
  else view.setUint16(offset + 3, width, true);
  const stypeIn = metadata.stypeIn === undefined ? at.NO_STYPE : DBN_STYPES.indexOf(metadata.stypeIn);
  view.setUint8(offset, stypeIn);
  view.setUint8(offset + 1, DBN_STYPES.indexOf(metadata.stypeOut));
  view.setUint8(offset + 2, metadata.tsOut ? 1 : 0);
}

function putU64(view: DataView, offset: number, value: bigint): void {
  if (BigInt.asUintN(64, value) !== value)
    fail('dbn/bad-value', `${String(value)} is not an unsigned 64-bit number.`);
  view.setBigUint64(offset, value, true);
}

function putText(bytes: Uint8Array, offset: number, width: number, text: string): void {
  // A text as wide as its field would have no final NUL.
  if (text.length >= width || !writeText(bytes, offset, width, text)) {
    fail(
      'dbn/bad-value',
      `The text ${JSON.stringify(text)} does not fit in ${width} bytes with a final NUL.`,
    );
  }
}

class ListWriter {
  constructor(
    private readonly bytes: Uint8Array,
    private readonly view: DataView,
    private position: number,
    private readonly width: number,
  ) {}

  u32(value: number): void {
    if (value >>> 0 !== value) fail('dbn/bad-value', `${value} is not an unsigned 32-bit number.`);
    this.view.setUint32(this.position, value, true);
    this.position += 4;
  }

  text(text: string): void {
    putText(this.bytes, this.position, this.width, text);
    this.position += this.width;
  }

  texts(texts: readonly string[]): void {
    this.u32(texts.length);
    for (const text of texts) this.text(text);
  }
}
