import { concatenate } from '#core/io/testing/slices';

/** zstd frames put together by hand (RFC 8878), to have sizes and windows that no encoder would choose. */

const MAGIC = [0x28, 0xb5, 0x2f, 0xfd];

/** A frame without content size or checksum, whose window is 2^windowBits bytes. */
export function zstdFrame(windowBits: number, blocks: readonly Uint8Array[]): Uint8Array {
  const windowDescriptor = (windowBits - 10) << 3;
  const end = block(0, 0, true, []);
  return concatenate([Uint8Array.from([...MAGIC, 0x00, windowDescriptor]), ...blocks, end]);
}

/** A block of plain bytes, at most 128 KiB. */
export function rawBlock(bytes: Uint8Array): Uint8Array {
  return concatenate([block(0, bytes.length, false, []), bytes]);
}

/** A block of `count` equal bytes, at most 128 KiB, in four bytes. */
export function repeatBlock(byte: number, count: number): Uint8Array {
  return block(1, count, false, [byte]);
}

export function skippableFrame(content: Uint8Array): Uint8Array {
  const size = new Uint8Array(4);
  new DataView(size.buffer).setUint32(0, content.length, true);
  return concatenate([Uint8Array.from([0x5a, 0x2a, 0x4d, 0x18]), size, content]);
}

function block(type: number, size: number, isLast: boolean, content: readonly number[]): Uint8Array {
  const header = (isLast ? 1 : 0) | (type << 1) | (size << 3);
  return Uint8Array.from([header & 255, (header >> 8) & 255, (header >> 16) & 255, ...content]);
}
