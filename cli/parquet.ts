import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { ParquetModule } from '#core/parquet/parquet-module';

let loaded: Promise<ParquetModule> | undefined;

/** The Parquet codec from the installed package, compiled on first need. */
export function loadParquet(): Promise<ParquetModule> {
  loaded ??= import('parquet-wasm/esm').then((module) => {
    const wasm = createRequire(import.meta.url).resolve('parquet-wasm/esm/parquet_wasm_bg.wasm');
    module.initSync({ module: readFileSync(wasm) });
    return module;
  });
  return loaded;
}
