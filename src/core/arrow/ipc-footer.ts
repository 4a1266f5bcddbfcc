/**
 * The schema of an Arrow *file* from its footer. Readers in order need it first, but some writers (apache-arrow's
 * own among them) put it only at the end. Source: File.fbs, Message.fbs.
 */
import { fail } from '#base/problem';
import { isWellFormedMessage } from '#core/arrow/verify-message';
import type { ByteSource } from '#core/io/byte-source';

/** Footer length and closing magic. */
const TRAILER_BYTES = 10;
/** Continuation mark and length of a message's metadata. */
const PREFIX_BYTES = 8;
const MAX_FOOTER_BYTES = 64 << 20;
const FOOTER_SCHEMA = 1;
const HEADER_SCHEMA = 1;
const METADATA_V5 = 4;

/**
 * @returns the schema as a whole IPC message
 * @throws ProblemError `arrow/damaged`
 */
export async function footerSchemaMessage(source: ByteSource): Promise<Uint8Array> {
  const size = source.size ?? damaged(0);
  const trailerAt = Math.max(0, size - TRAILER_BYTES);
  const trailer = await source.slice(trailerAt, size);
  if (trailer.length < TRAILER_BYTES || String.fromCharCode(...trailer.subarray(4)) !== 'ARROW1')
    damaged(trailerAt);
  const footerBytes = viewOf(trailer).getInt32(0, true);
  if (footerBytes < 8 || footerBytes > Math.min(trailerAt, MAX_FOOTER_BYTES)) damaged(trailerAt);
  const footer = await source.slice(trailerAt - footerBytes, trailerAt);
  try {
    const message = schemaMessage(footer);
    if (!isWellFormedMessage(message.subarray(PREFIX_BYTES))) damaged(trailerAt - footerBytes);
    return message;
  } catch (error) {
    if (error instanceof RangeError) damaged(trailerAt - footerBytes);
    throw error;
  }
}

/**
 * A Message table in front of a copy of the footer: offsets in FlatBuffers are relative, so the header may point
 * at the Schema table inside it.
 */
function schemaMessage(footer: Uint8Array): Uint8Array {
  const view = viewOf(footer);
  const root = view.getUint32(0, true);
  const vtable = root - view.getInt32(root, true);
  const entry = vtable + 4 + 2 * FOOTER_SCHEMA;
  if (entry + 2 > vtable + view.getUint16(vtable, true)) damaged(0);
  const field = root + view.getUint16(entry, true);
  const schemaAt = field + view.getUint32(field, true);

  const headBytes = 32;
  const metadataBytes = headBytes + ((footer.length + 7) & ~7);
  const message = new Uint8Array(PREFIX_BYTES + metadataBytes);
  const out = viewOf(message);
  out.setUint32(0, 0xffffffff, true);
  out.setInt32(4, metadataBytes, true);
  // Message: vtable at 4, table at 16: version, header type, header; the body length is absent, so 0.
  const at = PREFIX_BYTES;
  out.setUint32(at, 16, true);
  [10, 12, 4, 6, 8].forEach((value, i) => out.setUint16(at + 4 + 2 * i, value, true));
  out.setInt32(at + 16, 12, true);
  out.setInt16(at + 20, METADATA_V5, true);
  out.setUint8(at + 22, HEADER_SCHEMA);
  out.setUint32(at + 24, headBytes + schemaAt - 24, true);
  message.set(footer, at + headBytes);
  return message;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function damaged(offset: number): never {
  fail('arrow/damaged', 'The Arrow file has neither a schema at its start nor a readable footer.', {
    offset,
    tip: 'The file is incomplete or damaged; get it again.',
  });
}
