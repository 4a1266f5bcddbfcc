import { describe, expect, it, vi } from 'vitest';
import { problem } from '#base/problem';
import type {
  CameraState,
  FrameEvent,
  RenderEvent,
  RenderOptions,
  ViewState,
} from '#protocol/render-contract';
import type { BackendEvents, BackendFactory, FrameInput, RenderBackend } from './backend';
import { createCanvas2dBackend } from './canvas2d-backend';
import { HeatmapRenderer } from './heatmap-renderer';
import { pictureHash } from './picture-hash';
import { marketBatches, testStream } from './testing/columns';
import { fakeSurface } from './testing/fake-surface';
import type { FakeSurface } from './testing/fake-surface';

const ROWS = 21;
const BASE = 24_000;
const options: RenderOptions = { width: 200, height: 120, dpr: 1, theme: 'dark' };

interface Harness {
  readonly renderer: HeatmapRenderer;
  readonly surface: FakeSurface;
  readonly events: RenderEvent[];
  /** Runs the frames that were asked for. */
  readonly frame: () => void;
  readonly pending: () => number;
}

function harness(more: Partial<RenderOptions> = {}, make: BackendFactory = createCanvas2dBackend): Harness {
  const queue: (() => void)[] = [];
  const renderer = new HeatmapRenderer({
    backends: [{ name: 'canvas2d', make }],
    requestFrame: (callback) => queue.push(callback),
    now: () => 0,
  });
  const surface = fakeSurface();
  const events: RenderEvent[] = [];
  expect(renderer.init(surface, { ...options, ...more })).toEqual({ ok: true, backend: 'canvas2d' });
  renderer.setListener((e) => events.push(e));
  renderer.setStream(testStream(ROWS));
  return {
    renderer,
    surface,
    events,
    frame: () => queue.splice(0).forEach((callback) => callback()),
    pending: () => queue.length,
  };
}

function lastFrame(events: readonly RenderEvent[]): FrameEvent {
  return events.filter((e) => e.type === 'frame').at(-1)!;
}

const camera: CameraState = { centerBin: 0, centerTick: BASE, binPx: 2, tickPx: 5 };
const following: ViewState = { camera, playheadBin: null, follow: true };

function usedBytes({ renderer }: Harness): number {
  const { cpuBytes, gpuBytes } = renderer.stats();
  return cpuBytes + gpuBytes;
}

function reportedBytes({ events }: Harness): number | undefined {
  return events.filter((e) => e.type === 'memory').at(-1)?.usedBytes;
}

/** Pixels and overlay paths of what is on the canvas. */
function picture({ renderer, surface }: Harness): string {
  const pixels = renderer.pictureHash();
  return `${pixels} ${surface.log.join('|')}`;
}

describe('drawing', () => {
  it('happens once per frame however much was changed, and not without a change', async () => {
    const h = harness();
    for (const batch of marketBatches(1, 300, ROWS, 30)) h.renderer.appendColumns(batch);
    h.renderer.setTheme('light');
    h.renderer.setView(following);
    expect(h.pending()).toBe(1);
    h.frame();
    expect(h.renderer.stats().framesDrawn).toBe(1);
    expect(h.pending()).toBe(0);
    await h.renderer.whenIdle();
    expect(h.renderer.stats().framesDrawn).toBe(1);
  });

  it('does not happen for bins after the playhead', () => {
    const h = harness();
    const batches = marketBatches(1, 300, ROWS, 30);
    for (const batch of batches.slice(0, 5)) h.renderer.appendColumns(batch);
    h.renderer.setView({ ...following, playheadBin: 149 });
    h.frame();
    h.renderer.appendColumns(batches[5]);
    expect(h.pending()).toBe(0);
    h.renderer.setView({ ...following, playheadBin: 199 });
    h.frame();
    expect(lastFrame(h.events).nowBin).toBe(179);
    h.renderer.appendColumns(batches[6]);
    expect(h.pending()).toBe(1);
    h.frame();
    expect(lastFrame(h.events).nowBin).toBe(199);
  });

  it('is reported with the camera, range and level that were drawn', () => {
    const h = harness();
    for (const batch of marketBatches(1, 300, ROWS, 30)) h.renderer.appendColumns(batch);
    h.renderer.setView(following);
    h.frame();
    const event = lastFrame(h.events);
    expect(event.nowBin).toBe(299);
    expect(event.binsPerColumn).toBe(1);
    expect(event.camera.centerTick).toBe(event.spotTick);
    expect(event.camera.centerBin).toBeCloseTo(300 - (170 - 100) / 2, 9);
    expect(event.ranges['flow_score']).toEqual({ lo: -1, hi: 1 });
    expect(event.ranges['rest_depth'].lo).toBe(0);
    expect(event.ranges['rest_depth'].hi).toBeGreaterThan(100);
    h.renderer.setView({
      camera: { ...camera, centerBin: 100, binPx: 0.3 },
      playheadBin: 150,
      follow: false,
    });
    h.frame();
    expect(lastFrame(h.events)).toMatchObject({ nowBin: 150, binsPerColumn: 4 });
  });

  it('resolves its idle promise after the frame, and even if the browser offers none', async () => {
    const h = harness();
    h.renderer.setView(following);
    let idle = false;
    const waiting = h.renderer.whenIdle().then(() => (idle = true));
    await Promise.resolve();
    expect(idle).toBe(false);
    h.frame();
    await waiting;
    vi.useFakeTimers();
    try {
      h.renderer.setTheme('light');
      const stalled = h.renderer.whenIdle();
      await vi.advanceTimersByTimeAsync(300);
      await stalled;
      expect(h.renderer.stats().framesDrawn).toBe(2);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('the picture', () => {
  it('at a playhead is that of a stream which ends there: nothing later shows through, at any zoom', () => {
    const bins = 400;
    const batches = marketBatches(3, bins, ROWS, 1);
    const whole = harness();
    for (const batch of batches) whole.renderer.appendColumns(batch);
    const live = harness();
    let appended = 0;
    for (const playhead of [1, 37, 130, 255, 256, 301, 398]) {
      while (appended <= playhead) live.renderer.appendColumns(batches[appended++]);
      for (const binPx of [8, 2, 0.9, 0.4, 0.15]) {
        for (const follow of [true, false]) {
          const view = { camera: { ...camera, centerBin: playhead - 20, binPx }, follow };
          whole.renderer.setView({ ...view, playheadBin: playhead });
          live.renderer.setView({ ...view, playheadBin: null });
          expect(picture(whole), `playhead ${playhead}, ${binPx} px per bin`).toBe(picture(live));
        }
      }
    }
  });

  it('does not depend on the order and size of the batches', () => {
    const straight = harness();
    for (const batch of marketBatches(7, 500, ROWS, 100)) straight.renderer.appendColumns(batch);
    const mixed = harness();
    const parts = marketBatches(7, 500, ROWS, 50);
    for (const i of [9, 3, 4, 0, 1, 8, 2, 7, 5, 6]) mixed.renderer.appendColumns(parts[i]);
    for (const binPx of [4, 0.7, 0.2]) {
      for (const h of [straight, mixed])
        h.renderer.setView({ camera: { ...camera, binPx }, playheadBin: null, follow: true });
      expect(picture(mixed)).toBe(picture(straight));
    }
  });

  it('equals the colour model', () => {
    const h = harness();
    for (const batch of marketBatches(2, 300, ROWS, 100)) h.renderer.appendColumns(batch);
    h.renderer.setView(following);
    const result = h.renderer.compareWithModel();
    expect(result).toMatchObject({ pixels: 24_000, differing: 0, maxDifference: 0 });
    expect(result.dataPixels).toBeGreaterThan(10_000);
  });

  it('changes with layer, statistic, palette, theme and overlays', () => {
    const h = harness();
    for (const batch of marketBatches(2, 600, ROWS, 100)) h.renderer.appendColumns(batch);
    h.renderer.setView({ ...following, camera: { ...camera, binPx: 0.4 } });
    const seen = [picture(h)];
    const change = (action: () => void): void => {
      action();
      seen.push(picture(h));
    };
    change(() => h.renderer.setLayers({ view: 'composite', statistic: 'mean' }));
    change(() => h.renderer.setLayers({ view: 'composite', palette: 'polar' }));
    change(() => h.renderer.setLayers({ view: 'single', column: 'rest_depth' }));
    change(() => h.renderer.setLayers({ view: 'single', column: 'rest_depth', palette: 'dusk' }));
    change(() => h.renderer.setLayers({ view: 'single', column: 'rest_depth', range: { lo: 20, hi: 60 } }));
    change(() => h.renderer.setLayers({ view: 'single', column: 'rest_depth', transfer: 'linear' }));
    change(() => h.renderer.setTheme('light'));
    change(() => h.renderer.setOverlays({ spotTrail: false }));
    expect(new Set(seen).size).toBe(seen.length);
    h.renderer.setLayers({ view: 'single', column: 'v_add' });
    expect(h.renderer.compareWithModel().dataPixels).toBe(0);
  });

  it('is empty after clear, and the same again after the same columns', () => {
    const h = harness();
    const batches = marketBatches(5, 200, ROWS, 200);
    h.renderer.setView(following);
    h.renderer.appendColumns(batches[0]);
    const before = picture(h);
    h.renderer.clear();
    expect(h.renderer.stats()).toMatchObject({ firstBin: 0, endBin: 0 });
    expect(h.renderer.compareWithModel().dataPixels).toBe(0);
    h.renderer.setView(following);
    h.renderer.appendColumns(batches[0]);
    expect(picture(h)).toBe(before);
  });
});

describe('memory', () => {
  const rows = 101;
  const batches = marketBatches(1, 6000, rows, 250);

  it('stays within the budget, says what is missing and takes it again', () => {
    const budget = 8e6;
    const h = harness();
    h.renderer.setBudget(budget);
    h.renderer.setStream(testStream(rows));
    h.renderer.setView(following);
    for (const batch of batches) {
      h.renderer.appendColumns(batch);
      h.frame();
      expect(usedBytes(h)).toBeLessThanOrEqual(budget);
    }
    expect(lastFrame(h.events).missing).toBeNull();
    h.renderer.setView({ camera: { ...camera, centerBin: 1000 }, playheadBin: null, follow: false });
    h.frame();
    const coarse = lastFrame(h.events);
    expect(coarse.binsPerColumn).toBeGreaterThan(1);
    expect(h.renderer.compareWithModel().dataPixels).toBeGreaterThan(5000);
    const { firstBin, count } = coarse.missing!;
    for (const batch of batches.filter(
      (b) => b.firstBin + b.count > firstBin && b.firstBin < firstBin + count,
    )) {
      h.renderer.appendColumns(batch);
    }
    h.frame();
    expect(lastFrame(h.events)).toMatchObject({ binsPerColumn: 1, missing: null });
  });

  it('takes a smaller budget at once and reports what is used', () => {
    const h = harness();
    h.renderer.setStream(testStream(rows));
    h.renderer.setView(following);
    for (const batch of batches) h.renderer.appendColumns(batch);
    h.frame();
    const all = h.renderer.stats();
    expect(reportedBytes(h)).toBe(all.cpuBytes + all.gpuBytes);
    expect(all.cpuBytes).toBeGreaterThan(8e6);
    h.renderer.setBudget(5e6);
    expect(usedBytes(h)).toBeLessThanOrEqual(5e6);
    expect(reportedBytes(h)).toBe(usedBytes(h));
    h.renderer.clear();
    h.frame();
    expect(reportedBytes(h)).toBe(usedBytes(h));
  });

  it('of layers that are not chosen any more is given back', () => {
    const h = harness();
    h.renderer.appendColumns(marketBatches(1, 4096, ROWS, 4096)[0]);
    const both = h.renderer.stats().cpuBytes;
    h.renderer.setLayers({ view: 'single', column: 'flow_score' });
    expect(h.renderer.stats().cpuBytes).toBeLessThan(0.65 * both);
    expect(h.renderer.compareWithModel().dataPixels).toBeGreaterThan(0);
    h.renderer.setLayers({ view: 'single', column: 'rest_depth' });
    expect(h.renderer.compareWithModel().dataPixels).toBe(0);
  });
});

describe('trouble', () => {
  const broken: BackendFactory = () => problem('render/webgl', 'no WebGL here');

  it('falls back to the next backend and says why', () => {
    const renderer = new HeatmapRenderer({
      backends: [
        { name: 'webgl', make: broken },
        { name: 'canvas2d', make: createCanvas2dBackend },
      ],
      requestFrame: () => undefined,
      now: () => 0,
    });
    expect(renderer.init(fakeSurface(), options)).toEqual({
      ok: true,
      backend: 'canvas2d',
      notice: { code: 'render/webgl', message: 'no WebGL here' },
    });
    expect(renderer.init(fakeSurface(), { ...options, backend: 'webgl' })).toMatchObject({
      ok: false,
      problem: { code: 'render/webgl' },
    });
  });

  it('is answered as a problem where nothing can draw', () => {
    const renderer = new HeatmapRenderer({ backends: [], requestFrame: () => undefined, now: () => 0 });
    expect(renderer.init(fakeSurface(), options)).toMatchObject({
      ok: false,
      problem: { code: 'render/no-backend' },
    });
    expect(renderer.stats().backend).toBeNull();
    renderer.setStream(testStream(ROWS));
    renderer.appendColumns(marketBatches(1, 10, ROWS, 10)[0]);
    expect(renderer.compareWithModel().pixels).toBeGreaterThan(0);
    expect(() => renderer.dispose()).not.toThrow();
  });

  it('in a draw reaches the listener and does not stop later frames', () => {
    let fails = true;
    const drawn: FrameInput[] = [];
    const flaky = {
      name: 'canvas2d',
      maxColumns: Infinity,
      graphicsBytes: 0,
      columnsUploaded: 0,
      resize: () => undefined,
      invalidate: () => undefined,
      draw: (input: FrameInput) => {
        if (fails) throw new Error('driver says no');
        drawn.push(input);
      },
      readPixels: () => undefined,
      simulateContextLoss: () => Promise.resolve(false),
      dispose: () => undefined,
    } satisfies RenderBackend;
    const h = harness({}, () => flaky);
    h.renderer.setView(following);
    h.frame();
    expect(h.events.at(-1)).toMatchObject({ type: 'problem', problem: { message: 'driver says no' } });
    fails = false;
    h.renderer.setTheme('light');
    h.frame();
    expect(drawn.length).toBe(1);
  });

  it('draws nothing without a context, and everything again once it came back', () => {
    let backend: BackendEvents | undefined;
    const h = harness({}, (surface, events) => {
      backend = events;
      return createCanvas2dBackend(surface, events);
    });
    h.renderer.setView(following);
    h.frame();
    const drawn = h.renderer.stats().framesDrawn;
    backend?.contextLost();
    h.renderer.setTheme('light');
    h.frame();
    expect(h.events.at(-1)).toEqual({ type: 'context-lost' });
    backend?.contextRestored();
    h.frame();
    expect(h.events).toContainEqual({ type: 'context-restored' });
    expect(h.renderer.stats().framesDrawn).toBe(drawn + 1);
  });

  it('made by the caller is refused at once', () => {
    const h = harness();
    expect(() => h.renderer.setView({ ...following, camera: { ...camera, binPx: 0 } })).toThrow(RangeError);
    expect(() => h.renderer.setView({ ...following, camera: { ...camera, centerTick: NaN } })).toThrow(
      RangeError,
    );
    expect(() => h.renderer.setStream(testStream(10))).toThrow(RangeError);
    for (const name of ['rainbow', 'toString', 'tide']) {
      expect(() => h.renderer.setLayers({ view: 'composite', palette: name as 'signal' })).toThrow(
        RangeError,
      );
    }
    const column = 'rest_depth';
    expect(() => h.renderer.setLayers({ view: 'single', column, palette: 'constructor' as 'tide' })).toThrow(
      RangeError,
    );
    expect(() => h.renderer.setLayers({ view: 'single', column, transfer: 'cubic' as 'log' })).toThrow(
      RangeError,
    );
    expect(() => h.renderer.setLayers({ view: 'single', column, statistic: 'min' as 'max' })).toThrow(
      RangeError,
    );
    const fresh = new HeatmapRenderer({ backends: [], requestFrame: () => undefined, now: () => 0 });
    expect(() => fresh.appendColumns(marketBatches(1, 1, ROWS, 1)[0])).toThrow(RangeError);
  });
});

describe('picture hashes', () => {
  it('tell pictures and shapes apart', () => {
    const pixels = Uint8Array.from({ length: 64 }, (_, i) => i);
    const hash = pictureHash(4, 4, pixels);
    expect(hash).toMatch(/^[0-9a-f]{16}$/);
    expect(pictureHash(4, 4, pixels.slice())).toBe(hash);
    expect(pictureHash(2, 8, pixels)).not.toBe(hash);
    const seen = new Set<string>();
    for (let i = 0; i < 64; i++) {
      const changed = pixels.slice();
      changed[i] ^= 1;
      seen.add(pictureHash(4, 4, changed));
    }
    expect(seen.size).toBe(64);
  });
});
