/** What the engine worker answers about moments, through a port as the page asks. */
import { expose, wrap, type Remote } from 'comlink';
import { afterEach, describe, expect, it } from 'vitest';
import { hashOfOrders, topLevels } from '#core/book/book-queries';
import { OrderBook } from '#core/book/order-book';
import { MBO_BYTES, MBO_WORDS, readMbo } from '#core/mbo/mbo-block';
import { BookMoments } from '#core/moment/book-moments';
import { ordersAt } from '#core/moment/cell-orders';
import { Timeline } from '#core/moment/timeline';
import { SLOT_COLUMNS } from '#core/vp/vp-kernel';
import { BinStream } from '#core/vp/bin-stream';
import { BlockScorer } from '#core/vp/block-scorer';
import { VpPipeline } from '#core/vp/vp-pipeline';
import type {
  EngineApi,
  EngineCheckpoint,
  EngineOutput,
  EngineStart,
  FeedSink,
  ScorerOutput,
} from '#protocol/engine-contract';
import { plainErrors } from '#protocol/plain-errors';
import { goldenEvents, GOLDEN_INSTRUMENT, GOLDEN_PUBLISHER, loadVpGolden } from '#testdata/vp-golden';
import { EngineHost } from './engine-host';
import { ScorerHost } from './scorer-host';

const block = goldenEvents('small');
const instrument = { publisherId: GOLDEN_PUBLISHER, instrumentId: GOLDEN_INSTRUMENT };
const { config } = loadVpGolden('small');
const START: EngineStart = {
  config,
  instrument,
  moments: { records: 1 << 24, books: 1 << 24, engines: 1 << 26 },
};
const ports: MessagePort[] = [];
afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});

interface Session {
  engine: Remote<EngineApi>;
  /** Resolves when the engine has consumed the records. */
  feed(from: number, to: number): Promise<void>;
  end(): Promise<void>;
  checkpoints: EngineCheckpoint[];
}

/** A run whose engine answers through a port, as in a worker. */
function open(start: EngineStart): Session {
  const checkpoints: EngineCheckpoint[] = [];
  const output: EngineOutput = {
    onConfig: () => Promise.resolve(),
    onProgress: () => undefined,
    onCheckpoint: (checkpoint) => void checkpoints.push(checkpoint),
  };
  const host = new EngineHost();
  const [calls, records, blocks] = [new MessageChannel(), new MessageChannel(), new MessageChannel()];
  ports.push(calls.port2, records.port2, blocks.port2);
  expose(
    {
      bookAt: plainErrors(host.bookAt.bind(host)),
      ordersAt: plainErrors(host.ordersAt.bind(host)),
      columnsAt: plainErrors(host.columnsAt.bind(host)),
    },
    calls.port1,
  );
  const ignore: ScorerOutput = { onGrid: () => Promise.resolve(undefined) };
  const scores = start.resume ? { resume: start.resume.scores } : {};
  const running = Promise.all([
    host.run(start, records.port1, blocks.port1, output),
    new ScorerHost().run({ config: start.config, ...scores }, blocks.port2, ignore),
  ]);
  const sink = wrap<FeedSink>(records.port2);
  return {
    engine: wrap<EngineApi>(calls.port2),
    feed: (from, to) => sink.push(block.bytes.slice(from * MBO_BYTES, to * MBO_BYTES).buffer, to - from),
    end: async () => {
      await sink.end();
      await running;
    },
    checkpoints,
  };
}

async function loaded(start = START): Promise<Session> {
  const session = open(start);
  for (let from = 0; from < block.count; from += 500)
    await session.feed(from, Math.min(from + 500, block.count));
  await session.end();
  return session;
}

function bookAfter(records: number): OrderBook {
  const book = new OrderBook();
  for (let i = 0; i < records; i++) book.apply(block.words, i * MBO_WORDS);
  return book;
}

/** Records until the time of record `i`. */
function until(i: number): { ns: bigint; records: number } {
  const ns = readMbo(block, i).tsEvent;
  let records = i + 1;
  while (records < block.count && readMbo(block, records).tsEvent <= ns) records++;
  return { ns, records };
}

describe('the engine worker', () => {
  it('answers with the book at any instant, and events from there', async () => {
    const { engine } = await loaded();
    for (const i of [0, 40, 800, 1999, 2063]) {
      const { ns, records } = until(i);
      const reply = await engine.bookAt({ ns }, 3);
      const book = bookAfter(records);
      const { bids, asks } = topLevels(book, 3);
      const plain = (levels: typeof bids) =>
        levels.map(({ priceInt, qty, orders }) => ({ priceInt, qty, orders }));
      expect(reply).toEqual({
        records,
        marketNs: ns,
        isLatest: records === block.count,
        orders: book.orderCount,
        bids: plain(bids),
        asks: plain(asks),
        ordersSha256: hashOfOrders(book),
      });
      const back = await engine.bookAt({ records, events: -4 }, 0);
      expect(back.records).toBeLessThan(records);
      expect(back.ordersSha256).toBe(hashOfOrders(bookAfter(back.records)));
    }
    const here = await engine.bookAt({ ns: until(1000).ns }, 1);
    const next = await engine.bookAt({ records: here.records, events: 1 }, 1);
    expect(next.records).toBeGreaterThan(here.records);
    expect(await engine.bookAt({ records: next.records, events: -1 }, 1)).toEqual(here);
  });

  it('answers with the orders of a cell', async () => {
    const { engine } = await loaded();
    const moments = new BookMoments(new Timeline(Infinity));
    moments.append(block);
    const { ns, records } = until(1200);
    const { bids, asks } = topLevels(bookAfter(records), 4);
    for (const { priceInt } of [...bids, ...asks]) {
      const reply = await engine.ordersAt({ ns }, priceInt);
      expect(reply).toMatchObject({ records, marketNs: ns, isLatest: false });
      expect(reply.orders.length).toBeGreaterThan(0);
      expect(reply.orders).toEqual(ordersAt(moments, records, priceInt));
      expect((await engine.ordersAt({ ns }, priceInt, 0)).orders.every((order) => order.side === 0)).toBe(
        true,
      );
    }
  });

  it('answers with every column of the engine', async () => {
    const { engine } = await loaded();
    for (const i of [100, 1500, 2063]) {
      const { ns, records } = until(i);
      const straight = new VpPipeline(config, instrument);
      straight.process(block, 0, records, () => undefined);
      const columns = new Float64Array(SLOT_COLUMNS * config.n_absolute_ticks);
      straight.readSlots(columns);
      const reply = await engine.columnsAt({ ns });
      expect(reply).toMatchObject({
        records,
        slots: config.n_absolute_ticks,
        anchorTick: straight.anchorTick,
      });
      expect(reply.columns).toEqual(columns);
    }
  });

  it('answers while records still come, and says that more may follow', async () => {
    const session = open(START);
    await session.feed(0, 700);
    const { ns, records } = until(1500);
    expect(await session.engine.bookAt({ ns }, 1)).toMatchObject({ records: 700, isLatest: true });
    await session.feed(700, block.count);
    expect(await session.engine.bookAt({ ns }, 1)).toMatchObject({ records, isLatest: false });
    await session.end();
  });

  it('goes on with moments from where a run resumes', async () => {
    const first = new BinStream(config, { ...instrument, scoredApart: true });
    first.process(block, 0, 1234, () => undefined);
    const moments = new BookMoments(new Timeline(Infinity));
    moments.append(block, 0, 1234);
    const scores = new BlockScorer(config).save();
    const resume = { state: first.save(), scores, bookState: moments.save(), records: 1234, bins: 0 };
    const session = open({ ...START, resume });
    await session.feed(1234, block.count);
    await session.end();
    const { ns, records } = until(1700);
    const reply = await session.engine.bookAt({ ns }, 1);
    expect([reply.records, reply.ordersSha256]).toEqual([records, hashOfOrders(bookAfter(records))]);
    await expect(session.engine.bookAt({ ns: until(900).ns }, 1)).rejects.toMatchObject({
      code: 'moment/forgotten',
    });
    const straight = new VpPipeline(config, instrument);
    straight.process(block, 0, records, () => undefined);
    const columns = new Float64Array(SLOT_COLUMNS * config.n_absolute_ticks);
    straight.readSlots(columns);
    expect((await session.engine.columnsAt({ ns })).columns).toEqual(columns);
  });

  it('keeps nothing unless it is asked to', async () => {
    const { moments, ...without } = START;
    const { engine } = await loaded(without);
    await expect(engine.bookAt({ ns: 0n }, 1)).rejects.toMatchObject({ code: 'moment/none' });
    const { engine: books } = await loaded({
      ...without,
      moments: { records: moments!.records, books: 1 << 20 },
    });
    await expect(books.columnsAt({ ns: 0n })).rejects.toMatchObject({ code: 'moment/none' });
    expect(await books.bookAt({ ns: 0n }, 1)).toMatchObject({ records: 0, marketNs: undefined, orders: 0 });
  });
});
