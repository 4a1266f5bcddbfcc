/**
 * The page's model and actions in one: binds the shown capture, the one that is being opened, player, view and map
 * together. Everything that the page shows is derived from the stores here.
 */
import type { Problem } from '#base/problem';
import { Store } from '#base/store';
import type { BinStore } from '#app/bin-store';
import { CaptureOpening, type Opened, type OpeningParts, type OpenOptions } from '#app/capture-opening';
import { defaultView } from '#app/defaults';
import type { MapSink } from '#app/map-sink';
import { MemoryBudget } from '#app/memory-budget';
import { digestOfStore } from '#app/stored-digest';
import { DEFAULT_OPEN_SETTINGS, type OpenSettings } from '#app/open-settings';
import { Player, type FrameClock } from '#app/player';
import { readBin } from '#app/readout';
import type { SessionListener } from '#app/session';
import { ShownCapture } from '#app/shown-capture';
import { Toasts } from '#app/toasts';
import type { AppActions, AppModel, BinReadout, CursorState, InstrumentChoice, ViewState } from '#app/model';
import type { WorldBounds } from '#view/camera';

export interface ControllerParts extends OpeningParts {
  map: MapSink;
  clock: FrameClock;
  now: () => number;
  painted: () => Promise<void> | undefined;
  /** Puts text on the clipboard; rejects where the browser does not let it. */
  copyText: (text: string) => Promise<void>;
}

export class AppController implements AppModel, AppActions {
  readonly view: Store<ViewState>;
  readonly cursor = new Store<CursorState | undefined>(undefined);
  readonly openSettings = new Store<OpenSettings>(DEFAULT_OPEN_SETTINGS);
  readonly addressProblem = new Store<Problem | undefined>(undefined);
  readonly #toasts = new Toasts();
  readonly #player: Player;
  readonly #parts: ControllerParts;
  /** It stays until the next capture has proved readable. */
  readonly #shown: ShownCapture;
  readonly #opening: CaptureOpening;
  readonly #memory: MemoryBudget;
  /** What was reported since the present opening began: it belongs to the capture that is coming. */
  #reported: Problem[] = [];

  constructor(parts: ControllerParts, view: ViewState = defaultView()) {
    this.#parts = parts;
    this.#player = new Player(parts.clock);
    this.view = new Store(view);
    const draw = (): void => {
      parts.map.setView(this.view.value, this.player.value.playhead, this.player.value.follow);
    };
    this.view.subscribe(draw);
    this.player.subscribe(draw);
    this.#memory = new MemoryBudget(parts.map);
    this.#shown = new ShownCapture({
      map: parts.map,
      player: this.#player,
      memory: this.#memory,
      toasts: this.#toasts,
      now: parts.now,
      painted: parts.painted,
    });
    parts.map.used.subscribe(() => this.#shown.recountMemory());
    this.#opening = new CaptureOpening(parts, {
      onOpening: (names) => this.#showOpening(names),
      openSettings: () => this.openSettings.value,
      onRefused: (reason, names) => this.#showRefusal(reason, names),
      sessionListener: (opened) => this.#listener(opened),
    });
  }

  get session(): AppModel['session'] {
    return this.#shown.session;
  }

  /** The bin a link asks for, until it is loaded. */
  get pendingPlayhead(): number | undefined {
    return this.#shown.pendingPlayhead;
  }

  /** The first capture opens at this bin instead of following its end. */
  setPendingPlayhead(bin: number): void {
    this.#shown.setPendingPlayhead(bin);
  }

  get warnings(): AppModel['warnings'] {
    return this.#shown.warnings.store;
  }

  get unlistedWarnings(): AppModel['unlistedWarnings'] {
    return this.#shown.warnings.unlisted;
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
    const { store } = this;
    return store && readBin(store, bin);
  }

  /** Extent of the loaded bins and of the rows around their spots; null while there are none. */
  bounds(): WorldBounds | null {
    const { store } = this;
    if (!store || store.bins === 0) return null;
    const { low, high } = store.heads.spotRange;
    if (low > high) return null;
    const reach = (store.rows - 1) / 2;
    return { firstBin: 0, endBin: store.bins, minTick: low - reach, maxTick: high + reach };
  }

  /** Bins held, for tests and exports. */
  get store(): BinStore | undefined {
    return this.#shown.store;
  }

  toast(text: string, kind: 'info' | 'warning' | 'error' = 'info'): void {
    this.#toasts.show(text, kind);
  }

  refuseAddress(reason: Problem): void {
    this.addressProblem.set(reason);
  }

  copyGridDigest(): void {
    void this.#copyGridDigest();
  }

  async #copyGridDigest(): Promise<void> {
    const { store } = this;
    if (!store || !this.session.value.end) {
      this.toast('The grid digest is of all bins: it is there when the capture is loaded to its end.');
      return;
    }
    this.toast(`Hashing ${store.bins} bins…`);
    const hex = await digestOfStore(store, this.#parts.now);
    if (hex === undefined) {
      this.toast(
        'The grid digest needs every bin in full detail, and some were given up to stay inside the memory budget. ' +
          'Load again with a larger one, or run: spymaster grid FILE --digest',
        'warning',
      );
      return;
    }
    const copied = await this.#parts.copyText(hex).then(
      () => true,
      () => false,
    );
    this.toast(`${copied ? 'Grid digest copied' : 'Grid digest'}: ${hex}`);
  }

  /** Tells of something that is no failure of an open capture. */
  report(reason: Problem): void {
    this.#reported.push(reason);
    this.#shown.warnings.add(reason);
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
    const files = (this.#opening.candidate ?? this.#shown.opened)?.files;
    // Tick size, symbol and hours of a serving are those of its own instrument.
    if (files) this.open(files, { instrument: choice });
  }

  setOpenSettings(settings: OpenSettings): void {
    this.openSettings.set(settings);
    const { opening, instrument } = this.session.value;
    if (opening.length > 0) {
      // Whatever is on its way, a download included, begins again with them.
      this.#opening.retry();
      return;
    }
    const opened = this.#shown.opened;
    if (!opened || opened.options.settings?.config) return;
    this.open(opened.files, { ...(instrument ? { instrument } : {}), ...opened.options });
  }

  /** Gives up the capture that is being opened, else ends loading and keeps what is loaded. */
  cancel(): void {
    const { opening } = this.session.value;
    if (opening.length === 0) {
      this.#shown.opened?.session.cancel();
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
    this.#forgetPlace();
    this.#shown.close();
  }

  /** Bins and prices of a capture mean nothing in the next one; the first keeps the camera of its link. */
  #forgetPlace(): void {
    this.cursor.set(undefined);
    this.view.update({ camera: undefined, cameraSize: undefined });
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
    const { store } = this;
    if (store && before.layer !== this.view.value.layer) this.#parts.map.reload(store);
  }

  setCursor(cursor: CursorState | undefined): void {
    this.cursor.set(cursor);
  }

  dismissWarning(warning: Problem): void {
    this.#shown.warnings.dismiss(warning);
  }

  dismissToast(id: number): void {
    this.#toasts.dismiss(id);
  }

  setBudget(bytes: number): void {
    this.#memory.setTotal(bytes);
    this.store?.setBudget(this.#memory.storeBytes, this.player.value.playhead);
    this.#shown.countMemory();
  }

  /** What is shown stays. */
  #showOpening(names: readonly string[]): void {
    this.#reported = [];
    const phase = this.#shown.opened ? this.session.value.phase : 'probing';
    this.session.update({ phase, opening: names, failure: undefined });
  }

  #showRefusal(reason: Problem, names: readonly string[]): void {
    const phase = this.#shown.opened ? this.session.value.phase : 'failed';
    this.session.update({ phase, opening: [], failure: { problem: reason, files: names } });
  }

  #giveUpOpening(): void {
    this.#opening.end();
    this.session.update({ opening: [], phase: this.#shown.opened ? this.session.value.phase : 'empty' });
  }

  #listener(opened: () => Opened): SessionListener {
    return {
      ...this.#shown.listener,
      onProbed: (reply, instrument, multiplierAssumed) => {
        this.#opening.accept();
        if (this.#shown.opened) this.#forgetPlace();
        this.#shown.show(opened(), reply, instrument, this.#reported);
        this.session.update({ multiplierAssumed });
      },
      onFailure: (failure) => {
        const names = opened().files.map((f) => f.name);
        if (this.#opening.candidate === opened()) this.#opening.refuse(failure, names);
        else this.#shown.settle({ phase: 'failed', failure: { problem: failure, files: names } });
      },
    };
  }
}
