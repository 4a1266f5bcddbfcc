/** `book --at`: the whole book at one instant, or some events before or after it. */
import { problem } from '#base/problem';
import { hashOfOrders, topLevels, type BookLevel } from '#core/book/book-queries';
import type { OrderBook } from '#core/book/order-book';
import type { Capture, InstrumentInfo } from '#core/capture/capture-types';
import type { CaptureRun } from '#cli/capture';
import { isoTime } from '#cli/iso-time';
import { MomentReader } from '#cli/moment-reader';
import { decimalPrice } from '#cli/price';
import { jsonLine } from '#cli/table-output';

/** Some three million records: as far as `--step` reaches back. */
const RECORD_BYTES = 64 << 20;

export interface BookAtRequest {
  readonly atNs: bigint;
  /** Events to go on from there; back where it is negative. */
  readonly step: number;
  readonly levels: number;
  readonly json: boolean;
}

/** @returns what `book --at` puts out */
export async function bookAt(
  capture: Capture,
  instrument: InstrumentInfo,
  run: CaptureRun,
  { atNs, step, levels, json }: BookAtRequest,
): Promise<string> {
  const reader = new MomentReader(run, instrument, RECORD_BYTES);
  const { index, taken } = await reader.step(await reader.readUntil(atNs), step);
  await reader.close();
  if (taken < Math.abs(step)) {
    const where = step > 0 ? 'follow the instant' : 'come before it';
    run.warn(problem('moment/edge', `Only ${taken} of ${Math.abs(step)} events ${where}.`));
  }
  const { moments } = reader;
  const book = moments.at(index);
  const { bids, asks } = topLevels(book, levels);
  const marketNs = moments.timeline.timeAt(index);
  if (!json) return ladder(instrument.symbol, marketNs, index, book, bids, asks);
  return jsonLine({
    file: capture.files.map((f) => f.name).join(' + '),
    at: atNs,
    records: index,
    market_time: marketNs ?? null,
    orders: book.orderCount,
    bids: bids.map(triple),
    asks: asks.map(triple),
    orders_sha256: hashOfOrders(book),
  });
}

/** Price, quantity and number of orders, as all forms of `book` put them out. */
export function triple({ priceInt, qty, orders }: BookLevel): [bigint, number, number] {
  return [priceInt, qty, orders];
}

/** Asks above bids, the best of both in the middle. */
function ladder(
  symbol: string,
  marketNs: bigint | undefined,
  records: number,
  book: OrderBook,
  bids: readonly BookLevel[],
  asks: readonly BookLevel[],
): string {
  const time = marketNs === undefined ? 'before the first record' : isoTime(marketNs);
  const row = (side: string, { priceInt, qty, orders }: BookLevel): string =>
    `${side}  ${decimalPrice(priceInt).padStart(14)}  ${String(qty).padStart(10)}  ${String(orders).padStart(6)}\n`;
  return [
    `${symbol}  ${time}  after ${records} records, ${book.orderCount} orders\n`,
    `side         price    quantity  orders\n`,
    ...asks.toReversed().map((level) => row('ask', level)),
    ...bids.map((level) => row('bid', level)),
    `orders_sha256 ${hashOfOrders(book)}\n`,
  ].join('');
}
