/**
 * Keeps the book over the records that arrive on a feed port and hands the closed bins on to the scorer. Holds no
 * formula: everything numeric is `BinStream`.
 */
import { expose, transfer, wrap, type Remote } from 'comlink';
import { ProblemError, toProblem } from '#base/problem';
import { hashOfOrders } from '#core/book/book-queries';
import { MboBlock } from '#core/mbo/mbo-block';
import { BinStream, type ClosedSink } from '#core/vp/bin-stream';
import { BinPacker, packedTransfers } from '#core/vp/packed-bins';
import { streamWarnings } from '#core/vp/stream-warnings';
import type {
  BlockSink,
  EngineApi,
  EngineCheckpoint,
  EngineEnd,
  EngineOutput,
  EngineProgress,
  EngineStart,
  FeedSink,
} from '#protocol/engine-contract';
import { runtimeConfigMessage } from '#protocol/grid-encode';
import type { MomentApi, MomentBook, MomentColumns, MomentOrders } from '#protocol/moment-contract';
import { nextTurn } from './event-loop';
import { InOrder } from './in-order';
import { failNone, momentHost, type MomentHost } from './moment-host';

/** Records between two turns of the event loop: a few milliseconds of work. */
const RECORDS_PER_TURN = 8192;
/** Bins closed between two turns when time jumps over a quiet stretch. */
const BINS_PER_TURN = 64;
const PROGRESS_EVERY_MS = 100;
const CHECKPOINT_EVERY_MS = 5000;
/** Blocks under way to the scorer before the engine waits for it. */
const BLOCKS_IN_FLIGHT = 3;

/** The output as the engine calls it: through a comlink proxy every call returns a promise. */
type RemoteOutput = {
  [K in keyof EngineOutput]: (
    ...args: Parameters<EngineOutput[K]>
  ) => Promise<Awaited<ReturnType<EngineOutput[K]>>>;
};

export class EngineHost implements EngineApi {
  readonly #canShare: boolean;
  #moments: MomentHost | undefined;

  /** @param canShare whether memory may be shared with the scorer */
  constructor(canShare = globalThis.crossOriginIsolated) {
    this.#canShare = canShare;
  }

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

  run(start: EngineStart, feed: MessagePort, blocks: MessagePort, output: EngineOutput): Promise<EngineEnd> {
    return new Promise((resolve, reject) => {
      // The feed stays open after a failure, so that whoever still pushes gets an answer; the import side closes it.
      const scorer = wrap<BlockSink>(blocks);
      const inOrder = new InOrder((error) => {
        const reason = error instanceof Error ? error : new ProblemError(toProblem(error));
        // What was closed before the failure reaches the page first.
        const fail = (): void => reject(reason);
        scorer.end().then(fail, fail);
      });
      const run = new EngineRun(start, scorer, output as RemoteOutput, this.#canShare);
      this.#moments = run.moments;
      const sink: FeedSink = {
        push: (buffer, count) => inOrder.run(() => run.consume(new MboBlock(buffer, count))),
        end: () => inOrder.run(async () => resolve(await run.finish())),
      };
      void inOrder.run(() => run.begin());
      expose(sink, feed);
    });
  }
}

class EngineRun {
  readonly moments: MomentHost | undefined;
  readonly #start: EngineStart;
  readonly #stream: BinStream;
  readonly #packer: BinPacker;
  readonly #scorer: Remote<BlockSink>;
  readonly #output: RemoteOutput;
  readonly #sink: ClosedSink;
  #inFlight: Promise<void>[] = [];
  #records: number;
  #bins: number;
  #lastProgressMs = 0;
  #lastCheckpointMs = performance.now();

  constructor(start: EngineStart, scorer: Remote<BlockSink>, output: RemoteOutput, canShare: boolean) {
    const { config, instrument, resume } = start;
    const options = {
      publisherId: instrument.publisherId,
      instrumentId: instrument.instrumentId,
      scoredApart: true,
      run: {
        ...(start.warmupStartNs === undefined ? {} : { warmupStartNs: start.warmupStartNs }),
        ...(start.emitAfterNs === undefined ? {} : { emitAfterNs: start.emitAfterNs }),
        ...(start.sessionStartNs === undefined ? {} : { sessionStartNs: start.sessionStartNs }),
        ...(start.sessionEndNs === undefined ? {} : { sessionEndNs: start.sessionEndNs }),
      },
    };
    this.#start = start;
    this.moments = momentHost(start, options);
    this.#stream = new BinStream(config, options);
    this.#packer = new BinPacker(this.#stream.kernel, config, canShare);
    this.#records = resume?.records ?? 0;
    this.#bins = resume?.bins ?? 0;
    this.#scorer = scorer;
    this.#output = output;
    this.#sink = (notes) => {
      this.#bins += notes.count;
      const block = this.#packer.pack(notes, this.#stream.timeBaseNs);
      const { buffer } = block.numbers;
      this.#inFlight.push(
        this.#scorer.push(transfer(block, packedTransfers(block))).then((returned) => {
          this.#packer.recycle(returned ?? buffer);
        }),
      );
    };
  }

  async begin(): Promise<void> {
    if (this.#start.resume) this.#stream.restore(this.#start.resume.state);
    await this.#output.onConfig(runtimeConfigMessage(this.#start.config, this.#start.serving));
  }

  async consume(block: MboBlock): Promise<void> {
    for (let from = 0; from < block.count;) {
      const to = Math.min(from + RECORDS_PER_TURN, block.count);
      const next = this.#stream.process(block, from, to, this.#sink, BINS_PER_TURN);
      this.#records += next - from;
      this.moments?.append(block, from, next);
      // Otherwise bins are closed already before a record that is not taken yet.
      if (next === to) this.moments?.note(this.#stream);
      from = next;
      await this.#turn(next === to);
    }
  }

  async finish(): Promise<EngineEnd> {
    while (!this.#stream.finish(this.#sink, BINS_PER_TURN)) await this.#turn();
    await this.#scorer.end();
    return {
      ...this.#progress(),
      warnings: streamWarnings(this.#stream.diagnostics),
      ordersSha256: hashOfOrders(this.#stream.book()),
    };
  }

  /**
   * Tells what is due, waits for the scorer where it must, and lets the event loop turn.
   *
   * @param isWhole no bins were closed ahead of a record that is still to come: a state then stands for its records
   */
  async #turn(isWhole = false): Promise<void> {
    const now = performance.now();
    if (now - this.#lastProgressMs > PROGRESS_EVERY_MS) {
      this.#lastProgressMs = now;
      void this.#output.onProgress(this.#progress());
    }
    if (isWhole && now - this.#lastCheckpointMs > CHECKPOINT_EVERY_MS) {
      this.#lastCheckpointMs = now;
      await this.#checkpoint();
    }
    while (this.#inFlight.length >= BLOCKS_IN_FLIGHT) await this.#inFlight.shift();
    await nextTurn();
  }

  async #checkpoint(): Promise<void> {
    const state = this.#stream.save();
    const bookState = this.moments?.bookState();
    const [records, bins] = [this.#records, this.#bins];
    const scores = await this.#scorer.save();
    if (!scores) return;
    const checkpoint: EngineCheckpoint = { state, scores, ...(bookState && { bookState }), records, bins };
    const transfers = bookState ? [state.buffer, bookState.buffer] : [state.buffer];
    void this.#output.onCheckpoint(transfer(checkpoint, transfers));
  }

  #progress(): EngineProgress {
    return {
      records: this.#records,
      bins: this.#bins,
      marketTimeNs: this.#stream.marketTimeNs,
      anomalies: this.#stream.anomalies(),
      bookSuspect: this.#stream.diagnostics.bookSuspect,
    };
  }
}
