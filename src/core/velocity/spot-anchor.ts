import type { OrderBook } from '#core/book/order-book';
import { depthAt } from '#core/book/book-queries';
import type { BookWindow } from '#core/velocity/book-window';

const BID = 0;
const ASK = 1;

/**
 * The reference price of a window, price_int, from the state before its first record; 0 = there is none. The last
 * trade where it has depth, else the best price nearest to it. Source: velocity.md section 7.1.
 */
export function spotAnchor({ book, bestBid, bestAsk }: BookWindow): number {
  const last = book.lastTrade.price;
  if (last > 0 && hasDepth(book, last)) return last;
  const hasBid = book.bestBidLevel >= 0;
  const hasAsk = book.bestAskLevel >= 0;
  if (hasBid && hasAsk) {
    return last > 0 && Math.abs(bestAsk - last) < Math.abs(bestBid - last) ? bestAsk : bestBid;
  }
  if (hasBid) return bestBid;
  return hasAsk ? bestAsk : last;
}

function hasDepth(book: OrderBook, price: number): boolean {
  const priceInt = BigInt(price);
  return depthAt(book, BID, priceInt) > 0 || depthAt(book, ASK, priceInt) > 0;
}
