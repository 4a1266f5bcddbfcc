import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readBytes, readJson, readText, sharedPath } from '#testdata/fixtures';
import { goldenDbn } from '#cli/testing/golden-dbn';
import { runCli } from '#cli/testing/memory-io';

const small = goldenDbn('small');
const COMMANDS = ['info', 'decode', 'book', 'orders', 'grid', 'simulate'];

describe('the command line', () => {
  it('lists its commands', async () => {
    const { status, io } = await runCli(['--help']);
    expect(status).toBe(0);
    for (const name of COMMANDS) expect(io.text()).toContain(name);
  });

  it.each(COMMANDS)('explains %s', async (name) => {
    const { status, io } = await runCli([name, '--help']);
    expect(status).toBe(0);
    expect(io.text()).toContain(`spymaster ${name}`);
    expect(io.text()).toContain('Example');
  });

  it.each([
    [[]],
    [['frobnicate']],
    [['info']],
    [['info', '--colour', 'x.dbn']],
    [['decode', '--format', 'xml', 'x.dbn']],
    [['decode', '--limit', '-1', 'x.dbn']],
    [['decode', '--schema', 'nope', 'x.dbn']],
    [['book', '--every', 'week', 'x.dbn']],
    [['book', '--json', 'x.dbn']],
    [['book', '--final', '--every', 'event', 'x.dbn']],
    [['grid', '--bins', '3', 'x.dbn']],
    [['grid', '--bins', '5:3', 'x.dbn']],
    [['grid', '--start', '2026-10-07', '--end', '2026-10-06', 'x.dbn']],
    [['grid', '--digest', '--rows', 'full', 'x.dbn']],
    [['grid', '--digest', '--format', 'arrow', 'x.dbn']],
    [['grid', '--digest', '--with-config', 'x.dbn']],
    [['grid', '--with-config', '--format', 'parquet', 'x.dbn']],
    [['grid', '--start', 'noon', 'x.dbn']],
    [['simulate']],
    [['simulate', 'x.dbn', '-o', '-']],
  ])('answers %j with usage status 2', async (argv) => {
    const { status } = await runCli(argv);
    expect(status).toBe(2);
  });

  it('reports a missing file with status 1 and nothing on standard output', async () => {
    const { status, io } = await runCli(['info', 'missing.dbn']);
    expect(status).toBe(1);
    expect(io.errors).toContain('file/not-found');
    expect(io.text()).toBe('');
  });

  it('names the supported formats when it knows none', async () => {
    const { status, io } = await runCli(['info', 'x.bin'], {
      'x.bin': 'certainly not a capture, whatever it is',
    });
    expect(status).toBe(1);
    expect(io.errors).toMatch(/DBN/);
    expect(io.errors).toMatch(/Parquet/);
  });

  it('keeps the whole records of a truncated file, then fails with code, offset and tip', async () => {
    const cut = small.subarray(0, small.length - 20);
    const { status, io } = await runCli(['decode', 'cut.dbn'], { 'cut.dbn': cut });
    expect(status).toBe(1);
    expect(io.lines()).toHaveLength(2063);
    expect(io.errors).toMatch(/dbn\/\S+: .*\(at byte \d+\)/);
    expect(io.errors).toContain('tip:');
  });
});

describe('spymaster info', () => {
  it('describes a capture', async () => {
    const { status, io } = await runCli(['info', 's.dbn', '--json'], { 's.dbn': small });
    expect(status).toBe(0);
    expect(JSON.parse(io.text())).toMatchObject({
      dataset: 'TEST.GOLDEN',
      schema: 'mbo',
      version: 3,
      symbols: ['TESTH6'],
      instruments: [{ symbol: 'TESTH6', records: 2064, publisher_id: 1, instrument_id: 42, anomalies: {} }],
    });
  });

  it('says the same of the compressed file', async () => {
    const plain = await runCli(['info', 's.dbn', '--json'], { 's.dbn': small });
    const packed = await runCli(['info', 's.dbn', '--json'], { 's.dbn': gzipSync(small) });
    const instruments = (text: string): unknown => (JSON.parse(text) as { instruments: unknown }).instruments;
    expect(instruments(packed.io.text())).toEqual(instruments(plain.io.text()));
  });
});

describe('spymaster decode', () => {
  it('writes 64-bit integers as exact strings', async () => {
    const { io } = await runCli(['decode', 's.dbn', '--limit', '2'], { 's.dbn': small });
    expect(io.lines()).toHaveLength(2);
    expect(JSON.parse(io.lines()[1])).toMatchObject({
      ts_event: '1770388200000000000',
      order_id: '9007199254740993',
      price: '21500000000000',
      action: 'A',
      side: 'B',
      size: 8,
    });
  });

  it('writes CSV with a header', async () => {
    const { io } = await runCli(['decode', 's.dbn', '--format', 'csv', '--limit', '3'], { 's.dbn': small });
    expect(io.lines()).toHaveLength(4);
    expect(io.lines()[0]).toContain(
      'ts_recv,ts_event,rtype,publisher_id,instrument_id,action,side,price,size',
    );
  });

  it.each(['arrow', 'parquet'])('writes %s that is a capture again, with the same grid', async (format) => {
    const { status, io } = await runCli(['decode', 's.dbn', '--format', format, '-o', 'out'], {
      's.dbn': small,
    });
    expect(status).toBe(0);
    const digest = async (bytes: Uint8Array): Promise<unknown> => {
      const result = await runCli(['grid', 'x', '--digest'], { x: bytes });
      expect(result.io.errors).toBe('');
      return JSON.parse(result.io.text());
    };
    const [first, second] = [await digest(small), await digest(io.bytes('out'))] as Record<string, unknown>[];
    expect(second['grid_sha256']).toBe(first['grid_sha256']);
    expect(second['orders_sha256']).toBe(first['orders_sha256']);
  });

  const schemas = sharedPath('data', 'dbn-schemas');
  it.skipIf(!schemas)('reads header-less records when their schema is named', async () => {
    const bytes = readBytes(`${schemas}/test_data.definition.v3.dbn.frag`);
    const { status, io } = await runCli(['decode', 'f', '--schema', 'definition'], { f: bytes });
    expect(status).toBe(0);
    expect(JSON.parse(io.lines()[0])).toHaveProperty('raw_symbol');
  });
});

describe('spymaster book', () => {
  const captures = sharedPath('data', 'mbo');
  const golden = sharedPath('golden', 'book');
  it.skipIf(!captures || !golden).each([
    ['esh4-20231225.first20000.mbo.dbn.zst', 'esh4-20231225.first20000'],
    ['arl-xnas-itch-20250717.mbo.dbn.zst', 'arl-20250717'],
  ])('gives the final book and every best-price change of %s', async (file, name) => {
    const final = await runCli(['book', `${captures}/${file}`, '--final', '--json']);
    expect(final.status).toBe(0);
    const whole = readJson<{ bids: unknown[]; asks: unknown[] }>(`${golden}/${name}.final.json`);
    expect(JSON.parse(final.io.text())).toEqual(whole);
    const top = await runCli(['book', `${captures}/${file}`, '--final', '--json', '--levels', '2']);
    expect(JSON.parse(top.io.text())).toEqual({
      ...whole,
      bids: whole.bids.slice(0, 2),
      asks: whole.asks.slice(0, 2),
    });
    const rows = await runCli(['book', `${captures}/${file}`, '--every', 'bbo', '--format', 'csv']);
    expect(rows.io.text()).toBe(readText(`${golden}/${name}.bbo.csv.gz`));
  });

  it('samples by market time', async () => {
    const { io } = await runCli(['book', 's.dbn', '--every', '1000ms', '--levels', '2'], { 's.dbn': small });
    const rows = io.lines().map((line) => JSON.parse(line) as { ts_event: string; bids: unknown[] });
    const seconds = rows.map((r) => BigInt(r.ts_event) / 1_000_000_000n);
    expect(new Set(seconds).size).toBe(seconds.length);
    expect(rows.length).toBeGreaterThan(8);
    expect(rows[3].bids).toHaveLength(2);
  });
});

describe('spymaster simulate', () => {
  it('is reproducible and opens again', async () => {
    const argv = ['simulate', '--seed', '3', '--seconds', '20', '-o', 'sim.dbn.gz'];
    const [a, b] = [await runCli(argv), await runCli(argv)];
    expect(a.io.bytes('sim.dbn.gz')).toEqual(b.io.bytes('sim.dbn.gz'));
    const { status, io } = await runCli(['info', 'sim.dbn.gz', '--json'], {
      'sim.dbn.gz': a.io.bytes('sim.dbn.gz'),
    });
    expect(status).toBe(0);
    expect(JSON.parse(io.text())).toMatchObject({ synthetic: true });
  });
});
