/**
 * The Parquet codec is a WebAssembly module of 5 MB that must be compiled before use; the core has neither fetch
 * nor file access, so whoever starts the program hands in a loader.
 *
 *   page:  () => initParquet({ module_or_path: fetch(wasmUrl) }).then(() => parquetModule)
 *   Node:  () => initParquet({ module_or_path: readFileSync(wasmPath) }).then(() => parquetModule)
 */
import type * as ParquetWasm from 'parquet-wasm/esm';

/** The parts of `parquet-wasm/esm` that are used. */
export type ParquetModule = Pick<
  typeof ParquetWasm,
  'readParquet' | 'writeParquet' | 'Table' | 'WriterPropertiesBuilder' | 'Compression'
>;

/** Called whenever Parquet is to be read or written; keeps what it has loaded. */
export type ParquetLoader = () => Promise<ParquetModule>;
