/** What becomes of orders after a moment. */
import { FACT_CANCEL, FACT_MOVE, FACT_SET } from '#core/book/book-fact';
import { findOrder, priceOfLevel, type BookOrder } from '#core/book/book-queries';
import type { OrderBook } from '#core/book/order-book';
import { OrderSet } from '#core/moment/order-set';
import type { TimelinePart } from '#core/moment/timeline';
import { WatchedBook } from '#core/moment/watched-book';

/**
 * `filled`: a trade took all that was left · `cancelled`: it was taken away, perhaps after or with a part that was
 * filled · `moved`: it was changed to another price · `cleared`: the book was emptied or restated by a snapshot ·
 * `resting`: it is still there.
 */
export type OrderEnd = 'filled' | 'cancelled' | 'moved' | 'cleared' | 'resting';

export interface OrderFate {
  end: OrderEnd;
  /** `ts_event` of the record that ended it, ns since the epoch; `undefined` while it rests. */
  endNs: bigint | undefined;
  /** Quantity filled after the moment, until the end. */
  filled: number;
  /** Modifies after the moment that put it to the back of its queue. */
  priorityLost: number;
  /** New price of a moved order. */
  movedTo: bigint | undefined;
  /** Quantity that still rests; 0 after the end. */
  left: number;
}

export class CellFates {
  readonly #fates = new Map<bigint, OrderFate>();
  readonly #open: OrderSet;
  readonly #watched: WatchedBook;

  /** @param book at the moment; it is used up */
  constructor(
    private readonly book: OrderBook,
    orders: readonly BookOrder[],
  ) {
    for (const { orderId, size } of orders) {
      this.#fates.set(orderId, {
        end: 'resting',
        endNs: undefined,
        filled: 0,
        priorityLost: 0,
        movedTo: undefined,
        left: size,
      });
    }
    this.#open = new OrderSet(this.#fates.keys());
    this.#watched = new WatchedBook(book, this.#open, {
      onReset: (ns) => {
        for (const id of this.#open.ids) this.#end(id, 'cleared', ns);
      },
      onRecord: (id, ns) => this.#note(id, ns),
    });
  }

  /** All have ended: no later record matters. */
  get isSettled(): boolean {
    return this.#open.size === 0;
  }

  /** Whether a page of records may matter. */
  get mayMatter(): WatchedBook['mayMatter'] {
    return this.#watched.mayMatter;
  }

  /** Takes the records that follow, in order and without a gap, save for pages that do not matter. */
  follow(part: Omit<TimelinePart, 'index'>): void {
    this.#watched.run(part);
  }

  /** As far as the records went. */
  fateOf(orderId: bigint): Readonly<OrderFate> {
    const fate = this.#fates.get(orderId);
    if (!fate) throw new RangeError(`order ${orderId} is not one of the cell`);
    return fate;
  }

  #note(id: bigint, ns: bigint): void {
    const { fact } = this.book;
    const fate = this.#fates.get(id);
    // After a clear by this very record the order is another one.
    if (!fate || fate.end !== 'resting') return;
    if (fact.kind !== FACT_CANCEL && fact.kind !== FACT_SET && fact.kind !== FACT_MOVE) return;
    fate.filled += fact.fill;
    if (fact.kind === FACT_MOVE) {
      fate.movedTo = priceOfLevel(this.book, fact.newLevel);
      this.#end(id, 'moved', ns);
    } else if (fact.newQty === 0 && findOrder(this.book, id) === undefined) {
      this.#end(id, fact.fill > 0 && fact.fill === fact.oldQty ? 'filled' : 'cancelled', ns);
    } else {
      fate.left = fact.newQty;
      if (fact.newQty > fact.oldQty) fate.priorityLost++;
    }
  }

  #end(id: bigint, end: OrderEnd, ns: bigint): void {
    const fate = this.#fates.get(id);
    if (!fate) return;
    fate.end = end;
    fate.endNs = ns;
    fate.left = 0;
    this.#open.delete(id);
  }
}
