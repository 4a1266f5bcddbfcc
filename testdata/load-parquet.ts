import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import initParquet, * as parquetModule from 'parquet-wasm/esm';
import type { ParquetModule } from '#core/parquet/parquet-module';

let loaded: Promise<ParquetModule> | undefined;

/** The Parquet module, compiled once per test process. */
export function loadParquet(): Promise<ParquetModule> {
  loaded ??= initParquet({
    module_or_path: readFileSync(
      createRequire(import.meta.url).resolve('parquet-wasm/esm/parquet_wasm_bg.wasm'),
    ),
  }).then(() => parquetModule);
  return loaded;
}
