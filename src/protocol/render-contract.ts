import type { Problem } from '#base/problem';

/**
 * Contract between the page and the heatmap renderer, which usually lives in a worker and owns the canvas.
 *
 *   page: camera, playhead, layers, theme ──► RenderApi ──► scene (columns) ──► one draw per frame
 *   engine: ColumnBatch (transferred)     ──►                                     │
 *   page: axis labels, legend, NOW label  ◄── RenderEvent (after each draw) ◄─────┘
 *
 * World coordinates: x is the bin index, bin b covers [b, b + 1); y is the absolute tick, tick t covers
 * [t - 1/2, t + 1/2). Screen coordinates are CSS pixels from the top left of the canvas.
 */

/** What the canvas shows; independent of the canvas size, so it fits in a link. */
export interface CameraState {
  /** World x in the middle of the canvas. */
  readonly centerBin: number;
  /** World y in the middle of the canvas. */
  readonly centerTick: number;
  /** Width of one bin, CSS pixels. */
  readonly binPx: number;
  /** Height of one tick, CSS pixels. */
  readonly tickPx: number;
}

/** Canvas size in CSS pixels and device pixels per CSS pixel. */
export interface Viewport {
  readonly width: number;
  readonly height: number;
  readonly dpr: number;
}

/** Constants of the stream (vacuum-pressure.md section 15). */
export interface StreamInfo {
  /** 2R + 1 rows per column. */
  readonly rows: number;
  /** Price units per tick, so that price_int = tick * tickInt. */
  readonly tickInt: number;
  readonly cellWidthMs: number;
  /** Projection horizons in bins. */
  readonly horizons: readonly number[];
  /** A tick near the prices of the stream; textures hold ticks relative to it, exact in 32-bit floats. */
  readonly baseTick: number;
}

/**
 * `count` bins from `firstBin` on. Bins already held are replaced, layer by layer: a batch with one further
 * layer adds that layer to bins sent before. Every array's buffer may be transferred.
 */
export interface ColumnBatch {
  readonly firstBin: number;
  readonly count: number;
  /** Absolute tick of row k = 0; NaN = no spot, the column is empty. Whole numbers. */
  readonly spotTick: Float64Array;
  /** NaN = none. */
  readonly bestBidTick: Float64Array;
  /** NaN = none. */
  readonly bestAskTick: Float64Array;
  /** `state_model_score`, -1..1. */
  readonly score: Float64Array;
  /** `state_model_ready`, 0 or 1. */
  readonly ready: Uint8Array;
  /** By grid column name: `count * rows` values, bin after bin, rows k = -R..R. NaN = not known. */
  readonly layers: Readonly<Record<string, Float32Array>>;
}

/** The buffers of a batch, for the transfer list. */
export function columnBatchTransfers(batch: ColumnBatch): ArrayBuffer[] {
  const arrays = [batch.spotTick, batch.bestBidTick, batch.bestAskTick, batch.score, batch.ready];
  const buffers = [...arrays, ...Object.values(batch.layers)].map((a) => a.buffer as ArrayBuffer);
  return [...new Set(buffers)];
}

export type TransferName = 'linear' | 'sqrt' | 'log' | 'symlog';

/**
 * What a pixel shows when several bins fall into it: `max` is the value of largest magnitude (walls and
 * spikes survive any zoom), `last` the newest, `mean` the average over the bins that know the cell.
 */
export type ColumnStatistic = 'max' | 'last' | 'mean';

/** `auto` follows a decaying running maximum of the columns; it depends on the data, not on what was drawn. */
export type RangeSetting = 'auto' | { readonly lo: number; readonly hi: number };

export type SequentialPaletteName = 'tide' | 'dusk' | 'ember' | 'mono';
export type DivergingPaletteName = 'signal' | 'polar';
export type CategoricalPaletteName = 'states';
export type PaletteName = SequentialPaletteName | DivergingPaletteName | CategoricalPaletteName;

/** One grid column; what is left out takes the default of that column. */
export interface SingleLayer {
  readonly view: 'single';
  readonly column: string;
  readonly palette?: PaletteName;
  readonly transfer?: TransferName;
  readonly range?: RangeSetting;
  readonly statistic?: ColumnStatistic;
}

/** Brightness from `rest_depth`, hue and strength from `flow_score` (section 22.2). */
export interface CompositeLayer {
  readonly view: 'composite';
  readonly palette?: DivergingPaletteName;
  /** `auto`, or the depth that is drawn at full brightness. */
  readonly depthRange?: RangeSetting;
  readonly statistic?: ColumnStatistic;
}

export type LayerSelection = SingleLayer | CompositeLayer;

export interface OverlaySettings {
  readonly grid: boolean;
  readonly spotTrail: boolean;
  readonly bestTrails: boolean;
  readonly spreadFill: boolean;
  readonly nowLine: boolean;
  /** Bands of the projection zone right of NOW; without it following uses the whole width. */
  readonly projection: boolean;
  /** Bands that were predicted earlier, over the data. */
  readonly projectionHistory: boolean;
}

export interface ViewState {
  readonly camera: CameraState;
  /** Last bin that is drawn; null = the newest one held. Nothing after it takes part in the picture. */
  readonly playheadBin: number | null;
  /** The renderer keeps the playhead at the right and its spot in the vertical centre. */
  readonly follow: boolean;
}

export type ThemeName = 'dark' | 'light';
export type RenderBackendName = 'webgl' | 'canvas2d';

export interface RenderOptions extends Viewport {
  readonly theme: ThemeName;
  /** Default `auto`: WebGL where it works, else Canvas2D. */
  readonly backend?: 'auto' | RenderBackendName;
}

export type RenderInitResult =
  | { readonly ok: true; readonly backend: RenderBackendName; readonly notice?: Problem }
  | { readonly ok: false; readonly problem: Problem };

export interface BinRange {
  readonly firstBin: number;
  readonly count: number;
}

/** Sent after every draw: all that labels and the legend need to agree with the picture. */
export interface FrameEvent {
  readonly type: 'frame';
  readonly frame: number;
  /** The camera that was drawn, after following. */
  readonly camera: CameraState;
  readonly viewport: Viewport;
  /** Last drawn bin; -1 while nothing is held. */
  readonly nowBin: number;
  /** Last known spot at or before `nowBin`; NaN = none. */
  readonly spotTick: number;
  /** Bins merged into one drawn column. */
  readonly binsPerColumn: number;
  readonly statistic: ColumnStatistic;
  /** Value range in use, by grid column. */
  readonly ranges: Readonly<Record<string, { readonly lo: number; readonly hi: number }>>;
  /** Bins whose cells this view needs but which were evicted; sending them again restores the detail. */
  readonly missing: BinRange | null;
}

/** Sent whenever the memory in use has changed. */
export interface MemoryEvent {
  readonly type: 'memory';
  /** Columns, trails, textures and buffers. */
  readonly usedBytes: number;
}

export type RenderEvent =
  | FrameEvent
  | MemoryEvent
  /** Nothing is drawn until the context is restored. */
  | { readonly type: 'context-lost' }
  | { readonly type: 'context-restored' }
  | { readonly type: 'problem'; readonly problem: Problem };

export interface PixelImage {
  readonly width: number;
  readonly height: number;
  /** Rows from the top, 4 bytes per pixel, opaque sRGB. */
  readonly rgba: Uint8Array;
}

/** The drawn heatmap (without overlays) against the colour model on the CPU. */
export interface ModelComparison {
  readonly pixels: number;
  /** Pixels within 1/1000 cell of a cell border, where 32- and 64-bit arithmetic may pick either side. */
  readonly borderPixels: number;
  /** Pixels that differ by more than `tolerance` in any channel, borders left out. */
  readonly differing: number;
  /** Largest channel difference, 0..255, borders left out. */
  readonly maxDifference: number;
  readonly tolerance: number;
  /** Pixels that show data: a comparison of empty pictures proves nothing. */
  readonly dataPixels: number;
}

export interface RenderStats {
  readonly backend: RenderBackendName | null;
  readonly framesDrawn: number;
  readonly columnsUploaded: number;
  readonly firstBin: number;
  readonly endBin: number;
  /** Column data and trails in memory. */
  readonly cpuBytes: number;
  /** Textures and vertex buffers (for Canvas2D: the image). */
  readonly gpuBytes: number;
  readonly memoryBudgetBytes: number;
  /** Bins whose full detail is no longer held. */
  readonly evictedBins: number;
  /** Cells that fell outside the tallest column a merged level can hold. */
  readonly clippedCells: number;
  /** Time spent preparing and submitting the last frame on the CPU, ms. */
  readonly lastFrameMs: number;
  readonly maxFrameMs: number;
}

/** Called through comlink from the page (every result is then a promise) or directly on the main thread. */
export interface RenderApi {
  /** Takes over the canvas (transferred). Must succeed before anything is drawn. */
  init(canvas: OffscreenCanvas, options: RenderOptions): RenderInitResult;
  /** At most one listener; null removes it. Across threads wrap it with `Comlink.proxy`. */
  setListener(listener: ((event: RenderEvent) => void) | null): void;
  resize(width: number, height: number, dpr: number): void;
  /**
   * Bytes that columns, textures and buffers may take, 256 MiB until set. Beyond it detail that the view does
   * not draw is evicted first; then the view is drawn coarser. What a view lacks is in `FrameEvent.missing`.
   */
  setBudget(bytes: number): void;
  /** Starts an empty scene for a stream. */
  setStream(info: StreamInfo): void;
  /** Throws `RangeError` if the lengths do not fit the stream (a bug of the caller). */
  appendColumns(batch: ColumnBatch): void;
  /**
   * Forgets the cells of columns that are not chosen (trails stay): they have to be sent again. Throws
   * `RangeError` for a palette, transfer or statistic that does not exist.
   */
  setLayers(layers: LayerSelection): void;
  setOverlays(overlays: Partial<OverlaySettings>): void;
  /** Throws `RangeError` unless the camera is finite and its scales positive. */
  setView(view: ViewState): void;
  setTheme(theme: ThemeName): void;
  /** Forgets all columns; stream, layers and view stay. */
  clear(): void;
  /** Resolves when everything asked for so far is on the canvas. */
  whenIdle(): Promise<void>;
  readPixels(): PixelImage;
  /** 16 hex digits over size and pixels; equal pictures have equal hashes. */
  pictureHash(): string;
  compareWithModel(): ModelComparison;
  /** Loses the graphics context and gets it back, as a driver reset would; false without WebGL. */
  simulateContextLoss(): Promise<boolean>;
  stats(): RenderStats;
  dispose(): void;
}
