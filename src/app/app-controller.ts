/**
 * Binds session, bin store, player and map together behind the page's model and actions. The only mutable heart
 * of the page; everything it shows is derived from the stores here.
 */
import { problem, toProblem, type Problem } from '#base/problem';
import { Store } from '#base/store';
import { BinStore } from '#app/bin-store';
import { defaultView, emptySession } from '#app/defaults';
import { Player, type FrameClock } from '#app/player';
import { ProgressMeter } from '#app/progress-meter';
import { readBin } from '#app/readout';
import { FileSession, type RunSettings, type SessionListener, type WorkerFactory } from '#app/session';
import { Toasts } from '#app/toasts';
import { WarningList } from '#app/warning-list';
import type {
  AppActions,
  AppModel,
  BinReadout,
  CursorState,
  InstrumentChoice,
  MemoryState,
  SampleInfo,
  SessionState,
  ViewState,
} from '#app/model';
import type { GridBlock, RuntimeConfigMessage } from '#protocol/grid-messages';
import type { EngineEnd, EngineProgress, ProbedInstrument, ProbeReply } from '#protocol/engine-contract';
import { tickInt } from '#core/config/runtime-config';
import { bookSuspect } from '#core/vp/stream-warnings';
import { GridStreamReader } from '#protocol/grid-stream-reader';
import type { WorldBounds } from '#render/camera';

const DEFAULT_BUDGET_BYTES = 2 ** 30;
/** A fast load brings hundreds of blocks a second; the panels follow at this pace. */
const REFRESH_EVERY_MS = 50;

/** The map as the controller drives it; implemented over the render worker by the page. */
export interface MapSink {
  /** A new stream begins: forget all columns. */
  begin(config: RuntimeConfigMessage): void;
  /** Bins `[from, from + count)` are in the store. */
  append(store: BinStore, from: number, count: number): void;
  /** The set of stored columns or the chosen layer changed: send everything again. */
  reload(store: BinStore): void;
  setView(view: ViewState, playhead: number, follow: boolean): void;
  clear(): void;
  /** Bytes held by the renderer (textures and copies). */
  readonly usedBytes: number;
}

export interface ControllerParts {
  workers: WorkerFactory;
  map: MapSink;
  clock: FrameClock;
  samples: readonly SampleInfo[];
  fetchSample: (sample: SampleInfo) => Promise<File>;
  now: () => number;
}

/** What a stream needs beside its files: from a serving spec, or nothing for dropped files. */
export interface OpenOptions {
  settings?: RunSettings;
  instrument?: InstrumentChoice;
  /** Play from the start at market speed, as a live stream would. */
  autoplay?: boolean;
}

export class AppController implements AppModel, AppActions {
  readonly session = new Store<SessionState>(emptySession());
  readonly view: Store<ViewState>;
  readonly cursor = new Store<CursorState | undefined>(undefined);
  readonly memory = new Store<MemoryState>({ usedBytes: 0, budgetBytes: DEFAULT_BUDGET_BYTES, given: '' });
  readonly addressProblem = new Store<Problem | undefined>(undefined);
  readonly #warningList = new WarningList();
  readonly #toasts = new Toasts();
  readonly #player: Player;
  readonly #parts: ControllerParts;
  #session: FileSession | undefined;
  #files: readonly File[] = [];
  #options: OpenOptions = {};
  #store: BinStore | undefined;
  #reader = new GridStreamReader();
  #meter: ProgressMeter;
  #refresh: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: ControllerParts, view: ViewState = defaultView()) {
    this.#parts = parts;
    this.#player = new Player(parts.clock);
    this.#meter = new ProgressMeter(parts.now);
    this.view = new Store(view);
    const draw = (): void => {
      parts.map.setView(this.view.value, this.player.value.playhead, this.player.value.follow);
    };
    this.view.subscribe(draw);
    this.player.subscribe(draw);
  }

  get warnings(): AppModel['warnings'] {
    return this.#warningList.store;
  }

  get toasts(): AppModel['toasts'] {
    return this.#toasts.store;
  }

  get player(): AppModel['player'] {
    return this.#player.state;
  }

  readout(bin: number): BinReadout | undefined {
    return this.#store && readBin(this.#store, bin);
  }

  /** Extent of the loaded bins and of the rows around their spots; null while there are none. */
  bounds(): WorldBounds | null {
    const store = this.#store;
    if (!store || store.bins === 0) return null;
    const { low, high } = store.heads.spotRange;
    if (low > high) return null;
    const reach = (store.rows - 1) / 2;
    return { firstBin: 0, endBin: store.bins, minTick: low - reach, maxTick: high + reach };
  }

  /** Bins held, for tests and exports. */
  get store(): BinStore | undefined {
    return this.#store;
  }

  toast(text: string, kind: 'info' | 'warning' | 'error' = 'info'): void {
    this.#toasts.show(text, kind);
  }

  refuseAddress(reason: Problem): void {
    this.addressProblem.set(reason);
  }

  openFiles(files: readonly File[]): void {
    if (files.length > 0) this.open(files, {});
  }

  openSample(name: string, options: OpenOptions = {}): void {
    const sample = this.#parts.samples.find((s) => s.name === name);
    if (!sample) {
      this.#fail(problem('sample/unknown', `There is no sample named ${name}.`));
      return;
    }
    this.session.update({ phase: 'probing', files: [sample.file] });
    this.#parts.fetchSample(sample).then(
      (file) => {
        this.open([file], options);
      },
      (error: unknown) => {
        this.#fail(toProblem(error));
      },
    );
  }

  open(files: readonly File[], options: OpenOptions): void {
    this.#session?.close();
    this.#files = files;
    this.#options = options;
    this.#meter = new ProgressMeter(this.#parts.now);
    this.session.set({
      ...emptySession(),
      phase: 'probing',
      files: files.map((f) => f.name),
      serving: options.settings?.serving?.serving_name,
    });
    const session = new FileSession(files, this.#parts.workers, options.settings ?? {}, this.#listener());
    this.#session = session;
    void session.open(options.instrument);
  }

  chooseInstrument(choice: InstrumentChoice): void {
    this.open(this.#files, { ...this.#options, instrument: choice });
  }

  cancel(): void {
    this.#session?.cancel();
  }

  retry(): void {
    if (this.#files.length > 0) this.open(this.#files, this.#options);
  }

  close(): void {
    this.#session?.close();
    this.#session = undefined;
    this.#store = undefined;
    this.#files = [];
    this.#warningList.clear();
    this.#player.reset(1);
    this.#parts.map.clear();
    this.cursor.set(undefined);
    this.session.set(emptySession());
    this.#countMemory();
  }

  play(): void {
    this.#player.play();
  }

  pause(): void {
    this.#player.pause();
  }

  restart(): void {
    this.#player.seek(0);
    this.#player.play();
  }

  setSpeed(speed: number): void {
    this.#player.setSpeed(speed);
  }

  seek(bin: number): void {
    this.#player.seek(bin);
  }

  step(bins: number): void {
    this.#player.step(bins);
  }

  setFollow(follow: boolean): void {
    this.#player.setFollow(follow);
  }

  setView(change: Partial<ViewState>): void {
    const before = this.view.value;
    this.view.update(change);
    if (this.#store && before.layer !== this.view.value.layer) this.#parts.map.reload(this.#store);
  }

  setCursor(cursor: CursorState | undefined): void {
    this.cursor.set(cursor);
  }

  dismissWarning(code: string): void {
    this.#warningList.dismiss(code);
  }

  dismissToast(id: number): void {
    this.#toasts.dismiss(id);
  }

  setBudget(bytes: number): void {
    this.memory.update({ budgetBytes: bytes });
    this.#store?.setBudget(bytes, this.player.value.playhead);
    this.#countMemory();
  }

  #listener(): SessionListener {
    return {
      onProbed: (reply) => this.#onProbed(reply),
      onConfig: (message) => this.#onConfig(message),
      onGrid: (block) => this.#onGrid(block),
      onBytes: (read, total) => {
        this.#meter.bytes(read, total);
        this.session.update({ progress: this.#meter.progress() });
      },
      onEngineProgress: (progress) => this.#onProgress(progress),
      onInstruments: (instruments) => this.#onInstruments(instruments),
      onWarning: (warning) => this.#warningList.add(warning),
      onRestart: (reason) => {
        this.#warningList.add(reason);
        this.toast(`${reason.message} It was restarted and continues from its last checkpoint.`, 'warning');
      },
      onEnd: (end, cancelled) => this.#onEnd(end, cancelled),
      onFailure: (failure) => this.#fail(failure),
    };
  }

  /** The capture is readable: only now is the previous one let go. */
  #onProbed(reply: ProbeReply): void {
    this.#store = undefined;
    this.#warningList.clear();
    this.cursor.set(undefined);
    this.#parts.map.clear();
    const chosen = this.#options.instrument ?? reply.chosen;
    this.session.update({
      phase: 'loading',
      files: reply.files,
      synthetic: reply.synthetic,
      fingerprint: reply.fingerprint,
      instruments: reply.instruments,
      instrument: chosen,
    });
  }

  #onConfig(config: RuntimeConfigMessage): void {
    this.#reader = new GridStreamReader();
    this.#reader.json(config);
    if (this.#store) return; // a restarted engine repeats it
    this.#store = new BinStore(config.grid_rows, tickInt(config), this.memory.value.budgetBytes);
    this.#player.reset(config.cell_width_ms / 1000);
    this.#parts.map.begin(config);
    this.session.update({ config, cellWidthNs: config.cell_width_ms * 1e6, bins: 0 });
  }

  #onGrid(block: GridBlock): void {
    const store = this.#store;
    const first = block.updates[0];
    if (!store || !first) return;
    this.#check(block);
    store.append(block, this.player.value.playhead);
    this.#parts.map.append(store, first.bin_seq, block.updates.length);
    if (first.bin_seq === 0) {
      this.session.update({ firstBinStartNs: store.heads.baseNs });
      this.#showNewBins();
      if (this.#options.autoplay) {
        this.#player.seek(0);
        this.#player.play();
      }
    } else {
      this.#refresh ??= setTimeout(() => {
        this.#showNewBins();
      }, REFRESH_EVERY_MS);
    }
  }

  /** Nothing of a block is shown that breaks the stream contract. */
  #check({ updates, ipc, ipcStride }: GridBlock): void {
    for (const [i, update] of updates.entries()) {
      this.#reader.json(update);
      this.#reader.arrow(ipc.subarray(i * ipcStride, (i + 1) * ipcStride));
    }
  }

  /** Tells the elements of the bins that came since the last time. */
  #showNewBins(): void {
    clearTimeout(this.#refresh);
    this.#refresh = undefined;
    const bins = this.#store?.bins ?? 0;
    this.session.update({ bins });
    this.#player.setBins(bins, this.session.value.phase === 'loading');
    this.#countMemory();
  }

  #onProgress(progress: EngineProgress): void {
    this.#meter.engine(progress);
    this.session.update({ progress: this.#meter.progress(), anomalies: progress.anomalies });
    if (progress.bookSuspect) this.#warningList.note(bookSuspect());
  }

  #onInstruments(instruments: readonly ProbedInstrument[]): void {
    const current = this.session.value.instrument;
    const chosen = instruments.find(
      (i) => i.publisherId === current?.publisherId && i.instrumentId === current.instrumentId,
    );
    this.session.update({ instruments, ...(chosen ? { instrument: chosen } : {}) });
    const busiest = instruments.find((i) => !i.isSpread);
    if (chosen && busiest && busiest.records > chosen.records && !this.#options.instrument) {
      this.#warningList.add(
        problem(
          'capture/busier-instrument',
          `${busiest.symbol} has more records than ${chosen.symbol} in the whole capture.`,
          {
            tip: 'Choose it in the instrument menu to see it instead.',
          },
        ),
      );
    }
  }

  #onEnd(end: EngineEnd, cancelled: boolean): void {
    this.#meter.engine(end);
    this.session.update({
      phase: cancelled ? 'cancelled' : 'ready',
      progress: this.#meter.progress(),
      anomalies: end.anomalies,
      end,
    });
    for (const warning of end.warnings) this.#warningList.note(warning);
    this.#showNewBins();
    if (!cancelled && this.session.value.bins === 0) {
      this.#warningList.add(
        problem('capture/no-bins', 'The capture ended before the first time cell was complete.', {
          tip: 'There is nothing to draw: the file may hold only a snapshot.',
        }),
      );
    }
  }

  #fail(failure: Problem): void {
    this.session.update({ phase: 'failed', failure });
    this.#showNewBins();
  }

  #countMemory(): void {
    const use = this.#store?.use();
    const given: string[] = [];
    if (use && use.displayBins > 0) given.push(`${use.displayBins} bins keep only the display columns`);
    if (use && use.droppedBins > 0) given.push(`${use.droppedBins} bins keep only prices and scores`);
    this.memory.update({
      usedBytes: (use?.usedBytes ?? 0) + this.#parts.map.usedBytes,
      given: given.join('; '),
    });
  }
}
