import type { BookAnomalies } from '#core/book/book-anomalies';
import type { BookFact } from '#core/book/book-fact';
import { NODE_WORDS } from '#core/book/order-store';

/** Words of a credit; it lies where the node of its order lies, in an array of its own. */
const C_TS_LO = 0;
const C_TS_HI = 1;
/** f64 fields at `numbers[(node >> 1) + field]`. */
const C_QTY = 1;
const C_EVENT_ID = 2;

export interface FillCredit {
  /** Filled and not yet explained by a removal. */
  readonly qty: number;
  /** `ts_event` of the fill, two words. */
  readonly tsLo: number;
  readonly tsHi: number;
  /** `event_id` of the last F that fed it. */
  readonly eventId: number;
}

/**
 * An F says that a resting order was hit; the C or M that follows at the same `ts_event` says what left the book.
 * Until then the filled quantity is a credit of the order. Source: vacuum-pressure.md section 6.1.
 *
 * Credits are rare and short-lived: `open` is 0 most of the time and keeps them out of the way of ordinary cancels.
 */
export class FillCredits {
  /** Orders that have a credit. */
  open = 0;
  private words = new Int32Array(0);
  private numbers = new Float64Array(0);

  constructor(private readonly anomalies: BookAnomalies) {}

  /** An F of `qty > 0`: added to a credit of the same instant, else replacing it. */
  give(node: number, qty: number, tsLo: number, tsHi: number, eventId: number): void {
    if (node >= this.words.length) this.grow(node);
    const { words, numbers } = this;
    const at = node >> 1;
    const present = numbers[at + C_QTY];
    if (present === 0) {
      this.open++;
    } else if (words[node + C_TS_LO] === tsLo && words[node + C_TS_HI] === tsHi) {
      qty += present;
    } else {
      this.anomalies.unused_credit++;
    }
    words[node + C_TS_LO] = tsLo;
    words[node + C_TS_HI] = tsHi;
    numbers[at + C_QTY] = qty;
    numbers[at + C_EVENT_ID] = eventId;
  }

  /** Part of a cancel of `limit` that was a fill; what is left serves a further cancel at the same instant. */
  takeForCancel(node: number, limit: number, tsLo: number, tsHi: number, fact: BookFact): number {
    if (node >= this.words.length) return 0;
    const { words, numbers } = this;
    const at = node >> 1;
    const present = numbers[at + C_QTY];
    if (present === 0) return 0;
    if (words[node + C_TS_LO] !== tsLo || words[node + C_TS_HI] !== tsHi) {
      this.end(node);
      return 0;
    }
    const taken = present < limit ? present : limit;
    numbers[at + C_QTY] = present - taken;
    if (taken === present) this.open--;
    fact.lastFillEventId = numbers[at + C_EVENT_ID];
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
    const at = node >> 1;
    if (node >= this.words.length || this.numbers[at + C_QTY] === 0) return;
    this.numbers[at + C_QTY] = 0;
    this.open--;
    this.anomalies.unused_credit++;
  }

  /** End of data: what is still open stays unexplained. Nothing may follow. */
  endAll(): void {
    this.anomalies.unused_credit += this.open;
    this.open = 0;
  }

  /** The credit of an order, for checkpoints. */
  read(node: number): FillCredit | undefined {
    const at = node >> 1;
    if (node >= this.words.length || this.numbers[at + C_QTY] === 0) return undefined;
    return {
      qty: this.numbers[at + C_QTY],
      tsLo: this.words[node + C_TS_LO],
      tsHi: this.words[node + C_TS_HI],
      eventId: this.numbers[at + C_EVENT_ID],
    };
  }

  private grow(node: number): void {
    const words = new Int32Array(Math.max(1024 * NODE_WORDS, 2 ** Math.ceil(Math.log2(node + NODE_WORDS))));
    words.set(this.words);
    this.words = words;
    this.numbers = new Float64Array(words.buffer);
  }
}
