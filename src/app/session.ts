/**
 * One opened capture: import, engine and scorer worker, progress, cancel, and recovery.
 *
 * A worker that dies takes the others with it. Fresh ones read the files again; engine and scorer continue from their
 * last checkpoint and the import worker leaves out the records that it covers, so bins that arrive twice replace
 * themselves. Cancelling ends all workers at once: whatever they are busy with, the page does not wait.
 */
import { proxy, transfer } from 'comlink';
import { fail, toProblem, type Problem } from '#base/problem';
import { SupervisedWorker } from '#app/worker-supervisor';
import { overrideRuntimeConfig, type VpRuntimeConfig } from '#core/config/runtime-config';
import type {
  CaptureEnd,
  EngineApi,
  EngineCheckpoint,
  EngineProgress,
  EngineStart,
  ImportApi,
  InstrumentKey,
  ProbedInstrument,
  ProbeReply,
  ReadProgress,
  ScorerApi,
} from '#protocol/engine-contract';
import { plainErrors } from '#protocol/plain-errors';
import type { GridBlock, RuntimeConfigMessage, ServingInfo } from '#protocol/grid-messages';

/** After this many deaths in one run something in the data kills the worker: stop trying. */
const MAX_RESTARTS = 3;

export interface WorkerFactory {
  spawnImport(): Worker;
  spawnEngine(): Worker;
  spawnScorer(): Worker;
}

/** All calls come from one session in order; none after `close`, `onEnd`, `onCancelled` or `onFailure`. */
export interface SessionListener {
  onProbed(reply: ProbeReply, instrument: ProbedInstrument, multiplierAssumed: boolean): void;
  onConfig(message: RuntimeConfigMessage): void;
  /**
   * Rejects with a `ProblemError` to refuse the stream, which ends the session. The engine waits for the answer.
   *
   * @returns the buffer of an earlier block that is no longer needed
   */
  onGrid(block: GridBlock): Promise<ArrayBuffer | undefined>;
  onBytes(progress: ReadProgress): void;
  onEngineProgress(progress: EngineProgress): void;
  onInstruments(instruments: readonly ProbedInstrument[]): void;
  onWarning(problem: Problem): void;
  /** A worker died and its successor is at work, from a checkpoint or from the beginning. */
  onRestart(reason: Problem, fromCheckpoint: boolean): void;
  onEnd(end: CaptureEnd): void;
  onCancelled(): void;
  onFailure(problem: Problem): void;
}

/** What a serving spec or the list of samples adds to a run; a dropped file has none of it. */
export interface RunSettings {
  config?: VpRuntimeConfig;
  /** Fields that the configuration made for the capture cannot know, where no `config` is given. */
  overrides?: Readonly<Record<string, unknown>>;
  serving?: ServingInfo;
  warmupStartNs?: bigint;
  emitAfterNs?: bigint;
  sessionStartNs?: bigint;
  sessionEndNs?: bigint;
  digest?: boolean;
}

interface Workers {
  readonly importer: SupervisedWorker<ImportApi>;
  readonly engine: SupervisedWorker<EngineApi>;
  readonly scorer: SupervisedWorker<ScorerApi>;
}

export class FileSession {
  readonly #files: readonly File[];
  readonly #factory: WorkerFactory;
  readonly #listener: SessionListener;
  readonly #settings: RunSettings;
  #workers: Workers | undefined;
  #start: EngineStart | undefined;
  #checkpoint: EngineCheckpoint | undefined;
  #death: Problem | undefined;
  #restarts = 0;
  readonly #warned = new Set<string>();
  #over = false;

  constructor(
    files: readonly File[],
    workers: WorkerFactory,
    settings: RunSettings,
    listener: SessionListener,
  ) {
    this.#files = files;
    this.#factory = workers;
    this.#settings = settings;
    this.#listener = listener;
  }

  /** Bytes held for recovery. */
  get heldBytes(): number {
    const checkpoint = this.#checkpoint;
    if (!checkpoint) return 0;
    const { state, scores, bookState } = checkpoint;
    return state.byteLength + scores.byteLength + (bookState?.byteLength ?? 0);
  }

  /** Opens the files and streams the given instrument, or the serving's, or the busiest outright, to the end. */
  async open(instrument?: InstrumentKey): Promise<void> {
    try {
      const end = await this.#runUntilEnd(instrument);
      this.#finish(() => this.#listener.onEnd(end));
    } catch (error) {
      this.#finish(() => this.#listener.onFailure(toProblem(error)));
    }
  }

  /** Ends loading; what was loaded stays. */
  cancel(): void {
    this.#finish(() => this.#listener.onCancelled());
  }

  close(): void {
    this.#finish(() => undefined);
  }

  #finish(tell: () => void): void {
    if (this.#over) return;
    this.#over = true;
    this.#endWorkers();
    this.#checkpoint = undefined;
    tell();
  }

  #endWorkers(): void {
    this.#workers?.importer.terminate();
    this.#workers?.engine.terminate();
    this.#workers?.scorer.terminate();
    this.#workers = undefined;
  }

  async #runUntilEnd(instrument: InstrumentKey | undefined): Promise<CaptureEnd> {
    for (;;) {
      try {
        return await this.#attempt(instrument);
      } catch (error) {
        const reason = toProblem(error);
        if (reason.code !== 'worker/died' || this.#over) throw error;
        this.#endWorkers();
        if (++this.#restarts > MAX_RESTARTS) {
          fail('worker/gave-up', `A worker stopped ${this.#restarts} times on this capture.`, {
            tip: 'What was loaded stays usable. Lowering the memory budget may help.',
          });
        }
        this.#death = reason;
      }
    }
  }

  async #attempt(instrument: InstrumentKey | undefined): Promise<CaptureEnd> {
    const workers = this.#spawn();
    const { importer } = workers;
    const reply = await importer.call((api) => api.probe([...this.#files]));
    this.#start ??= await this.#begin(importer, reply, instrument);
    for (const warning of reply.warnings) this.#warn(warning);
    if (this.#death && !this.#over) this.#listener.onRestart(this.#death, this.#checkpoint !== undefined);
    this.#death = undefined;
    return this.#run(workers, this.#start);
  }

  async #begin(
    importer: SupervisedWorker<ImportApi>,
    reply: ProbeReply,
    wanted: InstrumentKey | undefined,
  ): Promise<EngineStart> {
    const chosen = this.#choose(reply, wanted);
    const { publisherId, instrumentId } = chosen;
    const { overrides = {}, digest: _, ...settings } = this.#settings;
    const made = settings.config
      ? { config: settings.config, multiplierAssumed: false }
      : await importer.call((api) => api.configFor(chosen));
    const config = overrideRuntimeConfig(made.config, settings.config ? {} : overrides);
    const multiplierAssumed = made.multiplierAssumed && !('contract_multiplier' in overrides);
    if (!this.#over) this.#listener.onProbed(reply, chosen, multiplierAssumed);
    return { ...settings, config, instrument: { publisherId, instrumentId } };
  }

  #choose({ instruments, chosen }: ProbeReply, wanted: InstrumentKey | undefined): ProbedInstrument {
    if (wanted) {
      const { publisherId, instrumentId } = wanted;
      const known = instruments.find((i) => i.publisherId === publisherId && i.instrumentId === instrumentId);
      return known ?? { ...wanted, symbol: String(instrumentId), records: 0, isSpread: false };
    }
    const symbol = this.#settings.config?.symbol;
    if (symbol === undefined) return chosen;
    return (
      instruments.find((i) => i.symbol === symbol) ??
      fail(
        'serving/other-symbol',
        `The serving is about ${symbol}, but the capture holds ${chosen.symbol}.`,
        {
          tip: 'Open the capture without the serving.',
        },
      )
    );
  }

  async #run({ importer, engine, scorer }: Workers, start: EngineStart): Promise<CaptureEnd> {
    const listener = this.#listener;
    const feed = new MessageChannel();
    const blocks = new MessageChannel();
    const resume = this.#checkpoint;
    // Messages of a worker that has ended may still be on their way.
    const attempt = this.#restarts;
    const live = (): boolean => !this.#over && this.#restarts === attempt;
    const running = engine.call((api) =>
      api.run(
        { ...start, ...(resume ? { resume } : {}) },
        transfer(feed.port1, [feed.port1]),
        transfer(blocks.port1, [blocks.port1]),
        proxy({
          onConfig: plainErrors((message: RuntimeConfigMessage) => {
            if (live()) listener.onConfig(message);
            return Promise.resolve();
          }),
          onProgress: (progress: EngineProgress) => {
            if (live()) listener.onEngineProgress(progress);
          },
          onCheckpoint: (checkpoint: EngineCheckpoint) => {
            if (live()) this.#checkpoint = checkpoint;
          },
        }),
      ),
    );
    const scoring = scorer.call((api) =>
      api.run(
        {
          config: start.config,
          digest: this.#settings.digest === true,
          ...(resume ? { resume: resume.scores } : {}),
        },
        transfer(blocks.port2, [blocks.port2]),
        proxy({
          onGrid: plainErrors(async (block: GridBlock) => {
            const emptied = live() ? await listener.onGrid(block) : undefined;
            return emptied && transfer(emptied, [emptied]);
          }),
        }),
      ),
    );
    const streaming = importer.call((api) =>
      api.stream(
        transfer(feed.port2, [feed.port2]),
        { instrument: start.instrument, skipRecords: resume?.records ?? 0 },
        proxy({
          onProgress: (progress: ReadProgress) => {
            if (live()) listener.onBytes(progress);
          },
          onInstruments: (instruments: ProbedInstrument[]) => {
            if (live()) listener.onInstruments(instruments);
          },
          onWarning: (warning: Problem) => {
            if (live()) this.#warn(warning);
          },
        }),
      ),
    );
    // An import that fails in order lets the engine finish first, so that all bins before the damage are here.
    const [end, scores] = await Promise.all([running, scoring, streaming]);
    return { ...end, ...scores };
  }

  /** A restarted import repeats the warnings of its predecessor. */
  #warn(warning: Problem): void {
    const key = JSON.stringify(warning);
    if (this.#over || (this.#restarts > 0 && this.#warned.has(key))) return;
    this.#warned.add(key);
    this.#listener.onWarning(warning);
  }

  #spawn(): Workers {
    this.#workers = {
      importer: new SupervisedWorker<ImportApi>({
        name: 'import',
        spawn: () => this.#factory.spawnImport(),
      }),
      engine: new SupervisedWorker<EngineApi>({ name: 'engine', spawn: () => this.#factory.spawnEngine() }),
      scorer: new SupervisedWorker<ScorerApi>({ name: 'scorer', spawn: () => this.#factory.spawnScorer() }),
    };
    return this.#workers;
  }
}
