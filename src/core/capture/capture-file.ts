/** One file, recognised and ready to be read, any number of times, as the parts that all formats share. */
import type { AbortFlag } from '#base/abort';
import { fail, ProblemError, type Problem } from '#base/problem';
import { readArrowMbo, type MboTableOptions } from '#core/arrow/arrow-reader';
import { footerSchemaMessage } from '#core/arrow/ipc-footer';
import type { CaptureFormat, CapturePart, OpenOptions } from '#core/capture/capture-types';
import { captureFormats, type CaptureMatch } from '#core/capture/formats';
import { originOf, type RecordOrigin } from '#core/capture/record-origin';
import { DbnDecoder } from '#core/dbn/dbn-decoder';
import type { DbnPart } from '#core/dbn/dbn-types';
import { byteStream } from '#core/io/byte-stream';
import type { ByteSource } from '#core/io/byte-source';
import { createDecompressor } from '#core/io/decompress';
import { recognise, type Recognised } from '#core/io/importer';
import type { MboBlock } from '#core/mbo/mbo-block';
import { readParquetMbo } from '#core/parquet/parquet-reader';

type WithoutFile<T> = T extends { readonly file: number } ? Omit<T, 'file'> : never;
/** A `CapturePart` before it is known which file of a timeline it comes from. */
export type FilePart = WithoutFile<CapturePart>;

export interface FileReadOptions {
  readonly signal?: AbortFlag | undefined;
  readonly keepTsOut?: boolean | undefined;
  /** Told the position in the file, in bytes as stored. */
  readonly onRead?: ((bytesRead: number) => void) | undefined;
  /** Told the names in a table's symbol column. */
  readonly onSymbol?: ((publisherId: number, instrumentId: number, symbol: string) => void) | undefined;
}

export class CaptureSource {
  readonly format: CaptureFormat;
  readonly compression: readonly ('zstd' | 'gzip')[];
  readonly description: string;

  private constructor(
    readonly source: ByteSource,
    private readonly recognised: Recognised<CaptureMatch>,
    private readonly options: OpenOptions,
  ) {
    const { match, compression } = recognised;
    if (!match.format) throw new RangeError(`importer ${recognised.importer.id} names no format`);
    this.format = match.format;
    this.compression = compression;
    this.description = [match.description, ...compression].join(', ');
  }

  /** @throws ProblemError as `recognise`, and `import/compressed-parquet` */
  static async open(source: ByteSource, options: OpenOptions): Promise<CaptureSource> {
    const registry = captureFormats(options.fragment);
    const recognised = await recognise(source, registry, createDecompressor, options.signal);
    const file = new CaptureSource(source, recognised, options);
    if (file.format === 'parquet' && file.compression.length > 0) {
      fail('import/compressed-parquet', `A Parquet file must not be compressed as a whole: ${source.name}`, {
        offset: 0,
        tip: 'Decompress it first. Parquet is compressed inside.',
      });
    }
    return file;
  }

  /** From the start. Damage is the last part, a warning; only defects and unreadable sources are thrown. */
  async *parts(options: FileReadOptions = {}): AsyncGenerator<FilePart, void, void> {
    const { signal } = options;
    try {
      yield* this.format === 'dbn' ? this.#dbn(options) : this.#table(options);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      if (signal?.aborted) return;
      yield { kind: 'warning', problem: error.problem, damage: true };
    }
  }

  #bytes(options: FileReadOptions): AsyncGenerator<Uint8Array, void, void> {
    return byteStream(this.source, this.compression, createDecompressor, options);
  }

  async *#dbn(options: FileReadOptions): AsyncGenerator<FilePart, void, void> {
    const { fragment } = this.recognised.match;
    const keepTsOut = options.keepTsOut ?? false;
    const decoder = new DbnDecoder({ keepTsOut, ...(fragment ? { fragment } : {}) });
    let cut: ProblemError | undefined;
    try {
      for await (const piece of this.#bytes(options)) {
        decoder.push(piece);
        for (let part = decoder.next(); part; part = decoder.next()) {
          yield dbnPart(part, decoder);
          if (part.kind === 'problem' && part.fatal) return;
        }
      }
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      cut = error;
    }
    for (let part = decoder.end(); part; part = decoder.end()) {
      // Where the compression breaks off, so does the content: one problem, not two.
      if (!cut || part.kind !== 'problem') yield dbnPart(part, decoder);
    }
    if (cut) throw cut;
  }

  async *#table(options: FileReadOptions): AsyncGenerator<FilePart, void, void> {
    const warnings: Problem[] = [];
    let origin: RecordOrigin | undefined;
    const tableOptions: MboTableOptions = {
      onSymbol: options.onSymbol,
      onMetadata: (texts) => (origin = originOf(texts)),
      onWarning: (p) => warnings.push(p),
    };
    const blocks =
      this.format === 'arrow' ? this.#arrow(options, tableOptions) : this.#parquet(options, tableOptions);
    for await (const block of blocks) {
      if (options.signal?.aborted) return;
      if (origin) yield { kind: 'metadata', metadata: origin };
      origin = undefined;
      yield { kind: 'mbo', block };
    }
    if (origin) yield { kind: 'metadata', metadata: origin };
    for (const warning of warnings) yield { kind: 'warning', problem: warning, damage: false };
  }

  #arrow(options: FileReadOptions, tableOptions: MboTableOptions): AsyncGenerator<MboBlock, void, void> {
    const hasFooter = this.compression.length === 0 && this.source.size !== undefined;
    return readArrowMbo(this.#bytes(options), {
      ...tableOptions,
      footerSchema: hasFooter ? () => footerSchemaMessage(this.source) : undefined,
    });
  }

  async *#parquet(
    options: FileReadOptions,
    tableOptions: MboTableOptions,
  ): AsyncGenerator<MboBlock, void, void> {
    const { parquet } = this.options;
    if (!parquet)
      fail('import/no-parquet', `Parquet cannot be read here: ${this.source.name}`, {
        offset: 0,
        tip: 'Convert it to DBN or Arrow.',
      });
    yield* readParquetMbo(this.source, await parquet(), {
      ...tableOptions,
      onProgress: (share) => options.onRead?.(Math.round(share * (this.source.size ?? 0))),
    });
  }
}

function dbnPart(part: DbnPart, decoder: DbnDecoder): FilePart {
  switch (part.kind) {
    case 'metadata':
      return { kind: 'metadata', metadata: part.metadata };
    case 'mbo':
      return { kind: 'mbo', block: part.block, ...(part.tsOut ? { tsOut: part.tsOut } : {}) };
    case 'records':
      return {
        kind: 'records',
        rtype: part.rtype,
        recordBytes: part.recordBytes,
        count: part.count,
        bytes: part.bytes,
        version: decoder.version ?? 3,
        tsOut: decoder.metadata?.tsOut ?? false,
      };
    case 'problem':
      return { kind: 'warning', problem: part.problem, damage: part.lost };
  }
}

/** The same problem with the file's name at the end of its message. */
export function nameFile(damage: Problem, name: string): Problem {
  return { ...damage, message: `${damage.message.replace(/\.$/, '')}: ${name}` };
}
