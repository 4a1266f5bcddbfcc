/** Record batches → the bytes of a Parquet file, one row group per batch, piece by piece. */
import type { RecordBatch } from 'apache-arrow';
import { ipcStream } from '#core/arrow/arrow-writer';
import { FooterMerger } from '#core/parquet/parquet-footer';
import type { ParquetModule } from '#core/parquet/parquet-module';

export class ParquetWriter {
  readonly #module: ParquetModule;
  readonly #merger = new FooterMerger();

  constructor(module: ParquetModule) {
    this.#module = module;
  }

  /** @returns the bytes to append to the output */
  write(batch: RecordBatch): Uint8Array {
    const { Table, WriterPropertiesBuilder, Compression, writeParquet } = this.#module;
    const properties = new WriterPropertiesBuilder()
      .setCompression(Compression.ZSTD)
      .setMaxRowGroupSize(Math.max(1, batch.numRows))
      .setKeyValueMetadata(batch.schema.metadata)
      .build();
    return this.#merger.add(writeParquet(Table.fromIPCStream(ipcStream(batch)), properties));
  }

  /** @returns the last bytes of the output. At least one batch, possibly empty, must have been written. */
  finish(): Uint8Array {
    return this.#merger.finish();
  }
}
