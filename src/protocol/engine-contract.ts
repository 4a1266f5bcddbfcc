/**
 * The worker boundary of a file session. Control calls go through comlink; bulk data crosses only as
 * transferred buffers, or between engine and scorer in shared memory where the page is isolated. Byte flow:
 *
 *   File ──slices──► import ──FeedSink.push──► engine ──BlockSink.push──► scorer ──ScorerOutput.onGrid──► page
 *
 * `FeedSink.push` resolves when the engine has consumed the records, `BlockSink.push` when the bins are scored and
 * `onGrid` when the page has stored them: awaiting them is the back-pressure. There is no cancel: the page ends the
 * workers. They talk to each other over ports of their own, so market data never passes through the page's thread.
 */
import type { Problem } from '#base/problem';
import type { VpRuntimeConfig } from '#core/config/runtime-config';
import type { PackedBins } from '#core/vp/packed-bins';
import type { GridBlock, RuntimeConfigMessage, ServingInfo } from '#protocol/grid-messages';
import type { MomentApi, MomentBudgets } from '#protocol/moment-contract';

/** Answers while the worker's event loop turns; the supervisor's heartbeat. */
export interface Pingable {
  ping(): number;
}

export interface InstrumentKey {
  publisherId: number;
  instrumentId: number;
}

export interface ProbedInstrument extends InstrumentKey {
  symbol: string;
  records: number;
  isSpread: boolean;
}

/** What the first megabytes of a capture tell. */
export interface ProbeReply {
  /** Names in timeline order. */
  files: string[];
  totalBytes: number;
  fingerprint: string;
  dataset: string;
  synthetic: boolean;
  /** Busiest first; counts are of the probed part. */
  instruments: ProbedInstrument[];
  /** The busiest outright. */
  chosen: ProbedInstrument;
  /** Configuration that the chosen instrument gets when none is given. */
  config: VpRuntimeConfig;
  warnings: Problem[];
}

/** How far reading has come, ahead of the engine. */
export interface ReadProgress {
  bytes: number;
  totalBytes: number | undefined;
  /** `ts_event` of the latest record read, ns since the epoch. */
  lastNs: bigint | undefined;
}

export interface ImportOutput {
  onProgress(progress: ReadProgress): void;
  onInstruments(instruments: ProbedInstrument[]): void;
  onWarning(problem: Problem): void;
}

export interface StreamRequest {
  instrument: InstrumentKey;
  skipRecords: number;
}

/** What an instrument is computed with when nothing else is given. */
export interface InstrumentConfig {
  config: VpRuntimeConfig;
  /** The capture does not tell what a price move is worth: the multiplier is the default. */
  multiplierAssumed: boolean;
}

export interface ImportApi extends Pingable {
  /** Opens the files and reads enough of them to name their instruments. Rejects with a `Problem`. */
  probe(files: File[]): Promise<ProbeReply>;
  /** The configuration a chosen instrument gets when none is given. */
  configFor(instrument: InstrumentKey): Promise<InstrumentConfig>;
  /**
   * Streams the instrument's records to the engine behind `feed` (a transferred `MessagePort` exposing
   * `FeedSink`), leaving out the first `skipRecords`. Resolves at the end of input; damage after whole records is
   * reported by `onWarning` and ends the stream in order. Rejects when the input can no longer be read, after the
   * engine has finished what came before.
   */
  stream(feed: MessagePort, request: StreamRequest, output: ImportOutput): Promise<void>;
}

/** Exposed by the engine on the feed port. */
export interface FeedSink {
  /** `buffer` holds `count` packed MBO records and is transferred. */
  push(buffer: ArrayBuffer, count: number): Promise<void>;
  end(): Promise<void>;
}

export interface EngineStart {
  config: VpRuntimeConfig;
  serving?: ServingInfo;
  instrument: InstrumentKey;
  /** ns since the epoch, as in vacuum-pressure.md section 7; absent = from the first record. */
  warmupStartNs?: bigint;
  emitAfterNs?: bigint;
  sessionStartNs?: bigint;
  sessionEndNs?: bigint;
  /** Continue from a checkpoint instead of an empty book. */
  resume?: EngineCheckpoint;
  /** Also keep what `MomentApi` answers from (costs about half of the speed). */
  moments?: MomentBudgets;
}

/** The whole state of engine and scorer after `records` records of the stream and `bins` emitted bins. */
export interface EngineCheckpoint {
  /** Of the engine's `BinStream`; transferred. */
  state: Uint8Array;
  /** Of the `BlockScorer`. */
  scores: Uint8Array;
  /** Of the book of the moments, where the run keeps them. Transferred. */
  bookState?: Uint8Array;
  records: number;
  bins: number;
}

export interface EngineProgress {
  records: number;
  bins: number;
  marketTimeNs: bigint | undefined;
  anomalies: Record<string, number>;
  /** The feed flagged a gap (vacuum-pressure.md section 19.14). */
  bookSuspect: boolean;
}

export interface EngineEnd extends EngineProgress {
  /** What a reader of the numbers must know about the records. */
  warnings: Problem[];
  /** `orders_sha256` of the final book. */
  ordersSha256: string;
}

export interface EngineOutput {
  onConfig(message: RuntimeConfigMessage): Promise<void>;
  onProgress(progress: EngineProgress): void;
  onCheckpoint(checkpoint: EngineCheckpoint): void;
}

/** Questions about moments are answered for the latest run, also after its end. */
export interface EngineApi extends Pingable, MomentApi {
  /**
   * Consumes records from `feed` until its end and hands the bins to the `BlockSink` behind `blocks`; both ports are
   * transferred. Rejects with a `Problem`.
   */
  run(start: EngineStart, feed: MessagePort, blocks: MessagePort, output: EngineOutput): Promise<EngineEnd>;
}

/** Exposed by the scorer on the port of the blocks. */
export interface BlockSink {
  /** `numbers` is transferred unless it is shared, and then comes back for another block. */
  push(block: PackedBins): Promise<ArrayBuffer | undefined>;
  /** State after all blocks so far, once the page has their bins; `undefined` after a failure. */
  save(): Promise<Uint8Array | undefined>;
  end(): Promise<void>;
}

export interface ScorerStart {
  config: VpRuntimeConfig;
  /** `EngineCheckpoint.scores` of the checkpoint from which the engine goes on. */
  resume?: Uint8Array;
  /** Also hash all grid columns. */
  digest?: boolean;
}

export interface ScorerEnd {
  /** SHA-256 over the Arrow IPC bytes of all bins, when asked for and the run did not resume from a checkpoint. */
  gridSha256: string | undefined;
}

export interface ScorerOutput {
  /**
   * The block's buffers are transferred (`gridBlockTransfers`). The answer may bring the `ipc` buffer of an earlier
   * block, transferred too, for the scorer to fill again.
   */
  onGrid(block: GridBlock): Promise<ArrayBuffer | undefined>;
}

export interface ScorerApi extends Pingable {
  /** Scores what comes over `blocks` (a transferred port) until its end. Rejects with a `Problem`. */
  run(start: ScorerStart, blocks: MessagePort, output: ScorerOutput): Promise<ScorerEnd>;
}

/** What is known of a capture that was read to its end. */
export type CaptureEnd = EngineEnd & ScorerEnd;
