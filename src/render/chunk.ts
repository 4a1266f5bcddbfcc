/** Columns per block of storage; the unit of eviction. */
export const BINS_PER_CHUNK = 256;
/** A column of level L merges 2^L bins. */
export const MAX_LEVEL = 16;
/** Tallest column of any level, rows; every WebGL 1 implementation in use takes textures of this height. */
export const MAX_COLUMN_ROWS = 4096;
/** Bins are counted in 32-bit integers. */
export const MAX_BIN = 2 ** 31 - 1;
