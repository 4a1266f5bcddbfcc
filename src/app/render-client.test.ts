import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { problem, type Problem } from '#base/problem';
import { MapFeed } from '#app/map-feed';
import { RenderClient } from '#app/render-client';
import { asWorker, PortWorker } from '#app/testing/port-worker';
import type {
  FrameEvent,
  RenderEvent,
  RenderInitResult,
  RenderOptions,
  ThemeName,
} from '#protocol/render-contract';

const viewport = { width: 300, height: 200, dpr: 1 };
const frame: FrameEvent = {
  type: 'frame',
  frame: 1,
  camera: { centerBin: 0, centerTick: 0, binPx: 1, tickPx: 1 },
  viewport,
  nowBin: -1,
  spotTick: NaN,
  binsPerColumn: 1,
  statistic: 'max',
  ranges: {},
  missing: null,
};

/** A render worker whose answers and events the test decides. */
class FakeRender {
  options: RenderOptions | undefined;
  themes: ThemeName[] = [];
  refuses: Problem | undefined;
  #emit: ((event: RenderEvent) => unknown) | undefined;
  #answer: ((reply: RenderInitResult) => void) | undefined;
  readonly worker = new PortWorker({
    ping: () => 0,
    init: (_canvas: unknown, options: RenderOptions): Promise<RenderInitResult> => {
      this.options = options;
      return new Promise((resolve) => (this.#answer = resolve));
    },
    setListener: (listener: (event: RenderEvent) => unknown) => {
      this.#emit = listener;
    },
    setTheme: (theme: ThemeName) => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- a problem travels as it is
      if (this.refuses) throw this.refuses;
      this.themes.push(theme);
    },
    setBudget: () => undefined,
    clear: () => undefined,
  });

  async start(reply: RenderInitResult = { ok: true, backend: 'webgl' }): Promise<void> {
    await settle();
    this.#answer?.(reply);
    await settle();
  }

  async send(event: RenderEvent): Promise<void> {
    void this.#emit?.(event);
    await settle();
  }
}

async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
}

interface Harness {
  readonly client: RenderClient;
  readonly feed: MapFeed;
  readonly renders: FakeRender[];
  readonly lost: Problem[];
  /** Attaches a canvas as the map element does; returns the worker that was made for it. */
  readonly attach: () => FakeRender;
}

function harness(): Harness {
  const renders: FakeRender[] = [];
  const lost: Problem[] = [];
  const feed = new MapFeed();
  const spawn = (): Worker => {
    const render = new FakeRender();
    renders.push(render);
    return asWorker(render.worker);
  };
  const client = new RenderClient(spawn, feed, (reason) => lost.push(reason));
  return {
    client,
    feed,
    renders,
    lost,
    attach: () => {
      // Anything that can be transferred stands for the canvas.
      const canvas = new MessageChannel().port1 as unknown as OffscreenCanvas;
      client.attach(canvas, viewport, 'dark');
      return renders[renders.length - 1];
    },
  };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('a renderer', () => {
  it('draws once its worker has taken the canvas, and its use of memory is known', async () => {
    const h = harness();
    const render = h.attach();
    expect(h.client.status.value).toEqual({ state: 'starting', generation: 0 });
    await render.start({ ok: true, backend: 'canvas2d', notice: problem('render/webgl', 'no WebGL') });
    expect(h.client.status.value).toMatchObject({ state: 'drawing', problem: { code: 'render/webgl' } });
    expect(render.themes).toEqual(['dark']);
    await render.send({ type: 'memory', usedBytes: 1234 });
    expect(h.feed.used.value).toBe(1234);
    await render.send(frame);
    expect(h.client.frame.value).toEqual(frame);
  });

  it('that was superseded while it started changes nothing any more', async () => {
    const h = harness();
    const first = h.attach();
    await settle();
    const second = h.attach();
    expect(first.worker.alive).toBe(false);
    await first.start({ ok: false, problem: problem('render/no-canvas', 'late') });
    expect(h.client.status.value.state).toBe('starting');
    expect(second.themes).toEqual([]);
    await second.start();
    expect(h.client.status.value.state).toBe('drawing');
    await first.send({ type: 'context-lost' });
    expect(h.client.status.value).toEqual({ state: 'drawing', generation: 0 });
  });

  it('ends with its canvas and begins again with the next', async () => {
    const h = harness();
    const render = h.attach();
    await render.start();
    await render.send(frame);
    await render.send({ type: 'memory', usedBytes: 1234 });
    h.client.detach();
    expect(render.worker.alive).toBe(false);
    expect(h.client.frame.value).toBeUndefined();
    expect(h.feed.used.value).toBe(0);
    expect(h.lost).toEqual([]);
    await h.attach().start();
    expect(h.client.status.value).toEqual({ state: 'drawing', generation: 0 });
  });

  it('that does not accept a setting goes on drawing; the reason stands until the setting is accepted', async () => {
    const h = harness();
    const render = h.attach();
    await render.start();
    render.refuses = problem('render/theme', 'no such theme');
    h.feed.setTheme('light');
    await settle();
    expect(h.client.status.value).toMatchObject({ state: 'drawing', problem: { code: 'render/theme' } });
    render.refuses = undefined;
    h.feed.setTheme('dark');
    await settle();
    expect(h.client.status.value).toEqual({ state: 'drawing', generation: 0 });
  });

  it('that failed to draw is shown as failed until it draws again', async () => {
    const h = harness();
    const render = h.attach();
    await render.start();
    await render.send({ type: 'problem', problem: problem('internal/bug', 'driver says no') });
    expect(h.client.status.value).toMatchObject({ state: 'failed', problem: { message: 'driver says no' } });
    await render.send(frame);
    expect(h.client.status.value).toEqual({ state: 'drawing', generation: 0 });
  });
});

describe('a renderer that dies', () => {
  it('is replaced, without graphics acceleration after the third in a row that drew nothing', async () => {
    const h = harness();
    for (let i = 0; i < 3; i++) {
      const render = h.attach();
      await settle();
      expect(render.options?.backend).toBe('auto');
      render.worker.crash('shaders');
      await settle();
      expect(h.client.status.value).toEqual({ state: 'starting', generation: i + 1 });
    }
    const plain = h.attach();
    await plain.start({ ok: true, backend: 'canvas2d' });
    expect(plain.options?.backend).toBe('canvas2d');
    expect(h.client.status.value).toMatchObject({
      state: 'drawing',
      problem: { code: 'render/unaccelerated' },
    });
    expect(h.lost).toHaveLength(3);
  });

  it('is given up when three more die without a picture', async () => {
    const h = harness();
    for (let i = 0; i < 6; i++) {
      h.attach().worker.crash('out of memory');
      await settle();
    }
    expect(h.client.status.value).toMatchObject({
      state: 'failed',
      generation: 5,
      problem: { code: 'worker/died' },
    });
    expect(h.renders).toHaveLength(6);
  });

  it('after it has drawn is replaced however often', async () => {
    const h = harness();
    for (let i = 0; i < 5; i++) {
      const render = h.attach();
      await render.start();
      await render.send(frame);
      render.worker.crash('now and then');
      await settle();
    }
    const render = h.attach();
    await settle();
    expect(render.options?.backend).toBe('auto');
  });
});

describe('a lost graphics context', () => {
  it('is told while it is being restored', async () => {
    const h = harness();
    const render = h.attach();
    await render.start();
    await render.send({ type: 'context-lost' });
    expect(h.client.status.value).toMatchObject({
      state: 'drawing',
      problem: { code: 'render/context-lost' },
    });
    await render.send({ type: 'context-restored' });
    expect(h.client.status.value).toEqual({ state: 'drawing', generation: 0 });
    vi.advanceTimersByTime(60_000);
    expect(render.worker.alive).toBe(true);
  });

  it('that does not come back ends the worker; the next one takes over', async () => {
    const h = harness();
    const render = h.attach();
    await render.start();
    await render.send(frame);
    await render.send({ type: 'context-lost' });
    vi.advanceTimersByTime(4000);
    expect(render.worker.alive).toBe(true);
    vi.advanceTimersByTime(4000);
    expect(render.worker.alive).toBe(false);
    expect(h.lost).toMatchObject([{ code: 'render/not-restored' }]);
    expect(h.client.status.value).toEqual({ state: 'starting', generation: 1 });
    await h.attach().start();
    expect(h.client.status.value).toEqual({ state: 'drawing', generation: 1 });
  });

  it('that cannot be set up again ends the worker at once', async () => {
    const h = harness();
    const render = h.attach();
    await render.start();
    await render.send({ type: 'context-lost' });
    await render.send({ type: 'problem', problem: problem('render/webgl', 'no shader') });
    expect(render.worker.alive).toBe(false);
    expect(h.client.status.value).toEqual({ state: 'starting', generation: 1 });
  });
});
