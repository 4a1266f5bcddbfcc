import type { Problem } from '#base/problem';
import type { MboBlock } from '#core/mbo/mbo-block';

export type DbnVersion = 1 | 2 | 3;

/** Names of schemas; the index is the code in the metadata. */
export const DBN_SCHEMAS = [
  'mbo',
  'mbp-1',
  'mbp-10',
  'tbbo',
  'trades',
  'ohlcv-1s',
  'ohlcv-1m',
  'ohlcv-1h',
  'ohlcv-1d',
  'definition',
  'statistics',
  'status',
  'imbalance',
  'ohlcv-eod',
  'cmbp-1',
  'cbbo-1s',
  'cbbo-1m',
  'tcbbo',
  'bbo-1s',
  'bbo-1m',
] as const;
export type DbnSchema = (typeof DBN_SCHEMAS)[number];

/** Names of symbology types; the index is the code in the metadata. */
export const DBN_STYPES = [
  'instrument_id',
  'raw_symbol',
  'smart',
  'continuous',
  'parent',
  'nasdaq_symbol',
  'cms_symbol',
  'isin',
  'us_code',
  'bbg_comp_id',
  'bbg_comp_ticker',
  'figi',
  'figi_ticker',
] as const;
export type DbnStype = (typeof DBN_STYPES)[number];

/** The name `symbol` had on the UTC days `[startDate, endDate)`. Dates are numbers like 20231225. */
export interface MappingInterval {
  readonly startDate: number;
  readonly endDate: number;
  readonly symbol: string;
}

/** A requested symbol (of `stypeIn`) and what it stood for (in `stypeOut`) over time. */
export interface SymbolMapping {
  readonly rawSymbol: string;
  readonly intervals: readonly MappingInterval[];
}

export interface DbnMetadata {
  readonly version: DbnVersion;
  readonly dataset: string;
  /** `undefined`: records of several schemas. */
  readonly schema: DbnSchema | undefined;
  /** Nanoseconds since 1970; `undefined`: not stated. */
  readonly start: bigint | undefined;
  /** Exclusive; nanoseconds since 1970; `undefined`: open. */
  readonly end: bigint | undefined;
  /** Largest number of records asked for; `undefined`: no limit. */
  readonly limit: bigint | undefined;
  /** `undefined`: several. */
  readonly stypeIn: DbnStype | undefined;
  readonly stypeOut: DbnStype;
  /** Every record carries 8 extra bytes: the time at which the gateway sent it. */
  readonly tsOut: boolean;
  readonly symbols: readonly string[];
  readonly partial: readonly string[];
  readonly notFound: readonly string[];
  readonly mappings: readonly SymbolMapping[];
}

/** What the user says about a file of records without metadata. */
export interface DbnFragment {
  readonly schema: DbnSchema;
  readonly version: DbnVersion;
  readonly tsOut?: boolean;
}

export interface DbnDecoderOptions {
  /** Used only where the input has no metadata of its own. A fragment yields no metadata part. */
  readonly fragment?: DbnFragment;
  /** Deliver `tsOut` with MBO blocks of streams that carry it. Default: it is stripped and dropped. */
  readonly keepTsOut?: boolean;
}

/**
 * What the decoder found next, in stream order. `block`, `bytes` and `tsOut` are views of the decoder's memory:
 * valid until the next call of `next`, `push` or `end`. `offset` is the byte offset in the (decompressed) input.
 */
export type DbnPart =
  | { readonly kind: 'metadata'; readonly metadata: DbnMetadata; readonly offset: number }
  | {
      readonly kind: 'mbo';
      readonly block: MboBlock;
      readonly offset: number;
      /** With `keepTsOut`: two words (low, high) per record of the block. */
      readonly tsOut?: Uint32Array;
    }
  | {
      /** A run of records of one type that are not MBO. See `recordLayout` and `readRow`. */
      readonly kind: 'records';
      readonly rtype: number;
      /** Distance between records in `bytes`; includes the 8 bytes of `ts_out` where the stream has them. */
      readonly recordBytes: number;
      readonly count: number;
      readonly bytes: Uint8Array;
      readonly offset: number;
    }
  | {
      /** `fatal`: the rest of the input cannot be read. What came before stands. */
      readonly kind: 'problem';
      readonly problem: Problem;
      readonly fatal: boolean;
      /** Records were lost: not so where the file is only newer than this reader. */
      readonly lost: boolean;
    };
