/** What captures come in, as a registry: recognised by content, in this order, and listed in the error for the rest. */
import { problem } from '#base/problem';
import { PARQUET_MAGIC } from '#core/parquet/parquet-footer';
import { startsWithFileMagic, startsWithSchemaMessage } from '#core/arrow/ipc-frames';
import type { CaptureFormat } from '#core/capture/capture-types';
import type { DbnFragment } from '#core/dbn/dbn-types';
import { recordLayout } from '#core/dbn/record-layouts';
import { DBN_SNIFF_BYTES, sniffDbn } from '#core/dbn/sniff-dbn';
import { COMPRESSION_SNIFF_BYTES, sniffCompression } from '#core/io/decompress';
import { ImporterRegistry, type FormatMatch, type ImporterDescriptor } from '#core/io/importer';

export interface CaptureMatch extends FormatMatch {
  /** Absent for containers and refused formats. */
  readonly format?: CaptureFormat;
  /** How to read DBN records that have no header. */
  readonly fragment?: DbnFragment;
}

type Descriptor = ImporterDescriptor<CaptureMatch>;

const TEXT_BYTES = 1024;

const DBZ: Descriptor = {
  id: 'dbz',
  title: 'DBZ',
  extensions: ['.dbz'],
  refusal: problem('import/dbz', 'This is a DBZ file, the format that preceded DBN', {
    offset: 0,
    tip: 'Download the same data again as DBN, or convert the file with the vendor’s dbn tool.',
  }),
  prefixBytes: DBN_SNIFF_BYTES,
  suffixBytes: 0,
  priority: 10,
  sniff: (prefix) => (sniffDbn(prefix)?.kind === 'dbz' ? { description: 'DBZ' } : undefined),
};

const ZSTD: Descriptor = {
  id: 'zstd',
  title: 'zstd',
  extensions: ['.zst'],
  container: 'zstd',
  prefixBytes: COMPRESSION_SNIFF_BYTES,
  suffixBytes: 0,
  priority: 20,
  sniff: (prefix) => (sniffCompression(prefix) === 'zstd' ? { description: 'zstd' } : undefined),
};

const GZIP: Descriptor = {
  id: 'gzip',
  title: 'gzip',
  extensions: ['.gz'],
  container: 'gzip',
  prefixBytes: COMPRESSION_SNIFF_BYTES,
  suffixBytes: 0,
  priority: 21,
  sniff: (prefix) => (sniffCompression(prefix) === 'gzip' ? { description: 'gzip' } : undefined),
};

const DBN: Descriptor = {
  id: 'dbn',
  title: 'DBN versions 1 to 3',
  extensions: ['.dbn'],
  prefixBytes: DBN_SNIFF_BYTES,
  suffixBytes: 0,
  priority: 30,
  sniff: (prefix) => {
    const sniff = sniffDbn(prefix);
    return sniff?.kind === 'dbn' ? { description: `DBN version ${sniff.version}`, format: 'dbn' } : undefined;
  },
};

function hasParquetMagic(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && PARQUET_MAGIC.every((byte, i) => bytes[i] === byte);
}

const PARQUET: Descriptor = {
  id: 'parquet',
  title: 'Parquet',
  extensions: ['.parquet'],
  prefixBytes: PARQUET_MAGIC.length,
  suffixBytes: PARQUET_MAGIC.length,
  priority: 40,
  // The beginning alone would do; the end also tells a file whose beginning is damaged.
  sniff: (prefix, suffix) =>
    hasParquetMagic(prefix) || hasParquetMagic(suffix.slice(-PARQUET_MAGIC.length))
      ? { description: 'Parquet', format: 'parquet' }
      : undefined,
};

const ARROW_FILE: Descriptor = {
  id: 'arrow-file',
  title: 'Arrow file',
  extensions: ['.arrow', '.feather'],
  prefixBytes: 8,
  suffixBytes: 0,
  priority: 50,
  sniff: (prefix) =>
    startsWithFileMagic(prefix) ? { description: 'Arrow file', format: 'arrow' } : undefined,
};

const ARROW_STREAM: Descriptor = {
  id: 'arrow-stream',
  title: 'Arrow stream',
  extensions: ['.arrows'],
  prefixBytes: 4096,
  suffixBytes: 0,
  priority: 51,
  sniff: (prefix) =>
    startsWithSchemaMessage(prefix) ? { description: 'Arrow stream', format: 'arrow' } : undefined,
};

const ZIP: Descriptor = {
  id: 'zip',
  title: 'zip',
  extensions: ['.zip'],
  refusal: problem('import/zip', 'This is a zip archive', {
    offset: 0,
    tip: 'Unpack it and open the files inside it.',
  }),
  prefixBytes: 4,
  suffixBytes: 0,
  priority: 60,
  sniff: ([p, k, a, b]) =>
    p === 0x50 && k === 0x4b && ((a === 3 && b === 4) || (a === 5 && b === 6))
      ? { description: 'zip' }
      : undefined,
};

const CONVERT =
  'Download the same data as DBN, or write it as Parquet or Arrow with the vendor’s column names.';

const JSON_TEXT: Descriptor = {
  id: 'json',
  title: 'JSON',
  extensions: ['.json'],
  refusal: problem('import/json', 'This is JSON text, which is not read', { offset: 0, tip: CONVERT }),
  prefixBytes: TEXT_BYTES,
  suffixBytes: 0,
  priority: 70,
  sniff: (prefix) => (/^\s*[[{]/.test(asText(prefix) ?? '') ? { description: 'JSON' } : undefined),
};

const CSV_TEXT: Descriptor = {
  id: 'csv',
  title: 'CSV',
  extensions: ['.csv'],
  refusal: problem('import/csv', 'This is a text table (CSV), which is not read', {
    offset: 0,
    tip: CONVERT,
  }),
  prefixBytes: TEXT_BYTES,
  suffixBytes: 0,
  priority: 71,
  sniff: (prefix) => (/[,;\t]/.test(asText(prefix) ?? '') ? { description: 'CSV' } : undefined),
};

const OTHER_TEXT: Descriptor = {
  id: 'text',
  title: 'text',
  extensions: ['.txt'],
  refusal: problem('import/text', 'This is text, not a capture', { offset: 0, tip: CONVERT }),
  prefixBytes: TEXT_BYTES,
  suffixBytes: 0,
  priority: 72,
  sniff: (prefix) => (asText(prefix) === undefined ? undefined : { description: 'text' }),
};

/** ASCII and UTF-8 text without control characters, or `undefined`. */
function asText(prefix: Uint8Array): string | undefined {
  const hasMark = prefix[0] === 0xef && prefix[1] === 0xbb && prefix[2] === 0xbf;
  const bytes = prefix.subarray(hasMark ? 3 : 0, TEXT_BYTES);
  let text = '';
  for (const byte of bytes) {
    if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}

/** Two records of the longest kind. */
const FRAGMENT_BYTES = 2 * 1020;

const FRAGMENT: Descriptor = {
  id: 'dbn-fragment',
  title: 'DBN records without header',
  extensions: ['.dbn.frag'],
  prefixBytes: FRAGMENT_BYTES,
  suffixBytes: 0,
  priority: 90,
  sniff: (prefix) => {
    const sniff = sniffDbn(prefix);
    if (sniff?.kind !== 'fragment' || sniff.schemas.length === 0) return undefined;
    // Versions that agree in a record's size agree in its layout.
    const version = sniff.versions[sniff.versions.length - 1];
    const next = prefix[0] * 4;
    if (next + 1 < prefix.length && recordLayout(prefix[next + 1], version)?.bytes !== prefix[next] * 4)
      return undefined;
    const fragment: DbnFragment = { schema: sniff.schemas[0], version };
    return { description: `DBN ${fragment.schema} records without header`, format: 'dbn', fragment };
  },
};

/** What the user says about the content decides where nothing else does. */
function namedFragment(fragment: DbnFragment): Descriptor {
  return {
    ...FRAGMENT,
    id: 'dbn-named-fragment',
    priority: 80,
    sniff: () => ({ description: `DBN ${fragment.schema} records without header`, format: 'dbn', fragment }),
  };
}

const IMPORTERS: readonly Descriptor[] = [
  DBZ,
  ZSTD,
  GZIP,
  DBN,
  PARQUET,
  ARROW_FILE,
  ARROW_STREAM,
  ZIP,
  JSON_TEXT,
  CSV_TEXT,
  OTHER_TEXT,
  FRAGMENT,
];

export function captureFormats(fragment?: DbnFragment): ImporterRegistry<CaptureMatch> {
  return new ImporterRegistry(fragment ? [...IMPORTERS, namedFragment(fragment)] : IMPORTERS);
}
