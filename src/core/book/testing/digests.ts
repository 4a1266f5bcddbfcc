/** The digests in which the generator of synthetic captures states what the book must be. */
import { forEachOrder, queueOf, topLevels, type BookLevel } from '#core/book/book-queries';
import type { OrderBook } from '#core/book/order-book';

/** Tick of the generated instrument in price_int. */
const TICK_INT = 250_000_000;
const FNV_32_PRIME = 16777619;
const FNV_64_OFFSET = 14695981039346656037n;
const FNV_64_PRIME = 1099511628211n;

export const BBO_CHAIN_START = 2166136261 | 0;

/** Continues the chain over best prices (in ticks) and quantities; once per record with F_LAST. */
export function nextBboChain(chain: number, book: OrderBook): number {
  const { bestBidLevel: bid, bestAskLevel: ask, levelPrice, levelQty } = book;
  let next = Math.imul(chain ^ (bid < 0 ? 0 : levelPrice[bid] / TICK_INT), FNV_32_PRIME);
  next = Math.imul(next ^ (bid < 0 ? 0 : levelQty[bid]), FNV_32_PRIME);
  next = Math.imul(next ^ (ask < 0 ? 0 : levelPrice[ask] / TICK_INT), FNV_32_PRIME);
  return Math.imul(next ^ (ask < 0 ? 0 : levelQty[ask]), FNV_32_PRIME);
}

export function hex32(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}

/** All orders: bids from the best down, asks from the best up, each queue first in line first. */
export function ordersDigest(book: OrderBook): string {
  const { bids, asks } = topLevels(book, Infinity);
  let hash = FNV_64_OFFSET;
  for (const { level } of [...bids, ...asks]) {
    for (const { side, priceInt, orderId, size } of queueOf(book, level)) {
      hash = fnv64(`${side === 0 ? 'B' : 'A'},${priceInt},${orderId},${size}\n`, hash);
    }
  }
  return hash.toString(16).padStart(16, '0');
}

/** Ten levels of both sides. */
export function top10Digest(book: OrderBook): string {
  const { bids, asks } = topLevels(book, 10);
  const show = (level: BookLevel | undefined): string =>
    level === undefined ? '-,0,0' : `${level.priceInt},${level.qty},${level.orders}`;
  let text = '';
  for (let i = 0; i < 10; i++) text += `${show(bids[i])},${show(asks[i])}\n`;
  return fnv64(text, FNV_64_OFFSET).toString(16).padStart(16, '0');
}

/** Resting orders, counted one by one. */
export function countOrders(book: OrderBook): number {
  let count = 0;
  forEachOrder(book, () => count++);
  return count;
}

function fnv64(text: string, start: bigint): bigint {
  let hash = start;
  for (let i = 0; i < text.length; i++)
    hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(i))) * FNV_64_PRIME);
  return hash;
}
