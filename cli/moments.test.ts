/** `book --at` and `orders`: what the program says of one instant. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { encodeMbo } from '#core/dbn/dbn-encoder';
import { F_LAST, MBO_BYTES, MboBlock, readMbo } from '#core/mbo/mbo-block';
import { dbnFile } from '#cli/testing/record-files';
import { runCli } from '#cli/testing/memory-io';
import { readJson, sharedPath } from '#testdata/fixtures';
import { goldenEvents } from '#testdata/vp-golden';

const events = goldenEvents('small');

/** A capture of the first `count` records. */
function capture(count = events.count): Uint8Array {
  const head = new MboBlock(events.bytes.slice(0, count * MBO_BYTES).buffer, count);
  return dbnFile({ dataset: 'TEST.GOLDEN' }, [encodeMbo(head)]);
}

type Json = Record<string, unknown>;
/** A row of `orders`: integers beyond 32 bits are texts. */
type Row = Record<string, string | number | null>;
const files = { 's.dbn': capture() };
const hasShared = sharedPath('data', 'mbo') !== undefined && sharedPath('golden', 'book') !== undefined;

async function json(argv: string[], inputs: Record<string, Uint8Array> = files): Promise<Json> {
  const { status, io } = await runCli(argv, inputs);
  expect([status, io.errors]).toEqual([0, '']);
  return JSON.parse(io.text()) as Json;
}

/** `book --final` of the records that came until an index. */
async function finalOf(count: number): Promise<Json> {
  const { orders, bids, asks, orders_sha256 } = await json(['book', 'h', '--final'], { h: capture(count) });
  return { orders, bids, asks, orders_sha256 };
}

describe('spymaster book --at', () => {
  it.each([100, 777, 1500, 2063])('is the final book of the records until then (record %i)', async (i) => {
    const ns = readMbo(events, i).tsEvent;
    let until = i + 1;
    while (until < events.count && readMbo(events, until).tsEvent <= ns) until++;
    const at = await json(['book', 's.dbn', '--at', String(ns), '--json']);
    expect(at).toMatchObject({
      ...(await finalOf(until)),
      records: until,
      at: String(ns),
      market_time: String(ns),
    });
    const between = await json(['book', 's.dbn', '--at', String(ns - 1n), '--json']);
    expect(between['records']).toBeLessThanOrEqual(i);
  });

  it('steps by events, and back to where it was', async () => {
    const ns = readMbo(events, 1000).tsEvent;
    const at = async (step: number) =>
      json(['book', 's.dbn', '--at', String(ns), '--step', String(step), '--json']);
    const here = (await at(0))['records'] as number;
    const isEnd = (end: number): boolean => (readMbo(events, end - 1).flags & F_LAST) !== 0;
    for (const step of [-3, -2, -1, 1, 2, 3]) {
      const there = await at(step);
      let end = here;
      for (let n = 0; n < Math.abs(step); n++)
        do end += Math.sign(step);
        while (!isEnd(end));
      expect(there).toMatchObject({ ...(await finalOf(end)), records: end });
    }
  });

  it('says where the capture has no more events', async () => {
    const first = String(readMbo(events, 0).tsEvent - 1n);
    const { status, io } = await runCli(['book', 's.dbn', '--at', first, '--step', '-5', '--json'], files);
    expect(status).toBe(0);
    expect(io.errors).toContain('moment/edge');
    expect(JSON.parse(io.text())).toMatchObject({
      records: 0,
      market_time: null,
      orders: 0,
      bids: [],
      asks: [],
    });
    const late = await runCli(['book', 's.dbn', '--at', '2099-01-01', '--step', '2', '--json'], files);
    expect(late.io.errors).toContain('Only 0 of 2 events follow');
    expect(JSON.parse(late.io.text())).toMatchObject(await finalOf(events.count));
  });

  it('prints a ladder with the best prices in the middle', async () => {
    const ns = String(readMbo(events, 1000).tsEvent);
    const { io } = await runCli(['book', 's.dbn', '--at', ns, '--levels', '2'], files);
    const sides = io.lines().map((line) => line.slice(0, 3));
    expect(sides.slice(1)).toEqual(['sid', 'ask', 'ask', 'bid', 'bid', 'ord']);
    const prices = io
      .lines()
      .slice(2, 6)
      .map((line) => Number(line.trim().split(/ +/)[1]));
    expect(prices).toEqual([...prices].sort((a, b) => b - a));
  });

  it.skipIf(!hasShared).each([
    ['esh4-20231225.first20000.mbo.dbn.zst', 'esh4-20231225.first20000'],
    ['arl-xnas-itch-20250717.mbo.dbn.zst', 'arl-20250717'],
  ])('after the last record of %s is the known final book', async (file, name) => {
    const path = sharedPath('data', 'mbo', file)!;
    const { orders, bids, asks, orders_sha256 } = readJson<Json>(
      sharedPath('golden', 'book', `${name}.final.json`)!,
    );
    const at = await json(['book', path, '--at', '2099-01-01', '--json']);
    expect(at).toMatchObject({ orders, bids, asks, orders_sha256 });
  });
});

describe('spymaster orders', () => {
  const ns = readMbo(events, 1000).tsEvent;

  it('lists the orders of a level of the book, with places and fates', async () => {
    const book = await json(['book', 's.dbn', '--at', String(ns), '--json']);
    const ends = new Set<unknown>();
    for (const side of ['bids', 'asks'] as const) {
      for (const [price, qty, count] of book[side] as [string, number, number][]) {
        const letter = side === 'bids' ? 'B' : 'A';
        const cell = await json(['orders', 's.dbn', '--at', String(ns), '--price', price, '--side', letter]);
        const orders = cell['orders'] as (Json & { size: number })[];
        expect(orders).toHaveLength(count);
        let ahead = 0;
        for (const [i, order] of orders.entries()) {
          expect(order).toMatchObject({ place: i + 1, size_ahead: ahead, price, side: letter });
          expect(BigInt(order['entered'] as string) + BigInt(order['age'] as string)).toBe(ns);
          ahead += order.size;
          ends.add(order['end']);
        }
        expect(ahead).toBe(qty);
      }
    }
    expect(ends).toContain('cancelled');
    expect(ends).toContain('resting');
  });

  it('has the same rows in every format, and takes prices in either unit', async () => {
    const { bids } = await json(['book', 's.dbn', '--at', String(ns), '--json']);
    const [price] = (bids as [string][])[2];
    const argv = ['orders', 's.dbn', '--at', String(ns), '--price'];
    const { orders } = (await json([...argv, price])) as unknown as { orders: Row[] };
    const decimal = `${price.slice(0, -9)}.${price.slice(-9)}`;
    const lines = await runCli([...argv, decimal, '--format', 'ndjson'], files);
    expect(lines.io.lines().map((line) => JSON.parse(line) as Row)).toEqual(orders);
    const [header, ...rows] = (await runCli([...argv, price, '--format', 'csv'], files)).io.lines();
    const names = header.split(',');
    expect(rows.map((row) => row.split(','))).toEqual(
      orders.map((order) => names.map((name) => String(order[name] ?? ''))),
    );
    expect(names).toEqual(Object.keys(orders[0]));
  });

  it('says so where there are none', async () => {
    const { status, io } = await runCli(['orders', 's.dbn', '--at', String(ns), '--price', '5'], files);
    expect(status).toBe(0);
    expect(io.errors).toContain('orders/none');
    expect(JSON.parse(io.text())).toMatchObject({ orders: [] });
  });
});

describe('usage', () => {
  it('names the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as Json;
    const { status, io } = await runCli(['--version']);
    expect([status, io.text()]).toEqual([0, `spymaster ${version as string}\n`]);
  });

  it.each([
    [['frobnicate'], 'usage/unknown-command'],
    [['book'], 'usage/no-file'],
    [['book', '-', '-'], 'usage/no-file'],
    [['book', '--colour', 's.dbn'], 'usage/unknown-option'],
    [['book', '--every', 'week', 's.dbn'], 'usage/bad-option'],
    [['book', '--at', 'noon', 's.dbn'], 'usage/bad-option'],
    [['book', '--at', '2026-10-06', '--step', 'x', 's.dbn'], 'usage/bad-option'],
    [['book', '--at', '2026-10-06', '--final', 's.dbn'], 'usage/conflict'],
    [['book', '--at', '2026-10-06', '--every', 'event', 's.dbn'], 'usage/conflict'],
    [['book', '--step', '1', 's.dbn'], 'usage/conflict'],
    [['orders', '--at', '2026-10-06', 's.dbn'], 'usage/bad-option'],
    [['orders', '--price', '1.5', 's.dbn'], 'usage/bad-option'],
    [['orders', '--at', '2026-10-06', '--price', '99999999999.0', 's.dbn'], 'usage/bad-option'],
    [['orders', '--at', '2026-10-06', '--price', 'best', 's.dbn'], 'usage/bad-option'],
    [['orders', '--at', '2026-10-06', '--price', '1.5', '--side', 'X', 's.dbn'], 'usage/bad-option'],
  ])('of %j is refused with a code', async (argv, code) => {
    const { status, io } = await runCli(argv, files);
    expect(status).toBe(2);
    expect(io.errors).toContain(`${code}: `);
  });

  it('explains every number of the final book', async () => {
    const { io } = await runCli(['book', '--help']);
    const { stats } = (await json(['book', 's.dbn', '--final'])) as { stats: Json };
    const words = new Set(io.text().split(/[^A-Za-z_]+/));
    for (const key of Object.keys(stats)) expect(words).toContain(key);
  });
});
