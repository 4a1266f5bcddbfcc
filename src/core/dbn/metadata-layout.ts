import type { DbnVersion } from '#core/dbn/dbn-types';

/**
 * Metadata at the start of a stream, all little-endian. Strings are NUL-padded.
 *
 *   byte  0  'DBN'                      byte 26 u64 start, ns
 *         3  u8 version                      34 u64 end, ns (all ones: open)
 *         4  u32 length after byte 8         42 u64 limit (0: none)
 *         8  dataset, 16 bytes               50 u64 record count (version 1 only; later fields move by 8)
 *        24  u16 schema (0xffff: mixed)      50 u8 stype in (255: mixed), u8 stype out, u8 ts_out
 *                                            53 u16 width of symbols (version 2 on; version 1: 22)
 *
 * Zeros follow up to byte 108; then u32 length of a schema definition (always 0), and four lists, each a u32
 * count and its items: symbols, partial, not found (texts of the width above), mappings (text, u32 count of
 * intervals, and per interval u32 start date, u32 end date, text). Version 3 pads the whole to 8 bytes.
 */
export const PREFIX_BYTES = 8;
export const FIXED_END = 108;
/** The fixed part, the length of the schema definition and four empty lists. */
export const MIN_METADATA_BYTES = FIXED_END + 20;
export const MAX_METADATA_BYTES = 64 * 1024 * 1024;

export const DATASET_OFFSET = 8;
export const DATASET_WIDTH = 16;
export const SCHEMA_OFFSET = 24;
export const START_OFFSET = 26;
export const END_OFFSET = 34;
export const LIMIT_OFFSET = 42;

export const NO_SCHEMA = 0xffff;
export const NO_STYPE = 0xff;
export const NO_TIME = 0xffffffffffffffffn;

/** Where the two symbology types and the ts_out flag start. */
export function stypeOffset(version: DbnVersion): number {
  return version === 1 ? 58 : 50;
}

export function symbolWidth(version: DbnVersion): number {
  return version === 1 ? 22 : 71;
}
