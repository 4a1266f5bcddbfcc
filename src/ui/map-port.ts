/**
 * How the page's map element reaches the renderer. The composition root implements it over the render worker;
 * the gallery implements it in the page.
 */
import type { Problem } from '#base/problem';
import type { Store } from '#base/store';
import type { FrameEvent, Viewport } from '#protocol/render-contract';
import type { WorldBounds } from '#view/camera';

export interface MapStatus {
  readonly state: 'starting' | 'drawing' | 'failed';
  /**
   * Grows when the renderer was replaced: a canvas can be handed over only once, so the element then makes a new
   * one and attaches it.
   */
  readonly generation: number;
  /** Why nothing is drawn (no WebGL, worker lost), or why it is drawn by a fallback. */
  readonly problem?: Problem;
}

export interface MapPort {
  /** Hands over the canvas (transferred) with its first size. Called once per generation. */
  attach(canvas: OffscreenCanvas, viewport: Viewport): void;
  /** The canvas left the page. */
  detach(): void;
  /** CSS pixels and device pixels per CSS pixel. */
  resize(width: number, height: number, dpr: number): void;
  /** The last frame drawn: labels and legend follow it, so that they never disagree with the picture. */
  readonly frame: Store<FrameEvent | undefined>;
  readonly status: Store<MapStatus>;
  /** Extent of the loaded data, null while there is none. */
  bounds(): WorldBounds | null;
}
