import { createHash } from 'node:crypto';
import { hashOfOrders } from '#core/book/book-queries';
import type { BinHead, GridFrame } from '#core/vp/frame';
import type { VpPipeline } from '#core/vp/vp-pipeline';
import { GridIpcLayout } from '#protocol/grid-ipc';
import { GridIpcWriter } from '#protocol/grid-ipc-writer';
import type { Output } from '#cli/file-output';
import type { BinOutput } from '#cli/grid-output';
import { jsonLine } from '#cli/table-output';

/**
 * Hashes the wire bytes of the bins instead of printing them: the SHA-256 of `GridDigest`, here by Node, because hashing
 * 34 kB per bin in JavaScript takes several times as long as computing them.
 */
export class DigestOutput implements BinOutput {
  readonly binsPerFlush = 256;
  readonly #digest = createHash('sha256');
  readonly #writer: GridIpcWriter;
  readonly #message: Uint8Array;
  readonly #pipeline: VpPipeline;
  readonly #output: Output;
  #bins = 0;
  #report = {};

  constructor(pipeline: VpPipeline, output: Output) {
    this.#pipeline = pipeline;
    this.#output = output;
    const layout = GridIpcLayout.of(2 * pipeline.config.grid_radius_ticks + 1);
    this.#writer = new GridIpcWriter(layout, new ArrayBuffer(layout.stride));
    this.#message = new Uint8Array(this.#writer.buffer);
  }

  add(_: Readonly<BinHead>, frame: GridFrame): void {
    this.#bins++;
    this.#writer.write(frame, 0);
    this.#digest.update(this.#message);
  }

  /** Records are read in blocks, whose size must not show: the state counts as it is at the end of the last bin. */
  end(): void {
    this.#report = {
      bins: this.#bins,
      records: this.#pipeline.diagnostics.events,
      config_version: this.#pipeline.config.config_version,
      grid_sha256: this.#digest.copy().digest('hex'),
      orders_sha256: hashOfOrders(this.#pipeline.book()),
      anomalies: this.#pipeline.anomalies(),
    };
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  finish(): Promise<void> {
    return this.#output.write(jsonLine(this.#report));
  }
}
