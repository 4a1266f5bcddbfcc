/**
 * Binds session, bin store, player and map together behind the page's model and actions. The only mutable heart
 * of the page; everything it shows is derived from the stores here.
 */
import { problem, type Problem } from '#base/problem';
import { Store } from '#base/store';
import { BinStore } from '#app/bin-store';
import { CaptureOpening, type Opened, type OpeningParts, type OpenOptions } from '#app/capture-opening';
import { defaultView, emptySession } from '#app/defaults';
import type { MapSink } from '#app/map-sink';
import { MemoryBudget } from '#app/memory-budget';
import { Player, type FrameClock } from '#app/player';
import { ProgressMeter } from '#app/progress-meter';
import { readBin } from '#app/readout';
import type { SessionListener } from '#app/session';
import { Toasts } from '#app/toasts';
import { WarningList } from '#app/warning-list';
import type {
  AppActions,
  AppModel,
  BinReadout,
  CursorState,
  InstrumentChoice,
  SessionState,
  ViewState,
} from '#app/model';
import type { GridBlock, RuntimeConfigMessage } from '#protocol/grid-messages';
import type { EngineEnd, EngineProgress, ProbedInstrument, ProbeReply } from '#protocol/engine-contract';
import { tickInt } from '#core/config/runtime-config';
import { bookSuspect } from '#core/vp/stream-warnings';
import { GridStreamReader } from '#protocol/grid-stream-reader';
import type { WorldBounds } from '#view/camera';

/** A fast load brings hundreds of blocks a second; the panels follow at this pace. */
const REFRESH_EVERY_MS = 50;

export interface ControllerParts extends OpeningParts {
  map: MapSink;
  clock: FrameClock;
  now: () => number;
}

export class AppController implements AppModel, AppActions {
  readonly session = new Store<SessionState>(emptySession());
  readonly view: Store<ViewState>;
  readonly cursor = new Store<CursorState | undefined>(undefined);
  readonly addressProblem = new Store<Problem | undefined>(undefined);
  readonly #warningList = new WarningList();
  readonly #toasts = new Toasts();
  readonly #player: Player;
  readonly #parts: ControllerParts;
  /** What is shown. It stays until the next capture has proved readable. */
  #current: Opened | undefined;
  readonly #opening: CaptureOpening;
  readonly #memory: MemoryBudget;
  #pendingPlayhead: number | undefined;
  /** What was reported since the present opening began: it belongs to the capture that is coming. */
  #reported: Problem[] = [];
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
    this.#memory = new MemoryBudget(parts.map);
    parts.map.used.subscribe(() => this.#countMemory());
    this.#opening = new CaptureOpening(parts, {
      onOpening: (names) => this.#showOpening(names),
      onRefused: (reason, names) => this.#showRefusal(reason, names),
      sessionListener: (opened) => this.#listener(opened),
    });
  }

  /** The bin a link asks for, until it is loaded. */
  get pendingPlayhead(): number | undefined {
    return this.#pendingPlayhead;
  }

  /** The first capture opens at this bin instead of following its end. */
  setPendingPlayhead(bin: number): void {
    this.#pendingPlayhead = bin;
    // Before anything follows: ending that later would take the view from the picture, not from the link.
    this.#player.setFollow(false);
  }

  get warnings(): AppModel['warnings'] {
    return this.#warningList.store;
  }

  get unlistedWarnings(): AppModel['unlistedWarnings'] {
    return this.#warningList.unlisted;
  }

  get memory(): AppModel['memory'] {
    return this.#memory.state;
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

  /** Tells of something that is no failure of an open capture. */
  report(reason: Problem): void {
    this.#reported.push(reason);
    this.#warningList.add(reason);
    this.toast(reason.tip ? `${reason.message} ${reason.tip}` : reason.message, 'error');
  }

  openFiles(files: readonly File[]): void {
    if (files.length > 0) this.open(files, {});
  }

  openSample(name: string, options: OpenOptions = {}): void {
    this.#opening.openSample(name, options);
  }

  open(files: readonly File[], options: OpenOptions): void {
    this.#opening.open(files, options);
  }

  /** Opens the same files again, for another of their instruments. */
  chooseInstrument(choice: InstrumentChoice): void {
    const files = (this.#opening.candidate ?? this.#current)?.files;
    // Tick size, symbol and hours of a serving are those of its own instrument.
    if (files) this.open(files, { instrument: choice });
  }

  /** Gives up the capture that is being opened, else ends loading and keeps what is loaded. */
  cancel(): void {
    const { opening } = this.session.value;
    if (opening.length === 0) {
      this.#current?.session.cancel();
      return;
    }
    this.#giveUpOpening();
    this.toast(`Opening ${opening.join(', ')} was cancelled.`);
  }

  retry(): void {
    this.#opening.retry();
  }

  close(): void {
    this.#opening.end();
    this.#current?.session.close();
    this.#current = undefined;
    this.#store = undefined;
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

  dismissWarning(warning: Problem): void {
    this.#warningList.dismiss(warning);
  }

  dismissToast(id: number): void {
    this.#toasts.dismiss(id);
  }

  setBudget(bytes: number): void {
    this.#memory.setTotal(bytes);
    this.#store?.setBudget(this.#memory.storeBytes, this.player.value.playhead);
    this.#countMemory();
  }

  /** What is shown stays. */
  #showOpening(names: readonly string[]): void {
    this.#reported = [];
    const phase = this.#current ? this.session.value.phase : 'probing';
    this.session.update({ phase, opening: names, failure: undefined });
  }

  #showRefusal(reason: Problem, names: readonly string[]): void {
    const phase = this.#current ? this.session.value.phase : 'failed';
    this.session.update({ phase, opening: [], failure: { problem: reason, files: names } });
  }

  #giveUpOpening(): void {
    this.#opening.end();
    this.session.update({ opening: [], phase: this.#current ? this.session.value.phase : 'empty' });
  }

  #listener(opened: () => Opened): SessionListener {
    return {
      onProbed: (reply, instrument) => this.#show(opened(), reply, instrument),
      onConfig: (message) => this.#onConfig(message),
      onGrid: (block) => this.#onGrid(block),
      onBytes: (read) => {
        this.#meter.read(read);
        this.session.update({ progress: this.#meter.progress() });
      },
      onEngineProgress: (progress) => this.#onProgress(progress),
      onInstruments: (instruments) => this.#onInstruments(instruments),
      onWarning: (warning) => this.#warningList.add(warning),
      onRestart: (reason, fromCheckpoint) => {
        this.#warningList.add(reason);
        const how = fromCheckpoint ? 'continues from its last checkpoint' : 'begins again';
        this.toast(`${reason.message} It was restarted and ${how}.`, 'warning');
      },
      onEnd: (end) => this.#onEnd(end),
      onCancelled: () => this.#settle({ phase: 'cancelled' }),
      onFailure: (failure) => {
        const { files } = opened();
        const names = files.map((f) => f.name);
        if (this.#opening.candidate === opened()) this.#opening.refuse(failure, names);
        else this.#settle({ phase: 'failed', failure: { problem: failure, files: names } });
      },
    };
  }

  /** The capture is readable: only now is the previous one let go. */
  #show(opened: Opened, reply: ProbeReply, instrument: ProbedInstrument): void {
    this.#current?.session.close();
    this.#current = opened;
    this.#opening.accept();
    this.#store = undefined;
    this.#meter = new ProgressMeter(this.#parts.now);
    this.#warningList.clear();
    for (const reported of this.#reported) this.#warningList.add(reported);
    this.cursor.set(undefined);
    this.#parts.map.clear();
    this.session.set({
      ...emptySession(),
      phase: 'loading',
      serving: opened.options.settings?.serving?.serving_name,
      files: reply.files,
      synthetic: reply.synthetic,
      fingerprint: reply.fingerprint,
      instruments: reply.instruments,
      instrument,
    });
  }

  #onConfig(config: RuntimeConfigMessage): void {
    this.#reader = new GridStreamReader();
    this.#reader.json(config);
    if (this.#store) return; // a restarted engine repeats it
    this.#store = new BinStore(config.grid_rows, tickInt(config), this.#memory.storeBytes);
    this.#player.reset(config.cell_width_ms / 1000, this.#pendingPlayhead === undefined);
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
      if (this.#current?.options.autoplay) {
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
    if (this.#pendingPlayhead !== undefined && (bins > this.#pendingPlayhead || this.session.value.end)) {
      this.#player.seek(this.#pendingPlayhead);
      this.#pendingPlayhead = undefined;
    }
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
    if (chosen && busiest && busiest.records > chosen.records && !this.#current?.options.instrument) {
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

  #onEnd(end: EngineEnd): void {
    this.#meter.engine(end);
    for (const warning of end.warnings) this.#warningList.note(warning);
    this.#settle({ phase: 'ready', progress: this.#meter.progress(), anomalies: end.anomalies, end });
    if (this.session.value.bins === 0) {
      this.#warningList.add(
        problem('capture/no-bins', 'The capture ended before the first time cell was complete.', {
          tip: 'There is nothing to draw: the file may hold only a snapshot.',
        }),
      );
    }
  }

  /** Loading is over, one way or another; all bins that came are shown with it. */
  #settle(change: Partial<SessionState>): void {
    this.session.update({ ...change, bins: this.#store?.bins ?? 0 });
    this.#showNewBins();
  }

  #countMemory(): void {
    this.#memory.count(this.#store, this.#current?.session.heldBytes ?? 0);
  }
}
