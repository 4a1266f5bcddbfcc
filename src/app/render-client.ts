/**
 * The render worker as the page sees it: the map element hands over canvases, the feed sends columns, and what
 * was drawn comes back. A lost worker is replaced once the element has made a new canvas; the feed then sends
 * everything again. A renderer that keeps dying before its first picture is replaced by one without graphics
 * acceleration, and given up if that dies too.
 */
import { proxy, transfer, type Remote } from 'comlink';
import { problem, toProblem, type Problem } from '#base/problem';
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
  type RenderOptions,
  type ThemeName,
  type Viewport,
} from '#protocol/render-contract';

export interface RenderStatus {
  readonly state: 'starting' | 'drawing' | 'failed';
  readonly generation: number;
  /** Why nothing is drawn, or what is wrong although something is. */
  readonly problem?: Problem;
}

type SupervisedRender = SupervisedWorker<RenderApi & Pingable>;
type RemoteRender = Remote<RenderApi & Pingable>;

/** Workers in a row that may die without having drawn a frame. */
const DEATHS_ALLOWED = 3;
/** Browsers give a lost context back within a second or two, or not at all. */
const RESTORE_WITHIN_MS = 5000;

const CONTEXT_LOST = problem(
  'render/context-lost',
  'The graphics context was lost; the picture is being restored.',
);
const NOT_RESTORED = problem('render/not-restored', 'The graphics context was lost and did not come back.');
const UNACCELERATED = problem(
  'render/unaccelerated',
  'The map is drawn without graphics acceleration: with it, the renderer kept stopping.',
);

export class RenderClient {
  readonly frame = new Store<FrameEvent | undefined>(undefined);
  readonly status = new Store<RenderStatus>({ state: 'starting', generation: 0 });
  readonly #spawn: () => Worker;
  readonly #feed: MapFeed;
  readonly #onLost: (reason: Problem) => void;
  #worker: SupervisedRender | undefined;
  #generation = 0;
  #state: RenderStatus['state'] = 'starting';
  #backend: NonNullable<RenderOptions['backend']> = 'auto';
  /** Since the last frame. */
  #deaths = 0;
  /** Runs while the context is lost. */
  #restoreTimer: ReturnType<typeof setTimeout> | undefined;
  /** Why the renderer cannot draw at all; a later frame proves it can. */
  #failure: Problem | undefined;
  /** By call: what the renderer did not accept; the picture then stays as it was in that respect. */
  readonly #refused = new Map<string, Problem>();
  /** Why it draws by a fallback. */
  #notice: Problem | undefined;

  /** @param onLost told when a worker was lost and a new canvas is being asked for */
  constructor(spawn: () => Worker, feed: MapFeed, onLost: (reason: Problem) => void) {
    this.#spawn = spawn;
    this.#feed = feed;
    this.#onLost = onLost;
  }

  /** Takes over a canvas; called once per generation and element. */
  attach(canvas: OffscreenCanvas, viewport: Viewport, theme: ThemeName): void {
    this.#release();
    this.#feed.setViewport(viewport);
    const worker: SupervisedRender = new SupervisedWorker<RenderApi & Pingable>({
      name: 'render',
      spawn: this.#spawn,
      slow: true,
      onDeath: (reason) => {
        if (this.#worker === worker) this.#lose(reason);
      },
    });
    this.#worker = worker;
    this.#show('starting');
    void this.#start(worker, canvas, { ...viewport, theme, backend: this.#backend });
  }

  /** The canvas has left the page: ends the renderer until the next `attach`. */
  detach(): void {
    this.#release();
    this.#deaths = 0;
    this.frame.set(undefined);
    this.#show('starting');
  }

  resize(width: number, height: number, dpr: number): void {
    this.#feed.setViewport({ width, height, dpr });
    const worker = this.#worker;
    if (worker) void this.#tell(worker, 'resize', (api) => api.resize(width, height, dpr));
  }

  /** For tests and exports: the renderer's own interface, once it has every bin. */
  async call<R>(invoke: (api: RemoteRender) => Promise<R>): Promise<R> {
    await this.#feed.whenSent();
    if (!this.#worker) throw new Error('no renderer is attached');
    return this.#worker.call(invoke);
  }

  /** After every wait the worker may have been superseded: its answers then mean nothing. */
  async #start(worker: SupervisedRender, canvas: OffscreenCanvas, options: RenderOptions): Promise<void> {
    const superseded = (): boolean => this.#worker !== worker;
    try {
      const reply = await worker.call(async (api): Promise<RenderInitResult> => {
        return await api.init(transfer(canvas, [canvas]), options);
      });
      if (superseded()) return;
      if (!reply.ok) {
        this.#show('failed', reply.problem);
        return;
      }
      const listener = (event: RenderEvent): void => {
        if (!superseded()) this.#onEvent(event);
      };
      await worker.call((api) => api.setListener(proxy(listener)));
      if (superseded()) return;
      this.#notice = this.#backend === 'canvas2d' ? UNACCELERATED : reply.notice;
      this.#show('drawing');
      this.#feed.connect(this.#renderer(worker));
    } catch (error) {
      if (!superseded()) this.#show('failed', toProblem(error));
    }
  }

  #renderer(worker: SupervisedRender): MapRenderer {
    const tell = (name: string, invoke: (api: RemoteRender) => Promise<void>): void => {
      void this.#tell(worker, name, invoke);
    };
    return {
      setBudget: (bytes) => tell('setBudget', (api) => api.setBudget(bytes)),
      setStream: (info) => tell('setStream', (api) => api.setStream(info)),
      appendColumns: (batch) =>
        this.#tell(worker, 'appendColumns', (api) =>
          api.appendColumns(transfer(batch, columnBatchTransfers(batch))),
        ),
      setLayers: (layers) => tell('setLayers', (api) => api.setLayers(layers)),
      setOverlays: (overlays) => tell('setOverlays', (api) => api.setOverlays(overlays)),
      setView: (view) => tell('setView', (api) => api.setView(view)),
      setTheme: (theme) => tell('setTheme', (api) => api.setTheme(theme)),
      clear: () => tell('clear', (api) => api.clear()),
    };
  }

  /** Does not reject: what was refused is shown until a later call of the kind is accepted. */
  async #tell(
    worker: SupervisedRender,
    name: string,
    invoke: (api: RemoteRender) => Promise<void>,
  ): Promise<void> {
    try {
      await worker.call(invoke);
      if (this.#worker === worker && this.#refused.delete(name)) this.#publish();
    } catch (error) {
      if (this.#worker !== worker) return; // it died, which has its own outcome
      this.#refused.set(name, toProblem(error));
      this.#publish();
    }
  }

  #onEvent(event: RenderEvent): void {
    switch (event.type) {
      case 'frame':
        this.#deaths = 0;
        if (this.#state === 'failed') this.#show('drawing');
        this.frame.set(event);
        this.#feed.noteFrame(event);
        break;
      case 'memory':
        this.#feed.used.set(event.usedBytes);
        break;
      case 'context-lost':
        clearTimeout(this.#restoreTimer);
        this.#restoreTimer = setTimeout(() => this.#lose(NOT_RESTORED), RESTORE_WITHIN_MS);
        this.#publish();
        break;
      case 'context-restored':
        this.#endRestoring();
        this.#publish();
        break;
      case 'problem':
        if (this.#restoreTimer === undefined) this.#show('failed', event.problem);
        else this.#lose(event.problem);
    }
  }

  /** Asks for a new canvas, unless renderers keep dying whatever they draw with. */
  #lose(reason: Problem): void {
    this.#release();
    if (++this.#deaths >= DEATHS_ALLOWED) {
      if (this.#backend === 'canvas2d') {
        this.#show('failed', reason);
        return;
      }
      this.#backend = 'canvas2d';
      this.#deaths = 0;
    }
    this.#onLost(reason);
    this.#generation++;
    this.#show('starting');
  }

  #release(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#feed.disconnect();
    this.#endRestoring();
    this.#refused.clear();
    this.#notice = undefined;
  }

  #endRestoring(): void {
    clearTimeout(this.#restoreTimer);
    this.#restoreTimer = undefined;
  }

  #show(state: RenderStatus['state'], failure?: Problem): void {
    this.#state = state;
    this.#failure = failure;
    if (state === 'failed') this.#feed.noteFailure();
    this.#publish();
  }

  #publish(): void {
    const refused = [...this.#refused.values()].at(0);
    const restoring = this.#restoreTimer === undefined ? undefined : CONTEXT_LOST;
    const reason = this.#failure ?? restoring ?? refused ?? this.#notice;
    this.status.set({
      state: this.#state,
      generation: this.#generation,
      ...(reason ? { problem: reason } : {}),
    });
  }
}
