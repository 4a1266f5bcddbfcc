import { signed, type U32s } from '#base/numeric/arrays';
import type { bool, f64, i32, u32 } from '#base/numeric/types';
import {
  ADD,
  BID,
  CANCEL,
  CLEAR,
  F_MAYBE_BAD_BOOK,
  F_MBP,
  F_SNAPSHOT,
  F_TOB,
  FILL,
  MODIFY,
  NONE,
  TRADE,
  W_ORDER_ID,
  W_PRICE,
  W_SIZE,
  W_TAGS,
  W_TS_EVENT,
  W_TS_RECV,
} from '#core/mbo/mbo-layout';
import { BestLevel } from '#core/book/best-level';
import { BookAnomalies } from '#core/book/book-anomalies';
import {
  BookFact,
  FACT_ADD,
  FACT_CANCEL,
  FACT_CLEAR,
  FACT_MOVE,
  FACT_NONE,
  FACT_SET,
} from '#core/book/book-fact';
import { FillCredits } from '#core/book/fill-credits';
import { LastTrade } from '#core/book/last-trade';
import { LevelStore } from '#core/book/level-store';
import { N_ENTRY, N_KEY_HI, N_KEY_LO, N_LEVEL, N_NEXT, N_SIZE } from '#core/book/order-store';
import { SnapshotCycle } from '#core/book/snapshot-cycle';

const TWO_32: f64 = 4294967296;
const NS_PER_DAY: f64 = 86400000000000;
/** The undefined price as two signed words. */
const UNDEF_LO: i32 = -1;
const UNDEF_HI: i32 = 0x7fffffff;
/** Room for orders of a book that is not told otherwise. */
const INITIAL_ORDERS: i32 = 4096;
const AGGREGATED = F_TOB | F_MBP;
const UNUSUAL = F_SNAPSHOT | F_MAYBE_BAD_BOOK | AGGREGATED;

/**
 * Order book of one instrument at one publisher, order by order. Source: vacuum-pressure.md sections 2-6 and 19,
 * velocity.md section 6.
 *
 * Quantities are f64, exact below 2^53 in sum. Kernel code.
 */
export class OrderBook extends LevelStore {
  readonly bids!: BestLevel;
  readonly asks!: BestLevel;
  readonly cycle: SnapshotCycle = new SnapshotCycle();
  readonly lastTrade: LastTrade = new LastTrade();
  /** What the last record did; the same object all the time. */
  readonly fact: BookFact = new BookFact();
  readonly anomalies: BookAnomalies;
  readonly credits: FillCredits;

  /** Records applied so far = `event_id` of the last one. */
  eventCount: f64 = 0;
  /** `ts_event` of the last record, ns relative to the time base; exact within 104 days of it. */
  recordNs: f64 = -0;
  /** How often the book was emptied; level slots are valid within one generation. */
  generation: i32 = 0;
  /** A, C and M records with F_TOB or F_MBP: above 0 the stream is not order by order (`unsupported_feed`). */
  aggregatedRecords: f64 = 0;

  /** Origin of all relative times, ns since 1970 UTC, as two unsigned words. -0: see `BookFact`. */
  baseLo: f64 = -0;
  baseHi: f64 = -0;
  /** False before the first record, unless a time base was given. */
  hasTimeBase: bool = false;
  /** Nothing of `unusual` is due for a record with ordinary flags. */
  private steady: bool = false;

  /** @param initialOrders orders to make room for at once; the book grows beyond it */
  constructor(initialOrders: i32 = INITIAL_ORDERS) {
    super(initialOrders);
    const anomalies = new BookAnomalies();
    this.anomalies = anomalies;
    this.credits = new FillCredits(anomalies);
    this.bids = new BestLevel(this, 0);
    this.asks = new BestLevel(this, 1);
  }

  /** Flags byte of the last record. */
  get lastFlags(): i32 {
    return this.fact.flags;
  }
  /** Slot of the best level with quantity, -1 = none. */
  get bestBidLevel(): i32 {
    return this.bids.best;
  }
  get bestAskLevel(): i32 {
    return this.asks.best;
  }
  get bookValid(): bool {
    return this.cycle.valid;
  }
  get snapshotInProgress(): bool {
    return this.cycle.inProgress;
  }
  /** The last record started a snapshot: the book was emptied, before the record was applied unless it is the `R`. */
  get snapshotBegan(): bool {
    return this.cycle.began;
  }
  /** A snapshot was in progress before the last record and is not after it. */
  get snapshotCompleted(): bool {
    return this.cycle.completed;
  }
  /** `F_MAYBE_BAD_BOOK` was seen since the last clear or completed snapshot. */
  get suspect(): bool {
    return this.cycle.suspect;
  }

  /**
   * Applies the record whose first word is `words[base]` and overwrites `fact`. Any content is accepted; the only
   * failure is `ProblemError` `book/out-of-memory`.
   * @inline
   */
  apply(words: U32s, base: i32): void {
    const tags = words[base + W_TAGS];
    const flags = tags & 255;
    const action = (tags >>> 16) & 255;
    if (!this.steady || (flags & UNUSUAL) !== 0 || action === CLEAR) this.unusual(words, base, flags, action);
    this.eventCount++;
    this.recordNs =
      (words[base + W_TS_EVENT + 1] - this.baseHi) * TWO_32 + (words[base + W_TS_EVENT] - this.baseLo);
    this.fact.flags = flags;
    if (action === ADD) this.add(words, base, BID - (tags >>> 24));
    else if (action === CANCEL) this.cancel(words, base);
    else if (action === MODIFY) this.modify(words, base, BID - (tags >>> 24));
    else if (action === FILL) this.fill(words, base);
    else this.other(words, base, action);
  }

  /** Sets the origin of `recordNs` and entry times, two unsigned words; only before the first record. */
  setTimeBaseWords(lo: f64, hi: f64): void {
    this.baseLo = lo;
    this.baseHi = hi;
    this.hasTimeBase = true;
  }

  private add(words: U32s, base: i32, side: i32): void {
    const fact = this.fact;
    const recordNs = this.recordNs;
    if (side >>> 1 !== 0) {
      this.anomalies.bad_side++;
      fact.kind = FACT_NONE;
      return;
    }
    const idLo = signed(words[base + W_ORDER_ID]);
    const idHi = signed(words[base + W_ORDER_ID + 1]);
    const priceLo = signed(words[base + W_PRICE]);
    const priceHi = signed(words[base + W_PRICE + 1]);
    const size = words[base + W_SIZE];
    const place = this.probeOrder(idLo, idHi);
    const known = this.orderPlaces[place];
    if (known !== 0) {
      this.anomalies.duplicate_add++;
      this.restate(words, base, place, known);
      return;
    }
    if (priceLo === UNDEF_LO && priceHi === UNDEF_HI) {
      this.anomalies.undefined_price++;
      fact.kind = FACT_NONE;
      return;
    }
    let end = this.findLevel(side, priceLo, priceHi);
    if (end === 0) end = this.openLevel(side, priceLo, priceHi);
    const node = this.insertOrder(place, idLo, idHi);
    const nodes = this.nodes;
    const levelAndSide = nodes[end + N_LEVEL];
    const level = levelAndSide >> 1;
    nodes[node + N_LEVEL] = levelAndSide;
    nodes[node + N_SIZE] = size;
    this.nodeTimes[(node >> 1) + N_ENTRY] = recordNs;
    this.link(node, end);
    this.levelOrders[level]++;
    this.raise(level, side, size);
    fact.kind = FACT_ADD;
    fact.side = side;
    fact.oldLevel = -1;
    fact.newLevel = level;
    fact.oldQty = 0;
    fact.newQty = size;
    fact.fill = 0;
    fact.entryNs = recordNs;
  }

  private modify(words: U32s, base: i32, side: i32): void {
    if (side >>> 1 !== 0) {
      this.anomalies.bad_side++;
      this.fact.kind = FACT_NONE;
      return;
    }
    const place = this.probeOrder(signed(words[base + W_ORDER_ID]), signed(words[base + W_ORDER_ID + 1]));
    const node = this.orderPlaces[place];
    if (node !== 0) {
      this.restate(words, base, place, node);
      return;
    }
    this.anomalies.unknown_modify++;
    // Restating an order that is not there to nothing leaves nothing.
    if (words[base + W_SIZE] === 0) this.fact.kind = FACT_NONE;
    else this.add(words, base, side);
  }

  /** New price and size of a known order. Its side is kept; a size of 0 removes it where it is. */
  private restate(words: U32s, base: i32, place: i32, node: i32): void {
    const fact = this.fact;
    const credits = this.credits;
    const nodes = this.nodes;
    const size = words[base + W_SIZE];
    const priceLo = signed(words[base + W_PRICE]);
    const priceHi = signed(words[base + W_PRICE + 1]);
    if (priceLo === UNDEF_LO && priceHi === UNDEF_HI && size !== 0) {
      this.anomalies.undefined_price++;
      fact.kind = FACT_NONE;
      return;
    }
    const side = nodes[node + N_LEVEL] & 1;
    const level = nodes[node + N_LEVEL] >> 1;
    const qty: u32 = nodes[node + N_SIZE] >>> 0;
    fact.fill =
      credits.open === 0
        ? 0
        : credits.takeForModify(
            node,
            qty,
            signed(words[base + W_TS_EVENT]),
            signed(words[base + W_TS_EVENT + 1]),
            fact,
          );
    fact.side = side;
    fact.oldLevel = level;
    fact.oldQty = qty;
    fact.newQty = size;
    fact.entryNs = this.nodeTimes[(node >> 1) + N_ENTRY];
    if (size === 0) {
      fact.kind = FACT_SET;
      fact.newLevel = level;
      this.removeOrder(place, node, level, side, qty);
    } else if (priceLo === this.levelPriceLo[level] && priceHi === this.levelPriceHi[level]) {
      fact.kind = FACT_SET;
      fact.newLevel = level;
      this.resize(node, level, side, qty, size);
    } else {
      fact.kind = FACT_MOVE;
      fact.newLevel = this.move(node, level, side, qty, size, priceLo, priceHi);
    }
  }

  /** More quantity puts an order to the back of its queue, less leaves it where it is. */
  private resize(node: i32, level: i32, side: i32, qty: u32, size: u32): void {
    this.nodes[node + N_SIZE] = size;
    if (size > qty) {
      this.unlink(node);
      this.link(node, this.levelQueue[level]);
      this.raise(level, side, size - qty);
    } else {
      this.lower(level, side, qty - size);
    }
  }

  /** To the back of the queue of another price; returns its level. The age starts anew. */
  private move(node: i32, level: i32, side: i32, qty: u32, size: u32, priceLo: i32, priceHi: i32): i32 {
    let end = this.findLevel(side, priceLo, priceHi);
    if (end === 0) end = this.openLevel(side, priceLo, priceHi);
    const nodes = this.nodes;
    const newLevel = nodes[end + N_LEVEL] >> 1;
    this.unlink(node);
    this.link(node, end);
    nodes[node + N_LEVEL] = nodes[end + N_LEVEL];
    nodes[node + N_SIZE] = size;
    this.nodeTimes[(node >> 1) + N_ENTRY] = this.recordNs;
    this.levelOrders[level]--;
    this.levelOrders[newLevel]++;
    this.lower(level, side, qty);
    this.raise(newLevel, side, size);
    return newLevel;
  }

  private cancel(words: U32s, base: i32): void {
    const fact = this.fact;
    const credits = this.credits;
    const place = this.probeOrder(signed(words[base + W_ORDER_ID]), signed(words[base + W_ORDER_ID + 1]));
    const node = this.orderPlaces[place];
    if (node === 0) {
      this.anomalies.unknown_cancel++;
      fact.kind = FACT_NONE;
      return;
    }
    const nodes = this.nodes;
    const size = words[base + W_SIZE];
    const side = nodes[node + N_LEVEL] & 1;
    const level = nodes[node + N_LEVEL] >> 1;
    const qty: u32 = nodes[node + N_SIZE] >>> 0;
    fact.kind = FACT_CANCEL;
    fact.side = side;
    fact.oldLevel = level;
    fact.newLevel = level;
    fact.oldQty = qty;
    fact.entryNs = this.nodeTimes[(node >> 1) + N_ENTRY];
    fact.fill =
      credits.open === 0 || size === 0
        ? 0
        : credits.takeForCancel(
            node,
            size < qty ? size : qty,
            signed(words[base + W_TS_EVENT]),
            signed(words[base + W_TS_EVENT + 1]),
            fact,
          );
    if (size < qty || size === 0) {
      if (size === 0) this.anomalies.zero_size_cancel++;
      fact.newQty = qty - size;
      nodes[node + N_SIZE] = qty - size;
      this.lower(level, side, size);
    } else {
      if (size > qty) this.anomalies.clamped_cancel++;
      fact.newQty = 0;
      this.removeOrder(place, node, level, side, qty);
    }
  }

  /** Only the record that follows an F changes the book. */
  private fill(words: U32s, base: i32): void {
    const size = words[base + W_SIZE];
    const node =
      this.orderPlaces[
        this.probeOrder(signed(words[base + W_ORDER_ID]), signed(words[base + W_ORDER_ID + 1]))
      ];
    if (node === 0) this.anomalies.unknown_fill++;
    else if (size > 0) {
      this.credits.give(
        node,
        size,
        signed(words[base + W_TS_EVENT]),
        signed(words[base + W_TS_EVENT + 1]),
        this.eventCount,
      );
    }
    this.fact.kind = FACT_NONE;
  }

  private other(words: U32s, base: i32, action: i32): void {
    this.fact.kind = FACT_NONE;
    if (action === TRADE) this.lastTrade.take(words, base);
    else if (action === CLEAR) {
      this.wipe();
      this.fact.kind = FACT_CLEAR;
    } else if (action !== NONE) this.anomalies.unknown_action++;
  }

  /** What most records have no part in: the first of all, snapshots, marks of a bad book, aggregated feeds. */
  private unusual(words: U32s, base: i32, flags: i32, action: i32): void {
    if (!this.hasTimeBase) this.startClock(words, base);
    if ((flags & AGGREGATED) !== 0 && (action === ADD || action === CANCEL || action === MODIFY)) {
      this.aggregatedRecords++;
    }
    if (this.cycle.before(flags, action === CLEAR)) this.wipe();
    this.steady = this.cycle.isSteady;
  }

  /** Removes all orders, levels and credits, in time proportional to what came since the last time. */
  private wipe(): void {
    const credits = this.credits;
    for (let level = 0; level < this.levelCount; level++) {
      const end = this.levelQueue[level];
      for (let node = this.nodes[end + N_NEXT]; node !== end; node = this.nodes[node + N_NEXT]) {
        if (credits.open > 0) credits.end(node);
        this.freeOrderPlace(this.probeOrder(this.nodes[node + N_KEY_LO], this.nodes[node + N_KEY_HI]));
      }
    }
    this.forgetLevels();
    this.releaseAllNodes();
    this.bids.clear();
    this.asks.clear();
    this.generation++;
  }

  private removeOrder(place: i32, node: i32, level: i32, side: i32, qty: f64): void {
    const credits = this.credits;
    if (credits.open > 0) credits.end(node);
    this.unlink(node);
    this.freeOrderPlace(place);
    this.releaseNode(node);
    this.levelOrders[level]--;
    this.lower(level, side, qty);
  }

  /** @inline */
  private raise(level: i32, side: i32, amount: f64): void {
    const levelQty = this.levelQty;
    const before = levelQty[level];
    levelQty[level] = before + amount;
    if (before === 0 && amount > 0) (side === 0 ? this.bids : this.asks).filled(level);
  }

  /** @inline */
  private lower(level: i32, side: i32, amount: f64): void {
    const levelQty = this.levelQty;
    const after = levelQty[level] - amount;
    levelQty[level] = after;
    if (after <= 0) this.emptied(level, side, after);
  }

  private emptied(level: i32, side: i32, qty: f64): void {
    if (qty < 0) {
      this.levelQty[level] = 0;
      this.anomalies.clamped_depth++;
    }
    (side === 0 ? this.bids : this.asks).emptied(level);
  }

  /** The UTC day of the first record, by its index time where it has one. */
  private startClock(words: U32s, base: i32): void {
    let lo: f64 = words[base + W_TS_RECV];
    let hi: f64 = words[base + W_TS_RECV + 1];
    const isUnset = (lo === 0 && hi === 0) || (lo === TWO_32 - 1 && hi === TWO_32 - 1);
    if (isUnset) {
      lo = words[base + W_TS_EVENT];
      hi = words[base + W_TS_EVENT + 1];
    }
    const intoDay = restOfDay(lo, hi);
    const intoDayHi = Math.floor(intoDay / TWO_32);
    lo -= intoDay - intoDayHi * TWO_32;
    hi -= intoDayHi;
    if (lo < 0) {
      lo += TWO_32;
      hi -= 1;
    }
    this.setTimeBaseWords(lo, hi);
  }
}

/** A time in ns, two unsigned words, modulo the length of a day: in exact steps, since the product is beyond 2^53. */
function restOfDay(lo: f64, hi: f64): f64 {
  let rest = hi;
  for (let bit = 0; bit < 32; bit++) {
    rest *= 2;
    if (rest >= NS_PER_DAY) rest -= NS_PER_DAY;
  }
  rest += lo;
  return rest >= NS_PER_DAY ? rest - NS_PER_DAY : rest;
}
