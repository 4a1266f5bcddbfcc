/**
 * Runs the vacuum–pressure pipeline over the records that arrive on a feed port and hands the bins on in blocks.
 * Holds no formula: everything numeric is `VpPipeline`, everything on the wire is `src/protocol`.
 */
import { expose, transfer } from 'comlink';
import { ProblemError, toProblem } from '#base/problem';
import { hashOfOrders } from '#core/book/book-queries';
import { MboBlock } from '#core/mbo/mbo-block';
import { streamWarnings } from '#core/vp/stream-warnings';
import { VpPipeline } from '#core/vp/vp-pipeline';
import type { BinHead, GridFrame } from '#core/vp/frame';
import { runtimeConfigMessage } from '#protocol/grid-encode';
import { GridBlockWriter } from '#protocol/grid-block-writer';
import { GridDigest } from '#protocol/grid-digest';
import { gridBlockTransfers } from '#protocol/grid-messages';
import type {
  EngineApi,
  EngineCheckpoint,
  EngineEnd,
  EngineOutput,
  EngineProgress,
  EngineStart,
  FeedSink,
} from '#protocol/engine-contract';
import type { MomentApi, MomentBook, MomentColumns, MomentOrders } from '#protocol/moment-contract';
import { nextTurn } from './event-loop';
import { failNone, momentHost, type MomentHost } from './moment-host';

/** Records between two turns of the event loop: a few milliseconds of work. */
const RECORDS_PER_TURN = 8192;
/** Bins closed between two turns when time jumps over a quiet stretch. */
const BINS_PER_TURN = 64;
/** A block leaves when it is full or this old, so that the first picture comes at once. */
const BLOCK_BINS = 64;
const BLOCK_AGE_MS = 60;
const PROGRESS_EVERY_MS = 100;
const CHECKPOINT_EVERY_MS = 5000;
/** Blocks under way to the page before the engine waits for it. */
const BLOCKS_IN_FLIGHT = 2;

/** The output as the engine calls it: through a comlink proxy every call returns a promise. */
type RemoteOutput = {
  [K in keyof EngineOutput]: (
    ...args: Parameters<EngineOutput[K]>
  ) => Promise<Awaited<ReturnType<EngineOutput[K]>>>;
};

export class EngineHost implements EngineApi {
  #moments: MomentHost | undefined;

  ping(): number {
    return 0;
  }

  async bookAt(...question: Parameters<MomentApi['bookAt']>): Promise<MomentBook> {
    return this.#kept().bookAt(...question);
  }

  async ordersAt(...question: Parameters<MomentApi['ordersAt']>): Promise<MomentOrders> {
    return this.#kept().ordersAt(...question);
  }

  async columnsAt(...question: Parameters<MomentApi['columnsAt']>): Promise<MomentColumns> {
    return this.#kept().columnsAt(...question);
  }

  #kept(): MomentHost {
    return this.#moments ?? failNone();
  }

  run(start: EngineStart, feed: MessagePort, output: EngineOutput): Promise<EngineEnd> {
    const run = new EngineRun(start, output as RemoteOutput);
    this.#moments = run.moments;
    return new Promise((resolve, reject) => {
      let failed = false;
      // Pushes may overlap (the import worker keeps two under way), but records must not. The feed stays open after
      // a failure, so that whoever still pushes gets an answer; the import side closes it.
      let tail: Promise<void> = Promise.resolve();
      const inOrder = (work: () => Promise<void>): Promise<void> => {
        tail = tail.then(async () => {
          if (failed) return;
          try {
            await work();
          } catch (error) {
            failed = true;
            reject(error instanceof Error ? error : new ProblemError(toProblem(error)));
          }
        });
        return tail;
      };
      const sink: FeedSink = {
        push: (buffer, count) => inOrder(() => run.consume(new MboBlock(buffer, count))),
        end: () => inOrder(async () => resolve(await run.finish())),
      };
      expose(sink, feed);
      void inOrder(() => run.begin());
    });
  }
}

class EngineRun {
  readonly moments: MomentHost | undefined;
  readonly #pipeline: VpPipeline;
  readonly #writer: GridBlockWriter;
  readonly #output: RemoteOutput;
  readonly #start: EngineStart;
  readonly #digest: GridDigest | undefined;
  readonly #sink: (head: Readonly<BinHead>, frame: GridFrame) => void;
  #inFlight: Promise<void>[] = [];
  #records: number;
  #bins: number;
  #lastProgressMs = 0;
  #lastCheckpointMs = performance.now();

  constructor(start: EngineStart, output: RemoteOutput) {
    const { config, instrument, resume } = start;
    const options = {
      publisherId: instrument.publisherId,
      instrumentId: instrument.instrumentId,
      run: {
        ...(start.warmupStartNs === undefined ? {} : { warmupStartNs: start.warmupStartNs }),
        ...(start.emitAfterNs === undefined ? {} : { emitAfterNs: start.emitAfterNs }),
        ...(start.sessionStartNs === undefined ? {} : { sessionStartNs: start.sessionStartNs }),
        ...(start.sessionEndNs === undefined ? {} : { sessionEndNs: start.sessionEndNs }),
      },
    };
    this.#start = start;
    this.moments = momentHost(start, options);
    this.#pipeline = resume
      ? VpPipeline.restore(config, options, resume.state)
      : new VpPipeline(config, options);
    this.#records = resume?.records ?? 0;
    this.#bins = resume?.bins ?? 0;
    this.#output = output;
    this.#writer = new GridBlockWriter(config, BLOCK_BINS);
    this.#digest = start.digest && !resume ? new GridDigest() : undefined;
    this.#sink = (head, frame) => {
      this.#bins++;
      this.#writer.append(head, frame, this.#pipeline.timeBaseNs);
      if (this.#writer.isFull) this.#send();
    };
  }

  async begin(): Promise<void> {
    await this.#output.onConfig(runtimeConfigMessage(this.#start.config, this.#start.serving));
  }

  async consume(block: MboBlock): Promise<void> {
    for (let from = 0; from < block.count;) {
      const to = Math.min(from + RECORDS_PER_TURN, block.count);
      const next = this.#pipeline.process(block, from, to, this.#sink, BINS_PER_TURN);
      this.#records += next - from;
      this.moments?.append(block, from, next);
      // Otherwise bins are closed already before a record that is not taken yet.
      if (next === to) this.moments?.note(this.#pipeline);
      from = next;
      await this.#turn();
    }
  }

  async finish(): Promise<EngineEnd> {
    while (!this.#pipeline.finish(this.#sink, BINS_PER_TURN)) await this.#turn();
    this.#send();
    await Promise.all(this.#inFlight);
    return {
      ...this.#progress(),
      warnings: streamWarnings(this.#pipeline.diagnostics),
      ordersSha256: hashOfOrders(this.#pipeline.book()),
      gridSha256: this.#digest?.hex(),
    };
  }

  /** Sends what is due, waits for the page where it must, and lets the event loop turn. */
  async #turn(): Promise<void> {
    const now = performance.now();
    if (this.#writer.ageMs(now) > BLOCK_AGE_MS) this.#send();
    if (now - this.#lastProgressMs > PROGRESS_EVERY_MS) {
      this.#lastProgressMs = now;
      void this.#output.onProgress(this.#progress());
    }
    if (now - this.#lastCheckpointMs > CHECKPOINT_EVERY_MS) {
      this.#lastCheckpointMs = now;
      this.#checkpoint();
    }
    while (this.#inFlight.length >= BLOCKS_IN_FLIGHT) await this.#inFlight.shift();
    await nextTurn();
  }

  #send(): void {
    const block = this.#writer.take();
    if (!block) return;
    this.#digest?.update(block.ipc);
    const stored = this.#output
      .onGrid(transfer(block, gridBlockTransfers(block)))
      .then((emptied) => emptied && this.#writer.recycle(emptied));
    // A refusal is met where the block is awaited, which may be later than it comes.
    stored.catch(() => undefined);
    this.#inFlight.push(stored);
  }

  #checkpoint(): void {
    this.#send();
    const state = this.#pipeline.save();
    const bookState = this.moments?.bookState();
    const checkpoint: EngineCheckpoint = {
      state,
      ...(bookState && { bookState }),
      records: this.#records,
      bins: this.#bins,
    };
    const transfers = bookState ? [state.buffer, bookState.buffer] : [state.buffer];
    void this.#output.onCheckpoint(transfer(checkpoint, transfers));
  }

  #progress(): EngineProgress {
    return {
      records: this.#records,
      bins: this.#bins,
      marketTimeNs: this.#pipeline.marketTimeNs,
      anomalies: this.#pipeline.anomalies(),
      bookSuspect: this.#pipeline.diagnostics.bookSuspect,
    };
  }
}
