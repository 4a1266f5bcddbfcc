/**
 * One opened capture: import and engine worker, progress, cancel, and recovery.
 *
 * A worker that dies is replaced: the engine continues from its last checkpoint, the import worker re-reads and
 * skips what was already consumed, and bins that arrive twice replace themselves. The user is told once.
 */
import { proxy, transfer } from 'comlink';
import { problem, ProblemError, toProblem, type Problem } from '#base/problem';
import { SupervisedWorker } from '#app/worker-supervisor';
import type { VpRuntimeConfig } from '#core/config/runtime-config';
import type {
  EngineApi,
  EngineCheckpoint,
  EngineEnd,
  EngineProgress,
  EngineStart,
  ImportApi,
  InstrumentKey,
  ProbedInstrument,
  ProbeReply,
} from '#protocol/engine-contract';
import { plainErrors } from '#protocol/plain-errors';
import type { GridBlock, RuntimeConfigMessage, ServingInfo } from '#protocol/grid-messages';

/** After this many deaths in one run something in the data kills the worker: stop trying. */
const MAX_RESTARTS = 3;

export interface WorkerFactory {
  spawnImport(): Worker;
  spawnEngine(): Worker;
}

export interface SessionListener {
  onProbed(reply: ProbeReply): void;
  onConfig(message: RuntimeConfigMessage): void;
  onGrid(block: GridBlock): void;
  onBytes(bytesRead: number, bytesTotal: number | undefined): void;
  onEngineProgress(progress: EngineProgress): void;
  onInstruments(instruments: readonly ProbedInstrument[]): void;
  onWarning(problem: Problem): void;
  /** A worker died and its successor continues. */
  onRestart(reason: Problem): void;
  onEnd(end: EngineEnd, cancelled: boolean): void;
  onFailure(problem: Problem): void;
}

/** What a serving spec adds to a run; a dropped file has none of it. */
export interface RunSettings {
  config?: VpRuntimeConfig;
  serving?: ServingInfo;
  warmupStartNs?: bigint;
  emitAfterNs?: bigint;
  sessionStartNs?: bigint;
  sessionEndNs?: bigint;
  digest?: boolean;
}

export class FileSession {
  readonly #files: readonly File[];
  readonly #workers: WorkerFactory;
  readonly #listener: SessionListener;
  readonly #settings: RunSettings;
  #import: SupervisedWorker<ImportApi> | undefined;
  #engine: SupervisedWorker<EngineApi> | undefined;
  #checkpoint: EngineCheckpoint | undefined;
  #restarts = 0;
  #cancelled = false;
  #closed = false;

  constructor(
    files: readonly File[],
    workers: WorkerFactory,
    settings: RunSettings,
    listener: SessionListener,
  ) {
    this.#files = files;
    this.#workers = workers;
    this.#settings = settings;
    this.#listener = listener;
  }

  /** Opens the files and streams the given instrument, or the busiest outright. */
  async open(instrument?: InstrumentKey): Promise<void> {
    try {
      const reply = await this.#probe();
      if (this.#closed) return;
      this.#listener.onProbed(reply);
      for (const warning of reply.warnings) this.#listener.onWarning(warning);
      const key = instrument ?? reply.chosen;
      const config = this.#settings.config ?? (await this.#importer().call((api) => api.configFor(key)));
      await this.#runUntilEnd({
        ...this.#settings,
        config,
        instrument: { publisherId: key.publisherId, instrumentId: key.instrumentId },
      });
    } catch (error) {
      if (!this.#closed) this.#listener.onFailure(toProblem(error));
    }
  }

  /** Ends loading; what was loaded stays. */
  cancel(): void {
    this.#cancelled = true;
    void this.#import?.call((api) => api.cancel()).catch(() => undefined);
    void this.#engine?.call((api) => api.cancel()).catch(() => undefined);
  }

  close(): void {
    this.#closed = true;
    this.#import?.terminate();
    this.#engine?.terminate();
  }

  async #probe(): Promise<ProbeReply> {
    return this.#importer().call((api) => api.probe([...this.#files]));
  }

  async #runUntilEnd(start: EngineStart): Promise<void> {
    for (;;) {
      try {
        const end = await this.#runOnce(start);
        if (!this.#closed) this.#listener.onEnd(end, this.#cancelled);
        return;
      } catch (error) {
        const reason = toProblem(error);
        if (this.#closed || reason.code !== 'worker/died' || this.#cancelled) throw error;
        if (++this.#restarts > MAX_RESTARTS) {
          throw new ProblemError(
            problem('worker/gave-up', `A worker stopped ${this.#restarts} times on this capture.`, {
              tip: 'What was loaded stays usable. Lowering the memory budget may help.',
            }),
          );
        }
        this.#listener.onRestart(reason);
        await this.#reopen();
      }
    }
  }

  /** Fresh workers on the same files; the engine's state comes from the last checkpoint. */
  async #reopen(): Promise<void> {
    this.#import?.terminate();
    this.#engine?.terminate();
    this.#import = undefined;
    this.#engine = undefined;
    await this.#probe();
  }

  async #runOnce(start: EngineStart): Promise<EngineEnd> {
    const importer = this.#importer();
    const engine = this.#engineWorker();
    const feed = new MessageChannel();
    const resume = this.#checkpoint;
    const listener = this.#listener;
    const running = engine.call((api) =>
      api.run(
        { ...start, ...(resume ? { resume } : {}) },
        transfer(feed.port1, [feed.port1]),
        proxy({
          onConfig: (message: RuntimeConfigMessage) => listener.onConfig(message),
          onGrid: plainErrors((block: GridBlock) => {
            listener.onGrid(block);
            return Promise.resolve();
          }),
          onProgress: (progress: EngineProgress) => listener.onEngineProgress(progress),
          onCheckpoint: (checkpoint: EngineCheckpoint) => {
            this.#checkpoint = checkpoint;
          },
        }),
      ),
    );
    const streaming = importer.call((api) =>
      api.stream(
        transfer(feed.port2, [feed.port2]),
        { instrument: start.instrument, skipRecords: resume?.records ?? 0 },
        proxy({
          onProgress: (read: number, total: number | undefined) => listener.onBytes(read, total),
          onInstruments: (instruments: ProbedInstrument[]) => listener.onInstruments(instruments),
          onWarning: (p: Problem) => listener.onWarning(p),
        }),
      ),
    );
    // The engine's end is the end; a failure of either side must not leave the other waiting.
    const failed = new Promise<never>((_, reject) => {
      streaming.catch(reject);
    });
    running.catch(() => {
      void importer.call((api) => api.cancel()).catch(() => undefined);
    });
    return Promise.race([running, failed]);
  }

  #importer(): SupervisedWorker<ImportApi> {
    this.#import ??= new SupervisedWorker<ImportApi>({
      name: 'import',
      spawn: () => this.#workers.spawnImport(),
    });
    return this.#import;
  }

  #engineWorker(): SupervisedWorker<EngineApi> {
    this.#engine ??= new SupervisedWorker<EngineApi>({
      name: 'engine',
      spawn: () => this.#workers.spawnEngine(),
    });
    return this.#engine;
  }
}
