import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Problem } from '#base/problem';
import { DbnDecoder } from '#core/dbn/dbn-decoder';
import type { DbnDecoderOptions, DbnMetadata, DbnPart } from '#core/dbn/dbn-types';
import { readRow, type DbnRow } from '#core/dbn/read-row';
import { recordLayout } from '#core/dbn/record-layouts';
import { WHOLE, type Slicer } from '#core/io/testing/slices';
import { joinU64, MBO_BYTES, MBO_RTYPE } from '#core/mbo/mbo-block';

export interface Decoded {
  readonly metadata: DbnMetadata | undefined;
  /** Every record, in stream order. */
  readonly rows: readonly DbnRow[];
  /** Where each record starts in the input, and its type. */
  readonly offsets: readonly number[];
  readonly problems: readonly Problem[];
  readonly isFatal: boolean;
  readonly parts: number;
  /** SHA-256 of metadata, rows and problems in order; independent of how records are grouped into parts. */
  readonly digest: string;
}

/** Everything that the decoder makes of `bytes`, fed in the given slices from a buffer that is reused. */
export function decodeAll(
  bytes: Uint8Array,
  slicer: Slicer = WHOLE,
  options: DbnDecoderOptions = {},
): Decoded {
  const decoder = new DbnDecoder(options);
  const collector = new Collector(decoder, options);
  for (const slice of slicer(bytes)) {
    const lent = slice.slice();
    decoder.push(lent);
    lent.fill(0xee);
    for (let part; (part = decoder.next()) !== undefined;) collector.add(part);
  }
  for (let part; (part = decoder.end()) !== undefined;) collector.add(part);
  return collector.result();
}

class Collector {
  private readonly rows: DbnRow[] = [];
  private readonly offsets: number[] = [];
  private readonly problems: Problem[] = [];
  private isFatal = false;
  private parts = 0;
  /** What was seen other than rows, and after how many of them. */
  private readonly others: string[] = [];

  constructor(
    private readonly decoder: DbnDecoder,
    private readonly options: DbnDecoderOptions,
  ) {}

  add(part: DbnPart): void {
    if (this.isFatal) throw new Error('a part after a fatal problem');
    this.parts++;
    if (part.kind === 'mbo') this.addMbo(part);
    else if (part.kind === 'records') {
      this.addRows(part.rtype, part.bytes, part.recordBytes, part.count, part.offset, part.recordBytes);
    } else if (part.kind === 'metadata') this.write('metadata', part.metadata);
    else {
      this.problems.push(part.problem);
      this.isFatal = part.fatal;
      this.write('problem', part.problem);
    }
  }

  private addMbo(part: Extract<DbnPart, { kind: 'mbo' }>): void {
    if (part.block.bytes.byteOffset % 8 !== 0) throw new Error('an MBO block is not aligned');
    const strideInInput = this.tsOut ? MBO_BYTES + 8 : MBO_BYTES;
    const first = this.rows.length;
    this.addRows(MBO_RTYPE, part.block.bytes, MBO_BYTES, part.block.count, part.offset, strideInInput);
    const { tsOut } = part;
    if (!tsOut) return;
    this.rows.slice(first).forEach((row, i) => (row['ts_out'] = joinU64(tsOut[2 * i], tsOut[2 * i + 1])));
  }

  private get tsOut(): boolean {
    return this.decoder.metadata?.tsOut ?? this.options.fragment?.tsOut ?? false;
  }

  private addRows(
    rtype: number,
    bytes: Uint8Array,
    stride: number,
    count: number,
    offset: number,
    strideInInput: number,
  ): void {
    const version = this.decoder.version!;
    const layout = recordLayout(rtype, version);
    if (!layout) throw new Error(`records of unknown type ${rtype}`);
    for (let i = 0; i < count; i++) {
      const row = readRow(layout, bytes, i * stride, stride > layout.bytes);
      this.rows.push(row);
      this.offsets.push(offset + i * strideInInput);
    }
  }

  private write(kind: string, value: unknown): void {
    this.others.push(`${this.rows.length} ${kind} ${toJson(value)}`);
  }

  result(): Decoded {
    const { rows, offsets, problems, isFatal, parts } = this;
    const text = [...rows.map((row) => Object.values(row).join('|')), ...this.others].join('\n');
    const digest = bytesToHex(sha256(utf8ToBytes(text)));
    return { metadata: this.decoder.metadata, rows, offsets, problems, isFatal, parts, digest };
  }
}

export function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, v: unknown) => (typeof v === 'bigint' ? `${v}n` : v));
}
