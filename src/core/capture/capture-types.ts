/**
 * What a capture (one or more files as one timeline) offers to the page's import worker and to the command line.
 *
 *   files ──sniff──► reader per format ──parts──► timeline ──CapturePart──► consumer (awaits = back-pressure)
 */
import type { AbortFlag } from '#base/abort';
import type { Problem } from '#base/problem';
import type { RecordOrigin } from '#core/capture/record-origin';
import type { DbnFragment, DbnMetadata, DbnVersion } from '#core/dbn/dbn-types';
import type { MboBlock } from '#core/mbo/mbo-block';
import type { ParquetLoader } from '#core/parquet/parquet-module';

export type CaptureFormat = 'dbn' | 'arrow' | 'parquet';
export type ProductKind = 'future_mbo' | 'equity_mbo';

export interface InstrumentKey {
  readonly publisherId: number;
  readonly instrumentId: number;
}

export interface InstrumentInfo extends InstrumentKey {
  /** Raw symbol on the day of the first record; the id in decimal digits where the file names none. */
  readonly symbol: string;
  /** MBO records seen so far; after `read` has ended: of the whole capture. */
  readonly records: number;
  /** A futures spread: never chosen implicitly. */
  readonly isSpread: boolean;
  /** `ts_recv` of the first and last record seen so far, ns since 1970. */
  readonly firstNs: bigint;
  readonly lastNs: bigint;
}

/** Enough for `runtimeConfigForInstrument` of `#core/config/instrument-config`. */
export interface InstrumentFactsOfCapture {
  readonly symbol: string;
  /** Currency units; from the definition record, else the greatest common divisor of price differences. */
  readonly tickSize: number;
  readonly productType: ProductKind;
  readonly multiplier?: number;
}

export interface CaptureMetadata {
  /** Dataset code of the vendor; empty where the format has none. */
  readonly dataset: string;
  /** Schema of the first file; `undefined`: several. Parquet and Arrow are read as `mbo`. */
  readonly schema: string | undefined;
  /** Made by the simulator, not recorded from a market. */
  readonly synthetic: boolean;
  /** What the files say of where their records come from; `undefined`: nothing. */
  readonly origin: RecordOrigin | undefined;
  /** Header of the first DBN file. */
  readonly dbn: DbnMetadata | undefined;
}

export interface CaptureFile {
  readonly name: string;
  readonly size: number | undefined;
  readonly format: CaptureFormat;
  /** Outermost first; empty for a plain file. */
  readonly compression: readonly ('zstd' | 'gzip')[];
  /** For people: `DBN version 3, zstd`. */
  readonly description: string;
  /** Time of the first record (`ts_recv`, or the event time of schemas without it), ns since 1970. */
  readonly firstNs: bigint | undefined;
}

/** Blocks and bytes are valid until the next pull. `file` indexes `Capture.files`. */
export type CapturePart =
  /** Of a DBN file the whole header, of a table what it keeps of one. */
  | { readonly kind: 'metadata'; readonly metadata: DbnMetadata | RecordOrigin; readonly file: number }
  | {
      readonly kind: 'mbo';
      readonly block: MboBlock;
      /** With `keepTsOut`, where the file has it: two words (low, high) per record of the block. */
      readonly tsOut?: Uint32Array;
      readonly file: number;
    }
  | {
      /** A run of DBN records that are not MBO, `recordBytes` apart. See `recordLayout` and `readRow`. */
      readonly kind: 'records';
      readonly rtype: number;
      readonly recordBytes: number;
      readonly count: number;
      readonly bytes: Uint8Array;
      readonly version: DbnVersion;
      readonly tsOut: boolean;
      readonly file: number;
    }
  | {
      readonly kind: 'warning';
      readonly problem: Problem;
      /** Records were lost here, or the rest of the file cannot be read. Everything before was delivered. */
      readonly damage: boolean;
      readonly file: number;
    }
  | { readonly kind: 'progress'; readonly bytesRead: number; readonly bytesTotal: number | undefined };

export interface OpenOptions {
  readonly signal?: AbortFlag;
  /** Loads the Parquet module on first need; without it Parquet files are refused. */
  readonly parquet?: ParquetLoader;
  /** How to read DBN records without a header. */
  readonly fragment?: DbnFragment;
  /** `any`: also accept captures without market-by-order records. Default `mbo`. */
  readonly needs?: 'mbo' | 'any';
}

export interface ReadOptions {
  readonly signal?: AbortFlag;
  /** Deliver only this instrument's MBO records. Counting and other parts are unaffected. */
  readonly instrument?: InstrumentKey;
  /** Deliver `tsOut` with MBO blocks, where all instruments are read. */
  readonly keepTsOut?: boolean;
}

export interface Capture {
  /** In timeline order. */
  readonly files: readonly CaptureFile[];
  readonly metadata: CaptureMetadata;
  /** See `fingerprint`; empty when a source is a pipe. */
  readonly fingerprint: string;
  /** What was noticed while opening. */
  readonly warnings: readonly Problem[];
  /** Busiest first. After `openCapture`: counts of the probed prefix. */
  instruments(): InstrumentInfo[];
  /** The busiest outright, or the busiest of all where there is no outright; `undefined`: no MBO records. */
  defaultInstrument(): InstrumentInfo | undefined;
  /** @throws ProblemError `capture/unknown-instrument` */
  facts(instrument: InstrumentKey): InstrumentFactsOfCapture;
  /**
   * By instrument id or raw symbol; also one that only the header names so far.
   * @throws ProblemError `capture/unknown-instrument`, `capture/ambiguous-instrument`
   */
  find(instrument: string): InstrumentInfo;
  /** Reads from the start; may be called again once the previous generator is finished or returned. */
  read(options?: ReadOptions): AsyncGenerator<CapturePart, void, void>;
}
