import { ProblemError, type Problem } from '#base/problem';
import { MBO_BYTES, MBO_RTYPE, MBO_WORDS, MboBlock } from '#core/mbo/mbo-block';
import * as problems from '#core/dbn/dbn-problems';
import type { DbnDecoderOptions, DbnFragment, DbnMetadata, DbnPart, DbnVersion } from '#core/dbn/dbn-types';
import { decodeMetadata } from '#core/dbn/metadata-decode';
import { MAX_METADATA_BYTES, MIN_METADATA_BYTES, PREFIX_BYTES } from '#core/dbn/metadata-layout';
import { TS_OUT_BYTES, recordSizes } from '#core/dbn/record-layouts';
import { isGatewayMessage, rtypeSchemas, schemaRtype } from '#core/dbn/rtype';
import { DBN_SNIFF_BYTES } from '#core/dbn/sniff-dbn';

/** Most records in one part: 3.7 MB of MBO, which stays in cache between this decoder and the book. */
const MAX_RUN = 65536;
const MIN_CAPACITY = 1 << 16;
const HEADER_BYTES = 16;
const TS_OUT_WORDS = TS_OUT_BYTES / 4;

/** `header`: the metadata is being collected. `records`: after it. `done`: after the end or a fatal problem. */
type State = 'header' | 'records' | 'done';

/**
 * DBN bytes to parts, without I/O. However the input is sliced, the parts carry the same records and problems in
 * the same order; only how records are grouped into runs differs.
 *
 *   push ──> header (until complete) ──> store[head, tail) ──next──> runs of records, as views of the store
 *
 * Each byte is copied once, by `push`. Records start 8-aligned in the store because the metadata, whose length is
 * arbitrary, is collected elsewhere; so runs of MBO records are handed out in place.
 *
 * Damage: a record whose length does not fit its type is skipped if a sound record follows either at its claimed
 * or at its proper length; otherwise the framing is lost and decoding ends. Unknown types are skipped.
 */
export class DbnDecoder {
  /** Known once the metadata part was delivered; stays `undefined` for fragments. */
  metadata: DbnMetadata | undefined;
  /** Of the records, from the metadata or as named for a fragment; `undefined` until known. */
  version: DbnVersion | undefined;
  /** Records skipped because their type is unknown, by type. */
  readonly skipped = new Map<number, number>();

  private state: State = 'header';
  private ended = false;
  private readonly fragment: DbnFragment | undefined;
  private readonly keepTsOut: boolean;

  private header = new Uint8Array(256);
  private headerHave = 0;
  /** Bytes of the whole metadata, once its first bytes are there. */
  private headerNeed: number | undefined;

  private bytes = new Uint8Array(0);
  private words = new Uint32Array(0);
  private head = 0;
  private tail = 0;
  /** Offset in the input of byte 0 of the store. */
  private storeOffset = 0;

  private tsOut = false;
  private sizes: Int32Array = new Int32Array(256);
  /** Length of the records of a file of one schema: an unknown type of that length is a damaged one of them. */
  private schemaBytes = 0;
  private fragmentChecked = true;
  private readonly queue: DbnPart[] = [];
  private scratch: MboBlock | undefined;
  private scratchTsOut = new Uint32Array(0);

  constructor(options: DbnDecoderOptions = {}) {
    this.fragment = options.fragment;
    this.keepTsOut = options.keepTsOut ?? false;
  }

  /** Takes a copy of `bytes`. Ignored after a fatal problem. */
  push(bytes: Uint8Array): void {
    if (this.state === 'done' || this.ended) return;
    const rest = this.state === 'header' ? this.collectHeader(bytes) : bytes;
    if (rest.length > 0) this.store(rest);
  }

  /** The next part, or `undefined` where more input is needed or nothing follows. */
  next(): DbnPart | undefined {
    if (this.queue.length > 0) return this.queue.shift();
    if (this.state === 'header') return this.nextHeader();
    return this.state === 'records' ? this.nextRun() : undefined;
  }

  /** Says that the input is complete. Call until it returns `undefined`, as with `next`. */
  end(): DbnPart | undefined {
    this.ended = true;
    return this.next();
  }

  // --- metadata -------------------------------------------------------------------------------------------

  /** Moves bytes to the header as far as it needs them; returns the others. */
  private collectHeader(bytes: Uint8Array): Uint8Array {
    let rest = bytes;
    if (this.headerHave < DBN_SNIFF_BYTES) {
      rest = this.takeHeader(rest, DBN_SNIFF_BYTES);
      if (this.headerHave < DBN_SNIFF_BYTES) return rest;
      this.inspectPrefix();
    }
    return this.headerNeed === undefined ? rest : this.takeHeader(rest, this.headerNeed);
  }

  private takeHeader(bytes: Uint8Array, need: number): Uint8Array {
    const count = Math.min(bytes.length, need - this.headerHave);
    if (this.headerHave + count > this.header.length) {
      // Grows with what has arrived, not with what the length field claims.
      const grown = new Uint8Array(Math.min(need, Math.max(this.header.length * 2, this.headerHave + count)));
      grown.set(this.header.subarray(0, this.headerHave));
      this.header = grown;
    }
    this.header.set(bytes.subarray(0, count), this.headerHave);
    this.headerHave += count;
    return bytes.subarray(count);
  }

  /** Decides from the first bytes what the input is. */
  private inspectPrefix(): void {
    const { header } = this;
    const isDbn = header[0] === 0x44 && header[1] === 0x42 && header[2] === 0x4e;
    if (!isDbn) {
      if (this.fragment) this.startFragment(this.fragment);
      else this.failWith(problems.badMagic(header.subarray(0, this.headerHave)));
      return;
    }
    const version = header[3];
    const length = new DataView(header.buffer).getUint32(4, true);
    if (version < 1 || version > 3) this.failWith(problems.unsupportedVersion(version));
    else if (length < MIN_METADATA_BYTES - PREFIX_BYTES || length > MAX_METADATA_BYTES) {
      this.failWith(problems.absurdMetadataLength(length));
    } else this.headerNeed = PREFIX_BYTES + length;
  }

  private startFragment(fragment: DbnFragment): void {
    this.startRecords(fragment.version, fragment.tsOut ?? false, 0);
    this.fragmentChecked = false;
    this.store(this.header.subarray(0, this.headerHave));
  }

  private startRecords(version: DbnVersion, tsOut: boolean, offset: number): void {
    this.state = 'records';
    this.version = version;
    this.tsOut = tsOut;
    this.sizes = recordSizes(version, tsOut);
    const schema = this.metadata?.schema ?? this.fragment?.schema;
    this.schemaBytes = schema === undefined ? 0 : this.sizes[schemaRtype(schema)];
    this.storeOffset = offset;
  }

  private nextHeader(): DbnPart | undefined {
    const need = this.headerNeed;
    if (need === undefined || this.headerHave < need) return this.ended ? this.endInHeader() : undefined;
    try {
      const { metadata, warnings } = decodeMetadata(this.header.subarray(0, need));
      this.metadata = metadata;
      this.startRecords(metadata.version, metadata.tsOut, need);
      for (const warning of warnings)
        this.queue.push({ kind: 'problem', problem: warning, fatal: false, lost: false });
      this.header = new Uint8Array(0);
      return { kind: 'metadata', metadata, offset: 0 };
    } catch (error) {
      if (error instanceof ProblemError) return this.failWith(error.problem, false);
      throw error;
    }
  }

  private endInHeader(): DbnPart | undefined {
    const have = this.headerHave;
    if (this.headerNeed === undefined) {
      // Fewer bytes than it takes to tell: still say what they are if they cannot be the start of metadata.
      const prefix = this.header.subarray(0, have);
      const startsLikeDbn = prefix.every((byte, i) => i >= 3 || byte === [0x44, 0x42, 0x4e][i]);
      if (!startsLikeDbn) {
        if (!this.fragment) return this.failWith(problems.badMagic(prefix), false);
        this.startFragment(this.fragment);
        return this.nextRun();
      }
      if (have === 0 && this.fragment) {
        this.state = 'done';
        return undefined;
      }
    }
    return this.failWith(problems.truncatedMetadata(have, this.headerNeed), false);
  }

  // --- records --------------------------------------------------------------------------------------------

  private store(bytes: Uint8Array): void {
    const live = this.tail - this.head;
    const fits = this.tail + bytes.length <= this.bytes.length;
    if (!fits && live + bytes.length > this.bytes.length) {
      const needed = live + bytes.length;
      const capacity = Math.max(MIN_CAPACITY, needed, Math.min(needed * 2, this.bytes.length * 2));
      const grown = new Uint8Array(Math.ceil(capacity / 8) * 8);
      grown.set(this.bytes.subarray(this.head, this.tail));
      this.bytes = grown;
      this.words = new Uint32Array(grown.buffer);
      this.rebase(live);
    } else if (live === 0 || !fits) {
      this.bytes.copyWithin(0, this.head, this.tail);
      this.rebase(live);
    }
    this.bytes.set(bytes, this.tail);
    this.tail += bytes.length;
  }

  private rebase(live: number): void {
    this.storeOffset += this.head;
    this.head = 0;
    this.tail = live;
  }

  private nextRun(): DbnPart | undefined {
    for (;;) {
      const { head, tail } = this;
      if (head + 4 > tail) return this.needMore();
      const word = this.words[head >> 2];
      const bytes = (word & 0xff) * 4;
      const rtype = (word >>> 8) & 0xff;
      if (bytes < HEADER_BYTES) return this.failWith(problems.badRecordLength(this.offset, bytes), false);
      if (!this.fragmentChecked && !this.checkFragment(rtype)) return this.queue.shift();
      const expected = this.sizes[rtype];
      if (expected === bytes) {
        if (head + bytes > tail) return this.needMore();
        return this.takeRun(word & 0xffff, rtype, bytes);
      }
      if (expected !== 0) return this.nextAfterDamage(rtype, bytes, expected);
      // In the low three bytes, 'DBN': a type that does not exist.
      if ((word & 0xffffff) === 0x4e4244) return this.failWith(problems.joinedFiles(this.offset), false);
      if (head + bytes > tail) return this.needMore();
      const offset = this.offset;
      const seen = this.skipped.get(rtype) ?? 0;
      this.skipped.set(rtype, seen + 1);
      this.head += bytes;
      if (seen > 0) continue;
      const problem = problems.unknownRtype(offset, rtype);
      return { kind: 'problem', problem, fatal: false, lost: bytes === this.schemaBytes };
    }
  }

  /** Offset in the input of the next record. */
  private get offset(): number {
    return this.storeOffset + this.head;
  }

  private needMore(): DbnPart | undefined {
    if (!this.ended) return undefined;
    this.state = 'done';
    const have = this.tail - this.head;
    if (have === 0) return undefined;
    return {
      kind: 'problem',
      problem: problems.truncatedRecord(this.offset, have),
      fatal: false,
      lost: true,
    };
  }

  /** Takes the run of whole records whose first two bytes are `tag`. */
  private takeRun(tag: number, rtype: number, recordBytes: number): DbnPart {
    const { words, head } = this;
    const offset = this.offset;
    const stride = recordBytes >> 2;
    const limit = Math.min(MAX_RUN, Math.floor((this.tail - head) / recordBytes));
    let count = 1;
    let w = (head >> 2) + stride;
    while (count < limit && (words[w] & 0xffff) === tag) {
      count++;
      w += stride;
    }
    this.head = head + count * recordBytes;
    if (rtype === MBO_RTYPE) return this.mboPart(head, count, offset);
    const bytes = this.bytes.subarray(head, this.head);
    return { kind: 'records', rtype, recordBytes, count, bytes, offset };
  }

  private mboPart(head: number, count: number, offset: number): DbnPart {
    if (this.tsOut) return this.mboPartWithTsOut(head, count, offset);
    if ((head & 7) === 0) {
      return { kind: 'mbo', block: new MboBlock(this.bytes.buffer, count, head), offset };
    }
    // Only after an odd-sized record of unknown type.
    const block = this.scratchBlock(count);
    block.bytes.set(this.bytes.subarray(head, head + count * MBO_BYTES));
    return { kind: 'mbo', block, offset };
  }

  private mboPartWithTsOut(head: number, count: number, offset: number): DbnPart {
    const block = this.scratchBlock(count);
    if (this.keepTsOut && this.scratchTsOut.length < count * TS_OUT_WORDS) {
      this.scratchTsOut = new Uint32Array(block.capacity * TS_OUT_WORDS);
    }
    const { words, keepTsOut, scratchTsOut } = this;
    const out = block.words;
    let from = head >> 2;
    for (let i = 0, to = 0; i < count; i++) {
      for (let k = 0; k < MBO_WORDS; k++) out[to++] = words[from++];
      if (keepTsOut) {
        scratchTsOut[2 * i] = words[from];
        scratchTsOut[2 * i + 1] = words[from + 1];
      }
      // The length byte must describe the stripped record.
      out[to - MBO_WORDS] = (out[to - MBO_WORDS] & ~0xff) | MBO_WORDS;
      from += TS_OUT_WORDS;
    }
    const part = { kind: 'mbo', block, offset } as const;
    return keepTsOut ? { ...part, tsOut: scratchTsOut.subarray(0, count * TS_OUT_WORDS) } : part;
  }

  private scratchBlock(count: number): MboBlock {
    if (!this.scratch || this.scratch.capacity < count) {
      this.scratch = MboBlock.withCapacity(Math.min(MAX_RUN, Math.max(256, count * 2)));
    }
    this.scratch.count = count;
    return this.scratch;
  }

  // --- damage ---------------------------------------------------------------------------------------------

  /** A record of known type but wrong length: either of the two bytes may be the damaged one. */
  private nextAfterDamage(rtype: number, claimed: number, expected: number): DbnPart | undefined {
    const { offset } = this;
    if (!this.ended && this.head + Math.max(claimed, expected) + 4 > this.tail) return undefined;
    // Where both would do, the shorter step loses less.
    const [shorter, longer] = claimed < expected ? [claimed, expected] : [expected, claimed];
    const step = this.soundAfter(shorter) ? shorter : this.soundAfter(longer) ? longer : 0;
    if (step === 0) return this.failWith(problems.framingLost(offset, rtype, claimed, expected), false);
    this.head += step;
    return {
      kind: 'problem',
      problem: problems.damagedRecord(offset, rtype, claimed, expected),
      fatal: false,
      lost: true,
    };
  }

  /** Whether a record of known type and right length, or the end of the input, follows after `bytes`. */
  private soundAfter(bytes: number): boolean {
    const at = this.head + bytes;
    if (at + 4 > this.tail) return at === this.tail;
    const word = this.words[at >> 2];
    const claimed = (word & 0xff) * 4;
    return claimed !== 0 && this.sizes[(word >>> 8) & 0xff] === claimed;
  }

  /** The first data record of a fragment must be of the named schema. */
  private checkFragment(rtype: number): boolean {
    if (isGatewayMessage(rtype) || !this.fragment) return true;
    this.fragmentChecked = true;
    const { schema } = this.fragment;
    if (rtype === schemaRtype(schema)) return true;
    this.failWith(problems.wrongFragmentSchema(this.offset, schema, rtype, rtypeSchemas(rtype)));
    return false;
  }

  /** Ends decoding. The problem is queued for `next`, or returned where `next` is waiting for it. */
  private failWith(problem: Problem, queued = true): DbnPart {
    const part: DbnPart = { kind: 'problem', problem, fatal: true, lost: true };
    this.state = 'done';
    if (queued) this.queue.push(part);
    return part;
  }
}
