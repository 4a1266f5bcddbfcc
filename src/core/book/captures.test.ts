/** The book on real captures and on a generated one, against books that others computed. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readBytes, readJson, readNdjson, readText, sharedPath } from '#testdata/fixtures';
import { hashOfOrders, topLevels, type BookLevel } from '#core/book/book-queries';
import { OrderBook } from '#core/book/order-book';
import {
  BBO_CHAIN_START,
  countOrders,
  hex32,
  nextBboChain,
  ordersDigest,
  top10Digest,
} from '#core/book/testing/digests';
import { DbnDecoder } from '#core/dbn/dbn-decoder';
import { createZstdDecompressor } from '#core/io/zstd';
import { F_LAST, MBO_WORDS, readMbo, type MboBlock, type MboRecord } from '#core/mbo/mbo-block';

type Level = [price: string, qty: number, orders: number];

/** Calls `each` for every record of a DBN file after it was applied. */
async function replay(
  path: string,
  book: OrderBook,
  each: (block: MboBlock, i: number, rec: number) => void,
  before?: (block: MboBlock, i: number) => void,
): Promise<void> {
  const decoder = new DbnDecoder();
  let rec = 0;
  const drain = (next: () => ReturnType<DbnDecoder['next']>): void => {
    for (let part = next(); part !== undefined; part = next()) {
      if (part.kind === 'problem') throw new Error(part.problem.message);
      if (part.kind !== 'mbo') continue;
      for (let i = 0; i < part.block.count; i++, rec++) {
        before?.(part.block, i);
        book.apply(part.block.words, i * MBO_WORDS);
        each(part.block, i, rec);
      }
    }
  };
  const take = (piece: Uint8Array): void => {
    decoder.push(piece);
    drain(() => decoder.next());
  };
  const bytes = readBytes(path);
  if (path.endsWith('.zst')) {
    const zstd = await createZstdDecompressor();
    expect(zstd.push(bytes, take)).toBeUndefined();
    expect(zstd.end(take)).toBeUndefined();
  } else {
    take(bytes);
  }
  drain(() => decoder.end());
}

function asRows(levels: BookLevel[]): Level[] {
  return levels.map(({ priceInt, qty, orders }) => [String(priceInt), qty, orders]);
}

function bboText(book: OrderBook): string {
  const { bids, asks } = topLevels(book, 1);
  const show = (level: BookLevel | undefined): string =>
    level === undefined ? ',,' : `${level.priceInt},${level.qty},${level.orders}`;
  return `${show(bids[0])},${show(asks[0])}`;
}

const captures = [
  { name: 'esh4-20231225.first20000', crossedEvents: 891 },
  { name: 'arl-xnas-itch-20250717', golden: 'arl-20250717', crossedEvents: 0 },
];

describe.each(captures)('capture $name', ({ name, golden = name, crossedEvents }) => {
  const capture = sharedPath('data', 'mbo', `${name}.mbo.dbn.zst`);
  const bboPath = sharedPath('golden', 'book', `${golden}.bbo.csv.gz`);

  it.skipIf(!capture || !bboPath)('has the known best prices, sampled levels and final book', async () => {
    const expectedBbo = readText(bboPath!).trim().split('\n').slice(1);
    const samples = new Map(
      readNdjson<{
        rec: number;
        orders: number;
        bid_levels: number;
        ask_levels: number;
        bids: Level[];
        asks: Level[];
      }>(sharedPath('golden', 'book', `${golden}.top10.ndjson.gz`)!).map((sample) => [sample.rec, sample]),
    );
    const book = new OrderBook();
    const bbo: string[] = [];
    const crossedAt: bigint[] = [];
    let last = ',,,,,';
    let sampled = 0;
    await replay(capture!, book, (block, i, rec) => {
      const sample = samples.get(rec);
      if (sample) {
        sampled++;
        const { bids, asks } = topLevels(book, 10);
        expect([rec, asRows(bids), asRows(asks)]).toEqual([rec, sample.bids, sample.asks]);
        const all = topLevels(book, Infinity);
        expect([all.bids.length, all.asks.length]).toEqual([sample.bid_levels, sample.ask_levels]);
        expect(book.orderCount).toBe(sample.orders);
      }
      if ((book.lastFlags & F_LAST) === 0) return;
      const now = bboText(book);
      if (now !== last) bbo.push(`${rec},${readMbo(block, i).tsRecv},${now}`);
      last = now;
      const { bestBidLevel: bid, bestAskLevel: ask } = book;
      if (bid >= 0 && ask >= 0 && book.levelPrice[bid] > book.levelPrice[ask]) {
        crossedAt.push(readMbo(block, i).tsEvent);
      }
    });
    expect(bbo).toEqual(expectedBbo);
    expect(sampled).toBe(samples.size);
    expect(crossedAt).toHaveLength(crossedEvents);
    const preOpenEnd = BigInt(Date.UTC(2023, 11, 25, 23)) * 1_000_000n;
    expect(crossedAt.every((ts) => ts < preOpenEnd)).toBe(true);

    const final = readJson<{ orders: number; bids: Level[]; asks: Level[]; orders_sha256: string }>(
      sharedPath('golden', 'book', `${golden}.final.json`)!,
    );
    const { bids, asks } = topLevels(book, Infinity);
    expect(asRows(bids)).toEqual(final.bids);
    expect(asRows(asks)).toEqual(final.asks);
    expect(book.orderCount).toBe(final.orders);
    expect(hashOfOrders(book)).toBe(final.orders_sha256);
  });
});

describe('ten-level rows of a third party', () => {
  const capture = sharedPath('data', 'mbo', 'arl-xnas-itch-20250717.mbo.dbn.zst');
  const rowsPath = sharedPath('data', 'mbp10-oracle', 'mbp.csv');

  it.skipIf(!capture || !rowsPath)('agree in all 3,928 rows: price, size, count and depth', async () => {
    const [header, ...lines] = readText(rowsPath!).trim().split(/\r?\n/);
    const names = header.split(',');
    const rows = lines.map((line) => {
      const values = line.split(',');
      return Object.fromEntries(names.map((name, i) => [name, values[i]]));
    });
    const rowsByKey = new Map<string, Record<string, string>[]>();
    for (const row of rows) {
      const key = `${row['sequence']} ${row['order_id']} ${nanoseconds(row['ts_event'])} ${row['action']}`;
      rowsByKey.set(key, [...(rowsByKey.get(key) ?? []), row]);
    }
    const book = new OrderBook();
    let matched = 0;
    let tradeOfFill: MboRecord | undefined;
    let depthBefore = 0;
    const compare = (record: MboRecord, depth: number): void => {
      const action = String.fromCharCode(record.action);
      const row = rowsByKey.get(`${record.sequence} ${record.orderId} ${record.tsEvent} ${action}`)?.shift();
      if (!row) return;
      matched++;
      expect([matched, ...levelsOfRow(row)]).toEqual([matched, ...levelsOfBook(book)]);
      if (action === 'A' || action === 'C') expect(depth).toBe(Number(row['depth']));
    };
    await replay(
      capture!,
      book,
      (block, i) => {
        const record = readMbo(block, i);
        const action = String.fromCharCode(record.action);
        const side = String.fromCharCode(record.side);
        if (action === 'T' && side !== 'N') tradeOfFill = record;
        else if (action === 'C' && tradeOfFill?.sequence === record.sequence) {
          compare(tradeOfFill, 0);
          tradeOfFill = undefined;
        } else if (action !== 'F') {
          compare(record, action === 'C' ? depthBefore : betterLevels(book, record));
        }
      },
      (block, i) => (depthBefore = betterLevels(book, readMbo(block, i))),
    );
    expect(matched).toBe(3928);
    expect(rows).toHaveLength(3928);
  });
});

/** Levels with quantity strictly better than the record's price, on its side. */
function betterLevels(book: OrderBook, record: MboRecord): number {
  const { bids, asks } = topLevels(book, Infinity);
  return record.side === 66
    ? bids.filter(({ priceInt }) => priceInt > record.price).length
    : asks.filter(({ priceInt }) => priceInt < record.price).length;
}

function levelsOfBook(book: OrderBook): string[] {
  const { bids, asks } = topLevels(book, 10);
  const show = (level: BookLevel | undefined): string =>
    level === undefined ? ',0,0' : `${level.priceInt},${level.qty},${level.orders}`;
  return Array.from({ length: 10 }, (_, i) => `${show(bids[i])} ${show(asks[i])}`);
}

function levelsOfRow(row: Record<string, string>): string[] {
  const show = (side: string, i: number): string => {
    const n = String(i).padStart(2, '0');
    const price = row[`${side}_px_${n}`];
    return `${price === '' ? '' : priceInt(price)},${row[`${side}_sz_${n}`]},${row[`${side}_ct_${n}`]}`;
  };
  return Array.from({ length: 10 }, (_, i) => `${show('bid', i)} ${show('ask', i)}`);
}

function priceInt(decimal: string): bigint {
  const [whole, fraction = ''] = decimal.split('.');
  return BigInt(whole + fraction.padEnd(9, '0'));
}

function nanoseconds(iso: string): bigint {
  const [, seconds, fraction] = /^(.*)\.(\d{9})Z$/.exec(iso)!;
  return BigInt(Date.parse(`${seconds}Z`)) * 1_000_000n + BigInt(fraction);
}

interface Oracle {
  readonly bbo_chain: string;
  readonly l3_final: string;
  readonly checkpoints: readonly { record: number; live_orders: number; top10: string }[];
}

describe('generated capture', () => {
  const generator = sharedPath('tools', 'make_mbo_dbn.mjs');
  const runs = [
    { records: 200_000, partialFill: 'cancel', chain: '1dcc41fe', orders: '33cb85ab8c1ef084' },
    { records: 60_000, partialFill: 'mix', chain: undefined, orders: undefined },
  ];

  it.skipIf(!generator).each(runs)(
    'of $records records with partial fills by $partialFill has the best prices, levels and queues of its oracle',
    async ({ records, partialFill, chain: knownChain, orders: knownOrders }) => {
      const folder = mkdtempSync(join(tmpdir(), 'spymaster-book-'));
      try {
        const file = join(folder, 'es.dbn');
        const oracleFile = join(folder, 'es.oracle.json');
        const options = ['--records', String(records), '--seed', '1', '--partial-fill', partialFill];
        execFileSync(process.execPath, [generator!, '--out', file, '--oracle', oracleFile, ...options]);
        const oracle = readJson<Oracle>(oracleFile);
        const book = new OrderBook();
        const found: Oracle['checkpoints'][number][] = [];
        const due = new Set(oracle.checkpoints.map(({ record }) => record));
        let chain = BBO_CHAIN_START;
        await replay(file, book, (_block, _i, rec) => {
          if ((book.lastFlags & F_LAST) !== 0) chain = nextBboChain(chain, book);
          if (due.has(rec + 1)) {
            found.push({ record: rec + 1, live_orders: countOrders(book), top10: top10Digest(book) });
          }
        });
        expect(found).toEqual(
          oracle.checkpoints.map(({ record, live_orders, top10 }) => ({ record, live_orders, top10 })),
        );
        expect(hex32(chain)).toBe(knownChain ?? oracle.bbo_chain);
        expect(ordersDigest(book)).toBe(knownOrders ?? oracle.l3_final);
        expect(Object.values(book.anomalies).every((count) => count === 0)).toBe(true);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
});
