import type { BookAnomalies } from '#core/book/book-anomalies';
import type { BookFact } from '#core/book/book-fact';
import { NODE_WORDS } from '#core/book/order-store';

/**
 * An F says that a resting order was hit; the C or M that follows at the same `ts_event` says what left the book.
 * Until then the filled quantity is a credit of the order. Source: vacuum-pressure.md section 6.1.
 *
 * Credits are columns by node number. They are rare and short-lived: `open` is 0 most of the time and keeps the
 * columns out of the way of ordinary cancels.
 */
export class FillCredits {
  /** Orders that have a credit. */
  open = 0;
  private qty = new Float64Array(0);
  private tsLo = new Int32Array(0);
  private tsHi = new Int32Array(0);
  private eventId = new Float64Array(0);

  constructor(private readonly anomalies: BookAnomalies) {}

  /** An F of `qty > 0`: added to a credit of the same instant, else replacing it. */
  give(node: number, qty: number, tsLo: number, tsHi: number, eventId: number): void {
    const at = node / NODE_WORDS;
    if (at >= this.qty.length) this.grow(at);
    const present = this.qty[at];
    const adds = present > 0 && this.isOf(at, tsLo, tsHi);
    if (present === 0) this.open++;
    else if (!adds) this.anomalies.unused_credit++;
    this.qty[at] = adds ? present + qty : qty;
    this.tsLo[at] = tsLo;
    this.tsHi[at] = tsHi;
    this.eventId[at] = eventId;
  }

  /** Part of a cancel of `limit` that was a fill; what is left serves a further cancel at the same instant. */
  takeForCancel(node: number, limit: number, tsLo: number, tsHi: number, fact: BookFact): number {
    const at = node / NODE_WORDS;
    const present = at < this.qty.length ? this.qty[at] : 0;
    if (present === 0) return 0;
    if (!this.isOf(at, tsLo, tsHi)) {
      this.end(node);
      return 0;
    }
    const taken = Math.min(present, limit);
    this.qty[at] = present - taken;
    if (taken === present) this.open--;
    fact.lastFillEventId = this.eventId[at];
    return taken;
  }

  /** Part of a modify that was a fill, at most `limit`; a modify ends the credit. */
  takeForModify(node: number, limit: number, tsLo: number, tsHi: number, fact: BookFact): number {
    const taken = this.takeForCancel(node, limit, tsLo, tsHi, fact);
    this.end(node);
    return taken;
  }

  /** Ends the credit of an order, if it has one. */
  end(node: number): void {
    const at = node / NODE_WORDS;
    if (at >= this.qty.length || this.qty[at] === 0) return;
    this.qty[at] = 0;
    this.open--;
    this.anomalies.unused_credit++;
  }

  /** The credit of an order for a checkpoint, or undefined. */
  read(node: number): FillCredit | undefined {
    const at = node / NODE_WORDS;
    if (at >= this.qty.length || this.qty[at] === 0) return undefined;
    return { qty: this.qty[at], tsLo: this.tsLo[at], tsHi: this.tsHi[at], eventId: this.eventId[at] };
  }

  private isOf(at: number, tsLo: number, tsHi: number): boolean {
    return this.tsLo[at] === tsLo && this.tsHi[at] === tsHi;
  }

  private grow(at: number): void {
    const capacity = Math.max(1024, 2 ** Math.ceil(Math.log2(at + 1)));
    const { qty, tsLo, tsHi, eventId } = this;
    this.qty = new Float64Array(capacity);
    this.tsLo = new Int32Array(capacity);
    this.tsHi = new Int32Array(capacity);
    this.eventId = new Float64Array(capacity);
    this.qty.set(qty);
    this.tsLo.set(tsLo);
    this.tsHi.set(tsHi);
    this.eventId.set(eventId);
  }
}

export interface FillCredit {
  readonly qty: number;
  readonly tsLo: number;
  readonly tsHi: number;
  readonly eventId: number;
}
