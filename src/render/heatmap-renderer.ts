import { problem, toProblem } from '#base/problem';
import type { Problem } from '#base/problem';
import type {
  CameraState,
  ColumnBatch,
  FrameEvent,
  LayerSelection,
  ModelComparison,
  OverlaySettings,
  PixelImage,
  RenderApi,
  RenderBackendName,
  RenderEvent,
  RenderInitResult,
  RenderOptions,
  RenderStats,
  StreamInfo,
  ThemeName,
  ViewState,
  Viewport,
} from '#protocol/render-contract';
import { FrameSource, isBackend } from './backend';
import type { BackendEvents, BackendFactory, FrameInput, RenderBackend, RenderSurface } from './backend';
import { followCamera } from '#view/camera';
import { paintPicture } from './color-model';
import { MAX_LEVEL } from './chunk';
import { FrameScheduler } from './frame-scheduler';
import { computeFrameView, createFrameView, devicePixels } from './frame-view';
import { checkSelection, columnsOf, defaultStyle, statisticOf } from '#view/layer-styles';
import { comparePictures } from './model-comparison';
import type { OverlaySink } from './overlay-sink';
import { DEFAULT_OVERLAYS, OverlayPainter } from './overlay-painter';
import { startMagnitude, StyleResolver } from './picture-style';
import type { PictureStyle } from './picture-style';
import { pictureHash } from './picture-hash';
import { Scene } from './scene';
import { PRICE_LINE_TARGET, priceTicks } from '#view/ticks';

const DEFAULT_BUDGET_BYTES = 256 * 2 ** 20;
/** However large the textures are, columns may take this share of the budget. */
const LEAST_COLUMN_SHARE = 0.25;

/** What differs between a worker and a page. */
export interface RenderEnvironment {
  /** In order of preference; WebGL only where its library may compile code. */
  readonly backends: readonly { readonly name: RenderBackendName; readonly make: BackendFactory }[];
  readonly requestFrame: (callback: () => void) => void;
  /** Milliseconds from any origin. */
  readonly now: () => number;
}

/**
 * The renderer behind the contract: keeps scene, view and settings, and draws at most once per frame when one
 * of them changed. Runs in a worker on an OffscreenCanvas or on an ordinary canvas in the page.
 */
export class HeatmapRenderer implements RenderApi {
  private backend: RenderBackend | null = null;
  private scene: Scene | null = null;
  private listener: ((event: RenderEvent) => void) | null = null;
  private viewport: Viewport = { width: 1, height: 1, dpr: 1 };
  private camera: CameraState = { centerBin: 0, centerTick: 0, binPx: 1, tickPx: 1 };
  private playheadBin: number | null = null;
  private follow = true;
  private selection: LayerSelection = { view: 'composite' };
  private overlays: OverlaySettings = DEFAULT_OVERLAYS;
  private theme: ThemeName = 'dark';
  private budgetBytes = DEFAULT_BUDGET_BYTES;
  private reportedBytes = -1;
  private contextLost = false;
  private readonly scheduler: FrameScheduler;
  private readonly view = createFrameView();
  private readonly source = new FrameSource();
  private readonly styles = new StyleResolver();
  private readonly painter = new OverlayPainter();
  private framesDrawn = 0;
  private lastFrameMs = 0;
  private maxFrameMs = 0;

  constructor(private readonly environment: RenderEnvironment) {
    this.scheduler = new FrameScheduler(environment.requestFrame, () => this.drawFrame());
  }

  init(canvas: RenderSurface | OffscreenCanvas, options: RenderOptions): RenderInitResult {
    this.dispose();
    const wanted = options.backend ?? 'auto';
    let notice: Problem | undefined;
    for (const { name, make } of this.environment.backends) {
      if (wanted !== 'auto' && wanted !== name) continue;
      const made = make(canvas, this.backendEvents);
      if (isBackend(made)) {
        this.backend = made;
        this.theme = options.theme;
        this.resize(options.width, options.height, options.dpr);
        return { ok: true, backend: name, ...(notice ? { notice } : {}) };
      }
      notice ??= made;
    }
    return {
      ok: false,
      problem:
        notice ?? problem('render/no-backend', `This context has no way to draw the heatmap: ${wanted}`),
    };
  }

  setListener(listener: ((event: RenderEvent) => void) | null): void {
    this.listener = listener;
    this.reportedBytes = -1;
    this.scheduler.request();
  }

  resize(width: number, height: number, dpr: number): void {
    this.viewport = { width: Math.max(width, 1), height: Math.max(height, 1), dpr: dpr > 0 ? dpr : 1 };
    this.backend?.resize(devicePixels(this.viewport.width, dpr), devicePixels(this.viewport.height, dpr));
    this.scheduler.request();
  }

  setBudget(bytes: number): void {
    this.budgetBytes = bytes;
    this.keepBudget();
    this.scheduler.request();
  }

  setStream(info: StreamInfo): void {
    if (!Number.isInteger(info.rows) || info.rows < 1 || info.rows % 2 === 0) {
      throw new RangeError(`a stream has 2R + 1 rows, not ${info.rows}`);
    }
    this.scene = new Scene(info, this.columnBudget(), (column) => this.statisticFor(column));
    this.scheduler.request();
  }

  appendColumns(batch: ColumnBatch): void {
    this.requireScene().append(batch);
    this.backend?.invalidate(batch.firstBin, batch.firstBin + batch.count);
    this.reportMemory();
    // What comes after the playhead is not drawn.
    if (this.playheadBin === null || batch.firstBin <= this.playheadBin) this.scheduler.request();
  }

  setLayers(layers: LayerSelection): void {
    checkSelection(layers);
    this.selection = layers;
    const columns = columnsOf(layers);
    this.scene?.keepLayers(columns);
    for (const column of columns) this.scene?.setStatistic(column, statisticOf(layers));
    this.scheduler.request();
  }

  setOverlays(overlays: Partial<OverlaySettings>): void {
    this.overlays = { ...this.overlays, ...overlays };
    this.scheduler.request();
  }

  setView(view: ViewState): void {
    const { centerBin, centerTick, binPx, tickPx } = view.camera;
    if (![centerBin, centerTick, binPx, tickPx].every(Number.isFinite) || binPx <= 0 || tickPx <= 0) {
      throw new RangeError(`no camera: ${centerBin}, ${centerTick}, ${binPx}, ${tickPx}`);
    }
    this.camera = view.camera;
    this.playheadBin = view.playheadBin;
    this.follow = view.follow;
    this.scheduler.request();
  }

  setTheme(theme: ThemeName): void {
    this.theme = theme;
    this.scheduler.request();
  }

  clear(): void {
    if (this.scene) this.setStream(this.scene.stream);
  }

  whenIdle(): Promise<void> {
    return this.scheduler.whenIdle();
  }

  readPixels(): PixelImage {
    this.scheduler.flush();
    this.drawNow(this.overlayPainter());
    return this.capture();
  }

  pictureHash(): string {
    const { width, height, rgba } = this.readPixels();
    return pictureHash(width, height, rgba);
  }

  compareWithModel(): ModelComparison {
    this.drawNow(null);
    const drawn = this.capture().rgba;
    const model = new Uint8Array(drawn.length);
    const style = this.style();
    paintPicture(this.view, style, this.source, model);
    this.scheduler.request();
    return comparePictures(this.view, drawn, model, style);
  }

  simulateContextLoss(): Promise<boolean> {
    return this.backend?.simulateContextLoss() ?? Promise.resolve(false);
  }

  stats(): RenderStats {
    return {
      backend: this.backend?.name ?? null,
      framesDrawn: this.framesDrawn,
      columnsUploaded: this.backend?.columnsUploaded ?? 0,
      firstBin: this.scene?.trails.firstBin ?? 0,
      endBin: this.scene?.trails.endBin ?? 0,
      cpuBytes: this.scene?.bytes ?? 0,
      gpuBytes: this.backend?.graphicsBytes ?? 0,
      memoryBudgetBytes: this.budgetBytes,
      evictedBins: this.scene?.evictedBins ?? 0,
      clippedCells: this.scene?.clippedCells ?? 0,
      lastFrameMs: this.lastFrameMs,
      maxFrameMs: this.maxFrameMs,
    };
  }

  dispose(): void {
    this.backend?.dispose();
    this.backend = null;
    this.contextLost = false;
  }

  private readonly backendEvents: BackendEvents = {
    contextLost: () => {
      this.contextLost = true;
      this.listener?.({ type: 'context-lost' });
    },
    contextRestored: () => {
      this.contextLost = false;
      this.listener?.({ type: 'context-restored' });
      this.scheduler.request();
    },
    failed: (problem) => this.listener?.({ type: 'problem', problem }),
  };

  private drawFrame(): void {
    if (!this.backend || this.contextLost) return;
    try {
      const start = this.environment.now();
      this.drawNow(this.overlayPainter());
      this.lastFrameMs = this.environment.now() - start;
      this.maxFrameMs = Math.max(this.maxFrameMs, this.lastFrameMs);
      this.framesDrawn++;
      this.keepBudget();
      this.listener?.(this.frameEvent());
    } catch (error) {
      this.listener?.({ type: 'problem', problem: toProblem(error) });
    }
  }

  private keepBudget(): void {
    this.scene?.setBudget(this.columnBudget());
    this.reportMemory();
  }

  private columnBudget(): number {
    const { budgetBytes } = this;
    return Math.max(budgetBytes * LEAST_COLUMN_SHARE, budgetBytes - (this.backend?.graphicsBytes ?? 0));
  }

  private reportMemory(): void {
    const usedBytes = (this.scene?.bytes ?? 0) + (this.backend?.graphicsBytes ?? 0);
    if (usedBytes === this.reportedBytes) return;
    this.reportedBytes = usedBytes;
    this.listener?.({ type: 'memory', usedBytes });
  }

  private drawNow(paintOverlay: FrameInput['paintOverlay']): void {
    this.prepare();
    this.backend?.draw({ view: this.view, style: this.style(), source: this.source, paintOverlay });
  }

  /** Brings camera, view and source in line with scene and settings. */
  private prepare(): void {
    const { scene, source, viewport } = this;
    const now = this.nowBin();
    if (scene && this.follow && now >= scene.trails.firstBin) {
      this.camera = followCamera(
        this.camera,
        viewport,
        now,
        scene.trails.lastSpot(now),
        this.overlays.projection,
      );
    }
    const first = scene?.trails.firstBin ?? 0;
    computeFrameView(this.view, this.camera, viewport, first, now + 1, this.chooseLevel);
    const [columnA, columnB] = columnsOf(this.selection);
    source.layerA = scene?.layer(columnA);
    source.layerB = columnB === undefined ? undefined : scene?.layer(columnB);
    source.level = this.view.level;
    source.endBin = this.view.dataEnd;
  }

  private readonly chooseLevel = (level: number, firstBin: number, endBin: number): number => {
    const most = this.backend?.maxColumns ?? Infinity;
    let l = level;
    while (l < MAX_LEVEL && (endBin - firstBin) / 2 ** l + 1 > most) l++;
    return this.scene?.look(l, firstBin, endBin, this.nowBin() + 1) ?? l;
  };

  /** Last bin that may be drawn; -1 without any. */
  private nowBin(): number {
    const newest = (this.scene?.trails.endBin ?? 0) - 1;
    return this.playheadBin === null ? newest : Math.min(Math.floor(this.playheadBin), newest);
  }

  /**
   * Colours of the prepared frame. The automatic range is taken at the last column in view that lies wholly
   * before the playhead, so that it knows nothing of what comes later.
   */
  private style(): PictureStyle {
    const { view, source } = this;
    const column = Math.floor(view.endBin / 2 ** view.level) - 1;
    const magnitude = source.layerA?.rangeAt(view.level, column) ?? startMagnitude(this.selection);
    return this.styles.resolve(this.selection, this.theme, magnitude);
  }

  private overlayPainter(): FrameInput['paintOverlay'] {
    const { scene, painter } = this;
    if (!scene) return null;
    return (sink: OverlaySink): void => {
      const { dpr } = this.viewport;
      painter.setStyle(this.theme, dpr);
      const lines = this.overlays.grid
        ? priceTicks(this.camera, this.viewport, scene.stream.tickInt, PRICE_LINE_TARGET).map(
            (t) => t.y * dpr,
          )
        : [];
      painter.paint(sink, {
        view: this.view,
        trails: scene.trails,
        stream: scene.stream,
        settings: this.overlays,
        nowBin: this.nowBin(),
        priceLines: lines,
      });
    };
  }

  private capture(): PixelImage {
    const { widthPx: width, heightPx: height } = this.view;
    const rgba = new Uint8Array(width * height * 4);
    this.backend?.readPixels(rgba);
    return { width, height, rgba };
  }

  private frameEvent(): FrameEvent {
    const now = this.nowBin();
    const style = this.style();
    return {
      type: 'frame',
      frame: this.framesDrawn,
      camera: this.camera,
      viewport: this.viewport,
      nowBin: now,
      spotTick: this.scene?.trails.lastSpot(now) ?? NaN,
      binsPerColumn: 2 ** this.view.level,
      statistic: style.statistic,
      ranges: style.ranges,
      missing: this.scene?.missing() ?? null,
    };
  }

  private statisticFor(column: string) {
    return columnsOf(this.selection).includes(column)
      ? statisticOf(this.selection)
      : defaultStyle(column).statistic;
  }

  private requireScene(): Scene {
    if (!this.scene) throw new RangeError('columns came before the stream they belong to');
    return this.scene;
  }
}
