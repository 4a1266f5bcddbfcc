import { joinI64, joinU64 } from '#core/mbo/mbo-block';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { StateReader, StateWriter } from '#base/state-io';
import type { BestLevel } from '#core/book/best-level';
import type { BookAnomalies } from '#core/book/book-anomalies';
import { bestFirst } from '#core/book/best-first';
import { restoreBook, saveBook } from '#core/book/book-checkpoint';
import { OrderBook } from '#core/book/order-book';
import { N_ENTRY, N_KEY_HI, N_KEY_LO, N_LEVEL, N_NEXT, N_SIZE } from '#core/book/order-store';

/** A price level with quantity. */
export interface BookLevel {
  /** Slot in the level columns. */
  readonly level: number;
  /** price_int, 1e-9 currency units. */
  readonly priceInt: bigint;
  readonly qty: number;
  readonly orders: number;
}

/** A resting order. */
export interface BookOrder {
  readonly orderId: bigint;
  /** 0 bid, 1 ask. */
  readonly side: number;
  readonly priceInt: bigint;
  readonly size: number;
  /** Time of entry at this price, ns relative to the book's time base. */
  readonly entryNs: number;
  /** Orders before it in the queue. */
  readonly place: number;
  /** Quantity before it in the queue. */
  readonly qtyAhead: number;
}

/** The best `n` levels of both sides, best first. */
export function topLevels(book: OrderBook, n: number): { bids: BookLevel[]; asks: BookLevel[] } {
  const read = (side: BestLevel): BookLevel[] =>
    bestFirst(side, book, n).map((level) => readLevel(book, level));
  return { bids: read(book.bids), asks: read(book.asks) };
}

/** Origin of all relative times of a book, ns since 1970 UTC. */
export function timeBaseOf(book: OrderBook): bigint {
  return joinU64(book.baseLo, book.baseHi);
}

/** @param ns since 1970 UTC; only before the first record */
export function setTimeBase(book: OrderBook, ns: bigint): void {
  book.setTimeBaseWords(Number(BigInt.asUintN(32, ns)), Number(BigInt.asUintN(32, ns >> 32n)));
}

/** The whole state as bytes: `bookFromState` and the rest of the stream give what the straight run gives. */
export function stateOfBook(book: OrderBook): Uint8Array {
  const writer = new StateWriter();
  saveBook(book, writer);
  return writer.finish();
}

/** @throws ProblemError `state/...` or `book/bad-checkpoint` */
export function bookFromState(bytes: Uint8Array): OrderBook {
  const book = new OrderBook();
  const reader = new StateReader(bytes);
  restoreBook(book, reader);
  reader.end();
  return book;
}

/** The counts of a book's anomalies by name. */
export function anomaliesOf(book: OrderBook): Record<keyof BookAnomalies, number> {
  return Object.fromEntries(Object.entries(book.anomalies)) as Record<keyof BookAnomalies, number>;
}

/** Quantity at a price; 0 where there is none. */
export function depthAt(book: OrderBook, side: number, priceInt: bigint): number {
  const level = levelAt(book, side, priceInt);
  return level < 0 ? 0 : book.levelQty[level];
}

/** Slot of a price, -1 = never used since the last clear. */
export function levelAt(book: OrderBook, side: number, priceInt: bigint): number {
  const end = book.findLevel(
    side,
    Number(BigInt.asIntN(32, priceInt)),
    Number(BigInt.asIntN(32, priceInt >> 32n)),
  );
  return end === 0 ? -1 : book.nodes[end + N_LEVEL] >> 1;
}

/** Exact price of a level slot. */
export function priceOfLevel(book: OrderBook, level: number): bigint {
  return joinI64(book.levelPriceLo[level], book.levelPriceHi[level]);
}

/** Orders of a level in queue order. */
export function queueOf(book: OrderBook, level: number): BookOrder[] {
  const found: BookOrder[] = [];
  forEachInQueue(book, level, (order) => found.push(order));
  return found;
}

/** All resting orders: levels in order of first use, each in queue order. */
export function forEachOrder(book: OrderBook, visit: (order: BookOrder) => void): void {
  for (let level = 0; level < book.levelCount; level++) forEachInQueue(book, level, visit);
}

/** The order of an id with its place in the queue. */
export function findOrder(book: OrderBook, orderId: bigint): BookOrder | undefined {
  const lo = Number(BigInt.asIntN(32, orderId));
  const hi = Number(BigInt.asIntN(32, orderId >> 32n));
  const node = book.orderPlaces[book.probeOrder(lo, hi)];
  if (node === 0) return undefined;
  return queueOf(book, book.nodes[node + N_LEVEL] >> 1).find((order) => order.orderId === orderId);
}

/** Quantity of a level from orders that entered at `latestEntryNs` or before (velocity.md: `depth_qty_rest`). */
export function restedQty(book: OrderBook, level: number, latestEntryNs: number): number {
  const { nodes, nodeTimes } = book;
  const end = book.levelQueue[level];
  let sum = 0;
  for (let node = nodes[end + N_NEXT]; node !== end; node = nodes[node + N_NEXT]) {
    if (nodeTimes[(node >> 1) + N_ENTRY] <= latestEntryNs) sum += nodes[node + N_SIZE] >>> 0;
  }
  return sum;
}

/**
 * SHA-256 (hex) over the resting orders: lines `order_id,side,price,remaining` sorted by numeric id, joined by a
 * newline.
 */
export function hashOfOrders(book: OrderBook): string {
  const all: BookOrder[] = [];
  forEachOrder(book, (order) => all.push(order));
  all.sort((a, b) => (a.orderId < b.orderId ? -1 : a.orderId > b.orderId ? 1 : 0));
  const hash = sha256.create();
  all.forEach((order, i) => {
    const line = `${order.orderId},${order.side === 0 ? 'B' : 'A'},${order.priceInt},${order.size}`;
    hash.update(asciiBytes(i === 0 ? line : `\n${line}`));
  });
  return bytesToHex(hash.digest());
}

function readLevel(book: OrderBook, level: number): BookLevel {
  const { levelQty, levelOrders } = book;
  return { level, priceInt: priceOfLevel(book, level), qty: levelQty[level], orders: levelOrders[level] };
}

function forEachInQueue(book: OrderBook, level: number, visit: (order: BookOrder) => void): void {
  const { nodes, nodeTimes } = book;
  const end = book.levelQueue[level];
  const priceInt = priceOfLevel(book, level);
  const side = book.levelSide[level];
  let place = 0;
  let qtyAhead = 0;
  for (let node = nodes[end + N_NEXT]; node !== end; node = nodes[node + N_NEXT]) {
    const size = nodes[node + N_SIZE] >>> 0;
    const orderId = joinU64(nodes[node + N_KEY_LO], nodes[node + N_KEY_HI]);
    visit({ orderId, side, priceInt, size, entryNs: nodeTimes[(node >> 1) + N_ENTRY], place, qtyAhead });
    place++;
    qtyAhead += size;
  }
}

function asciiBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
