import { sha256Hex } from '#base/sha256';
import type { ByteSource } from '#core/io/byte-source';

const EDGE_BYTES = 1 << 20;

/**
 * A name for the content of a file, for permalinks, bookmarks and checkpoints: SHA-256 (hex) of the first 1 MiB, the
 * last 1 MiB and the size as 8 bytes little-endian, in this order; the pieces overlap in a short file. It does not
 * prove the middle equal. Empty for a pipe, whose size is not known.
 */
export async function fingerprint(source: ByteSource): Promise<string> {
  const { size } = source;
  if (size === undefined) return '';
  const head = await source.slice(0, Math.min(EDGE_BYTES, size));
  const tail = await source.slice(Math.max(0, size - EDGE_BYTES), size);
  const bytes = new Uint8Array(head.length + tail.length + 8);
  bytes.set(head);
  bytes.set(tail, head.length);
  new DataView(bytes.buffer).setBigUint64(head.length + tail.length, BigInt(size), true);
  return sha256Hex(bytes);
}

/** Of several files in timeline order. */
export function joinFingerprints(fingerprints: readonly string[]): string {
  if (fingerprints.length === 1) return fingerprints[0];
  return fingerprints.includes('') ? '' : sha256Hex(fingerprints.join('\n'));
}
