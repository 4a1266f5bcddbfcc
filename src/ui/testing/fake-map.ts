/** The real renderer in the page, on Canvas2D, fed from a fake model: the gallery's map. */
import { Store } from '#base/store';
import { tickInt } from '#core/config/runtime-config';
import type { ColumnBatch, FrameEvent, LayerSelection, Viewport } from '#protocol/render-contract';
import type { WorldBounds } from '#view/camera';
import { createCanvas2dBackend } from '#render/canvas2d-backend';
import { HeatmapRenderer } from '#render/heatmap-renderer';
import { columnsOf } from '#view/layer-styles';
import type { MapPort, MapStatus } from '#ui/map-port';
import { resolveTheme } from '#ui/theme';
import type { FakeModel } from '#ui/testing/fake-model';

export class FakeMap implements MapPort {
  readonly frame = new Store<FrameEvent | undefined>(undefined);
  /** A renderer that has not drawn yet. */
  isSlow = false;
  readonly status = new Store<MapStatus>({ state: 'starting', generation: 0 });
  readonly #model: FakeModel;
  readonly #renderer = new HeatmapRenderer({
    backends: [{ name: 'canvas2d', make: createCanvas2dBackend }],
    requestFrame: (callback) => requestAnimationFrame(callback),
    now: () => performance.now(),
  });
  #attached = false;
  #sent = '';

  constructor(model: FakeModel) {
    this.#model = model;
    model.session.subscribe(() => this.#sync());
    model.view.subscribe(() => this.#sync());
    model.player.subscribe(() => this.#sync());
  }

  attach(canvas: OffscreenCanvas, viewport: Viewport): void {
    if (this.status.value.state === 'failed' || this.isSlow) return;
    this.#renderer.init(canvas, { ...viewport, theme: this.#theme() });
    this.#renderer.setListener((event) => {
      if (event.type === 'frame') this.frame.set(event);
    });
    this.#attached = true;
    this.#sent = '';
    this.status.set({ ...this.status.value, state: 'drawing' });
    this.#sync();
  }

  detach(): void {
    this.#attached = false;
  }

  resize(width: number, height: number, dpr: number): void {
    if (this.#attached) this.#renderer.resize(width, height, dpr);
  }

  bounds(): WorldBounds | null {
    const { bins } = this.#model.session.value;
    if (bins === 0 || Number.isNaN(this.#model.readoutPatch.spotTick ?? 0)) return null;
    const { firstTick, lastTick } = this.#model.market;
    return { firstBin: 0, endBin: bins, minTick: firstTick, maxTick: lastTick };
  }

  /** Resolves when the last change is on the canvas. */
  whenIdle(): Promise<void> {
    return this.#attached ? this.#renderer.whenIdle() : Promise.resolve();
  }

  #theme(): 'dark' | 'light' {
    return resolveTheme(this.#model.view.value.theme, matchMedia('(prefers-color-scheme: light)').matches);
  }

  #sync(): void {
    const { session, view, player } = this.#model;
    const { config, bins } = session.value;
    if (!this.#attached || !config || this.bounds() === null) return;
    const layers: LayerSelection =
      view.value.layer === 'composite-view'
        ? { view: 'composite', ...(view.value.palette === 'polar' ? { palette: 'polar' } : {}) }
        : {
            view: 'single',
            column: view.value.layer,
            ...(view.value.palette ? { palette: view.value.palette } : {}),
            ...(view.value.transfer ? { transfer: view.value.transfer } : {}),
            ...(view.value.statistic ? { statistic: view.value.statistic } : {}),
          };
    const data = `${bins} ${columnsOf(layers).join()}`;
    if (data !== this.#sent) {
      this.#sent = data;
      this.#renderer.setStream({
        rows: config.grid_rows,
        tickInt: tickInt(config),
        cellWidthMs: config.cell_width_ms,
        horizons: config.projection_horizons_bins,
        baseTick: this.#model.market.spotTick[0],
      });
      this.#renderer.appendColumns(this.#batch(bins, columnsOf(layers)));
    }
    this.#renderer.setTheme(this.#theme());
    this.#renderer.setLayers(layers);
    this.#renderer.setOverlays({
      spotTrail: view.value.showTrails,
      bestTrails: view.value.showTrails,
      spreadFill: view.value.showTrails,
      projection: view.value.showProjection,
      projectionHistory: view.value.showProjection,
    });
    const { playhead, follow } = player.value;
    if (view.value.camera)
      this.#renderer.setView({ camera: view.value.camera, playheadBin: playhead, follow });
  }

  #batch(bins: number, columns: readonly string[]): ColumnBatch {
    const { market } = this.#model;
    const spotTick = market.spotTick.slice(0, bins);
    const layers = columns.map((name) => {
      const values = new Float32Array(bins * market.rows);
      for (let bin = 0; bin < bins; bin++) values.set(market.column(bin, name), bin * market.rows);
      return [name, values] as const;
    });
    return {
      firstBin: 0,
      count: bins,
      spotTick,
      bestBidTick: spotTick.map((t) => t - 1),
      bestAskTick: spotTick.slice(),
      score: market.score.slice(0, bins),
      ready: market.ready.slice(0, bins),
      layers: Object.fromEntries(layers),
    };
  }
}
