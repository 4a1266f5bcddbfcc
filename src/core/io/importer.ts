/**
 * Recognising a file by its content, never by its name. One read of the beginning and the end serves all
 * importers; the first match in order of priority wins. Compression is an importer too (`container`): its
 * content is unwrapped and asked again.
 */
import { fail, problem, type Problem, ProblemError } from '#base/problem';
import type { AbortFlag } from '#base/abort';
import type { ByteSource } from '#core/io/byte-source';
import { byteStream, type DecompressorFactory } from '#core/io/byte-stream';
import type { Compression } from '#core/io/decompress';

export interface FormatMatch {
  /** For people: `DBN version 3`. */
  readonly description: string;
}

export interface ImporterDescriptor<M extends FormatMatch> {
  readonly id: string;
  /** In the list of supported formats. */
  readonly title: string;
  /** Shown beside the title, never used to recognise anything. */
  readonly extensions: readonly string[];
  /** Its bytes must be unwrapped and recognised again. */
  readonly container?: Compression;
  /** Recognised only to be refused with advice; not in the list of supported formats. */
  readonly refusal?: Problem;
  /** How many bytes of the beginning and of the end `sniff` wants to see; it may be given more or fewer. */
  readonly prefixBytes: number;
  readonly suffixBytes: number;
  /** Lower is asked first; unique. */
  readonly priority: number;
  /**
   * @param suffix empty where the end cannot be read (pipes, compressed content)
   * @param size of the whole content, `undefined` where it is not known
   */
  sniff(prefix: Uint8Array, suffix: Uint8Array, size: number | undefined): M | undefined;
}

export interface ImporterMatch<M extends FormatMatch> {
  readonly importer: ImporterDescriptor<M>;
  readonly match: M;
}

export class ImporterRegistry<M extends FormatMatch> {
  readonly importers: readonly ImporterDescriptor<M>[];
  readonly prefixBytes: number;
  readonly suffixBytes: number;

  constructor(importers: readonly ImporterDescriptor<M>[]) {
    this.importers = [...importers].sort((a, b) => a.priority - b.priority);
    for (let i = 1; i < this.importers.length; i++) {
      const [a, b] = [this.importers[i - 1], this.importers[i]];
      if (a.priority === b.priority) throw new RangeError(`importers ${a.id} and ${b.id} share a priority`);
    }
    this.prefixBytes = Math.max(...importers.map((d) => d.prefixBytes));
    this.suffixBytes = Math.max(...importers.map((d) => d.suffixBytes));
  }

  match(prefix: Uint8Array, suffix: Uint8Array, size: number | undefined): ImporterMatch<M> | undefined {
    for (const importer of this.importers) {
      const match = importer.sniff(prefix, suffix, size);
      if (match) return { importer, match };
    }
    return undefined;
  }

  /** `DBN (.dbn), Parquet (.parquet), … – also compressed with zstd (.zst), gzip (.gz)`. */
  formatList(): string {
    const named = (list: readonly ImporterDescriptor<M>[]) =>
      list.map((d) => `${d.title} (${d.extensions.join(', ')})`).join(', ');
    const supported = this.importers.filter((d) => !d.refusal);
    const containers = supported.filter((d) => d.container);
    const formats = named(supported.filter((d) => !d.container));
    return containers.length === 0 ? formats : `${formats}; each also compressed with ${named(containers)}`;
  }

  unknownFormat(name: string): Problem {
    return problem('import/unknown-format', `The content is of no known format: ${name}`, {
      offset: 0,
      tip: `Supported: ${this.formatList()}.`,
    });
  }
}

export interface Recognised<M extends FormatMatch> extends ImporterMatch<M> {
  /** Containers around the content, outermost first. */
  readonly compression: readonly Compression[];
}

/** Compression around compression around … is a mistake or an attack. */
const MAX_CONTAINERS = 3;

/**
 * Recognises what `source` holds.
 *
 * @throws ProblemError `import/empty`, `import/unknown-format`, `import/nested`, or the refusal of the importer that matched
 */
export async function recognise<M extends FormatMatch>(
  source: ByteSource,
  registry: ImporterRegistry<M>,
  openDecompressor: DecompressorFactory,
  signal?: AbortFlag,
): Promise<Recognised<M>> {
  const compression: Compression[] = [];
  let prefix = await source.slice(0, registry.prefixBytes);
  if (prefix.length === 0) throw new ProblemError(emptyFile(source.name));
  let size = source.size;
  let suffix =
    size === undefined
      ? new Uint8Array()
      : await source.slice(Math.max(0, size - registry.suffixBytes), size);
  for (;;) {
    const found = registry.match(prefix, suffix, size);
    if (!found) throw new ProblemError(registry.unknownFormat(source.name));
    if (found.importer.refusal) throw new ProblemError(withName(found.importer.refusal, source.name));
    if (!found.importer.container) return { ...found, compression };
    if (compression.length === MAX_CONTAINERS) {
      fail('import/nested', `Compressed more than ${MAX_CONTAINERS} times: ${source.name}`, {
        offset: 0,
        tip: 'Decompress it until what is inside shows.',
      });
    }
    compression.push(found.importer.container);
    prefix = await innerPrefix(source, compression, registry.prefixBytes, openDecompressor, signal);
    if (prefix.length === 0) throw new ProblemError(emptyFile(source.name));
    suffix = new Uint8Array();
    size = undefined;
  }
}

/** The first bytes inside the containers. Damage behind at least one byte is left to the reader to report. */
async function innerPrefix(
  source: ByteSource,
  compression: readonly Compression[],
  wanted: number,
  openDecompressor: DecompressorFactory,
  signal?: AbortFlag,
): Promise<Uint8Array> {
  const prefix = new Uint8Array(wanted);
  let filled = 0;
  try {
    for await (const piece of byteStream(source, compression, openDecompressor, { signal })) {
      const part = piece.subarray(0, wanted - filled);
      prefix.set(part, filled);
      filled += part.length;
      if (filled === wanted) break;
    }
  } catch (error) {
    if (filled === 0 || !(error instanceof ProblemError)) throw error;
  }
  return prefix.subarray(0, filled);
}

function withName(refusal: Problem, name: string): Problem {
  return { ...refusal, message: `${refusal.message}: ${name}` };
}

function emptyFile(name: string): Problem {
  return problem('import/empty', `There are no bytes in it: ${name}`, {
    offset: 0,
    tip: 'Was the download interrupted?',
  });
}
