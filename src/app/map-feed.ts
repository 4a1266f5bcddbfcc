/**
 * Feeds the renderer from the bin store: turns stored bins into column batches of the chosen layer and passes
 * on view, layer and overlay settings. The renderer may be replaced (a lost worker): everything it needs is
 * sent again.
 */
import type { MapSink } from '#app/app-controller';
import type { BinStore } from '#app/bin-store';
import type { ViewState } from '#app/model';
import { tickInt } from '#core/config/runtime-config';
import { defaultCamera } from '#render/camera';
import type { RuntimeConfigMessage } from '#protocol/grid-messages';
import type {
  ColumnBatch,
  FrameEvent,
  LayerSelection,
  OverlaySettings,
  ThemeName,
  Viewport,
  ViewState as MapView,
} from '#protocol/render-contract';

/** The renderer as the feed drives it; one-way calls, in order. */
export interface MapRenderer {
  setStream(info: {
    rows: number;
    tickInt: number;
    cellWidthMs: number;
    horizons: readonly number[];
    baseTick: number;
  }): void;
  appendColumns(batch: ColumnBatch): void;
  setLayers(layers: LayerSelection): void;
  setOverlays(overlays: Partial<OverlaySettings>): void;
  setView(view: MapView): void;
  setTheme(theme: ThemeName): void;
  clear(): void;
}

const COMPOSITE_COLUMNS = ['rest_depth', 'flow_score'];
/** Bins per batch when a whole session is sent again: a few milliseconds of copying. */
const RELOAD_BINS = 512;

export class MapFeed implements MapSink {
  #renderer: MapRenderer | undefined;
  #config: RuntimeConfigMessage | undefined;
  #store: BinStore | undefined;
  #baseTick: number | undefined;
  #view: { view: ViewState; playhead: number; follow: boolean } | undefined;
  #viewport: Viewport | undefined;
  #theme: ThemeName = 'dark';
  #sentLayers = '';
  #sentOverlays = '';
  /** Invalidates a reload that is under way when another begins. */
  #reloadTurn = 0;
  /** Last report of the renderer. */
  usedBytes = 0;

  /** Connects a (new) renderer and brings it to the present state. */
  connect(renderer: MapRenderer): void {
    this.#renderer = renderer;
    this.#sentLayers = '';
    this.#sentOverlays = '';
    renderer.setTheme(this.#theme);
    this.#restart();
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
    this.#config = config;
    this.#store = undefined;
    this.#baseTick = undefined;
    this.#reloadTurn++;
  }

  append(store: BinStore, from: number, count: number): void {
    this.#store = store;
    if (this.#baseTick === undefined) {
      this.#baseTick = firstSpot(store);
      if (this.#baseTick === undefined) return; // nothing to draw yet; sent whole once a spot is known
      this.#restart();
      return;
    }
    this.#send(store, from, count);
  }

  reload(store: BinStore): void {
    this.#store = store;
    this.#sendView();
    void this.#sendAll();
  }

  setView(view: ViewState, playhead: number, follow: boolean): void {
    this.#view = { view, playhead, follow };
    this.#sendView();
  }

  clear(): void {
    this.#config = undefined;
    this.#store = undefined;
    this.#baseTick = undefined;
    this.#reloadTurn++;
    this.#renderer?.clear();
  }

  /** The renderer lacks visible bins that it had to evict. */
  refill(missing: NonNullable<FrameEvent['missing']>): void {
    if (this.#store) this.#send(this.#store, missing.firstBin, Math.min(missing.count, RELOAD_BINS));
  }

  #restart(): void {
    const config = this.#config;
    if (!config || this.#baseTick === undefined || !this.#renderer) return;
    this.#renderer.setStream({
      rows: config.grid_rows,
      tickInt: tickInt(config),
      cellWidthMs: config.cell_width_ms,
      horizons: config.projection_horizons_bins,
      baseTick: this.#baseTick,
    });
    this.#sendView();
    void this.#sendAll();
  }

  /** Newest bins first: that is where the user looks. */
  async #sendAll(): Promise<void> {
    const store = this.#store;
    if (!store) return;
    const turn = ++this.#reloadTurn;
    for (let end = store.bins; end > 0; end -= RELOAD_BINS) {
      const from = Math.max(0, end - RELOAD_BINS);
      this.#send(store, from, end - from);
      await new Promise((resolve) => setTimeout(resolve, 0));
      if (turn !== this.#reloadTurn) return;
    }
  }

  #send(store: BinStore, from: number, count: number): void {
    const layer = this.#view?.view.layer ?? 'composite-view';
    const names = layer === 'composite-view' ? COMPOSITE_COLUMNS : [layer];
    const { heads } = store;
    const end = from + count;
    this.#renderer?.appendColumns({
      firstBin: from,
      count,
      spotTick: heads.column('spotTick').slice(from, end),
      bestBidTick: heads.column('bestBidTick').slice(from, end),
      bestAskTick: heads.column('bestAskTick').slice(from, end),
      score: heads.column('score').slice(from, end),
      ready: Uint8Array.from(heads.column('ready').subarray(from, end)),
      layers: Object.fromEntries(names.map((name) => [name, store.copyColumn(name, from, count)])),
    });
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
  return store.heads.column('spotTick').find((tick) => !Number.isNaN(tick));
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
