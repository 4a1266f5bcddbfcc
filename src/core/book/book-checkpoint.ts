/**
 * The state of a book as bytes. Levels go in the order of their slots, orders in the order of their queues, so that
 * a restored book continues with the same slots, queues, credits and counters: `restore` and the rest of a stream
 * give, bit for bit, what the straight run gives.
 */
import { fail } from '#base/problem';
import { StateReader, StateWriter } from '#base/state-io';
import type { OrderBook } from '#core/book/order-book';
import { N_ENTRY, N_KEY_HI, N_KEY_LO, N_LEVEL, N_NEXT, N_SIZE } from '#core/book/order-store';

const SECTION = 'order-book';
const VERSION = 1;
/** Bytes that each stored order and level takes at least. */
const ORDER_BYTES = 20;
const LEVEL_BYTES = 21;

export function writeCheckpoint(book: OrderBook): Uint8Array {
  const writer = new StateWriter(4096 + book.orderCount * ORDER_BYTES + book.levelCount * LEVEL_BYTES);
  writer.begin(SECTION, VERSION);
  writeHead(book, writer);
  writeLevels(book, writer);
  writeOrders(book, writer);
  return writer.finish();
}

/**
 * Restores into a fresh book.
 * @throws ProblemError `state/...` (not a checkpoint of this build) or `book/bad-checkpoint`
 */
export function readCheckpoint(bytes: Uint8Array, book: OrderBook): void {
  const reader = new StateReader(bytes);
  reader.begin(SECTION, VERSION);
  readHead(book, reader);
  const ordersPerLevel = readLevels(book, reader, bytes.length);
  readOrders(book, reader, bytes.length, ordersPerLevel);
  reader.end();
}

function writeHead(book: OrderBook, writer: StateWriter): void {
  const { cycle, fact, lastTrade } = book;
  writer.boolean(book.hasTimeBase);
  writer.bigint(book.timeBaseNs);
  for (const flag of [cycle.valid, cycle.inProgress, cycle.began, cycle.completed, cycle.suspect])
    writer.boolean(flag);
  writeNumbers(writer, [book.eventCount, book.recordNs, book.generation, book.aggregatedRecords]);
  writeNumbers(writer, [lastTrade.priceLo, lastTrade.priceHi, lastTrade.price]);
  writeNumbers(writer, [lastTrade.size, lastTrade.side]);
  writeNumbers(writer, [fact.kind, fact.flags, fact.side, fact.oldLevel, fact.newLevel]);
  writeNumbers(writer, [fact.oldQty, fact.newQty, fact.fill, fact.entryNs, fact.lastFillEventId]);
  writeNumbers(writer, Object.values(book.anomalies) as number[]);
}

function readHead(book: OrderBook, reader: StateReader): void {
  const { cycle, fact, lastTrade } = book;
  const hasTimeBase = reader.boolean();
  const timeBaseNs = reader.bigint();
  if (hasTimeBase) book.setTimeBase(timeBaseNs);
  cycle.valid = reader.boolean();
  cycle.inProgress = reader.boolean();
  cycle.began = reader.boolean();
  cycle.completed = reader.boolean();
  cycle.suspect = reader.boolean();
  book.eventCount = reader.number();
  book.recordNs = reader.number();
  book.generation = reader.number();
  book.aggregatedRecords = reader.number();
  lastTrade.priceLo = reader.number();
  lastTrade.priceHi = reader.number();
  lastTrade.price = reader.number();
  lastTrade.size = reader.number();
  lastTrade.side = reader.number();
  fact.kind = reader.number();
  fact.flags = reader.number();
  fact.side = reader.number();
  fact.oldLevel = reader.number();
  fact.newLevel = reader.number();
  fact.oldQty = reader.number();
  fact.newQty = reader.number();
  fact.fill = reader.number();
  fact.entryNs = reader.number();
  fact.lastFillEventId = reader.number();
  for (const name of Object.keys(book.anomalies) as (keyof typeof book.anomalies)[]) {
    book.anomalies[name] = reader.number();
  }
}

function writeLevels(book: OrderBook, writer: StateWriter): void {
  writer.number(book.levelCount);
  writer.array(book.levelSide, book.levelCount);
  writer.array(book.levelPriceLo, book.levelCount);
  writer.array(book.levelPriceHi, book.levelCount);
  writer.array(book.levelQty, book.levelCount);
  writer.array(book.levelOrders, book.levelCount);
}

/** Opens the levels and returns the number of orders in each. */
function readLevels(book: OrderBook, reader: StateReader, room: number): Int32Array {
  const count = countIn(reader, room / LEVEL_BYTES);
  const side = new Uint8Array(count);
  const priceLo = new Int32Array(count);
  const priceHi = new Int32Array(count);
  const qty = new Float64Array(count);
  const orders = new Int32Array(count);
  for (const column of [side, priceLo, priceHi, qty, orders]) expect(reader.arrayInto(column) === count);
  for (let level = 0; level < count; level++) {
    expect(side[level] <= 1 && qty[level] >= 0 && qty[level] < Infinity && orders[level] >= 0);
    expect(book.findLevel(side[level], priceLo[level], priceHi[level]) === 0);
    book.openLevel(side[level], priceLo[level], priceHi[level]);
    book.levelQty[level] = qty[level];
    if (qty[level] > 0) (side[level] === 0 ? book.bids : book.asks).filled(level);
  }
  return orders;
}

function writeOrders(book: OrderBook, writer: StateWriter): void {
  const { nodes, nodeTimes, orderCount } = book;
  const idLo = new Int32Array(orderCount);
  const idHi = new Int32Array(orderCount);
  const size = new Int32Array(orderCount);
  const entryNs = new Float64Array(orderCount);
  const creditNumbers: number[] = [];
  let i = 0;
  for (let level = 0; level < book.levelCount; level++) {
    const end = book.levelQueue[level];
    for (let node = nodes[end + N_NEXT]; node !== end; node = nodes[node + N_NEXT], i++) {
      idLo[i] = nodes[node + N_KEY_LO];
      idHi[i] = nodes[node + N_KEY_HI];
      size[i] = nodes[node + N_SIZE];
      entryNs[i] = nodeTimes[(node >> 1) + N_ENTRY];
      const credit = book.credits.read(node);
      if (credit) creditNumbers.push(i, credit.qty, credit.tsLo, credit.tsHi, credit.eventId);
    }
  }
  writer.number(orderCount);
  for (const column of [idLo, idHi, size, entryNs]) writer.array(column);
  writer.number(creditNumbers.length / 5);
  writeNumbers(writer, creditNumbers);
}

function readOrders(book: OrderBook, reader: StateReader, room: number, ordersPerLevel: Int32Array): void {
  const count = countIn(reader, room / ORDER_BYTES);
  const idLo = new Int32Array(count);
  const idHi = new Int32Array(count);
  const size = new Int32Array(count);
  const entryNs = new Float64Array(count);
  for (const column of [idLo, idHi, size, entryNs]) expect(reader.arrayInto(column) === count);
  const nodeOf = new Int32Array(count);
  let i = 0;
  for (let level = 0; level < ordersPerLevel.length; level++) {
    expect(i + ordersPerLevel[level] <= count);
    const end = book.levelQueue[level];
    for (const last = i + ordersPerLevel[level]; i < last; i++) {
      const place = book.probeOrder(idLo[i], idHi[i]);
      expect(book.orderPlaces[place] === 0);
      const node = book.insertOrder(place, idLo[i], idHi[i]);
      book.nodes[node + N_LEVEL] = book.nodes[end + N_LEVEL];
      book.nodes[node + N_SIZE] = size[i];
      book.nodeTimes[(node >> 1) + N_ENTRY] = entryNs[i];
      book.link(node, end);
      book.levelOrders[level]++;
      nodeOf[i] = node;
    }
  }
  expect(i === count);
  for (let left = countIn(reader, count); left > 0; left--) {
    const [order, qty, tsLo, tsHi, eventId] = [0, 0, 0, 0, 0].map(() => reader.number());
    expect(nodeOf[order] > 0 && qty > 0 && book.credits.read(nodeOf[order]) === undefined);
    book.credits.give(nodeOf[order], qty, tsLo, tsHi, eventId);
  }
}

function writeNumbers(writer: StateWriter, values: readonly number[]): void {
  for (const value of values) writer.number(value);
}

/** A stored count that can be true: an integer for which the file has room. */
function countIn(reader: StateReader, most: number): number {
  const count = reader.number();
  expect(Number.isInteger(count) && count >= 0 && count <= most);
  return count;
}

function expect(holds: boolean): void {
  if (!holds) {
    fail('book/bad-checkpoint', 'The stored order book contradicts itself.', {
      tip: 'Discard the checkpoint and read the data from its beginning.',
    });
  }
}
