/** What keeping moments costs while a session loads, and how long it takes to go to one. */
import { topLevels } from '#core/book/book-queries';
import { DEFAULT_RUNTIME_CONFIG } from '#core/config/runtime-config';
import type { MboBlock } from '#core/mbo/mbo-block';
import { BookMoments } from '#core/moment/book-moments';
import { ordersAt } from '#core/moment/cell-orders';
import { engineMoments, type EngineMoments } from '#core/moment/engine-moments';
import { Timeline } from '#core/moment/timeline';
import { BinStream } from '#core/vp/bin-stream';
import { rateRow, timeRow, type BenchRow } from './rows';
import { cpuSeconds } from './timing';
import { instrumentOf } from './vp-bench';

const ignore = (): void => undefined;
/** Records that the engine worker takes at once. */
const TURN = 8192;
const SEEKS = 100;
const RECORD_BYTES = 256 << 20;

interface Session {
  readonly timeline: Timeline;
  readonly books: BookMoments;
  readonly engines: EngineMoments;
}

export function benchMoments(block: MboBlock): BenchRow[] {
  let session: Session | undefined;
  const load = cpuSeconds(2, 1, () => (session = loaded(block)));
  const { timeline, books, engines } = session ?? loaded(block);
  let count = 0;
  // Multiples of the golden ratio spread evenly.
  const somewhere = (): number => Math.floor(((count++ * 0.6180339887) % 1) * timeline.count);
  const engine = cpuSeconds(SEEKS, 5, () => engines.at(somewhere()));
  const book = cpuSeconds(SEEKS, 5, () => books.at(somewhere()));
  const cells = Array.from({ length: SEEKS + 5 }, () => {
    const index = somewhere();
    const { bids } = topLevels(books.at(index), 3);
    return { index, priceInt: bids.at(-1)?.priceInt ?? 0n };
  });
  let cell = 0;
  const orders = cpuSeconds(SEEKS, 5, () => {
    const { index, priceInt } = cells[cell++];
    ordersAt(books, index, priceInt, 0);
  });
  return [
    rateRow('engine without scores, moments kept', block.count, load),
    timeRow('seek: checkpoint and tail', engine, { floor: '250 ms', goal: '100 ms p95' }),
    timeRow('seek: the book alone', book, { goal: '100 ms p95' }),
    timeRow('orders of a cell and how they ended', orders, { goal: '100 ms p95' }),
  ];
}

/** As the engine worker does it. */
function loaded(block: MboBlock): Session {
  const options = { ...instrumentOf(block), scoredApart: true };
  const timeline = new Timeline(RECORD_BYTES);
  const books = new BookMoments(timeline);
  const engines = engineMoments(timeline, DEFAULT_RUNTIME_CONFIG, options);
  const stream = new BinStream(DEFAULT_RUNTIME_CONFIG, options);
  for (let from = 0; from < block.count; from += TURN) {
    const to = Math.min(from + TURN, block.count);
    stream.process(block, from, to, ignore);
    books.append(block, from, to);
    engines.note(stream);
  }
  return { timeline, books, engines };
}
