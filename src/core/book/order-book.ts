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
  UNDEF_PRICE_HI,
  UNDEF_PRICE_LO,
  W_ORDER_ID,
  W_PRICE,
  W_SIZE,
  W_TAGS,
  W_TS_EVENT,
  W_TS_RECV,
  joinU64,
} from '#core/mbo/mbo-block';
import { BestLevel } from '#core/book/best-level';
import { noAnomalies, type BookAnomalies } from '#core/book/book-anomalies';
import { readCheckpoint, writeCheckpoint } from '#core/book/book-checkpoint';
import {
  BookFact,
  FACT_ADD,
  FACT_CANCEL,
  FACT_CLEAR,
  FACT_MOVE,
  FACT_NONE,
  FACT_SET,
} from '#core/book/book-fact';
import { hashOfOrders } from '#core/book/book-queries';
import { FillCredits } from '#core/book/fill-credits';
import { LastTrade } from '#core/book/last-trade';
import { LevelStore } from '#core/book/level-store';
import { N_ENTRY, N_KEY_HI, N_KEY_LO, N_LEVEL, N_NEXT, N_SIZE } from '#core/book/order-store';
import { SnapshotCycle } from '#core/book/snapshot-cycle';

export interface OrderBookOptions {
  /** Orders to make room for at once; the book grows beyond it. Default 16,384. */
  readonly initialOrders?: number;
  /** Time base, ns since 1970 UTC. Default: the UTC day of the first record. */
  readonly timeBaseNs?: bigint;
}

const TWO_32 = 4294967296;
const NS_PER_DAY = 86_400_000_000_000n;
const UNDEF_TIMESTAMP = 0xffff_ffff_ffff_ffffn;
const UNDEF_LO = UNDEF_PRICE_LO | 0;
const AGGREGATED = F_TOB | F_MBP;
const UNUSUAL = F_SNAPSHOT | F_MAYBE_BAD_BOOK | AGGREGATED;

/**
 * Order book of one instrument at one publisher, order by order. Source: vacuum-pressure.md sections 2-6 and 19,
 * velocity.md section 6.
 *
 * Quantities are f64, exact below 2^53 in sum.
 */
export class OrderBook extends LevelStore {
  readonly bids = new BestLevel(this, 0);
  readonly asks = new BestLevel(this, 1);
  readonly cycle = new SnapshotCycle();
  readonly lastTrade = new LastTrade();
  /** What the last record did; the same object all the time. */
  readonly fact = new BookFact();
  readonly anomalies: BookAnomalies = noAnomalies();
  readonly credits = new FillCredits(this.anomalies);

  /** Records applied so far = `event_id` of the last one. */
  eventCount = 0;
  /** `ts_event` of the last record, ns relative to `timeBaseNs`; exact within 104 days of it. */
  recordNs = -0;
  /** How often the book was emptied; level slots are valid within one generation. */
  generation = 0;
  /** A, C and M records with F_TOB or F_MBP: above 0 the stream is not order by order (`unsupported_feed`). */
  aggregatedRecords = 0;

  /** Nothing of `unusual` is due for a record with ordinary flags. */
  private steady = false;
  // -0: see `BookFact`.
  private baseLo = -0;
  private baseHi = -0;
  private hasBase = false;

  constructor(options: OrderBookOptions = {}) {
    super(options.initialOrders ?? 16_384);
    if (options.timeBaseNs !== undefined) this.setTimeBase(options.timeBaseNs);
  }

  /** Origin of all relative times, ns since 1970 UTC. */
  get timeBaseNs(): bigint {
    return joinU64(this.baseLo, this.baseHi);
  }
  /** False before the first record, unless a time base was given. */
  get hasTimeBase(): boolean {
    return this.hasBase;
  }
  /** Flags byte of the last record. */
  get lastFlags(): number {
    return this.fact.flags;
  }
  /** Slot of the best level with quantity, -1 = none. */
  get bestBidLevel(): number {
    return this.bids.best;
  }
  get bestAskLevel(): number {
    return this.asks.best;
  }
  get bookValid(): boolean {
    return this.cycle.valid;
  }
  get snapshotInProgress(): boolean {
    return this.cycle.inProgress;
  }
  /** The last record started a snapshot: the book was emptied, before the record was applied unless it is the `R`. */
  get snapshotBegan(): boolean {
    return this.cycle.began;
  }
  /** A snapshot was in progress before the last record and is not after it. */
  get snapshotCompleted(): boolean {
    return this.cycle.completed;
  }
  /** `F_MAYBE_BAD_BOOK` was seen since the last clear or completed snapshot. */
  get suspect(): boolean {
    return this.cycle.suspect;
  }

  /**
   * Applies the record whose first word is `words[base]` and overwrites `fact`. Any content is accepted; the only
   * failure is `ProblemError` `book/out-of-memory`.
   */
  apply(words: Uint32Array, base: number): void {
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

  /**
   * Sets the origin of `recordNs` and entry times.
   * @param ns since 1970 UTC; only before the first record
   */
  setTimeBase(ns: bigint): void {
    this.baseLo = Number(BigInt.asUintN(32, ns));
    this.baseHi = Number(BigInt.asUintN(32, ns >> 32n));
    this.hasBase = true;
  }

  /** SHA-256 (hex) over `order_id,side,price,remaining` of all resting orders by numeric id, one per line. */
  stateHash(): string {
    return hashOfOrders(this);
  }

  /** The whole state as bytes: `restore` and the rest of the stream give what the straight run gives. */
  save(): Uint8Array {
    return writeCheckpoint(this);
  }

  /** @throws ProblemError `state/...` or `book/bad-checkpoint` */
  static restore(bytes: Uint8Array): OrderBook {
    const book = new OrderBook();
    readCheckpoint(bytes, book);
    return book;
  }

  private add(words: Uint32Array, base: number, side: number): void {
    const { fact, recordNs } = this;
    if (side >>> 1 !== 0) {
      this.anomalies.bad_side++;
      fact.kind = FACT_NONE;
      return;
    }
    const idLo = words[base + W_ORDER_ID] | 0;
    const idHi = words[base + W_ORDER_ID + 1] | 0;
    const priceLo = words[base + W_PRICE] | 0;
    const priceHi = words[base + W_PRICE + 1] | 0;
    const size = words[base + W_SIZE];
    const place = this.probeOrder(idLo, idHi);
    const known = this.orderPlaces[place];
    if (known !== 0) {
      this.anomalies.duplicate_add++;
      this.restate(words, base, place, known);
      return;
    }
    if (priceLo === UNDEF_LO && priceHi === UNDEF_PRICE_HI) {
      this.anomalies.undefined_price++;
      fact.kind = FACT_NONE;
      return;
    }
    let end = this.findLevel(side, priceLo, priceHi);
    if (end === 0) end = this.openLevel(side, priceLo, priceHi);
    const node = this.insertOrder(place, idLo, idHi);
    const { nodes } = this;
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

  private modify(words: Uint32Array, base: number, side: number): void {
    if (side >>> 1 !== 0) {
      this.anomalies.bad_side++;
      this.fact.kind = FACT_NONE;
      return;
    }
    const place = this.probeOrder(words[base + W_ORDER_ID] | 0, words[base + W_ORDER_ID + 1] | 0);
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
  private restate(words: Uint32Array, base: number, place: number, node: number): void {
    const { fact, credits, nodes } = this;
    const size = words[base + W_SIZE];
    const priceLo = words[base + W_PRICE] | 0;
    const priceHi = words[base + W_PRICE + 1] | 0;
    if (priceLo === UNDEF_LO && priceHi === UNDEF_PRICE_HI && size !== 0) {
      this.anomalies.undefined_price++;
      fact.kind = FACT_NONE;
      return;
    }
    const side = nodes[node + N_LEVEL] & 1;
    const level = nodes[node + N_LEVEL] >> 1;
    const qty = nodes[node + N_SIZE] >>> 0;
    fact.fill =
      credits.open === 0
        ? 0
        : credits.takeForModify(
            node,
            qty,
            words[base + W_TS_EVENT] | 0,
            words[base + W_TS_EVENT + 1] | 0,
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
  private resize(node: number, level: number, side: number, qty: number, size: number): void {
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
  private move(
    node: number,
    level: number,
    side: number,
    qty: number,
    size: number,
    priceLo: number,
    priceHi: number,
  ): number {
    let end = this.findLevel(side, priceLo, priceHi);
    if (end === 0) end = this.openLevel(side, priceLo, priceHi);
    const { nodes } = this;
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

  private cancel(words: Uint32Array, base: number): void {
    const { fact, credits } = this;
    const place = this.probeOrder(words[base + W_ORDER_ID] | 0, words[base + W_ORDER_ID + 1] | 0);
    const node = this.orderPlaces[place];
    if (node === 0) {
      this.anomalies.unknown_cancel++;
      fact.kind = FACT_NONE;
      return;
    }
    const { nodes } = this;
    const size = words[base + W_SIZE];
    const side = nodes[node + N_LEVEL] & 1;
    const level = nodes[node + N_LEVEL] >> 1;
    const qty = nodes[node + N_SIZE] >>> 0;
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
            words[base + W_TS_EVENT] | 0,
            words[base + W_TS_EVENT + 1] | 0,
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
  private fill(words: Uint32Array, base: number): void {
    const size = words[base + W_SIZE];
    const node =
      this.orderPlaces[this.probeOrder(words[base + W_ORDER_ID] | 0, words[base + W_ORDER_ID + 1] | 0)];
    if (node === 0) this.anomalies.unknown_fill++;
    else if (size > 0) {
      this.credits.give(
        node,
        size,
        words[base + W_TS_EVENT] | 0,
        words[base + W_TS_EVENT + 1] | 0,
        this.eventCount,
      );
    }
    this.fact.kind = FACT_NONE;
  }

  private other(words: Uint32Array, base: number, action: number): void {
    this.fact.kind = FACT_NONE;
    if (action === TRADE) this.lastTrade.take(words, base);
    else if (action === CLEAR) {
      this.wipe();
      this.fact.kind = FACT_CLEAR;
    } else if (action !== NONE) this.anomalies.unknown_action++;
  }

  /** What most records have no part in: the first of all, snapshots, marks of a bad book, aggregated feeds. */
  private unusual(words: Uint32Array, base: number, flags: number, action: number): void {
    if (!this.hasBase) this.startClock(words, base);
    if ((flags & AGGREGATED) !== 0 && (action === ADD || action === CANCEL || action === MODIFY)) {
      this.aggregatedRecords++;
    }
    if (this.cycle.before(flags, action === CLEAR)) this.wipe();
    this.steady = this.cycle.isSteady;
  }

  /** Removes all orders, levels and credits, in time proportional to what came since the last time. */
  private wipe(): void {
    const { credits } = this;
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

  private removeOrder(place: number, node: number, level: number, side: number, qty: number): void {
    const { credits } = this;
    if (credits.open > 0) credits.end(node);
    this.unlink(node);
    this.freeOrderPlace(place);
    this.releaseNode(node);
    this.levelOrders[level]--;
    this.lower(level, side, qty);
  }

  private raise(level: number, side: number, amount: number): void {
    const { levelQty } = this;
    const before = levelQty[level];
    levelQty[level] = before + amount;
    if (before === 0 && amount > 0) (side === 0 ? this.bids : this.asks).filled(level);
  }

  private lower(level: number, side: number, amount: number): void {
    const { levelQty } = this;
    const after = levelQty[level] - amount;
    levelQty[level] = after;
    if (after <= 0) this.emptied(level, side, after);
  }

  private emptied(level: number, side: number, qty: number): void {
    if (qty < 0) {
      this.levelQty[level] = 0;
      this.anomalies.clamped_depth++;
    }
    (side === 0 ? this.bids : this.asks).emptied(level);
  }

  /** The UTC day of the first record, by its index time where it has one. */
  private startClock(words: Uint32Array, base: number): void {
    const recv = joinU64(words[base + W_TS_RECV], words[base + W_TS_RECV + 1]);
    const event = joinU64(words[base + W_TS_EVENT], words[base + W_TS_EVENT + 1]);
    const first = recv === 0n || recv === UNDEF_TIMESTAMP ? event : recv;
    this.setTimeBase(first - (first % NS_PER_DAY));
  }
}
