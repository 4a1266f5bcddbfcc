/**
 * A slow, plain reading of an MBO stream, written only from the definition of the records, for tests: it rebuilds
 * the queues with maps and complains about everything a venue would not send.
 */
import {
  ADD,
  ASK,
  BID,
  CANCEL,
  CLEAR,
  F_BAD_TS_RECV,
  F_LAST,
  F_MAYBE_BAD_BOOK,
  F_SNAPSHOT,
  FILL,
  MODIFY,
  NONE,
  TRADE,
  UNDEF_PRICE,
  type MboRecord,
} from '#core/mbo/mbo-block';

export interface PlainOrder {
  readonly id: bigint;
  readonly side: number;
  tick: number;
  size: number;
  /** Filled by F of this event, not yet taken off by C or M. */
  unsettled: number;
}

const MAX_COMPLAINTS = 20;

export class PlainVenue {
  readonly complaints: string[] = [];
  readonly orders = new Map<bigint, PlainOrder>();
  /** Queues by side and tick; a map keeps the order in which keys were set. */
  private readonly queues = {
    [BID]: new Map<number, Map<bigint, PlainOrder>>(),
    [ASK]: new Map<number, Map<bigint, PlainOrder>>(),
  };
  bestBid = -Infinity;
  bestAsk = Infinity;
  records = 0;
  /** Records of the group going on and what is known of it. */
  private group: MboRecord[] = [];
  private previous: MboRecord | undefined;
  private inSnapshot = false;
  private aggressor: { side: number; tick: number; left: number } | undefined;
  private unsettled = new Set<PlainOrder>();
  private lastLiveId = 0n;
  readonly filledById = new Map<bigint, number>();

  constructor(private readonly tickInt: number) {}

  /** Takes the next record; returns true when it ended an event. */
  apply(r: MboRecord): boolean {
    this.records++;
    this.checkStamps(r);
    if (r.flags & F_SNAPSHOT) this.snapshot(r);
    else this.live(r);
    this.group.push(r);
    if (!(r.flags & F_LAST)) return false;
    this.endEvent(r);
    return true;
  }

  /** Records came after the last F_LAST. */
  get eventOpen(): boolean {
    return this.group.length > 0;
  }

  /** `side tick id:size id:size ...` per level, sorted; queues in their order. */
  queueListing(): string[] {
    const lines: string[] = [];
    for (const side of [BID, ASK] as const) {
      for (const [tick, queue] of this.queues[side]) {
        lines.push(
          `${side} ${tick} ${[...queue.values()].map((o) => `${o.id.toString()}:${o.size}`).join(' ')}`,
        );
      }
    }
    return lines.sort();
  }

  depth(side: number, tick: number): number {
    let sum = 0;
    for (const order of this.queue(side, tick)?.values() ?? []) sum += order.size;
    return sum;
  }

  /** Sum over `n` ticks from `tick` away from the spread. */
  depthFrom(side: number, tick: number, n: number): number {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += this.depth(side, side === BID ? tick - i : tick + i);
    return sum;
  }

  private complain(text: string): void {
    if (this.complaints.length < MAX_COMPLAINTS) this.complaints.push(`record ${this.records - 1}: ${text}`);
  }

  private expect(condition: boolean, text: string): void {
    if (!condition) this.complain(text);
  }

  private checkStamps(r: MboRecord): void {
    this.expect(
      (r.flags & ~(F_LAST | F_SNAPSHOT | F_BAD_TS_RECV | F_MAYBE_BAD_BOOK)) === 0,
      'unexpected flag',
    );
    const before = this.previous;
    this.previous = r;
    if (before !== undefined) this.expect(r.tsRecv >= before.tsRecv, 'ts_recv goes back');
    const first = this.group.length === 0 ? undefined : this.group[0];
    if (first !== undefined) {
      this.expect(r.tsRecv === first.tsRecv, 'ts_recv changes within an event');
      this.expect(
        (r.flags & F_SNAPSHOT) === (first.flags & F_SNAPSHOT),
        'snapshot and live records in one event',
      );
    }
    if (r.flags & F_SNAPSHOT) return;
    this.expect(r.tsRecv > r.tsEvent, 'received before it happened');
    this.expect(r.tsInDelta > 0, 'no ts_in_delta');
    if (first !== undefined) {
      this.expect(
        r.tsEvent === first.tsEvent && r.sequence === first.sequence,
        'stamps change within an event',
      );
    } else if (before !== undefined && !(before.flags & F_SNAPSHOT)) {
      this.expect(r.tsEvent > before.tsEvent, 'ts_event does not advance between events');
      this.expect(r.sequence > before.sequence, 'sequence does not advance between events');
    }
  }

  private snapshot(r: MboRecord): void {
    this.expect((r.flags & F_BAD_TS_RECV) !== 0, 'snapshot record without F_BAD_TS_RECV');
    this.expect(r.tsInDelta === 0, 'snapshot record with ts_in_delta');
    if (r.action === CLEAR) {
      this.bare(r);
      this.expect(r.sequence === 0 && !this.inSnapshot, 'malformed snapshot start');
      this.wipe();
      this.inSnapshot = true;
      return;
    }
    this.expect(this.inSnapshot && r.action === ADD, 'snapshot record that is neither R nor A');
    this.expect(r.tsEvent <= r.tsRecv, 'snapshot order from the future');
    this.insert(r);
  }

  private live(r: MboRecord): void {
    if (this.previous === undefined) this.complain('stream does not start with a snapshot');
    if (this.aggressor !== undefined && r.action !== FILL) {
      this.complain(`trade of which ${this.aggressor.left} are not explained by fills`);
      this.aggressor = undefined;
    }
    switch (r.action) {
      case ADD:
        this.expect(r.orderId > this.lastLiveId, 'order ids do not ascend');
        this.lastLiveId = r.orderId;
        this.insert(r);
        break;
      case CANCEL:
        this.cancel(r);
        break;
      case MODIFY:
        this.modify(r);
        break;
      case TRADE:
        this.expect(r.orderId === 0n && r.size > 0, 'malformed trade');
        this.aggressor = { side: r.side, tick: this.tickOf(r), left: r.size };
        break;
      case FILL:
        this.fill(r);
        break;
      case CLEAR:
        this.bare(r);
        this.wipe();
        break;
      case NONE:
        this.bare(r);
        this.expect((r.flags & F_MAYBE_BAD_BOOK) !== 0, 'N without a flag');
        break;
      default:
        this.complain(`action ${r.action}`);
    }
  }

  private insert(r: MboRecord): void {
    this.expect(r.orderId > 2n ** 53n, 'order id not above 2^53');
    this.expect(!this.orders.has(r.orderId), 'duplicate id');
    this.expect(r.side === BID || r.side === ASK, 'add without side');
    this.expect(r.size > 0, 'add of nothing');
    const order: PlainOrder = {
      id: r.orderId,
      side: r.side,
      tick: this.tickOf(r),
      size: r.size,
      unsettled: 0,
    };
    this.orders.set(order.id, order);
    this.enqueue(order);
  }

  private known(r: MboRecord): PlainOrder | undefined {
    const order = this.orders.get(r.orderId);
    if (order === undefined) this.complain(`unknown order, action ${String.fromCharCode(r.action)}`);
    else this.expect(order.side === r.side, 'side changed');
    return order;
  }

  private cancel(r: MboRecord): void {
    const order = this.known(r);
    if (order === undefined) return;
    this.expect(r.size > 0 && r.size <= order.size, 'cancels more than there is');
    this.expect(this.tickOf(r) === order.tick, 'cancel at another price');
    this.settle(order, r.size);
    order.size -= r.size;
    if (order.size <= 0) this.remove(order);
  }

  private modify(r: MboRecord): void {
    const order = this.known(r);
    if (order === undefined) return;
    this.expect(r.size > 0, 'modify to nothing');
    const rest = order.size - order.unsettled;
    this.settle(order, order.unsettled);
    const tick = this.tickOf(r);
    if (tick !== order.tick || r.size > rest) {
      this.dequeue(order);
      order.tick = tick;
      order.size = r.size;
      this.enqueue(order);
    } else {
      order.size = r.size;
    }
  }

  private fill(r: MboRecord): void {
    const order = this.known(r);
    if (order === undefined) return;
    const tick = this.tickOf(r);
    const { aggressor } = this;
    if (aggressor === undefined) this.complain('fill without trade');
    else {
      this.expect(aggressor.side !== r.side, 'fill on the side of the aggressor');
      this.expect(aggressor.tick === tick && r.size <= aggressor.left, 'fill does not match its trade');
      aggressor.left -= r.size;
      if (aggressor.left === 0) this.aggressor = undefined;
    }
    this.expect(
      order.tick === tick && r.size > 0 && r.size <= order.size - order.unsettled,
      'fill of more than there is',
    );
    this.expect(this.nextInTurn(r.side) === order, 'fill out of turn');
    order.unsettled += r.size;
    this.unsettled.add(order);
    this.filledById.set(order.id, (this.filledById.get(order.id) ?? 0) + r.size);
  }

  /** The order an aggressor must hit: first of the queue at the best price that still has unfilled quantity. */
  private nextInTurn(side: number): PlainOrder | undefined {
    const outward = side === BID ? -1 : 1;
    const best = side === BID ? this.bestBid : this.bestAsk;
    if (!Number.isFinite(best)) return undefined;
    for (let tick = best, empty = 0; empty < 10_000; tick += outward) {
      const queue = this.queue(side, tick);
      if (queue === undefined) empty++;
      for (const order of queue?.values() ?? []) if (order.unsettled < order.size) return order;
    }
    return undefined;
  }

  private settle(order: PlainOrder, quantity: number): void {
    if (order.unsettled === 0) return;
    this.expect(quantity === order.unsettled, 'report of a fill with another quantity');
    order.unsettled = 0;
    this.unsettled.delete(order);
  }

  private endEvent(r: MboRecord): void {
    this.expect(this.aggressor === undefined, 'event ends within a trade');
    this.expect(this.unsettled.size === 0, 'event ends with fills that no C or M reports');
    this.expect(this.bestBid < this.bestAsk, 'crossed or locked at the end of an event');
    if (r.flags & F_SNAPSHOT) {
      this.inSnapshot = false;
      for (const id of this.orders.keys()) if (id > this.lastLiveId) this.lastLiveId = id;
    }
    this.group = [];
  }

  private bare(r: MboRecord): void {
    this.expect(
      r.orderId === 0n && r.price === UNDEF_PRICE && r.size === 0 && r.side === NONE,
      'malformed record without order',
    );
  }

  private wipe(): void {
    this.orders.clear();
    this.queues[BID].clear();
    this.queues[ASK].clear();
    this.bestBid = -Infinity;
    this.bestAsk = Infinity;
  }

  private queue(side: number, tick: number): Map<bigint, PlainOrder> | undefined {
    return this.queues[side === BID ? BID : ASK].get(tick);
  }

  private enqueue(order: PlainOrder): void {
    const side = order.side === BID ? BID : ASK;
    const queue = this.queues[side].get(order.tick) ?? new Map<bigint, PlainOrder>();
    this.queues[side].set(order.tick, queue);
    queue.set(order.id, order);
    if (side === BID) this.bestBid = Math.max(this.bestBid, order.tick);
    else this.bestAsk = Math.min(this.bestAsk, order.tick);
  }

  private remove(order: PlainOrder): void {
    this.orders.delete(order.id);
    this.dequeue(order);
  }

  private dequeue(order: PlainOrder): void {
    const levels = this.queues[order.side === BID ? BID : ASK];
    const queue = levels.get(order.tick);
    queue?.delete(order.id);
    if (queue?.size !== 0) return;
    levels.delete(order.tick);
    if (order.side === BID && order.tick === this.bestBid) this.bestBid = extreme(levels, -1);
    if (order.side === ASK && order.tick === this.bestAsk) this.bestAsk = extreme(levels, 1);
  }

  private tickOf(r: MboRecord): number {
    const tick = Number(r.price) / this.tickInt;
    this.expect(Number.isInteger(tick), 'price off the tick grid');
    return tick;
  }
}

/** Smallest (sign 1) or largest (sign -1) key; plus or minus infinity without any. */
function extreme(levels: ReadonlyMap<number, unknown>, sign: 1 | -1): number {
  let best = sign * Infinity;
  for (const tick of levels.keys()) if (tick * sign < best * sign) best = tick;
  return best;
}
