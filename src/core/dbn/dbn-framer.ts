/**
 * Finds where metadata and records of a DBN stream end, and hands both on untouched: for who forwards a stream rather
 * than reading it. Looks at lengths only; types it does not know are as good as any.
 */
import type { Problem } from '#base/problem';
import * as problems from '#core/dbn/dbn-problems';
import type { DbnVersion } from '#core/dbn/dbn-types';
import { MAX_METADATA_BYTES, MIN_METADATA_BYTES, PREFIX_BYTES, stypeOffset } from '#core/dbn/metadata-layout';

/** Smallest record: its header. */
const MIN_RECORD_BYTES = 16;

export type FramedPart =
  /** From `DBN` to the byte before the first record. */
  | {
      readonly kind: 'metadata';
      readonly bytes: Uint8Array;
      readonly version: DbnVersion;
      readonly tsOut: boolean;
    }
  /** One or more whole records. */
  | { readonly kind: 'records'; readonly bytes: Uint8Array };

export class DbnFramer {
  /** Why nothing follows, once something was wrong. */
  problem: Problem | undefined;
  #rest = new Uint8Array(0);
  /** Offset of the rest in the stream. */
  #offset = 0;
  #inRecords = false;

  /** @param maxMetadataBytes what metadata may claim to hold */
  constructor(private readonly maxMetadataBytes = MAX_METADATA_BYTES) {}

  /** Bytes that wait for more. */
  get pending(): number {
    return this.#rest.length;
  }

  /** @returns what is whole now; views of `bytes` or of a copy, valid until the next call */
  push(bytes: Uint8Array): FramedPart[] {
    if (this.problem) return [];
    const input = this.#rest.length === 0 ? bytes : joined(this.#rest, bytes);
    const parts: FramedPart[] = [];
    let at = 0;
    if (!this.#inRecords) {
      const metadata = this.#metadata(input);
      if (metadata) {
        parts.push(metadata);
        at = metadata.bytes.length;
        this.#inRecords = true;
      }
    }
    if (this.#inRecords) {
      const end = this.#recordsEnd(input, at);
      if (end > at) parts.push({ kind: 'records', bytes: input.subarray(at, end) });
      at = end;
    }
    this.#offset += at;
    this.#rest = input.slice(at);
    return parts;
  }

  /** Says that the stream is complete. @returns what is wrong with that */
  end(): Problem | undefined {
    if (this.problem === undefined && this.#rest.length > 0) {
      this.problem = this.#inRecords
        ? problems.truncatedRecord(this.#offset, this.#rest.length)
        : problems.truncatedMetadata(this.#rest.length, undefined);
    }
    return this.problem;
  }

  #metadata(input: Uint8Array): Extract<FramedPart, { kind: 'metadata' }> | undefined {
    if (input.length < PREFIX_BYTES) return undefined;
    const version = input[3];
    const length = new DataView(input.buffer, input.byteOffset).getUint32(4, true);
    if (input[0] !== 0x44 || input[1] !== 0x42 || input[2] !== 0x4e) this.problem = problems.badMagic(input);
    else if (version < 1 || version > 3) this.problem = problems.unsupportedVersion(version);
    else if (length < MIN_METADATA_BYTES - PREFIX_BYTES || length > this.maxMetadataBytes) {
      this.problem = problems.absurdMetadataLength(length);
    }
    if (this.problem || input.length < PREFIX_BYTES + length) return undefined;
    const known = version as DbnVersion;
    const bytes = input.subarray(0, PREFIX_BYTES + length);
    return { kind: 'metadata', bytes, version: known, tsOut: bytes[stypeOffset(known) + 2] === 1 };
  }

  #recordsEnd(input: Uint8Array, start: number): number {
    let at = start;
    while (at < input.length) {
      const length = input[at] * 4;
      if (length < MIN_RECORD_BYTES) {
        this.problem = problems.badRecordLength(this.#offset + at, length);
        break;
      }
      if (at + length > input.length) break;
      at += length;
    }
    return at;
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(a.length + b.length);
  bytes.set(a);
  bytes.set(b, a.length);
  return bytes;
}
