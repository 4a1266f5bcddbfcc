import { UNDEF_PRICE, type MboRecord } from '#core/mbo/mbo-block';

/** What a record did at one price, as the accumulators see it. */
export interface NaiveFlow {
  readonly side: number;
  readonly price: bigint;
  readonly add: number;
  readonly pull: number;
  readonly fill: number;
}

interface NaiveOrder {
  readonly id: bigint;
  readonly side: number;
  price: bigint;
  size: number;
  entry: bigint;
}

interface NaiveCredit {
  qty: number;
  readonly ts: bigint;
}

/**
 * The rules of the book written down as plainly as possible, for tests: one array of orders in order of arrival at
 * their queue. Slow on purpose.
 */
export class NaiveBook {
  orders: NaiveOrder[] = [];
  credits = new Map<bigint, NaiveCredit>();
  inSnapshot = false;
  valid = false;
  wipes = 0;

  /** Applies a record and returns its flow. */
  apply(r: MboRecord): NaiveFlow[] {
    const ofSnapshot = (r.flags & 32) !== 0;
    const action = String.fromCharCode(r.action);
    if (action === 'R') {
      this.wipe();
      this.valid = false;
      this.inSnapshot = ofSnapshot && (r.flags & 128) === 0;
      return [];
    }
    if (ofSnapshot && !this.inSnapshot) {
      this.wipe();
      this.valid = false;
      this.inSnapshot = true;
    }
    if (!ofSnapshot || (r.flags & 128) !== 0) this.inSnapshot = false;
    if (!this.inSnapshot) this.valid = true;
    if (action === 'A' || action === 'M') return this.addOrModify(r, action);
    if (action === 'C') return this.cancel(r);
    if (action === 'F') this.fill(r);
    return [];
  }

  /** Orders of a queue, first in line first. */
  queue(side: number, price: bigint): NaiveOrder[] {
    return this.orders.filter((order) => order.side === side && order.price === price);
  }

  /** Depth by price, best first, empty prices left out. */
  depth(side: number): [bigint, number, number][] {
    const prices = [...new Set(this.orders.filter((o) => o.side === side).map((o) => o.price))];
    prices.sort((a, b) => (a < b ? -1 : 1));
    if (side === 0) prices.reverse();
    return prices
      .map((price): [bigint, number, number] => {
        const queue = this.queue(side, price);
        return [price, queue.reduce((sum, order) => sum + order.size, 0), queue.length];
      })
      .filter(([, qty]) => qty > 0);
  }

  private wipe(): void {
    this.orders = [];
    this.credits.clear();
    this.wipes++;
  }

  private addOrModify(r: MboRecord, action: string): NaiveFlow[] {
    const side = 'BA'.indexOf(String.fromCharCode(r.side));
    if (side < 0) return [];
    const known = this.orders.find((order) => order.id === r.orderId);
    if (known) return this.restate(known, r);
    if (r.price === UNDEF_PRICE || (action === 'M' && r.size === 0)) return [];
    this.orders.push({ id: r.orderId, side, price: r.price, size: r.size, entry: r.tsEvent });
    return [{ side, price: r.price, add: r.size, pull: 0, fill: 0 }];
  }

  private restate(order: NaiveOrder, r: MboRecord): NaiveFlow[] {
    if (r.size > 0 && r.price === UNDEF_PRICE) return [];
    const { side, price: oldPrice, size: oldSize } = order;
    const fill = this.takeCredit(r, oldSize);
    this.credits.delete(r.orderId);
    const rest = oldSize - fill;
    if (r.size === 0) {
      this.orders = this.orders.filter((other) => other !== order);
      return [{ side, price: oldPrice, add: 0, pull: rest, fill }];
    }
    order.size = r.size;
    if (r.price !== oldPrice || r.size > oldSize) {
      this.orders = [...this.orders.filter((other) => other !== order), order];
    }
    if (r.price === oldPrice) {
      return [
        { side, price: oldPrice, add: Math.max(0, r.size - rest), pull: Math.max(0, rest - r.size), fill },
      ];
    }
    order.price = r.price;
    order.entry = r.tsEvent;
    return [
      { side, price: oldPrice, add: 0, pull: rest, fill },
      { side, price: r.price, add: r.size, pull: 0, fill: 0 },
    ];
  }

  private cancel(r: MboRecord): NaiveFlow[] {
    const order = this.orders.find((other) => other.id === r.orderId);
    if (!order || r.size === 0) return [];
    const removed = Math.min(r.size, order.size);
    const fill = this.takeCredit(r, removed);
    order.size -= removed;
    if (order.size === 0) {
      this.orders = this.orders.filter((other) => other !== order);
      this.credits.delete(order.id);
    }
    return [{ side: order.side, price: order.price, add: 0, pull: removed - fill, fill }];
  }

  private takeCredit(r: MboRecord, limit: number): number {
    const credit = this.credits.get(r.orderId);
    if (!credit) return 0;
    if (credit.ts !== r.tsEvent) {
      this.credits.delete(r.orderId);
      return 0;
    }
    const taken = Math.min(credit.qty, limit);
    credit.qty -= taken;
    return taken;
  }

  private fill(r: MboRecord): void {
    if (r.size === 0 || !this.orders.some((order) => order.id === r.orderId)) return;
    const credit = this.credits.get(r.orderId);
    if (credit?.ts === r.tsEvent) credit.qty += r.size;
    else this.credits.set(r.orderId, { qty: r.size, ts: r.tsEvent });
  }
}
