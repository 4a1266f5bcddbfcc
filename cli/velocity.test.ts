import { describe, expect, it } from 'vitest';
import { tableFromIPC } from 'apache-arrow';
import { encodeMbo } from '#core/dbn/dbn-encoder';
import type { MboRecord } from '#core/mbo/mbo-block';
import { RTYPE } from '#core/dbn/rtype';
import { runCli } from '#cli/testing/memory-io';
import { dbnFile, record } from '#cli/testing/record-files';
import { readBytes, readText, sharedPath } from '#testdata/fixtures';
import {
  blockOf,
  differences,
  expectedRows,
  goldenDefinitions,
  goldenQuotes,
  goldenRecords,
  velocityPath,
  type Comparison,
  type GoldenRow,
} from '#testdata/velocity-golden';

const CONFIG = readText(velocityPath('config.json'));

function mboFile(symbols: Readonly<Record<string, number>>, records: readonly MboRecord[]): Uint8Array {
  const mappings = Object.entries(symbols).map(([rawSymbol, id]) => ({
    rawSymbol,
    intervals: [{ startDate: 20260101, endDate: 20270101, symbol: String(id) }],
  }));
  return dbnFile({ dataset: 'TEST.GOLDEN', symbols: Object.keys(symbols), mappings }, [
    encodeMbo(blockOf(records)),
  ]);
}

function definitionFile(name: string): Uint8Array {
  return dbnFile(
    { schema: 'definition', symbols: [], mappings: [] },
    goldenDefinitions(name).map((d) =>
      record(RTYPE.definition, {
        instrument_id: d.instrumentId,
        instrument_class: d.instrumentClass,
        raw_symbol: `OPT ${d.instrumentId}`,
        underlying: d.underlying,
        strike_price: d.strikeInt === 0 ? 0n : BigInt(d.strikeInt),
        expiration: d.expirationNs,
        ts_event: 1n,
      }),
    ),
  );
}

const FILES: Record<string, Uint8Array | string> = {
  'config.json': CONFIG,
  'es.dbn': mboFile({ ESH6: 4916 }, goldenRecords('futures_mbo')),
  'opt.dbn': mboFile({}, goldenRecords('options_mbo')),
  'opt-def.dbn': definitionFile('options_definitions'),
  'opt-def.csv': readText(velocityPath('events', 'options_definitions.csv')),
  'qqq.dbn': mboFile({ QQQ: 15144 }, goldenRecords('equity_mbo')),
  'opra.dbn': dbnFile({ schema: 'cmbp-1', symbols: [], mappings: [] }, [goldenQuotes().bytes]),
  'opra-def.csv': readText(velocityPath('events', 'equity_option_definitions.csv')),
};

async function rowsOf(...args: string[]): Promise<GoldenRow[]> {
  const { status, io } = await runCli(
    ['velocity', '--config', 'config.json', '--format', 'csv', ...args],
    FILES,
  );
  expect(io.errors).toBe('');
  expect(status).toBe(0);
  const [header, ...lines] = io.lines();
  const names = header.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, i) => [names[i], cell])));
}

const WINDOW = 'window_end_ts_ns';
const CELL = [WINDOW, 'side', 'rel_ticks'];
const STRIKE = [WINDOW, 'strike_price_int', 'right', 'side'];
const FUTURES = ['es.dbn', '--product', 'future_mbo'];
const SHARES = ['qqq.dbn', '--product', 'equity_mbo'];
const OPTIONS = [
  'opt.dbn',
  '--product',
  'future_option_mbo',
  '--spot',
  'es.dbn',
  '--definitions',
  'opt-def.csv',
];
const QUOTES = [
  'opra.dbn',
  '--product',
  'equity_option_mbo',
  '--spot',
  'qqq.dbn',
  '--definitions',
  'opra-def.csv',
];

/** Floats of the columns that are neither keys nor integers by name. */
function tolerant(row: GoldenRow, key: readonly string[]): Comparison {
  const exact = /_int$|_ts_ns$|_qty|^rel_|^side$|^right$|_valid$|^predicted_spot|_delta$|^D_|^horizon|_id$/;
  const names = Object.keys(row).filter((name) => !key.includes(name) && !exact.test(name));
  const floats = Object.fromEntries(names.map((name) => [name, name === 'confidence' ? 2 / 1000 : 1e-9]));
  return { floats, ignore: ['observed'] };
}

describe('velocity on the golden captures', () => {
  it.each<[string, string, string[], readonly string[]]>([
    ['book_snapshot_1s', 'futures_book_snapshot_1s', FUTURES, [WINDOW]],
    ['depth_and_flow_1s', 'futures_depth_and_flow_1s', FUTURES, [WINDOW, 'side', 'price_int']],
    ['forecast_1s', 'forecast', FUTURES, [WINDOW, 'horizon_s']],
    ['book_snapshot_1s', 'equity_book_snapshot_1s', SHARES, [WINDOW]],
    ['depth_and_flow_1s', 'equity_depth_and_flow_1s', SHARES, [WINDOW, 'side', 'price_int']],
    ['physics_surface_1s', 'equity_physics_1s', SHARES, CELL],
    ['book_snapshot_1s', 'options_book_snapshot_1s', OPTIONS, [WINDOW, 'instrument_id']],
    ['depth_and_flow_1s', 'options_depth_and_flow_1s', OPTIONS, STRIKE],
    ['physics_surface_1s', 'options_physics_1s', OPTIONS, STRIKE],
    ['options_surface', 'options_surface', OPTIONS, [WINDOW, 'rel_ticks']],
    ['book_snapshot_1s', 'equity_option_book_snapshot_1s', QUOTES, [WINDOW, 'instrument_id']],
    ['depth_and_flow_1s', 'equity_option_depth_and_flow_1s', QUOTES, STRIKE],
    ['physics_surface_1s', 'equity_option_physics_1s', QUOTES, STRIKE],
  ])('has %s as in %s', async (table, golden, args, key) => {
    const expected = expectedRows(golden);
    const actual = await rowsOf(...args, '--table', table);
    expect(differences(actual, expected, key, tolerant(expected[0], key))).toEqual([]);
  });

  it('has the combined field and the physics of the reference windows', async () => {
    for (const [table, golden, key] of [
      ['combined_field', 'combined_field', [WINDOW, 'rel_ticks']],
      ['physics_surface_1s', 'futures_physics_frames', CELL],
    ] as const) {
      const expected = expectedRows(golden);
      const wanted = new Set(expected.map((row) => row[WINDOW]));
      // Gold starts cold with the first window put out: what is compared is cut out of the whole run.
      const actual = (await rowsOf(...FUTURES, '--table', table)).filter((row) => wanted.has(row[WINDOW]));
      const options = tolerant(expected[0], key);
      const ignore = [...(options.ignore ?? []), 'rel_ticks_side'];
      expect(differences(actual, expected, key, { ...options, ignore })).toEqual([]);
    }
  });

  it('takes definitions from DBN files, among the captures or beside them', async () => {
    const table = ['--product', 'future_option_mbo', '--table', 'options_surface'];
    const expected = await rowsOf(...OPTIONS, '--table', 'options_surface');
    const beside = await rowsOf('opt.dbn', '--spot', 'es.dbn', '--definitions', 'opt-def.dbn', ...table);
    const together = await rowsOf('opt.dbn', 'es.dbn', 'opt-def.dbn', ...table);
    expect(beside).toEqual(expected);
    expect(together).toEqual(expected);
  });

  it('finds the product of a capture by itself', async () => {
    const rows = await rowsOf('es.dbn', '--table', 'forecast_1s', '--end', '1767709798000000000');
    expect(rows).toHaveLength(62);
  });

  it('writes 64-bit integers as texts in ndjson, and null for what is not there', async () => {
    const end = '1767709797000000000';
    const args = ['velocity', 'es.dbn', '--table', 'forecast_1s', '--end', end];
    const { io } = await runCli(args, FILES);
    expect(JSON.parse(io.lines()[0])).toMatchObject({
      window_end_ts_ns: end,
      predicted_spot_tick: '27797',
      D_up: 2,
    });
  });

  it('writes Arrow tables with the published types', async () => {
    const args = ['velocity', 'es.dbn', '--table', 'forecast_1s', '--format', 'arrow', '-o', 'f.arrow'];
    const { status, io } = await runCli(args, FILES);
    expect(status).toBe(0);
    const table = tableFromIPC(io.bytes('f.arrow'));
    expect(table.numRows).toBe(64 * 31);
    expect(table.schema.fields.map((f) => String(f.type))).toEqual([
      'Int64',
      'Int32',
      'Int64',
      'Int64',
      'Float64',
      'Float64',
      'Float64',
      'Int32',
      'Int32',
      'Float64',
    ]);
  });

  it('says what confidence was worth', async () => {
    const rows = await rowsOf('es.dbn', '--table', 'forecast_reliability');
    expect(rows).toHaveLength(60);
    const sum = (name: string) => rows.reduce((total, row) => total + Number(row[name]), 0);
    expect(sum('forecasts')).toBeGreaterThan(100);
    expect(sum('correct')).toBeLessThanOrEqual(sum('moves'));
    expect(sum('moves')).toBeLessThanOrEqual(sum('forecasts'));
  });

  it('offers the deterministic forecaster', async () => {
    const config = 'forecast: { engine: inertial }';
    const args = ['velocity', 'es.dbn', '--table', 'forecast_1s', '--config', 'c.yaml'];
    const { status, io } = await runCli(args, { ...FILES, 'c.yaml': config });
    expect(status).toBe(0);
    expect(io.lines()).toHaveLength(64 * 31);
  });
});

describe('a folder of tables', () => {
  const FEW = [...FUTURES, '--end', '1767709808000000000'];

  async function lakeOf(...args: string[]): Promise<Record<string, Uint8Array>> {
    const { status, io } = await runCli(['velocity', ...args, '--lake', 'lake'], FILES);
    expect([status, io.errors]).toEqual([0, '']);
    const names = [...io.written.keys()].filter((name) => name.startsWith('lake/'));
    return Object.fromEntries(names.map((name) => [name, io.bytes(name)]));
  }

  it('holds bronze, silver and gold under their full names', async () => {
    expect(Object.keys(await lakeOf(...FEW)).sort()).toEqual([
      'lake/bronze.future_mbo.mbo.parquet',
      'lake/gold.future_mbo.combined_field.parquet',
      'lake/gold.future_mbo.physics_surface_1s.parquet',
      'lake/silver.future_mbo.book_snapshot_1s.parquet',
      'lake/silver.future_mbo.depth_and_flow_1s.parquet',
      'lake/stream.forecast_1s.parquet',
      'lake/stream.forecast_reliability.parquet',
    ]);
    const options = Object.keys(await lakeOf(...QUOTES));
    expect(options).toContain('lake/bronze.equity_option_mbo.cmbp_1.parquet');
    expect(options).toContain('lake/gold.equity_option_mbo.options_surface.parquet');
  });

  it('is opened again without computing, and what follows from gold is the same to the last bit', async () => {
    const lake = await lakeOf(...FEW);
    const direct = async (table: string) =>
      (await runCli(['velocity', ...FEW, '--table', table], FILES)).io.text();
    const again = async (table: string, files: readonly string[]) => {
      const { status, io } = await runCli(['velocity', ...files, '--table', table], lake);
      expect([status, io.errors]).toEqual([0, '']);
      return io.text();
    };
    const all = Object.keys(lake);
    for (const table of ['book_snapshot_1s', 'depth_and_flow_1s', 'physics_surface_1s', 'forecast_1s']) {
      expect(await again(table, all), table).toBe(await direct(table));
    }
    const gold = ['lake/gold.future_mbo.physics_surface_1s.parquet'];
    for (const table of ['combined_field', 'forecast_1s', 'forecast_reliability']) {
      expect(await again(table, gold), table).toBe(await direct(table));
    }
  });

  it('has bronze that is a capture', async () => {
    const lake = await lakeOf(...FEW);
    const bronze = 'lake/bronze.future_mbo.mbo.parquet';
    const args = ['velocity', bronze, ...FEW.slice(1), '--table', 'depth_and_flow_1s'];
    const { status, io } = await runCli(args, lake);
    expect(status).toBe(0);
    const direct = await runCli(['velocity', ...FEW, '--table', 'depth_and_flow_1s'], FILES);
    expect(io.text()).toBe(direct.io.text());
  });

  it('says what it does not hold', async () => {
    const lake = await lakeOf(...SHARES);
    const { status, io } = await runCli(
      ['velocity', 'lake/silver.equity_mbo.book_snapshot_1s.parquet', '--table', 'physics_surface_1s'],
      lake,
    );
    expect(status).toBe(1);
    expect(io.errors).toContain('velocity/no-table');
  });
});

describe('velocity refuses', () => {
  it.each<[string, string[], number, string]>([
    ['an unknown table', ['es.dbn', '--table', 'depth'], 2, '--table must be one of'],
    ['a table of another product', ['es.dbn', '--table', 'options_surface'], 2, 'is no table of future_mbo'],
    [
      'a spot price where it is not needed',
      [...FUTURES, '--spot', 'es.dbn'],
      2,
      '--spot goes with products of options',
    ],
    ['options without definitions', OPTIONS.slice(0, -2), 1, 'velocity/no-definitions'],
    ['options of another underlying', [...QUOTES.slice(0, -1), 'opt-def.csv'], 1, 'velocity/no-options'],
    ['options without an underlying', ['opt.dbn', '--product', 'future_option_mbo'], 1, 'velocity/no-spot'],
    ['definitions that are no table', [...OPTIONS.slice(0, -1), 'bad.csv'], 1, 'velocity/bad-definitions'],
    ['a range without windows', [...FUTURES, '--start', '2027-01-01'], 1, 'velocity/no-windows'],
    ['a lake in a format', ['es.dbn', '--lake', 'x', '--format', 'csv'], 2, '--format has no meaning'],
    ['a configuration that cannot be', ['es.dbn', '--config', 'bad.yaml'], 1, 'config/out-of-range'],
  ])('%s', async (_, args, status, message) => {
    const bad = { 'bad.csv': 'id,strike\n1,2\n', 'bad.yaml': 'futures: { tick_int: -1 }' };
    const run = await runCli(['velocity', ...args], { ...FILES, ...bad });
    expect(run.io.errors).toContain(message);
    expect(run.status).toBe(status);
  });

  it('the second day of a capture, and shows the first', async () => {
    const records = goldenRecords('futures_mbo').slice(0, 30_000);
    const last = records[records.length - 1];
    const later = [1n, 2n].map((n) => ({ ...last, tsEvent: last.tsEvent + 3n * 86_400_000_000_000n + n }));
    const files = { 'two.dbn': mboFile({ ESH6: 4916 }, [...records, ...later]) };
    const { status, io } = await runCli(['velocity', 'two.dbn', '--table', 'book_snapshot_1s'], files);
    expect(status).toBe(1);
    expect(io.errors).toContain('velocity/mixed-days');
    expect(io.lines().length).toBeGreaterThan(20);
  });

  it('to hide prices that are not on the grid of ticks', async () => {
    const args = ['velocity', 'es.dbn', '--table', 'book_snapshot_1s', '--config', 'c.yaml'];
    const { status, io } = await runCli(args, { ...FILES, 'c.yaml': 'futures: { tick_int: 500000000 }' });
    expect(status).toBe(0);
    expect(io.errors).toContain('velocity/off-step');
  });
});

const SLICE = sharedPath('data', 'mbo', 'esh4-20231225.first20000.mbo.dbn.zst');

describe.skipIf(!SLICE)('velocity on a real capture', () => {
  it('runs from end to end with finite fields everywhere', async () => {
    const files = { 'esh4.dbn.zst': readBytes(SLICE!) };
    for (const [table, start] of [
      ['forecast_1s', '2023-12-25T23:01:00Z'],
      ['physics_surface_1s', '2023-12-25T23:03:00Z'],
    ]) {
      const args = ['velocity', 'esh4.dbn.zst', '--format', 'csv', '--table', table, '--start', start];
      const { status, io } = await runCli(args, files);
      expect(status, io.errors).toBe(0);
      expect(io.lines().length).toBeGreaterThan(1000);
      expect(/NaN|Infinity|null/.test(io.text())).toBe(false);
    }
  });
});
