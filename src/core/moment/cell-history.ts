/** How orders came to where they are at a moment. */
import { FACT_ADD, FACT_CANCEL, FACT_MOVE, FACT_SET } from '#core/book/book-fact';
import { findOrder, setTimeBase, timeBaseOf, type BookOrder } from '#core/book/book-queries';
import { OrderBook } from '#core/book/order-book';
import { OrderSet } from '#core/moment/order-set';
import type { Timeline } from '#core/moment/timeline';
import { WatchedBook } from '#core/moment/watched-book';

/** Since the order came to its price. */
export interface OrderHistory {
  /** Since when it has had its priority: its entry, or the last modify that cost it, ns since the epoch. */
  priorityNs: bigint;
  /** Modifies that put it to the back of its queue. */
  priorityLost: number;
  filled: number;
}

/**
 * The history of each order of a book, by its id. An order has none where the records since its entry are no longer
 * held, or never came.
 *
 * A modify to a larger size costs an order its priority, one to a smaller size does not; one to another price is a new
 * entry, from where its history counts.
 *
 * @param index of the moment at which `orders` are in `book`
 */
export function historyOf(
  timeline: Timeline,
  index: number,
  book: OrderBook,
  orders: readonly BookOrder[],
): Map<bigint, OrderHistory> {
  const found = new Map<bigint, OrderHistory>();
  if (orders.length === 0) return found;
  const past = new OrderBook();
  setTimeBase(past, timeBaseOf(book));
  const { fact } = past;
  const watched = new WatchedBook(past, new OrderSet(orders.map((order) => order.orderId)), {
    onReset: () => found.clear(),
    onRecord: (id, ns) => {
      if (fact.kind === FACT_ADD || fact.kind === FACT_MOVE) {
        found.set(id, { priorityNs: ns, priorityLost: 0, filled: 0 });
        return;
      }
      const history = found.get(id);
      if (!history || (fact.kind !== FACT_CANCEL && fact.kind !== FACT_SET)) return;
      history.filled += fact.fill;
      if (fact.kind !== FACT_SET || fact.newQty <= fact.oldQty) return;
      history.priorityLost++;
      history.priorityNs = ns;
    },
  });
  // From the first that is held: orders of a snapshot may have any time of entry.
  for (const part of timeline.parts(timeline.first, index, watched.mayMatter)) watched.run(part);
  for (const { orderId, entryNs } of orders) {
    // A later record was taken for the entry, because that was not among those seen.
    if (findOrder(past, orderId)?.entryNs !== entryNs) found.delete(orderId);
  }
  return found;
}
