import { describe, expect, it } from 'vitest';
import { defaultView } from '#app/defaults';
import { MapFeed, type MapRenderer } from '#app/map-feed';
import type { ViewState } from '#app/model';
import { FakeBins } from '#app/testing/fake-bins';
import { DEFAULT_RUNTIME_CONFIG } from '#core/config/runtime-config';
import type { RuntimeConfigMessage } from '#protocol/grid-messages';
import type { ColumnBatch } from '#protocol/render-contract';

const config = { ...DEFAULT_RUNTIME_CONFIG, grid_rows: 3 } as unknown as RuntimeConfigMessage;

interface FakeRenderer extends MapRenderer {
  /** Names of the calls other than batches, in order. */
  readonly calls: string[];
  readonly batches: ColumnBatch[];
  /** Takes batches until none is on its way. */
  readonly takeAll: () => Promise<void>;
  readonly onTheirWay: () => number;
}

function fakeRenderer(): FakeRenderer {
  const calls: string[] = [];
  const batches: ColumnBatch[] = [];
  const open: (() => void)[] = [];
  const note =
    (name: string) =>
    (value?: unknown): void => {
      calls.push(
        value === undefined || typeof value === 'object' ? name : `${name} ${JSON.stringify(value)}`,
      );
    };
  return {
    calls,
    batches,
    setBudget: note('setBudget'),
    setStream: note('setStream'),
    setLayers: note('setLayers'),
    setOverlays: note('setOverlays'),
    setView: note('setView'),
    setTheme: note('setTheme'),
    clear: note('clear'),
    appendColumns: (batch) => {
      batches.push(batch);
      return new Promise((resolve) => open.push(resolve));
    },
    takeAll: async () => {
      while (open.length > 0) {
        for (const resolve of open.splice(0)) resolve();
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
    },
    onTheirWay: () => open.length,
  };
}

function spans(renderer: FakeRenderer): [number, number][] {
  return renderer.batches.map((b) => [b.firstBin, b.firstBin + b.count]);
}

/** A feed with a connected renderer that has taken `bins` bins. */
async function loaded(
  bins: number,
  view: Partial<ViewState> = {},
): Promise<{ feed: MapFeed; renderer: FakeRenderer; source: FakeBins }> {
  const feed = new MapFeed();
  const renderer = fakeRenderer();
  const source = new FakeBins(bins);
  feed.setViewport({ width: 360, height: 100, dpr: 1 });
  feed.connect(renderer);
  feed.setView({ ...defaultView(), ...view }, bins - 1, true);
  feed.begin(config);
  feed.append(source.store, 0, bins);
  await renderer.takeAll();
  renderer.calls.length = 0;
  renderer.batches.length = 0;
  return { feed, renderer, source };
}

describe('the map feed', () => {
  it('brings a new renderer to the present state, the bins in view first', async () => {
    const { feed, source } = await loaded(3000);
    feed.setBudget(5e7);
    feed.setView({ ...defaultView(), camera: undefined }, 1500, true);
    const next = fakeRenderer();
    feed.connect(next);
    expect(next.onTheirWay()).toBe(2);
    await next.takeAll();
    expect(next.calls).toEqual([
      'setTheme "dark"',
      'setBudget 50000000',
      'setStream',
      'setLayers',
      'setOverlays',
      'setView',
    ]);
    expect(spans(next)).toEqual([
      [1024, 1536],
      [1536, 2048],
      [2048, 2560],
      [2560, source.bins],
      [512, 1024],
      [0, 512],
    ]);
  });

  it('never has more than two batches before a slow renderer, and joins the bins that came meanwhile', async () => {
    const { feed, renderer, source } = await loaded(512);
    for (let bin = 512; bin < 900; bin += 4) {
      source.bins = bin + 4;
      feed.append(source.store, bin, 4);
    }
    expect(renderer.onTheirWay()).toBe(2);
    await renderer.takeAll();
    expect(spans(renderer)).toEqual([
      [512, 516],
      [516, 520],
      [520, 900],
    ]);
    await feed.whenSent();
  });

  it('sends the chosen layer alone, also for bins that were queued for another', async () => {
    const { feed, renderer, source } = await loaded(3000);
    feed.reload(source.store);
    feed.setView({ ...defaultView(), layer: 'add_mass' }, 2999, true);
    feed.reload(source.store);
    await renderer.takeAll();
    const layers = renderer.batches.map((b) => Object.keys(b.layers).join());
    expect(layers.slice(0, 2)).toEqual(['rest_depth,flow_score', 'rest_depth,flow_score']);
    expect(new Set(layers.slice(2))).toEqual(new Set(['add_mass']));
    expect(renderer.batches.slice(2).reduce((n, b) => n + b.count, 0)).toBe(3000);
  });

  it('sends prices alone for bins whose cells the store has given up', async () => {
    const { feed, renderer, source } = await loaded(512);
    source.held = (bin) => bin >= 300;
    feed.reload(source.store);
    await renderer.takeAll();
    expect(spans(renderer)).toEqual([
      [0, 300],
      [300, 512],
    ]);
    expect(Object.keys(renderer.batches[0].layers)).toEqual([]);
    expect(renderer.batches[1].layers['rest_depth'][0]).toBe(300);
  });

  it('does not send bins that the store has taken back', async () => {
    const { feed, renderer, source } = await loaded(512);
    feed.reload(source.store);
    feed.reload(source.store);
    feed.append(source.store, 0, 512);
    source.bins = 100;
    await renderer.takeAll();
    expect(renderer.batches.slice(2).every((b) => b.firstBin + b.count <= 100)).toBe(true);
  });

  it('forgets the bins of the stream before', async () => {
    const { feed, renderer, source } = await loaded(5000);
    feed.reload(source.store);
    feed.clear();
    feed.begin(config);
    await renderer.takeAll();
    expect(renderer.batches).toHaveLength(2);
    expect(renderer.calls.at(-1)).toBe('clear');
  });
});

describe('waiting for the picture', () => {
  const frame = (nowBin: number) => ({ nowBin, missing: null });

  it('ends with the frame that shows the playhead', async () => {
    const { feed } = await loaded(100);
    const answers: boolean[] = [];
    void feed.whenDrawn().then((isDrawn) => answers.push(isDrawn));
    feed.noteFrame(frame(98));
    await Promise.resolve();
    expect(answers).toEqual([]);
    feed.noteFrame(frame(99));
    await Promise.resolve();
    expect(answers).toEqual([true]);
    expect(await feed.whenDrawn()).toBe(true);
  });

  it('is over at once where nothing can be drawn', async () => {
    const empty = new MapFeed();
    empty.begin(config);
    expect(await empty.whenDrawn()).toBe(false);

    const { feed } = await loaded(100);
    const waiting = feed.whenDrawn();
    feed.noteFailure();
    expect(await waiting).toBe(false);
    expect(await feed.whenDrawn()).toBe(false);
    feed.noteFrame(frame(99));
    expect(await feed.whenDrawn()).toBe(true);
    feed.clear();
    feed.begin(config);
    expect(await feed.whenDrawn()).toBe(false);
  });
});

describe('refilling', () => {
  it('sends what is missing once, however often it is reported', async () => {
    const { feed, renderer } = await loaded(4000);
    for (let frame = 0; frame < 5; frame++) {
      feed.noteFrame({ nowBin: 0, missing: { firstBin: 0, count: 600 } });
      await renderer.takeAll();
    }
    expect(spans(renderer)).toEqual([
      [0, 512],
      [512, 1024],
    ]);
  });

  it('sends it again when it was there meanwhile', async () => {
    const { feed, renderer } = await loaded(4000);
    feed.noteFrame({ nowBin: 0, missing: { firstBin: 0, count: 100 } });
    feed.noteFrame({ nowBin: 0, missing: null });
    feed.noteFrame({ nowBin: 0, missing: { firstBin: 0, count: 100 } });
    await renderer.takeAll();
    expect(spans(renderer)).toEqual([
      [0, 512],
      [0, 512],
    ]);
  });

  it('does not answer for bins that the store has dropped', async () => {
    const { feed, renderer, source } = await loaded(4000);
    source.held = (bin) => bin >= 512;
    feed.noteFrame({ nowBin: 0, missing: { firstBin: 0, count: 1024 } });
    await renderer.takeAll();
    expect(spans(renderer)).toEqual([[512, 1024]]);
  });

  it('goes on where the report moves on', async () => {
    const { feed, renderer } = await loaded(4000);
    feed.noteFrame({ nowBin: 0, missing: { firstBin: 0, count: 1024 } });
    feed.noteFrame({ nowBin: 0, missing: { firstBin: 512, count: 1024 } });
    await renderer.takeAll();
    expect(
      spans(renderer)
        .map(([from]) => from)
        .sort((a, b) => a - b),
    ).toEqual([0, 512, 1024]);
  });
});
