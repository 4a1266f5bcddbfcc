import { tableFromIPC } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { fixturePath, readJson } from '#testdata/fixtures';
import { GoldenComparer, loadVpGolden, VP_GOLDEN_SETS, type VpGoldenName } from '#testdata/vp-golden';
import { loadParquet } from '#cli/parquet';
import { goldenDbn } from '#cli/testing/golden-dbn';
import { runCli } from '#cli/testing/memory-io';

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
});
