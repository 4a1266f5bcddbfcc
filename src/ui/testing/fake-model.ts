/** The page's model without workers: a made-up session in any state, with controls that work. */
import type { Problem } from '#base/problem';
import { Store } from '#base/store';
import { defaultView, emptySession } from '#app/defaults';
import { DEFAULT_OPEN_SETTINGS, type OpenSettings } from '#app/open-settings';
import type {
  AppActions,
  AppModel,
  BinReadout,
  CursorState,
  InstrumentChoice,
  MemoryState,
  PlayerState,
  SampleInfo,
  SessionState,
  ViewState,
  Warning,
} from '#app/model';
import { DEFAULT_RUNTIME_CONFIG } from '#core/config/runtime-config';
import { GRID_COLUMNS } from '#core/vp/columns';
import type { RuntimeConfigMessage } from '#protocol/grid-messages';
import { FakeMarket } from '#ui/testing/fake-market';

/** 9:30 in New York on 6 February 2026. */
export const FAKE_START_NS = 1770388200000000000n;
const CELL_WIDTH_NS = 1e8;

export function fakeConfig(): RuntimeConfigMessage {
  const config = DEFAULT_RUNTIME_CONFIG;
  return {
    type: 'runtime_config',
    ...config,
    state_model: { name: 'derivative' },
    mode: 'pre_prod',
    deployment_stage: 'pre_prod',
    stream_format: 'dense_grid',
    grid_schema_fields: GRID_COLUMNS.map((c) => c.name),
    grid_rows: 2 * config.grid_radius_ticks + 1,
    effective_config_hash: config.config_version,
  };
}

export const FAKE_INSTRUMENTS: readonly InstrumentChoice[] = [
  { publisherId: 1, instrumentId: 42_140_864, symbol: 'MNQH6', records: 4_812_334, isSpread: false },
  { publisherId: 1, instrumentId: 42_005_804, symbol: 'MNQM6', records: 213_980, isSpread: false },
  { publisherId: 1, instrumentId: 42_009_217, symbol: 'MNQU6', records: 3_412, isSpread: false },
  { publisherId: 1, instrumentId: 42_011_550, symbol: 'MNQH6-MNQM6', records: 88_120, isSpread: true },
  { publisherId: 1, instrumentId: 42_011_551, symbol: 'MNQM6-MNQU6', records: 912, isSpread: true },
];

export const FAKE_SAMPLES: readonly SampleInfo[] = [
  {
    name: 'demo',
    title: 'A morning',
    description: 'Twenty minutes from the open: icebergs, a pulled wall and a sweep.',
    file: 'demo.dbn.zst',
    bytes: 9_400_000,
    records: 1_240_000,
    symbol: 'SIMH6',
    multiplier: 50,
  },
  {
    name: 'calm',
    title: 'Calm',
    description: 'A thick, slow book. Good for learning to read the layers.',
    file: 'calm.dbn.zst',
    bytes: 1_800_000,
    records: 220_000,
    symbol: 'SIMH6',
    multiplier: 50,
  },
  {
    name: 'storm',
    title: 'Storm',
    description: 'Vacuum on both sides, a gap and a recovery snapshot.',
    file: 'storm.dbn.zst',
    bytes: 4_100_000,
    records: 610_000,
    symbol: 'SIMH6',
    multiplier: 50,
  },
];

export class FakeModel implements AppModel, AppActions {
  readonly session: Store<SessionState>;
  readonly warnings = new Store<readonly Warning[]>([]);
  readonly unlistedWarnings = new Store(0);
  readonly player = new Store<PlayerState>({ playing: false, speed: 1, playhead: -1, follow: true });
  readonly view = new Store<ViewState>({ ...defaultView(), theme: 'dark' });
  readonly cursor = new Store<CursorState | undefined>(undefined);
  readonly openSettings = new Store<OpenSettings>(DEFAULT_OPEN_SETTINGS);
  readonly memory = new Store<MemoryState>({ usedBytes: 0, budgetBytes: 1e9, given: '' });
  readonly addressProblem = new Store<Problem | undefined>(undefined);
  readonly toasts = new Store<AppModel['toasts']['value']>([]);
  readonly market: FakeMarket;
  /** Replaces parts of every read-out, for books with a side missing and the like. */
  readoutPatch: Partial<BinReadout> = {};
  #lastReadout: BinReadout | undefined;
  #frame = 0;

  constructor(bins = 3600) {
    this.market = new FakeMarket(Math.max(bins, 1), FAKE_START_NS, CELL_WIDTH_NS);
    this.session = new Store<SessionState>(emptySession());
  }

  /** A session of the market, loaded up to `bins`. */
  load(bins: number, change: Partial<SessionState> = {}): this {
    this.session.set({
      ...emptySession(),
      phase: 'ready',
      files: ['glbx-mdp3-20260206.mbo.dbn.zst'],
      instruments: FAKE_INSTRUMENTS,
      instrument: FAKE_INSTRUMENTS[0],
      config: fakeConfig(),
      firstBinStartNs: FAKE_START_NS,
      cellWidthNs: CELL_WIDTH_NS,
      fingerprint: '5e0c9f2ab71d44d89a7713c2e86bb1f0',
      anomalies: { unknown_fill: 41, unused_credit: 7 },
      bins,
      ...change,
    });
    this.player.update({ playhead: bins - 1 });
    this.memory.update({ usedBytes: bins * 101 * 96 });
    return this;
  }

  readout(bin: number): BinReadout | undefined {
    if (bin < 0 || bin >= this.session.value.bins) return undefined;
    if (this.#lastReadout?.bin !== bin)
      this.#lastReadout = { ...this.market.readout(bin), ...this.readoutPatch };
    return this.#lastReadout;
  }

  openFiles(files: readonly File[]): void {
    this.load(this.market.bins, { files: files.map((f) => f.name) });
  }

  openSample(name: string): void {
    this.load(this.market.bins, { files: [`${name}.dbn.zst`], synthetic: true });
  }

  chooseInstrument(choice: InstrumentChoice): void {
    this.session.update({ instrument: choice });
  }

  cancel(): void {
    this.session.update({ phase: 'cancelled' });
  }

  retry(): void {
    this.load(this.market.bins);
  }

  close(): void {
    this.pause();
    this.session.set(emptySession());
  }

  play(): void {
    this.player.update({ playing: true });
    let last = performance.now();
    let at = this.player.value.playhead;
    const tick = (now: number): void => {
      at += ((now - last) / 1000) * this.player.value.speed * (1e9 / CELL_WIDTH_NS);
      last = now;
      this.seek(Math.floor(at));
      if (at >= this.session.value.bins - 1) this.pause();
      else this.#frame = requestAnimationFrame(tick);
    };
    this.#frame = requestAnimationFrame(tick);
  }

  pause(): void {
    cancelAnimationFrame(this.#frame);
    this.player.update({ playing: false });
  }

  restart(): void {
    this.seek(0);
    this.play();
  }

  setSpeed(speed: number): void {
    this.player.update({ speed });
  }

  seek(bin: number): void {
    this.player.update({ playhead: Math.max(0, Math.min(this.session.value.bins - 1, bin)) });
  }

  step(bins: number): void {
    this.pause();
    this.seek(this.player.value.playhead + bins);
  }

  setFollow(follow: boolean): void {
    this.player.update({ follow });
  }

  setView(change: Partial<ViewState>): void {
    this.view.update(change);
  }

  setCursor(cursor: CursorState | undefined): void {
    this.cursor.set(cursor);
  }

  report(problem: Problem): void {
    this.warnings.set([...this.warnings.value, { problem, count: 1, dismissed: false }]);
  }

  dismissWarning(warning: Problem): void {
    this.warnings.set(
      this.warnings.value.map((w) => (w.problem === warning ? { ...w, dismissed: true } : w)),
    );
  }

  dismissToast(id: number): void {
    this.toasts.set(this.toasts.value.filter((t) => t.id !== id));
  }

  setBudget(bytes: number): void {
    this.memory.update({ budgetBytes: bytes });
  }

  setOpenSettings(settings: OpenSettings): void {
    this.openSettings.set(settings);
  }

  copyGridDigest(): void {
    // Nothing is stored here.
  }
}
