import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { formatClock, formatDate } from '#base/new-york-time';
import { problem, ProblemError } from '#base/problem';
import { MemoryBudget } from '#app/memory-budget';
import { SessionRig } from '#app/testing/session-rig';
import { DEFAULT_RUNTIME_CONFIG } from '#core/config/runtime-config';
import { GRID_COLUMNS } from '#core/vp/columns';
import { GridBlockWriter } from '#protocol/grid-block-writer';
import { fixturePath } from '#testdata/fixtures';

const BINS = 600;

function capture(name = 'mini.dbn.gz'): File {
  return new File([new Uint8Array(readFileSync(fixturePath('captures', name)))], name);
}

function text(name = 'notes.txt'): File {
  return new File(['this is not a capture at all, sorry'], name);
}

/** Columns of every 50th bin. */
function cells(rig: SessionRig): unknown[] {
  const { store } = rig.controller;
  const out: unknown[] = [];
  for (let bin = 0; bin < (store?.bins ?? 0); bin += 50) {
    out.push(GRID_COLUMNS.map(({ name }) => Array.from(store?.column(bin, name) ?? [])));
  }
  return out;
}

async function loaded(): Promise<SessionRig> {
  const rig = new SessionRig();
  rig.controller.openFiles([capture()]);
  await rig.until('ready');
  return rig;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('opening a capture', () => {
  it('loads all bins, shows the last one, and ends the workers', async () => {
    const rig = await loaded();
    const { session, player, memory } = rig.controller;
    expect(session.value).toMatchObject({ bins: BINS, synthetic: true, opening: [], failure: undefined });
    expect(session.value.progress?.fraction).toBe(1);
    expect(player.value.playhead).toBe(BINS - 1);
    expect(rig.map.columns).toBe(BINS);
    expect(rig.alive).toBe(0);
    expect(memory.value.usedBytes).toBeGreaterThan(1e6);
  });

  it('keeps the camera of a link for the first capture, and begins anew with each other one', async () => {
    const rig = new SessionRig();
    const { controller } = rig;
    const camera = { centerBin: 100, centerTick: 20_000, binPx: 2, tickPx: 9 };
    controller.setView({ camera });
    controller.openFiles([capture()]);
    await rig.until('ready');
    expect(controller.view.value.camera).toEqual(camera);
    controller.openFiles([text()]);
    await rig.when(() => controller.session.value.failure !== undefined);
    expect(controller.view.value.camera).toEqual(camera);
    controller.openFiles([capture()]);
    await rig.when(() => controller.view.value.camera === undefined);
    await rig.until('ready');
    controller.setView({ camera });
    controller.close();
    expect(controller.view.value.camera).toBeUndefined();
  });

  it('keeps what is shown when the next file cannot be read', async () => {
    const rig = await loaded();
    const before = rig.controller.session.value;
    const { store } = rig.controller;
    rig.controller.openFiles([text()]);
    expect(rig.controller.session.value).toMatchObject({ ...before, opening: ['notes.txt'] });
    await rig.when(() => rig.controller.session.value.failure !== undefined);
    const { failure, ...after } = rig.controller.session.value;
    expect(failure?.problem.code).toMatch(/^import\//);
    expect(failure?.files).toEqual(['notes.txt']);
    expect({ ...after, failure: undefined }).toEqual(before);
    expect(rig.controller.store).toBe(store);
  });

  it('goes on loading while the next file proves unreadable', async () => {
    const rig = new SessionRig();
    rig.controller.openFiles([capture()]);
    await rig.until('loading');
    rig.controller.openFiles([text()]);
    await rig.until('ready');
    expect(rig.controller.session.value.bins).toBe(BINS);
  });

  it('fails where nothing was open', async () => {
    const rig = new SessionRig();
    rig.controller.openFiles([text()]);
    await rig.until('failed');
    expect(rig.controller.session.value).toMatchObject({ bins: 0, opening: [] });
    expect(rig.alive).toBe(0);
  });

  it('opens what was asked for last, whatever arrives last', async () => {
    const rig = new SessionRig();
    rig.controller.openSample('demo');
    const late = rig.deliverSample;
    rig.controller.openFiles([capture()]);
    await rig.until('loading');
    late?.(capture('two-instruments.dbn.gz'));
    await rig.until('ready');
    expect(rig.controller.session.value.instruments).toHaveLength(1);

    rig.controller.openSample('demo');
    const later = rig.deliverSample;
    rig.controller.close();
    later?.(capture());
    await Promise.resolve();
    expect(rig.controller.session.value.phase).toBe('empty');
    expect(rig.alive).toBe(0);
  });

  it('tries a sample again that did not arrive', async () => {
    const rig = new SessionRig();
    rig.controller.openSample('demo');
    rig.refuseSample?.(new Error('offline'));
    await rig.until('failed');
    expect(rig.controller.session.value.failure?.files).toEqual(['demo.dbn.gz']);
    rig.controller.retry();
    rig.deliverSample?.(capture());
    await rig.until('ready');
    expect(rig.controller.session.value).toMatchObject({ bins: BINS, failure: undefined });
    expect(rig.controller.session.value.config?.contract_multiplier).toBe(50);
  });

  it('begins at the bin of a link, once', async () => {
    const rig = new SessionRig();
    rig.controller.setPendingPlayhead(123);
    rig.controller.openFiles([capture()]);
    await rig.until('ready');
    expect(rig.controller.player.value).toMatchObject({ playhead: 123, follow: false });
    expect(rig.controller.pendingPlayhead).toBeUndefined();
  });

  it('ends at the last bin when the bin of a link does not exist', async () => {
    const rig = new SessionRig();
    rig.controller.setPendingPlayhead(5000);
    rig.controller.openFiles([capture()]);
    await rig.until('ready');
    expect(rig.controller.player.value.playhead).toBe(BINS - 1);
  });
});

describe('instruments', () => {
  it('take a configuration of their own, not the one of a serving', async () => {
    const rig = new SessionRig();
    const config = { ...DEFAULT_RUNTIME_CONFIG, symbol: 'AAAH6' };
    const file = capture('two-instruments.dbn.gz');
    rig.controller.openFiles([file]);
    await rig.until('ready');
    const [first, second] = rig.controller.session.value.instruments;
    rig.controller.open([file], { settings: { config: { ...config, symbol: second.symbol } } });
    await rig.when(() => rig.controller.session.value.phase === 'loading');
    expect(rig.controller.session.value.instrument?.symbol).toBe(second.symbol);
    await rig.until('ready');
    rig.controller.chooseInstrument(first);
    await rig.until('loading');
    await rig.until('ready');
    expect(rig.controller.session.value.config?.symbol).toBe(first.symbol);
  });

  it('of a serving must be in the capture', async () => {
    const rig = new SessionRig();
    rig.controller.open([capture()], { settings: { config: { ...DEFAULT_RUNTIME_CONFIG, symbol: 'NOPE' } } });
    await rig.until('failed');
    expect(rig.controller.session.value.failure?.problem.code).toBe('serving/other-symbol');
  });
});

describe('cancelling', () => {
  it.each(['loading', 'probing'] as const)('while %s ends it at once', async (phase) => {
    const rig = new SessionRig();
    rig.controller.openFiles([capture()]);
    await rig.until(phase);
    rig.controller.cancel();
    expect(rig.controller.session.value.phase).toBe(phase === 'loading' ? 'cancelled' : 'empty');
    expect(rig.alive).toBe(0);
    const { bins } = rig.controller.session.value;
    expect(bins).toBeLessThan(BINS);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(rig.controller.session.value).toMatchObject({ bins, failure: undefined });
  });

  it('keeps the bins that came', async () => {
    const rig = new SessionRig();
    rig.controller.openFiles([capture()]);
    await rig.when(() => rig.controller.session.value.bins > 100);
    rig.controller.cancel();
    const { bins } = rig.controller.session.value;
    expect(bins).toBe(rig.controller.store?.bins);
    expect(rig.controller.player.value.playhead).toBe(bins - 1);
  });

  it('gives up a download, and what was open stays', async () => {
    const rig = await loaded();
    rig.controller.openSample('demo');
    rig.controller.cancel();
    rig.deliverSample?.(capture('two-instruments.dbn.gz'));
    await Promise.resolve();
    expect(rig.controller.session.value).toMatchObject({ phase: 'ready', bins: BINS, opening: [] });
  });
});

describe('a worker that dies', () => {
  it.each(['importers', 'engines', 'scorers'] as const)(
    'is replaced (%s), and the result is the same',
    async (which) => {
      const whole = cells(await loaded());
      const rig = new SessionRig();
      rig.controller.openFiles([capture()]);
      await rig.when(() => rig.controller.session.value.bins > 100);
      rig[which][0].crash('out of memory');
      await rig.until('ready');
      expect(cells(rig)).toEqual(whole);
      expect(rig.warnings()).toEqual(['worker/died']);
      expect(rig.toasts()).toEqual([expect.stringContaining('begins again')]);
    },
  );

  it('continues from its last checkpoint', async () => {
    const whole = cells(await loaded());
    // Checkpoints are minutes apart in records of this size: let the time fly.
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => (now += 500));
    const rig = new SessionRig();
    rig.controller.openFiles([capture()]);
    // What is stored, not what is shown: the page shows it later.
    await vi.waitFor(() => expect(rig.controller.store?.bins).toBeGreaterThan(300), { interval: 0 });
    rig.engines[0].crash('out of memory');
    await rig.until('ready');
    expect(rig.toasts()).toEqual([expect.stringContaining('continues from its last checkpoint')]);
    expect(cells(rig)).toEqual(whole);
    expect(rig.controller.session.value.end?.records).toBe(rig.controller.session.value.instrument?.records);
  });

  it('is replaced during the first look at a file and during a restart', async () => {
    const rig = new SessionRig();
    rig.controller.openFiles([capture()]);
    rig.importers[0].crash('first');
    await rig.until('loading');
    rig.engines[1].crash('second');
    await rig.when(() => rig.importers.length === 3 || rig.controller.session.value.phase === 'failed');
    rig.importers[2].crash('third');
    await rig.until('ready');
    expect(rig.controller.session.value.bins).toBe(BINS);
    expect(rig.alive).toBe(0);
  });

  it('is given up after some deaths, with what was loaded kept', async () => {
    const rig = new SessionRig();
    rig.controller.openFiles([capture()]);
    for (let death = 0; death < 4; death++) {
      await rig.when(() => rig.engines.length > death && rig.controller.session.value.bins > 100);
      rig.engines[death].crash('again');
      await Promise.resolve();
    }
    await rig.until('failed');
    expect(rig.controller.session.value.failure?.problem.code).toBe('worker/gave-up');
    expect(rig.controller.session.value.bins).toBeGreaterThan(100);
    expect(rig.alive).toBe(0);
  });
});

describe('memory', () => {
  it('is one budget, of which the renderer has its part', async () => {
    const rig = await loaded();
    const { memory } = rig.controller;
    const full = memory.value.usedBytes;
    rig.controller.setBudget(1);
    expect(memory.value.budgetBytes).toBe(32e6);
    expect(rig.map.budgetBytes).toBe(8e6);
    // What fits stays whole.
    expect(memory.value).toMatchObject({ usedBytes: full, given: '' });
  });
});

describe('settings of an opening', () => {
  it('open again what is open, and hold for what is opened next', async () => {
    const rig = await loaded();
    const { controller } = rig;
    const { config } = controller.session.value;
    controller.setOpenSettings({ cellWidthMs: 1000, start: undefined });
    await rig.until('loading');
    await rig.until('ready');
    const wide = controller.session.value;
    expect(wide).toMatchObject({ bins: BINS / 10, cellWidthNs: 1e9, config: { cell_width_ms: 1000 } });
    expect(wide.config?.config_version).not.toBe(config?.config_version);
    controller.openFiles([capture()]);
    await rig.until('loading');
    await rig.until('ready');
    expect(controller.session.value).toMatchObject({ bins: BINS / 10, config: wide.config });
  });

  it('apply to what is being opened, whatever is shown', async () => {
    const rig = await loaded();
    const { controller } = rig;
    controller.openFiles([capture()]);
    controller.setOpenSettings({ cellWidthMs: 1000, start: undefined });
    await rig.until('loading');
    await rig.until('ready');
    expect(controller.session.value).toMatchObject({ bins: BINS / 10, cellWidthNs: 1e9 });

    controller.openSample('demo');
    controller.setOpenSettings({ cellWidthMs: 500, start: undefined });
    expect(controller.session.value.opening).toEqual(['demo.dbn.gz']);
  });

  it('begin at a time of New York', async () => {
    const rig = await loaded();
    const { controller } = rig;
    const { firstBinStartNs } = controller.session.value;
    const minute = 60_000_000_000n;
    const startNs = (firstBinStartNs / minute + 1n) * minute;
    const seconds = Number(startNs / 1_000_000_000n);
    const dt = formatDate(seconds, 'America/New_York');
    const time = formatClock(seconds, 'America/New_York').slice(0, 5);
    controller.setOpenSettings({ cellWidthMs: undefined, start: { dt, time } });
    await rig.until('loading');
    await rig.until('ready');
    const before = Number((startNs - firstBinStartNs) / 100_000_000n);
    expect(before).toBeGreaterThan(0);
    expect(controller.session.value.bins).toBe(Math.max(0, BINS - before));
  });
});

describe('the grid digest', () => {
  it('of what is stored is that of the engine', async () => {
    const rig = new SessionRig();
    rig.controller.copyGridDigest();
    expect(rig.controller.toasts.value.at(-1)?.text).toContain('loaded to its end');
    rig.controller.open([capture()], { settings: { digest: true } });
    await rig.until('ready');
    rig.controller.copyGridDigest();
    await vi.waitFor(() => expect(rig.copied).toHaveLength(1));
    expect(rig.copied[0]).toBe(rig.controller.session.value.end?.gridSha256);
    await vi.waitFor(() => expect(rig.controller.toasts.value.at(-1)?.text).toContain(rig.copied[0]));
  });

  it('is refused where detail was given up', async () => {
    vi.spyOn(MemoryBudget.prototype, 'storeBytes', 'get').mockReturnValue(1);
    const rig = await loaded();
    rig.controller.copyGridDigest();
    await vi.waitFor(() => expect(rig.controller.toasts.value.at(-1)?.kind).toBe('warning'));
    expect(rig.copied).toEqual([]);
  });
});

describe('a session that needs more than its budget', () => {
  const digestOf = async (): Promise<string | undefined> => {
    const rig = new SessionRig();
    rig.controller.open([capture()], { settings: { digest: true } });
    await rig.until('ready');
    return rig.controller.session.value.end?.gridSha256;
  };

  it('gives buffers back to the engine, which fills them with the same bytes', async () => {
    const recycle = vi.spyOn(GridBlockWriter.prototype, 'recycle');
    const digest = await digestOf();
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(recycle).not.toHaveBeenCalled();
    vi.spyOn(MemoryBudget.prototype, 'storeBytes', 'get').mockReturnValue(1);
    expect(await digestOf()).toBe(digest);
    expect(recycle.mock.calls.length).toBeGreaterThan(3);
  });
});

describe('warnings', () => {
  it('are dismissed one by one', async () => {
    const rig = await loaded();
    const one = problem('drop/empty', 'One');
    rig.controller.report(one);
    rig.controller.report(problem('drop/empty', 'Two'));
    rig.controller.dismissWarning(one);
    expect(rig.controller.warnings.value.map((w) => w.dismissed)).toEqual([true, false]);
    expect(rig.toasts()).toHaveLength(2);
  });

  it('about a drop stay with the capture that it opens', async () => {
    const rig = await loaded();
    rig.controller.report(problem('drop/empty', 'Of the capture before'));
    rig.controller.openFiles([capture()]);
    rig.controller.report(problem('drop/skipped', 'metadata.json was left out'));
    await rig.until('loading');
    expect(rig.warnings()).toEqual(['drop/skipped']);
    rig.controller.close();
  });

  it('come of a stream that breaks its contract, which ends it', async () => {
    const rig = new SessionRig();
    rig.controller.openFiles([capture()]);
    await rig.until('loading');
    vi.spyOn(rig.map, 'append').mockImplementation(() => {
      throw new ProblemError(problem('stream/rows', 'Not so many rows.'));
    });
    await rig.until('failed');
    expect(rig.controller.session.value.failure?.problem.code).toBe('stream/rows');
    expect(rig.alive).toBe(0);
  });
});
