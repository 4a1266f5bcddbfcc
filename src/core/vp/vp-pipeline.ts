/**
 * The vacuum–pressure engine on one thread, as the command line and the tests use it (vacuum-pressure.md sections 2
 * and 7 to 13). Records in, bins out; the result depends on the sequence of records and the configuration alone.
 *
 *   records ─► BinStream ─► closed bins ─► VpKernel.score ─► BinEmitter: labels, DerivativeRuntime ─► sink
 */
import { StateReader, StateWriter } from '#base/state-io';
import type { OrderBook } from '#core/book/order-book';
import type { VpRuntimeConfig } from '#core/config/runtime-config';
import type { MboBlock } from '#core/mbo/mbo-block';
import { BinEmitter } from '#core/vp/bin-emitter';
import { BinStream, type ClosedSink } from '#core/vp/bin-stream';
import type { BinSink } from '#core/vp/frame';
import type { IngestClock } from '#core/vp/ingest-clock';
import type { KernelMaker } from '#core/vp/kernel-port';
import type { VpDiagnostics, VpPipelineOptions } from '#core/vp/vp-options';
import { wasmKernel } from '#core/vp/wasm/wasm-kernel';

export type { TimelineBreak, VpDiagnostics, VpPipelineOptions } from '#core/vp/vp-options';

const STATE_TAG = 'vp-pipeline';
const STATE_VERSION = 4;

export class VpPipeline {
  private readonly stream: BinStream;
  private readonly emitter: BinEmitter;

  /**
   * @param makeKernel another one than the compiled kernel, for tests
   * @throws ProblemError where the configuration cannot be run
   */
  constructor(
    readonly config: VpRuntimeConfig,
    options: VpPipelineOptions,
    makeKernel: KernelMaker = wasmKernel,
  ) {
    this.stream = new BinStream(config, options, makeKernel);
    this.emitter = new BinEmitter(this.stream.kernel, config);
  }

  get clock(): IngestClock {
    return this.stream.clock;
  }

  /** ns since the epoch of time 0 in `BinHead`; 0 before the first record. */
  get timeBaseNs(): bigint {
    return this.stream.timeBaseNs;
  }

  /** See `BinStream`. */
  get marketTimeNs(): bigint | undefined {
    return this.stream.marketTimeNs;
  }

  /** See `BinStream`. */
  get anchorTick(): number | undefined {
    return this.stream.anchorTick;
  }

  get diagnostics(): VpDiagnostics {
    return this.stream.diagnostics;
  }

  anomalies(): Record<string, number> {
    return this.stream.anomalies();
  }

  /** The book as it is now, as a copy. */
  book(): OrderBook {
    return this.stream.book();
  }

  /** See `BinStream.process`; a sink that throws loses the rest of its block. */
  process(block: MboBlock, from: number, to: number, sink: BinSink, binBudget = Infinity): number {
    return this.stream.process(block, from, to, this.scored(sink), binBudget);
  }

  /** End of data: closes the open bin if it has records. Returns false when the budget did not allow it. */
  finish(sink: BinSink, binBudget = Infinity): boolean {
    return this.stream.finish(this.scored(sink), binBudget);
  }

  /** See `BinStream`; in a sink the state is that of its bin with `binByBin`. */
  readSlots(out: Float64Array, from = 0, count = this.config.n_absolute_ticks): void {
    this.stream.readSlots(out, from, count);
  }

  /** The whole state; a pipeline restored from it goes on bit for bit like this one. Not to be called from a sink. */
  save(): Uint8Array {
    const stream = this.stream.save();
    const writer = new StateWriter(stream.length + (1 << 16));
    writer.begin(STATE_TAG, STATE_VERSION);
    writer.number(stream.length);
    writer.u8s(stream, stream.length);
    this.emitter.save(writer);
    return writer.finish();
  }

  /** @throws ProblemError `vp/other-run` when the state belongs to another configuration, `state/…` when it is damaged */
  static restore(
    config: VpRuntimeConfig,
    options: VpPipelineOptions,
    bytes: Uint8Array,
    makeKernel: KernelMaker = wasmKernel,
  ): VpPipeline {
    const reader = new StateReader(bytes);
    reader.begin(STATE_TAG, STATE_VERSION);
    const pipeline = new VpPipeline(config, options, makeKernel);
    const stream = new Uint8Array(reader.count(reader.length));
    reader.u8s(stream, stream.length);
    pipeline.stream.restore(stream);
    pipeline.emitter.restore(reader);
    reader.end();
    return pipeline;
  }

  private scored(sink: BinSink): ClosedSink {
    return (notes) => {
      this.stream.kernel.score();
      this.emitter.emit(notes.values, notes.count, sink);
    };
  }
}
