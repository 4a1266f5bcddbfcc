import type { ParquetModule } from '#core/parquet/parquet-module';
import wasmUrl from 'parquet-wasm/esm/parquet_wasm_bg.wasm?url';

let loaded: Promise<ParquetModule> | undefined;

/** The Parquet codec, fetched from this origin and compiled on first need. */
export function loadParquet(): Promise<ParquetModule> {
  loaded ??= import('parquet-wasm/esm').then(async (module) => {
    await module.default({ module_or_path: wasmUrl });
    return module;
  });
  return loaded;
}
