import type { AppController } from '#app/app-controller';
import type { RenderClient } from '#app/render-client';
import type { ThemeName, Viewport } from '#protocol/render-contract';
import type { WorldBounds } from '#view/camera';
import type { MapPort } from '#ui/map-port';

/** The map element's port over the render worker. */
export class MapAdapter implements MapPort {
  readonly #renderer: RenderClient;
  readonly #controller: AppController;
  readonly #theme: () => ThemeName;

  constructor(renderer: RenderClient, controller: AppController, theme: () => ThemeName) {
    this.#renderer = renderer;
    this.#controller = controller;
    this.#theme = theme;
  }

  get frame(): MapPort['frame'] {
    return this.#renderer.frame;
  }

  get status(): MapPort['status'] {
    return this.#renderer.status;
  }

  attach(canvas: OffscreenCanvas, viewport: Viewport): void {
    this.#renderer.attach(canvas, viewport, this.#theme());
  }

  detach(): void {
    this.#renderer.detach();
  }

  resize(width: number, height: number, dpr: number): void {
    this.#renderer.resize(width, height, dpr);
  }

  bounds(): WorldBounds | null {
    return this.#controller.bounds();
  }
}
