/**
 * The orders at one price at one moment: where each stands in its queue, how it came there, and how it ended.
 *
 *   timeline before the moment ─► historyOf: entry, modifies that cost priority, fills so far
 *   book at the moment ─────────► who is there, in which order
 *   records after the moment ───► CellFates: what took each of them away
 */
import { levelAt, queueOf, timeBaseOf, type BookOrder } from '#core/book/book-queries';
import type { BookMoments } from '#core/moment/book-moments';
import { CellFates, type OrderFate } from '#core/moment/cell-fates';
import { historyOf, type OrderHistory } from '#core/moment/cell-history';

/** An order of a cell; places, sizes and history as of the moment. */
export interface CellOrder extends Omit<BookOrder, 'entryNs'> {
  /** `ts_event` of its entry at this price, ns since the epoch. */
  readonly enteredNs: bigint;
  /** `undefined` where the records since its entry are not held. */
  readonly history: OrderHistory | undefined;
  readonly fate: Readonly<OrderFate>;
}

export class Cell {
  /** Takes the records after the moment, for as long as it is not settled. */
  readonly fates: CellFates;
  readonly #orders: readonly BookOrder[];
  readonly #histories: ReadonlyMap<bigint, OrderHistory>;
  readonly #timeBaseNs: bigint;

  /**
   * @param index of the moment
   * @param priceInt 1e-9 currency units
   * @param side 0 bid, 1 ask; both when absent: a crossed book has orders of both at one price
   * @throws ProblemError `moment/forgotten`
   */
  constructor(moments: BookMoments, index: number, priceInt: bigint, side?: number) {
    const book = moments.at(index);
    const sides = side === undefined ? [0, 1] : [side];
    const levels = sides.map((s) => levelAt(book, s, priceInt)).filter((level) => level >= 0);
    this.#orders = levels.flatMap((level) => queueOf(book, level));
    this.#timeBaseNs = timeBaseOf(book);
    this.#histories = historyOf(moments.timeline, index, book, this.#orders);
    this.fates = new CellFates(book, this.#orders);
  }

  /** Bids before asks, each in queue order. Fates are as far as records were followed. */
  orders(): CellOrder[] {
    return this.#orders.map(({ entryNs, ...order }) => ({
      ...order,
      enteredNs: this.#timeBaseNs + BigInt(entryNs),
      history: this.#histories.get(order.orderId),
      fate: this.fates.fateOf(order.orderId),
    }));
  }
}

/** The orders of a cell, their fates followed to the end of the timeline. @throws ProblemError `moment/forgotten` */
export function ordersAt(moments: BookMoments, index: number, priceInt: bigint, side?: number): CellOrder[] {
  const { timeline } = moments;
  const cell = new Cell(moments, index, priceInt, side);
  for (const part of timeline.parts(index, timeline.count, cell.fates.mayMatter)) {
    cell.fates.follow(part);
    if (cell.fates.isSettled) break;
  }
  return cell.orders();
}
