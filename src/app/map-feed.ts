/**
 * Feeds the renderer from the bin store: turns stored bins into column batches of the chosen layer and passes
 * on view, layer and overlay settings. The renderer may be replaced (a lost worker): everything it needs is
 * sent again.
 */
import { Store } from '#base/store';
import type { MapSink } from '#app/map-sink';
import type { BinSpan } from '#app/bin-ranges';
import type { BinStore } from '#app/bin-store';
import { BATCH_BINS, ColumnQueue } from '#app/column-queue';
import type { ViewState } from '#app/model';
import { tickInt } from '#core/config/runtime-config';
import { defaultCamera } from '#view/camera';
import type { RuntimeConfigMessage } from '#protocol/grid-messages';
import type {
  BinRange,
  ColumnBatch,
  FrameEvent,
  LayerSelection,
  OverlaySettings,
  StreamInfo,
  ThemeName,
  Viewport,
  ViewState as MapView,
} from '#protocol/render-contract';

/** The renderer as the feed drives it; calls take effect in order. */
export interface MapRenderer {
  setBudget(bytes: number): void;
  setStream(info: StreamInfo): void;
  /** Resolves when the batch was taken, or never will be; does not reject. */
  appendColumns(batch: ColumnBatch): Promise<void>;
  setLayers(layers: LayerSelection): void;
  setOverlays(overlays: Partial<OverlaySettings>): void;
  setView(view: MapView): void;
  setTheme(theme: ThemeName): void;
  clear(): void;
}

const COMPOSITE_COLUMNS = ['rest_depth', 'flow_score'];

export class MapFeed implements MapSink {
  /** Bytes held by the renderer, as last reported. */
  readonly used = new Store(0);
  #renderer: MapRenderer | undefined;
  /** Of the connected renderer. */
  #queue: ColumnQueue | undefined;
  /** Batches (by number) that were sent again and are still reported missing. */
  readonly #refilled = new Set<number>();
  #config: RuntimeConfigMessage | undefined;
  #store: BinStore | undefined;
  #baseTick: number | undefined;
  #view: { view: ViewState; playhead: number; follow: boolean } | undefined;
  #viewport: Viewport | undefined;
  #theme: ThemeName = 'dark';
  #budgetBytes: number | undefined;
  #sentLayers = '';
  #sentOverlays = '';
  /** Last bin of the last frame; -1 while none was drawn of this capture. */
  #drawnBin = -1;
  /** No frame will come until there is another renderer. */
  #failed = false;
  #waiting: ((isDrawn: boolean) => void)[] = [];

  /** Connects a (new) renderer and brings it to the present state. */
  connect(renderer: MapRenderer): void {
    this.disconnect();
    this.#renderer = renderer;
    this.#queue = new ColumnQueue(
      (span) => this.#send(renderer, span),
      () => this.#viewStart(),
    );
    this.#sentLayers = '';
    this.#sentOverlays = '';
    this.#failed = false;
    renderer.setTheme(this.#theme);
    if (this.#budgetBytes !== undefined) renderer.setBudget(this.#budgetBytes);
    this.#restart();
  }

  /** The renderer is gone; what happens meanwhile is for the next one. */
  disconnect(): void {
    this.#forgetQueued();
    this.#queue = undefined;
    this.#renderer = undefined;
    this.used.set(0);
  }

  /** Resolves when the renderer has been sent every bin it is to have. */
  whenSent(): Promise<void> {
    return this.#queue?.whenSent() ?? Promise.resolve();
  }

  /** Most bytes the renderer may hold. */
  setBudget(bytes: number): void {
    this.#budgetBytes = bytes;
    this.#renderer?.setBudget(bytes);
  }

  /** The canvas has this size: zoom 1 depends on it. */
  setViewport(viewport: Viewport): void {
    this.#viewport = viewport;
    this.#sendView();
  }

  setTheme(theme: ThemeName): void {
    this.#theme = theme;
    this.#renderer?.setTheme(theme);
  }

  begin(config: RuntimeConfigMessage): void {
    this.#forgetQueued();
    this.#drawnBin = -1;
    this.#config = config;
    this.#store = undefined;
    this.#baseTick = undefined;
  }

  append(store: BinStore, from: number, count: number): void {
    this.#store = store;
    if (this.#baseTick === undefined) {
      this.#baseTick = firstSpot(store);
      this.#restart(); // without a spot there is nothing to draw; all is sent once there is one
      return;
    }
    this.#queue?.add(from, from + count);
  }

  reload(store: BinStore): void {
    this.#store = store;
    this.#sendView();
    this.#queue?.add(0, store.bins);
  }

  setView(view: ViewState, playhead: number, follow: boolean): void {
    this.#view = { view, playhead, follow };
    this.#sendView();
  }

  clear(): void {
    this.#forgetQueued();
    this.#config = undefined;
    this.#store = undefined;
    this.#baseTick = undefined;
    this.#drawnBin = -1;
    this.#renderer?.clear();
    this.#answerWaiting();
  }

  whenDrawn(): Promise<boolean> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#answerWaiting();
    });
  }

  /** The renderer has drawn a frame. */
  noteFrame({ nowBin, missing }: Pick<FrameEvent, 'nowBin' | 'missing'>): void {
    this.#failed = false;
    this.#drawnBin = nowBin;
    this.#answerWaiting();
    this.#refill(missing);
  }

  /** The renderer cannot draw: nobody is to wait for it. */
  noteFailure(): void {
    this.#failed = true;
    this.#answerWaiting();
  }

  #answerWaiting(): void {
    const isDrawn = this.#drawnBin >= 0 && this.#drawnBin >= (this.#view?.playhead ?? -1);
    if (!isDrawn && !this.#failed && this.#baseTick !== undefined) return;
    for (const resolve of this.#waiting.splice(0)) resolve(isDrawn);
  }

  /**
   * Sends again what the renderer had to evict and now needs. A batch that is still reported missing is not sent
   * a second time: the renderer is about to take it, or has no room for it.
   */
  #refill(missing: BinRange | null): void {
    const first = missing ? Math.floor(missing.firstBin / BATCH_BINS) : 0;
    const end = missing ? Math.ceil((missing.firstBin + missing.count) / BATCH_BINS) : 0;
    for (const batch of this.#refilled) if (batch < first || batch >= end) this.#refilled.delete(batch);
    const store = this.#store;
    if (!store) return;
    for (let batch = first; batch < end; batch++) {
      if (this.#refilled.has(batch)) continue;
      this.#refilled.add(batch);
      const from = batch * BATCH_BINS;
      const until = Math.min(from + BATCH_BINS, store.bins);
      if (this.#holdsAny(store, from, until)) this.#queue?.add(from, until);
    }
  }

  #forgetQueued(): void {
    this.#queue?.clear();
    this.#refilled.clear();
  }

  #restart(): void {
    const config = this.#config;
    if (!config || !this.#store || this.#baseTick === undefined) return;
    this.#renderer?.setStream({
      rows: config.grid_rows,
      tickInt: tickInt(config),
      cellWidthMs: config.cell_width_ms,
      horizons: config.projection_horizons_bins,
      baseTick: this.#baseTick,
    });
    this.#sendView();
    this.#queue?.add(0, this.#store.bins);
  }

  #columns(): readonly string[] {
    const layer = this.#view?.view.layer ?? 'composite-view';
    return layer === 'composite-view' ? COMPOSITE_COLUMNS : [layer];
  }

  /**
   * Bins whose cells the store has given up go without: the renderer may still hold them, merged. A restarted
   * engine may have taken back bins since they were queued.
   */
  async #send(renderer: MapRenderer, { from, end }: BinSpan): Promise<void> {
    const store = this.#store;
    if (!store) return;
    const columns = this.#columns();
    const until = Math.min(end, store.bins);
    const taken: Promise<void>[] = [];
    for (let bin = from; bin < until;) {
      const held = holds(store, columns, bin);
      const first = bin++;
      while (bin < until && holds(store, columns, bin) === held) bin++;
      taken.push(renderer.appendColumns(columnBatch(store, held ? columns : [], first, bin)));
    }
    await Promise.all(taken);
  }

  #holdsAny(store: BinStore, from: number, end: number): boolean {
    const columns = this.#columns();
    for (let bin = from; bin < end; bin++) if (holds(store, columns, bin)) return true;
    return false;
  }

  /** First bin in view; while following that depends on the playhead alone. */
  #viewStart(): number {
    const newest = (this.#store?.bins ?? 0) - 1;
    const rows = this.#config?.grid_rows;
    if (!this.#view || !this.#viewport || rows === undefined) return Math.max(0, newest);
    const { view, playhead, follow } = this.#view;
    const { binPx, centerBin } = view.camera ?? defaultCamera(this.#viewport, rows, view.showProjection);
    const across = this.#viewport.width / binPx;
    const start = follow ? (playhead < 0 ? newest : playhead) - across : centerBin - across / 2;
    return Math.max(0, Math.floor(start));
  }

  #sendView(): void {
    const renderer = this.#renderer;
    if (!renderer || !this.#view) return;
    const { view, playhead, follow } = this.#view;
    const layers = layerSelection(view);
    if (changed(layers, this.#sentLayers)) {
      this.#sentLayers = JSON.stringify(layers);
      renderer.setLayers(layers);
    }
    const overlays = {
      spotTrail: view.showTrails,
      bestTrails: view.showTrails,
      spreadFill: view.showTrails,
      projection: view.showProjection,
      projectionHistory: view.showProjection,
    };
    if (changed(overlays, this.#sentOverlays)) {
      this.#sentOverlays = JSON.stringify(overlays);
      renderer.setOverlays(overlays);
    }
    const rows = this.#config?.grid_rows;
    if (rows === undefined || !this.#viewport) return;
    const camera = view.camera ?? defaultCamera(this.#viewport, rows, view.showProjection);
    renderer.setView({ camera, playheadBin: playhead < 0 ? null : playhead, follow });
  }
}

function changed(value: unknown, sent: string): boolean {
  return JSON.stringify(value) !== sent;
}

function firstSpot(store: BinStore): number | undefined {
  const { spotRange } = store.heads;
  if (spotRange.low > spotRange.high) return undefined;
  return store.heads.column('spotTick').find((tick) => !Number.isNaN(tick));
}

function holds(store: BinStore, columns: readonly string[], bin: number): boolean {
  return columns.every((name) => store.column(bin, name) !== undefined);
}

function columnBatch(store: BinStore, columns: readonly string[], from: number, end: number): ColumnBatch {
  const { heads } = store;
  const count = end - from;
  return {
    firstBin: from,
    count,
    spotTick: heads.column('spotTick').slice(from, end),
    bestBidTick: heads.column('bestBidTick').slice(from, end),
    bestAskTick: heads.column('bestAskTick').slice(from, end),
    score: heads.column('score').slice(from, end),
    ready: Uint8Array.from(heads.column('ready').subarray(from, end)),
    layers: Object.fromEntries(columns.map((name) => [name, store.copyColumn(name, from, count)])),
  };
}

function layerSelection(view: ViewState): LayerSelection {
  const { palette, transfer, statistic } = view;
  if (view.layer === 'composite-view') {
    return {
      view: 'composite',
      ...(palette === 'signal' || palette === 'polar' ? { palette } : {}),
      ...(statistic ? { statistic } : {}),
    };
  }
  return {
    view: 'single',
    column: view.layer,
    ...(palette ? { palette } : {}),
    ...(transfer ? { transfer } : {}),
    ...(statistic ? { statistic } : {}),
  };
}
