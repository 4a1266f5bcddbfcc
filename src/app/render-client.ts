/**
 * The render worker as the page sees it: the map element hands over canvases, the feed sends columns, and what
 * was drawn comes back. A lost worker is replaced once the element has made a new canvas; the feed then sends
 * everything again.
 */
import { proxy, transfer, type Remote } from 'comlink';
import { toProblem, type Problem } from '#base/problem';
import { Store } from '#base/store';
import type { MapFeed, MapRenderer } from '#app/map-feed';
import { SupervisedWorker } from '#app/worker-supervisor';
import type { Pingable } from '#protocol/engine-contract';
import {
  columnBatchTransfers,
  type FrameEvent,
  type RenderApi,
  type RenderEvent,
  type RenderInitResult,
  type ThemeName,
  type Viewport,
} from '#protocol/render-contract';

export interface RenderStatus {
  readonly state: 'starting' | 'drawing' | 'failed';
  readonly generation: number;
  readonly problem?: Problem;
}

type SupervisedRender = SupervisedWorker<RenderApi & Pingable>;

const STATS_EVERY_MS = 1000;

export class RenderClient {
  readonly frame = new Store<FrameEvent | undefined>(undefined);
  readonly status = new Store<RenderStatus>({ state: 'starting', generation: 0 });
  readonly #spawn: () => Worker;
  readonly #feed: MapFeed;
  readonly #onLost: (reason: Problem) => void;
  #worker: SupervisedRender | undefined;
  #lastStatsMs = 0;

  /** @param onLost told when a worker died and a new canvas is being asked for */
  constructor(spawn: () => Worker, feed: MapFeed, onLost: (reason: Problem) => void) {
    this.#spawn = spawn;
    this.#feed = feed;
    this.#onLost = onLost;
  }

  /** Takes over a canvas; called once per generation. */
  attach(canvas: OffscreenCanvas, viewport: Viewport, theme: ThemeName): void {
    this.#worker?.terminate();
    this.#feed.setViewport(viewport);
    const worker: SupervisedRender = new SupervisedWorker<RenderApi & Pingable>({
      name: 'render',
      spawn: this.#spawn,
      onDeath: (reason) => {
        this.#onLost(reason);
        this.#replace();
      },
    });
    this.#worker = worker;
    void this.#start(worker, canvas, viewport, theme);
  }

  resize(width: number, height: number, dpr: number): void {
    this.#feed.setViewport({ width, height, dpr });
    this.#tell((api) => api.resize(width, height, dpr));
  }

  /** For tests and exports: the renderer's own interface. */
  call<R>(invoke: (api: Remote<RenderApi & Pingable>) => Promise<R>): Promise<R> {
    return this.#worker ? this.#worker.call(invoke) : Promise.reject(new Error('no renderer is attached'));
  }

  async #start(
    worker: SupervisedRender,
    canvas: OffscreenCanvas,
    viewport: Viewport,
    theme: ThemeName,
  ): Promise<void> {
    const { generation } = this.status.value;
    try {
      const reply = await worker.call(async (api): Promise<RenderInitResult> => {
        return await api.init(transfer(canvas, [canvas]), { ...viewport, theme });
      });
      if (!reply.ok) {
        this.status.set({ state: 'failed', generation, problem: reply.problem });
        return;
      }
      await worker.call((api) => api.setListener(proxy((event: RenderEvent) => this.#onEvent(event))));
      this.status.set({ state: 'drawing', generation, ...(reply.notice ? { problem: reply.notice } : {}) });
      this.#feed.connect(this.#renderer());
    } catch (error) {
      if (this.#worker !== worker) return; // it was replaced meanwhile, which has its own outcome
      this.status.set({ state: 'failed', generation, problem: toProblem(error) });
    }
  }

  #replace(): void {
    this.#worker = undefined;
    this.status.set({ state: 'starting', generation: this.status.value.generation + 1 });
  }

  #renderer(): MapRenderer {
    return {
      setStream: (info) => this.#tell((api) => api.setStream(info)),
      appendColumns: (batch) =>
        this.#tell((api) => api.appendColumns(transfer(batch, columnBatchTransfers(batch)))),
      setLayers: (layers) => this.#tell((api) => api.setLayers(layers)),
      setOverlays: (overlays) => this.#tell((api) => api.setOverlays(overlays)),
      setView: (view) => this.#tell((api) => api.setView(view)),
      setTheme: (theme) => this.#tell((api) => api.setTheme(theme)),
      clear: () => this.#tell((api) => api.clear()),
    };
  }

  /** A one-way call; its failure shows as a failed status unless the worker died, which is handled by its owner. */
  #tell(invoke: (api: Remote<RenderApi & Pingable>) => Promise<unknown>): void {
    this.#worker?.call(invoke).catch((error: unknown) => {
      const reason = toProblem(error);
      if (reason.code === 'worker/died') return;
      this.status.set({ state: 'failed', generation: this.status.value.generation, problem: reason });
    });
  }

  #onEvent(event: RenderEvent): void {
    if (event.type === 'frame') {
      this.frame.set(event);
      if (event.missing) this.#feed.refill(event.missing);
      this.#updateStats();
    } else if (event.type === 'problem') {
      this.status.set({ state: 'failed', generation: this.status.value.generation, problem: event.problem });
    }
  }

  #updateStats(): void {
    const now = performance.now();
    if (now - this.#lastStatsMs < STATS_EVERY_MS) return;
    this.#lastStatsMs = now;
    void this.#worker
      ?.call((api) => api.stats())
      .then((stats) => {
        this.#feed.usedBytes = stats.cpuBytes + stats.gpuBytes;
      })
      .catch(() => undefined);
  }
}
