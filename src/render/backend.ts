import type { RenderBackendName } from '#protocol/render-contract';
import type { Problem } from '#base/problem';
import type { CellSource } from './color-model';
import type { ColumnView } from './column-merge';
import type { FrameView } from './frame-view';
import type { LayerPyramid } from './layer-pyramid';
import type { OverlaySink } from './overlay-sink';
import type { PictureStyle } from './picture-style';

/** The part of a 2D context that is used, common to pages and workers. */
export type Context2D = Pick<
  OffscreenCanvasRenderingContext2D,
  | 'putImageData'
  | 'getImageData'
  | 'createImageData'
  | 'beginPath'
  | 'moveTo'
  | 'lineTo'
  | 'closePath'
  | 'arc'
  | 'fill'
  | 'stroke'
  | 'setLineDash'
  | 'lineDashOffset'
  | 'lineWidth'
  | 'lineJoin'
  | 'strokeStyle'
  | 'fillStyle'
>;

/** A canvas of a page or an OffscreenCanvas: what both have in common. */
export interface RenderSurface {
  width: number;
  height: number;
  getContext(kind: 'webgl', options?: WebGLContextAttributes): WebGLRenderingContext | null;
  getContext(kind: '2d', options?: { alpha?: boolean; willReadFrequently?: boolean }): Context2D | null;
  addEventListener(type: string, listener: (event: Event) => void): void;
  removeEventListener(type: string, listener: (event: Event) => void): void;
}

/** The cells of one frame: layers at the frame's level, cut at the playhead. */
export class FrameSource implements CellSource {
  layerA: LayerPyramid | undefined;
  layerB: LayerPyramid | undefined;
  level = 0;
  /** Bins from here on are not shown. */
  endBin = 0;

  column(layer: 0 | 1, column: number, out: ColumnView): boolean {
    const pyramid = layer === 0 ? this.layerA : this.layerB;
    if (pyramid) return pyramid.viewUntil(this.level, column, this.endBin, out);
    out.rows = 0;
    out.bins = 0;
    return false;
  }

  /** One past the last bin that a column shows now. */
  columnEnd(column: number): number {
    return Math.min((column + 1) * 2 ** this.level, this.endBin);
  }
}

export interface FrameInput {
  readonly view: FrameView;
  readonly style: PictureStyle;
  readonly source: FrameSource;
  /** Draws the overlays; null for the bare heatmap. */
  readonly paintOverlay: ((sink: OverlaySink) => void) | null;
}

/**
 * Something that puts frames on a canvas. Two exist: WebGL, and Canvas2D as the fallback with the same picture.
 */
export interface RenderBackend {
  readonly name: RenderBackendName;
  /** Most columns that fit into one frame. */
  readonly maxColumns: number;
  /** Textures, vertex buffers or images, bytes. */
  readonly graphicsBytes: number;
  readonly columnsUploaded: number;
  resize(widthPx: number, heightPx: number): void;
  /** The cells of these bins have changed. */
  invalidate(firstBin: number, endBin: number): void;
  draw(input: FrameInput): void;
  /** Pixels of the frame drawn in this very task, rows from the top. */
  readPixels(out: Uint8Array): void;
  /** Resolves true after the context was lost and is back. */
  simulateContextLoss(): Promise<boolean>;
  dispose(): void;
}

export interface BackendEvents {
  readonly contextLost: () => void;
  readonly contextRestored: () => void;
  readonly failed: (problem: Problem) => void;
}

/** Makes a backend for a canvas, or says why it cannot; must then leave the canvas without a context. */
export type BackendFactory = (surface: RenderSurface, events: BackendEvents) => RenderBackend | Problem;

export function isBackend(made: RenderBackend | Problem): made is RenderBackend {
  return 'draw' in made;
}
