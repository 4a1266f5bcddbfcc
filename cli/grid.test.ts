import { tableFromIPC } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { fixturePath, readJson } from '#testdata/fixtures';
import { GoldenComparer, loadVpGolden, VP_GOLDEN_SETS, type VpGoldenName } from '#testdata/vp-golden';
import { loadParquet } from '#cli/parquet';
import { goldenDbn } from '#cli/testing/golden-dbn';
import { runCli } from '#cli/testing/memory-io';
import { dbnFile, mboRecords } from '#cli/testing/record-files';

async function parquetToIpc(bytes: Uint8Array): Promise<Uint8Array> {
  return (await loadParquet()).readParquet(bytes).intoIPCStream();
}

interface GridLine {
  grid_update: Record<string, unknown>;
  columns: Record<string, number[]>;
}

function goldenConfig(name: VpGoldenName): string {
  const { config, run } = readJson<{
    config: Record<string, unknown>;
    run: { dt: string; start_time: string | null };
  }>(fixturePath('vp', name, 'meta.json'));
  return JSON.stringify({
    ...config,
    ...(run.start_time === null ? {} : { stream_dt: run.dt, stream_start_time: run.start_time }),
  });
}

function files(name: VpGoldenName): Record<string, Uint8Array | string> {
  return { 'events.dbn': goldenDbn(name), 'cfg.json': goldenConfig(name) };
}

const GRID = ['grid', 'events.dbn', '--config', 'cfg.json'];

describe('spymaster grid', () => {
  it.each(VP_GOLDEN_SETS)('gives the %s golden set within its tolerances', async (name) => {
    const { status, io } = await runCli(GRID, files(name));
    expect(status).toBe(0);
    const comparer = new GoldenComparer(loadVpGolden(name));
    for (const line of io.lines()) {
      const { grid_update: message, columns } = JSON.parse(line) as GridLine;
      comparer.bin({ message, columns });
    }
    expect(comparer.finish()).toEqual([]);
    expect(comparer.cells).toBeGreaterThan(20_000);
  });

  it('selects bins by number and by time', async () => {
    const all = (await runCli(GRID, files('small'))).io.lines();
    const some = (await runCli([...GRID, '--bins', '10:13'], files('small'))).io.lines();
    expect(some).toEqual(all.slice(10, 13));
    const { bin_start_ns: start, bin_end_ns: end } = (JSON.parse(all[20]) as GridLine).grid_update as Record<
      string,
      string
    >;
    const timed = (await runCli([...GRID, '--start', start, '--end', end], files('small'))).io.lines();
    expect(timed).toEqual([all[20]]);
  });

  it.each(['arrow', 'parquet'])('writes the same numbers as %s', async (format) => {
    const lines = (await runCli([...GRID, '--bins', '5:7'], files('edge'))).io.lines();
    const { io } = await runCli([...GRID, '--bins', '5:7', '--format', format, '-o', 'out'], files('edge'));
    const table = tableFromIPC(format === 'arrow' ? io.bytes('out') : await parquetToIpc(io.bytes('out')));
    const rows = lines.map((line) => JSON.parse(line) as GridLine);
    expect(table.numRows).toBe(rows.reduce((n, r) => n + r.columns['k'].length, 0));
    for (const name of Object.keys(rows[0].columns)) {
      const values = [...(table.getChild(name)?.toArray() as Iterable<number | bigint>)].map(Number);
      expect(values, name).toEqual(rows.flatMap((r) => r.columns[name]));
    }
    expect([...(table.getChild('bin_end_ns')?.toArray() as Iterable<bigint>)].map(String)[0]).toBe(
      rows[0].grid_update['bin_end_ns'],
    );
  });

  it('reads all slots with --rows full', async () => {
    const window = (await runCli([...GRID, '--bins', '40:41'], files('small'))).io.lines();
    const full = (await runCli([...GRID, '--bins', '40:41', '--rows', 'full'], files('small'))).io.lines();
    const inWindow = JSON.parse(window[0]) as GridLine;
    const all = JSON.parse(full[0]) as GridLine;
    expect(Object.keys(all.columns)).toHaveLength(27);
    expect(all.columns['add_mass']).toHaveLength(61);
    const spotTick = Number(inWindow.grid_update['spot_ref_price_int']) / 250_000_000;
    const from = spotTick - Number(all.grid_update['tick_abs_start']) - 12;
    for (const name of Object.keys(all.columns)) {
      expect(all.columns[name].slice(from, from + 25), name).toEqual(inWindow.columns[name]);
    }
  });

  it.each(['arrow', 'parquet'])('writes where the slots are on the price axis as %s', async (format) => {
    const args = [...GRID, '--bins', '0:3', '--rows', 'full'];
    const lines = (await runCli(args, files('small'))).io.lines().map((l) => JSON.parse(l) as GridLine);
    const { io } = await runCli([...args, '--format', format], files('small'));
    const table = tableFromIPC(format === 'arrow' ? io.bytes() : await parquetToIpc(io.bytes()));
    const column = (name: string): unknown[] => [...(table.getChild(name) ?? [])];
    const slots = lines[0].columns['add_mass'].length;
    expect(column('slot')).toEqual(lines.flatMap(() => Array.from({ length: slots }, (_, i) => i)));
    for (const name of ['tick_abs_start', 'anchor_tick_idx', 'tick_int', 'state_model_name']) {
      const wanted = lines.flatMap((l) =>
        Array<unknown>(slots)
          .fill(l.grid_update[name] ?? 0)
          .map(String),
      );
      expect(column(name).map(String), name).toEqual(wanted);
    }
    const anchored = lines.flatMap((l) =>
      Array<boolean>(slots).fill(l.grid_update['tick_abs_start'] !== null),
    );
    expect(column('anchored')).toEqual(anchored);
  });

  it('names the state model in tables of the window too', async () => {
    const { io } = await runCli([...GRID, '--bins', '0:1', '--format', 'arrow'], files('small'));
    expect(tableFromIPC(io.bytes()).getChild('state_model_name')?.get(0)).toBe('derivative');
  });

  it('holds few full grids in memory', async () => {
    const config = JSON.stringify({
      ...(JSON.parse(goldenConfig('small')) as object),
      n_absolute_ticks: 8192,
    });
    const { io } = await runCli([...GRID, '--bins', '0:100', '--rows', 'full', '--format', 'arrow'], {
      ...files('small'),
      'cfg.json': config,
    });
    const sizes = (io.written.get('-') ?? []).map((chunk) => chunk.length);
    expect(sizes.reduce((a, b) => a + b, 0)).toBeGreaterThan(300e6);
    expect(Math.max(...sizes)).toBeLessThan(64e6);
  });

  it('stops reading after the last bin asked for', async () => {
    const cut = { ...files('small'), 'events.dbn': goldenDbn('small').subarray(0, -20) };
    const { status, io } = await runCli([...GRID, '--bins', '0:2'], cut);
    expect({ status, lines: io.lines().length }).toEqual({ status: 0, lines: 2 });
    expect(io.errors).not.toContain('dbn/');
    const head = JSON.parse(io.lines()[1]) as GridLine;
    const end = String(head.grid_update['bin_end_ns']);
    expect((await runCli([...GRID, '--end', end], cut)).io.text()).toBe(io.text());
    expect((await runCli(GRID, cut)).status).toBe(1);
  });

  it('digests some bins to the state at the end of the last', async () => {
    const { io } = await runCli([...GRID, '--bins', '0:5', '--digest'], files('small'));
    const lines = (await runCli([...GRID, '--bins', '4:5'], files('small'))).io.lines();
    const report = JSON.parse(io.text()) as Record<string, unknown>;
    expect(report['bins']).toBe(5);
    expect(report['records']).toBe((JSON.parse(lines[0]) as GridLine).grid_update['event_id']);
  });

  it('hashes the same stream to the same digest', async () => {
    const once = await runCli([...GRID, '--digest'], files('small'));
    const again = await runCli([...GRID, '--digest'], files('small'));
    expect(once.io.text()).toBe(again.io.text());
    expect(JSON.parse(once.io.text())).toMatchObject({ bins: 120, config_version: '7d0e7c67a116' });
  });

  it('refuses a bad configuration with the name of the field', async () => {
    const config = JSON.stringify({ ...(JSON.parse(goldenConfig('edge')) as object), cell_width_ms: 0 });
    const { status, io } = await runCli(GRID, { ...files('edge'), 'cfg.json': config });
    expect(status).toBe(1);
    expect(io.errors).toContain('cell_width_ms');
  });

  it('warns of configuration keys that mean nothing', async () => {
    const config = JSON.stringify({ ...(JSON.parse(goldenConfig('edge')) as object), cell_width_msx: 50 });
    const { status, io } = await runCli(GRID, { ...files('edge'), 'cfg.json': config });
    expect(status).toBe(0);
    expect(io.errors).toMatch(/warning: config\/unknown-field: cell_width_msx/);
    expect((await runCli(GRID, files('edge'))).io.errors).not.toContain('config/');
  });

  it.each([
    ['another day', { stream_dt: '2020-01-01' }, 'No bin holds more than a snapshot'],
    ['a late start', { stream_dt: '2026-02-06', stream_start_time: '23:59' }, 'Not one bin was put out'],
  ])('says why there is nothing to see: %s', async (_, more, what) => {
    const config = JSON.stringify({ ...(JSON.parse(goldenConfig('small')) as object), ...more });
    const { status, io } = await runCli(GRID, { ...files('small'), 'cfg.json': config });
    expect(status).toBe(1);
    expect(io.errors).toContain(`grid/no-bins: ${what}`);
    expect(io.errors).toMatch(/TESTH6 run from 2026-02-06T\S+ to 2026-02-06T\S+, the session is from 20/);
  });

  it('says so where no bin is selected', async () => {
    const { status, io } = await runCli([...GRID, '--bins', '5000:'], files('small'));
    expect({ status, text: io.text() }).toEqual({ status: 1, text: '' });
    expect(io.errors).toContain('grid/no-bins');
  });
});

describe('the instrument of a grid', () => {
  const START = 1_770_000_000_000_000_000n;
  const times = (n: number): bigint[] => Array.from({ length: n }, (_, i) => START + BigInt(i) * 50_000_000n);
  const both = dbnFile({}, [mboRecords(1, times(30)), mboRecords(2, times(20))]);
  const configFor = (symbol: string, more = {}): string =>
    JSON.stringify({
      ...(JSON.parse(goldenConfig('small')) as object),
      stream_dt: '',
      stream_start_time: '',
      symbol,
      ...more,
    });
  const grid = (symbol: string, bytes: Uint8Array, ...more: string[]) =>
    runCli(['grid', 'x', '--config', 'c', '--digest', ...more], { x: bytes, c: configFor(symbol) });
  const records = (text: string): unknown => (JSON.parse(text) as { records: unknown }).records;

  it('is the one of the configuration', async () => {
    expect(records((await grid('AAAH6', both)).io.text())).toBe(30);
    expect(records((await grid('BBBH6', both)).io.text())).toBe(20);
  });

  it('must be in the capture', async () => {
    const { status, io } = await grid('CCCH6', both);
    expect(status).toBe(1);
    expect(io.errors).toMatch(/serving\/instrument-lock.*CCCH6.*AAAH6, BBBH6/);
  });

  it('may have another symbol if it is named, with a warning', async () => {
    const { status, io } = await grid('CCCH6', both, '--instrument', '2');
    expect(status).toBe(0);
    expect(records(io.text())).toBe(20);
    expect(io.errors).toMatch(/config\/other-symbol.*CCCH6.*BBBH6/);
  });

  it('may be spelt differently where there is no other, with a warning', async () => {
    const { status, io } = await grid('CCCH6', dbnFile({}, [mboRecords(1, times(30))]));
    expect(status).toBe(0);
    expect(records(io.text())).toBe(30);
    expect(io.errors).toMatch(/config\/other-symbol.*CCCH6.*AAAH6/);
  });

  it('is not contradicted by a capture without symbols', async () => {
    const bytes = dbnFile({ mappings: [], symbols: [] }, [mboRecords(1, times(30))]);
    expect(records((await grid('CCCH6', bytes)).io.text())).toBe(30);
  });

  it('that paused for days is damage: what came before is put out', async () => {
    const later = times(20).map((t) => t + 4n * 86_400n * 1_000_000_000n);
    const bytes = dbnFile({}, [mboRecords(1, [...times(30), ...later])]);
    const { status, io } = await grid('AAAH6', bytes);
    expect(status).toBe(1);
    expect(records(io.text())).toBe(30);
    expect(io.errors).toMatch(/vp\/timeline-break/);
  });

  it('must be of the same kind', async () => {
    const { status, io } = await grid('AAAH6', dbnFile({ dataset: 'XNAS.ITCH' }, [mboRecords(1, times(30))]));
    expect(status).toBe(1);
    expect(io.errors).toMatch(/serving\/instrument-lock.*future_mbo AAAH6.*equity_mbo AAAH6/);
  });
});
