/**
 * LZ4 frames, the default compression of Arrow (Feather) files. Checksums are not verified: a damaged block is
 * noticed where it cannot be decoded, otherwise by the checks on its values.
 * Source: "LZ4 frame format description" and "LZ4 block format description", v1.6.
 */
import { fail } from '#base/problem';

const MAGIC = 0x184d2204;
const FLAG_BLOCK_CHECKSUM = 0x10;
const FLAG_CONTENT_SIZE = 0x08;
const FLAG_CONTENT_CHECKSUM = 0x04;
const FLAG_DICTIONARY_ID = 0x01;
const UNCOMPRESSED_BIT = 0x80000000;
const MIN_MATCH = 4;
const MAX_OUTPUT_BYTES = 1 << 30;

/** @throws ProblemError `lz4/damaged` */
export function decodeLz4Frame(input: Uint8Array): Uint8Array {
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  if (input.length < 7 || view.getUint32(0, true) !== MAGIC) damaged(0);
  const flags = input[4];
  let at = 7 + (flags & FLAG_CONTENT_SIZE ? 8 : 0) + (flags & FLAG_DICTIONARY_ID ? 4 : 0);
  const output = new GrowingBytes();
  for (;;) {
    if (at + 4 > input.length) damaged(at);
    const header = view.getUint32(at, true);
    at += 4;
    if (header === 0) break;
    const length = header & ~UNCOMPRESSED_BIT;
    if (length < 0 || at + length > input.length) damaged(at);
    if (header & UNCOMPRESSED_BIT) output.append(input, at, length);
    else decodeBlock(input, at, at + length, output);
    at += length + (flags & FLAG_BLOCK_CHECKSUM ? 4 : 0);
  }
  const end = at + (flags & FLAG_CONTENT_CHECKSUM ? 4 : 0);
  if (end > input.length) damaged(at);
  return output.bytes();
}

function decodeBlock(input: Uint8Array, from: number, to: number, output: GrowingBytes): void {
  let at = from;
  const readLength = (start: number): number => {
    let length = start;
    if (start !== 15) return length;
    for (let byte = 255; byte === 255;) {
      if (at >= to) damaged(at);
      byte = input[at++];
      length += byte;
    }
    return length;
  };
  while (at < to) {
    const token = input[at++];
    const literals = readLength(token >>> 4);
    if (at + literals > to) damaged(at);
    output.append(input, at, literals);
    at += literals;
    // The last sequence of a block is literals only.
    if (at === to) return;
    if (at + 2 > to) damaged(at);
    const distance = input[at] | (input[at + 1] << 8);
    at += 2;
    if (distance === 0 || distance > output.length) damaged(at);
    output.repeat(distance, readLength(token & 15) + MIN_MATCH);
  }
}

class GrowingBytes {
  #buffer = new Uint8Array(64 << 10);
  length = 0;

  append(source: Uint8Array, from: number, count: number): void {
    this.#reserve(count);
    this.#buffer.set(source.subarray(from, from + count), this.length);
    this.length += count;
  }

  /** Copies `count` bytes from `distance` back; they may overlap what is being written. */
  repeat(distance: number, count: number): void {
    this.#reserve(count);
    const buffer = this.#buffer;
    const start = this.length;
    if (distance >= count) buffer.copyWithin(start, start - distance, start - distance + count);
    else for (let i = 0; i < count; i++) buffer[start + i] = buffer[start + i - distance];
    this.length += count;
  }

  bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.length);
  }

  #reserve(count: number): void {
    const needed = this.length + count;
    if (needed > MAX_OUTPUT_BYTES) damaged(this.length);
    if (needed <= this.#buffer.length) return;
    const larger = new Uint8Array(Math.max(needed, 2 * this.#buffer.length));
    larger.set(this.bytes());
    this.#buffer = larger;
  }
}

function damaged(offset: number): never {
  fail('lz4/damaged', 'An LZ4-compressed buffer is damaged.', {
    offset,
    tip: 'Everything before it was read; get the file again.',
  });
}
