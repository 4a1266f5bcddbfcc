/**
 * The state of a book as bytes. Levels go in the order of their slots, orders in the order of their queues, so that
 * a restored book continues with the same slots, queues, credits and counters: `restoreBook` and the rest of a stream
 * give, bit for bit, what the straight run gives. Kernel code.
 */
import { newF64s, newI32s, newU8s, putF64, putI32, signed, unsigned, type I32s } from '#base/numeric/arrays';
import { stop } from '#base/numeric/stop';
import type { bool, i32 } from '#base/numeric/types';
import type { StateReader, StateWriter } from '#base/state-io';
import type { OrderBook } from '#core/book/order-book';
import { N_ENTRY, N_KEY_HI, N_KEY_LO, N_LEVEL, N_NEXT, N_SIZE } from '#core/book/order-store';

const SECTION = 'order-book';
const VERSION = 2;
/** Bytes that each stored order and level takes at least. */
const ORDER_BYTES: i32 = 20;
const LEVEL_BYTES: i32 = 21;

export function saveBook(book: OrderBook, writer: StateWriter): void {
  writer.begin(SECTION, VERSION);
  saveHead(book, writer);
  saveLevels(book, writer);
  saveOrders(book, writer);
}

/** Restores into a fresh book. Stops with `state/...` (another build) or `book/bad-checkpoint`. */
export function restoreBook(book: OrderBook, reader: StateReader): void {
  reader.begin(SECTION, VERSION);
  restoreHead(book, reader);
  const levels = reader.count(reader.length / LEVEL_BYTES);
  const ordersPerLevel = newI32s(levels);
  restoreLevels(book, reader, levels, ordersPerLevel);
  const orders = reader.count(reader.length / ORDER_BYTES);
  const nodeOf = newI32s(orders);
  restoreOrders(book, reader, levels, ordersPerLevel, orders, nodeOf);
  restoreCredits(book, reader, orders, nodeOf);
}

function saveHead(book: OrderBook, writer: StateWriter): void {
  writer.boolean(book.hasTimeBase);
  writer.number(book.baseLo);
  writer.number(book.baseHi);
  const cycle = book.cycle;
  writer.boolean(cycle.valid);
  writer.boolean(cycle.inProgress);
  writer.boolean(cycle.began);
  writer.boolean(cycle.completed);
  writer.boolean(cycle.suspect);
  writer.number(book.eventCount);
  writer.number(book.recordNs);
  writer.number(book.generation);
  writer.number(book.aggregatedRecords);
  const trade = book.lastTrade;
  writer.number(trade.priceLo);
  writer.number(trade.priceHi);
  writer.number(trade.price);
  writer.number(trade.size);
  writer.number(trade.side);
  const fact = book.fact;
  writer.number(fact.kind);
  writer.number(fact.flags);
  writer.number(fact.side);
  writer.number(fact.oldLevel);
  writer.number(fact.newLevel);
  writer.number(fact.oldQty);
  writer.number(fact.newQty);
  writer.number(fact.fill);
  writer.number(fact.entryNs);
  writer.number(fact.lastFillEventId);
  const anomalies = book.anomalies;
  writer.number(anomalies.zero_size_cancel);
  writer.number(anomalies.clamped_cancel);
  writer.number(anomalies.unknown_cancel);
  writer.number(anomalies.unknown_modify);
  writer.number(anomalies.unknown_fill);
  writer.number(anomalies.duplicate_add);
  writer.number(anomalies.bad_side);
  writer.number(anomalies.undefined_price);
  writer.number(anomalies.unused_credit);
  writer.number(anomalies.unknown_action);
  writer.number(anomalies.clamped_depth);
}

function restoreHead(book: OrderBook, reader: StateReader): void {
  book.hasTimeBase = reader.boolean();
  book.baseLo = reader.number();
  book.baseHi = reader.number();
  const cycle = book.cycle;
  cycle.valid = reader.boolean();
  cycle.inProgress = reader.boolean();
  cycle.began = reader.boolean();
  cycle.completed = reader.boolean();
  cycle.suspect = reader.boolean();
  book.eventCount = reader.number();
  book.recordNs = reader.number();
  book.generation = reader.i32();
  book.aggregatedRecords = reader.number();
  const trade = book.lastTrade;
  trade.priceLo = reader.i32();
  trade.priceHi = reader.i32();
  trade.price = reader.number();
  trade.size = reader.number();
  trade.side = reader.i32();
  const fact = book.fact;
  fact.kind = reader.i32();
  fact.flags = reader.i32();
  fact.side = reader.i32();
  fact.oldLevel = reader.i32();
  fact.newLevel = reader.i32();
  fact.oldQty = reader.number();
  fact.newQty = reader.number();
  fact.fill = reader.number();
  fact.entryNs = reader.number();
  fact.lastFillEventId = reader.number();
  const anomalies = book.anomalies;
  anomalies.zero_size_cancel = reader.i32();
  anomalies.clamped_cancel = reader.i32();
  anomalies.unknown_cancel = reader.i32();
  anomalies.unknown_modify = reader.i32();
  anomalies.unknown_fill = reader.i32();
  anomalies.duplicate_add = reader.i32();
  anomalies.bad_side = reader.i32();
  anomalies.undefined_price = reader.i32();
  anomalies.unused_credit = reader.i32();
  anomalies.unknown_action = reader.i32();
  anomalies.clamped_depth = reader.i32();
}

function saveLevels(book: OrderBook, writer: StateWriter): void {
  const count = book.levelCount;
  writer.number(count);
  writer.u8s(book.levelSide, count);
  writer.i32s(book.levelPriceLo, count);
  writer.i32s(book.levelPriceHi, count);
  writer.f64s(book.levelQty, count);
  writer.i32s(book.levelOrders, count);
}

/** Opens the levels and fills the number of orders in each. */
function restoreLevels(book: OrderBook, reader: StateReader, count: i32, orders: I32s): void {
  const side = newU8s(count);
  const priceLo = newI32s(count);
  const priceHi = newI32s(count);
  const qty = newF64s(count);
  expect(reader.u8s(side, count) === count);
  expect(reader.i32s(priceLo, count) === count);
  expect(reader.i32s(priceHi, count) === count);
  expect(reader.f64s(qty, count) === count);
  expect(reader.i32s(orders, count) === count);
  for (let level = 0; level < count; level++) {
    expect(side[level] <= 1 && qty[level] >= 0 && qty[level] < Infinity && orders[level] >= 0);
    expect(book.findLevel(side[level], priceLo[level], priceHi[level]) === 0);
    book.openLevel(side[level], priceLo[level], priceHi[level]);
    book.levelQty[level] = qty[level];
    if (qty[level] > 0) (side[level] === 0 ? book.bids : book.asks).filled(level);
  }
}

/** One walk fills all columns in place: a kernel saves often and cannot give memory back. */
function saveOrders(book: OrderBook, writer: StateWriter): void {
  const count = book.orderCount;
  writer.number(count);
  let idLo = writer.leaveI32s(count);
  let idHi = writer.leaveI32s(count);
  let size = writer.leaveI32s(count);
  let entryNs = writer.leaveF64s(count);
  const nodes = book.nodes;
  const bytes = writer.bytes;
  for (let level = 0; level < book.levelCount; level++) {
    const end = book.levelQueue[level];
    for (let node = nodes[end + N_NEXT]; node !== end; node = nodes[node + N_NEXT]) {
      putI32(bytes, idLo, nodes[node + N_KEY_LO]);
      putI32(bytes, idHi, nodes[node + N_KEY_HI]);
      putI32(bytes, size, nodes[node + N_SIZE]);
      putF64(bytes, entryNs, book.nodeTimes[(node >> 1) + N_ENTRY]);
      idLo += 4;
      idHi += 4;
      size += 4;
      entryNs += 8;
    }
  }
  saveCredits(book, writer);
}

function restoreOrders(
  book: OrderBook,
  reader: StateReader,
  levels: i32,
  ordersPerLevel: I32s,
  count: i32,
  nodeOf: I32s,
): void {
  const idLo = newI32s(count);
  const idHi = newI32s(count);
  const size = newI32s(count);
  const entryNs = newF64s(count);
  expect(reader.i32s(idLo, count) === count);
  expect(reader.i32s(idHi, count) === count);
  expect(reader.i32s(size, count) === count);
  expect(reader.f64s(entryNs, count) === count);
  let i: i32 = 0;
  for (let level = 0; level < levels; level++) {
    expect(ordersPerLevel[level] <= count - i);
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
}

/** Each credit with the place of its order among those stored. */
function saveCredits(book: OrderBook, writer: StateWriter): void {
  const nodes = book.nodes;
  const credits = book.credits;
  writer.number(credits.open);
  let i: i32 = 0;
  for (let level = 0; level < book.levelCount && credits.open > 0; level++) {
    const end = book.levelQueue[level];
    for (let node = nodes[end + N_NEXT]; node !== end; node = nodes[node + N_NEXT]) {
      if (credits.has(node)) {
        writer.number(i);
        writer.number(credits.qtyOf(node));
        writer.number(unsigned(credits.tsLoOf(node)));
        writer.number(unsigned(credits.tsHiOf(node)));
        writer.number(credits.eventIdOf(node));
      }
      i++;
    }
  }
}

function restoreCredits(book: OrderBook, reader: StateReader, orders: i32, nodeOf: I32s): void {
  for (let left = reader.count(orders); left > 0; left--) {
    const order = reader.count(orders - 1);
    const qty = reader.number();
    const tsLo = reader.u32();
    const tsHi = reader.u32();
    const eventId = reader.number();
    expect(qty > 0 && !book.credits.has(nodeOf[order]));
    book.credits.give(nodeOf[order], qty, signed(tsLo), signed(tsHi), eventId);
  }
}

function expect(holds: bool): void {
  if (!holds) {
    stop(
      'book/bad-checkpoint',
      'The stored order book contradicts itself.',
      'Discard the checkpoint and read the data from its beginning.',
    );
  }
}
