/**
 * What the page knows, as plain immutable values in stores. Elements read stores and call `AppActions`; they
 * hold no state of their own beyond what a single element needs (an open menu, a hovered row).
 */
import type { Problem } from '#base/problem';
import type { Store } from '#base/store';
import type { OpenSettings } from '#app/open-settings';
import type { CaptureEnd } from '#protocol/engine-contract';
import type { RuntimeConfigMessage } from '#protocol/grid-messages';
import type { CameraState, ColumnStatistic, PaletteName, TransferName } from '#protocol/render-contract';

/** One (publisher, instrument) pair of the opened capture. */
export interface InstrumentChoice {
  publisherId: number;
  instrumentId: number;
  /** Raw symbol, or the id as text when the capture carries no mapping. */
  symbol: string;
  records: number;
  isSpread: boolean;
}

export type SessionPhase = 'empty' | 'probing' | 'loading' | 'ready' | 'cancelled' | 'failed';

export interface Progress {
  /** 0..1 of the work, or undefined for an input of unknown length. */
  fraction: number | undefined;
  bytesRead: number;
  bytesTotal: number | undefined;
  bytesPerSecond: number;
  recordsPerSecond: number;
  binsPerSecond: number;
  records: number;
  /** While its forecasts agree. */
  secondsLeft: number | undefined;
}

export interface SessionState {
  phase: SessionPhase;
  /** File names, first to last in time. */
  files: readonly string[];
  /** Names of the files that are being opened, while `files` are still shown; empty when there are none. */
  opening: readonly string[];
  /** True for captures made by the simulator: shown wherever the data is shown. */
  synthetic: boolean;
  serving: string | undefined;
  instruments: readonly InstrumentChoice[];
  instrument: InstrumentChoice | undefined;
  config: RuntimeConfigMessage | undefined;
  /** Neither capture nor serving tell the multiplier: that of `config` is the default. */
  multiplierAssumed: boolean;
  /** ns since the epoch of bin 0's start; bin b starts at `timeBaseNs + b * cellWidthNs`. */
  firstBinStartNs: bigint;
  cellWidthNs: number;
  /** Bins computed so far. */
  bins: number;
  progress: Progress | undefined;
  /** What ended the last loading or opening, and of which files. What is loaded stays usable. */
  failure: { readonly problem: Problem; readonly files: readonly string[] } | undefined;
  /** SHA-256 of the file head, tail and size. */
  fingerprint: string | undefined;
  /** Engine diagnostics of vacuum-pressure.md section 19: name -> count (non-zero only). */
  anomalies: Readonly<Record<string, number>>;
  /** What the engine reported at the end: final book hash and, when asked for, the grid digest. */
  end: CaptureEnd | undefined;
}

/** Distinct warnings in order of first appearance. */
export interface Warning {
  problem: Problem;
  count: number;
  dismissed: boolean;
}

export interface PlayerState {
  playing: boolean;
  /** Market seconds per wall second: 0.01 … 1000, or Infinity for "as fast as frames allow". */
  speed: number;
  /** Last bin that is shown; -1 before the first. Everything on the page is as of this bin. */
  playhead: number;
  /** The view sticks to the playhead and the spot. */
  follow: boolean;
}

export type LayerId = 'composite-view' | (string & {});

/** CSS pixels. */
export interface MapSize {
  readonly width: number;
  readonly height: number;
}

export interface ViewState {
  /** Where the map looks when it does not follow; `undefined` until it was first drawn. */
  camera: CameraState | undefined;
  /** Size of the map that `camera` is for; a map of another size shows the same bins and prices. */
  cameraSize: MapSize | undefined;
  layer: LayerId;
  /** `undefined`: the layer's own default. */
  palette: PaletteName | undefined;
  transfer: TransferName | undefined;
  statistic: ColumnStatistic | undefined;
  showTrails: boolean;
  showProjection: boolean;
  theme: 'dark' | 'light' | 'system';
  zone: 'exchange' | 'local' | 'utc';
}

/** Everything under the pointer, or under the keyboard data cursor. */
export interface CursorState {
  bin: number;
  /** Absolute tick (price = tick * tickInt). */
  tick: number;
  /** Row in the bin's window (0 = k of -R), or undefined when outside. */
  row: number | undefined;
  source: 'pointer' | 'keyboard';
}

export interface MemoryState {
  usedBytes: number;
  budgetBytes: number;
  /** What was given up to stay inside the budget, in words; empty when nothing was. */
  given: string;
}

/** Sums over the window rows of one bin and what follows from them (vacuum-pressure.md section 22.6). */
export interface ForceSummary {
  pressureAbove: number;
  vacuumAbove: number;
  depthAbove: number;
  pressureBelow: number;
  vacuumBelow: number;
  depthBelow: number;
  bull: number;
  bear: number;
  net: number;
  total: number;
  conviction: number;
  tilt: number;
  depthTotal: number;
  upAligned: boolean;
  downAligned: boolean;
}

/** One bin as the panels show it; rows are views valid until the next call. */
export interface BinReadout {
  bin: number;
  tsNs: bigint;
  midPrice: number;
  /** Prices in ticks; NaN = none. */
  spotTick: number;
  bestBidTick: number;
  bestAskTick: number;
  eventId: number;
  eventCount: number;
  bookValid: boolean;
  model: {
    name: string;
    score: number;
    ready: boolean;
    sampleCount: number;
    base: number;
    d1: number;
    z1: number;
    bullIntensity: number;
    bearIntensity: number;
    mixedIntensity: number;
    dominantState5Code: number;
  };
  rows: number;
  /** Values of a grid column over the rows (k ascending), or undefined if given up for memory. */
  column(name: string): ArrayLike<number> | undefined;
  forces: ForceSummary | undefined;
}

export interface AppModel {
  readonly session: Store<SessionState>;
  readonly warnings: Store<readonly Warning[]>;
  /** How many times something else was warned of once the list was full. */
  readonly unlistedWarnings: Store<number>;
  readonly player: Store<PlayerState>;
  readonly view: Store<ViewState>;
  readonly cursor: Store<CursorState | undefined>;
  readonly memory: Store<MemoryState>;
  /** Of the next capture that is opened without a serving. */
  readonly openSettings: Store<OpenSettings>;
  /** Refusal of the page's address (unknown query parameter, unknown serving, …). */
  readonly addressProblem: Store<Problem | undefined>;
  /** Short messages shown once for some seconds (a worker restarted, a link copied). */
  readonly toasts: Store<readonly { id: number; text: string; kind: 'info' | 'warning' | 'error' }[]>;
  /** Read-out of a bin, undefined when it is not loaded. */
  readout(bin: number): BinReadout | undefined;
}

export interface AppActions {
  openFiles(files: readonly File[]): void;
  openSample(name: string): void;
  chooseInstrument(choice: InstrumentChoice): void;
  /** Also opens what is open again, unless it is a serving. The settings are checked ones. */
  setOpenSettings(settings: OpenSettings): void;
  cancel(): void;
  retry(): void;
  close(): void;
  play(): void;
  pause(): void;
  restart(): void;
  setSpeed(speed: number): void;
  seek(bin: number): void;
  step(bins: number): void;
  setFollow(follow: boolean): void;
  setView(change: Partial<ViewState>): void;
  setCursor(cursor: CursorState | undefined): void;
  dismissWarning(warning: Problem): void;
  dismissToast(id: number): void;
  setBudget(bytes: number): void;
  /** SHA-256 over the grid columns of all bins, as `spymaster grid --digest` prints it, to the clipboard. */
  copyGridDigest(): void;
  /** Tells of something that is no failure of an open capture. */
  report(problem: Problem): void;
}

/** A shipped sample, as listed in `public/samples/samples.json`. */
export interface SampleInfo {
  name: string;
  title: string;
  description: string;
  file: string;
  bytes: number;
  records: number;
  symbol: string;
  /** Money value of a price move of 1, which the file itself does not carry. */
  multiplier: number;
}
