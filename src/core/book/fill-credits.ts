import { asF64s, copyI32s, newI32s, type F64s, type I32s } from '#base/numeric/arrays';
import type { bool, f64, i32 } from '#base/numeric/types';
import type { BookAnomalies } from '#core/book/book-anomalies';
import type { BookFact } from '#core/book/book-fact';

/** Words of a credit; it lies where the node of its order lies, in an array of its own. */
const C_TS_LO: i32 = 0;
const C_TS_HI: i32 = 1;
/** f64 fields at `numbers[(node >> 1) + field]`. */
const C_QTY: i32 = 1;
const C_EVENT_ID: i32 = 2;

/** Room at first, in words: a power of two, as are the nodes that it is for. */
const FIRST_ROOM: i32 = 8192;

/**
 * An F says that a resting order was hit; the C or M that follows at the same `ts_event` says what left the book.
 * Until then the filled quantity is a credit of the order. Source: vacuum-pressure.md section 6.1.
 *
 * Credits are rare and short-lived: `open` is 0 most of the time and keeps them out of the way of ordinary cancels.
 * Kernel code.
 */
export class FillCredits {
  /** Orders that have a credit. */
  open: i32 = 0;
  private room: i32 = FIRST_ROOM;
  private words: I32s;
  private numbers: F64s;

  constructor(private readonly anomalies: BookAnomalies) {
    const words = newI32s(FIRST_ROOM);
    this.words = words;
    this.numbers = asF64s(words, FIRST_ROOM);
  }

  /** An F of `fresh > 0`: added to a credit of the same instant, else replacing it. */
  give(node: i32, fresh: f64, tsLo: i32, tsHi: i32, eventId: f64): void {
    if (node >= this.room) this.grow(node);
    const words = this.words;
    const numbers = this.numbers;
    const at = node >> 1;
    const present = numbers[at + C_QTY];
    let qty = fresh;
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
  takeForCancel(node: i32, limit: f64, tsLo: i32, tsHi: i32, fact: BookFact): f64 {
    if (node >= this.room) return 0;
    const words = this.words;
    const numbers = this.numbers;
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
  takeForModify(node: i32, limit: f64, tsLo: i32, tsHi: i32, fact: BookFact): f64 {
    const taken = this.takeForCancel(node, limit, tsLo, tsHi, fact);
    this.end(node);
    return taken;
  }

  /** Ends the credit of an order, if it has one. */
  end(node: i32): void {
    const at = node >> 1;
    if (node >= this.room || this.numbers[at + C_QTY] === 0) return;
    this.numbers[at + C_QTY] = 0;
    this.open--;
    this.anomalies.unused_credit++;
  }

  /** End of data: what is still open stays unexplained. Nothing may follow. */
  endAll(): void {
    this.anomalies.unused_credit += this.open;
    this.open = 0;
  }

  /** Whether an order has a credit; what it is, for checkpoints. */
  has(node: i32): bool {
    return node < this.room && this.numbers[(node >> 1) + C_QTY] !== 0;
  }

  qtyOf(node: i32): f64 {
    return this.numbers[(node >> 1) + C_QTY];
  }

  /** `ts_event` of the fill, two words. */
  tsLoOf(node: i32): i32 {
    return this.words[node + C_TS_LO];
  }

  tsHiOf(node: i32): i32 {
    return this.words[node + C_TS_HI];
  }

  /** `event_id` of the last F that fed it. */
  eventIdOf(node: i32): f64 {
    return this.numbers[(node >> 1) + C_EVENT_ID];
  }

  private grow(node: i32): void {
    const before = this.room;
    while (this.room <= node) this.room *= 2;
    const words = newI32s(this.room);
    copyI32s(this.words, 0, words, 0, before);
    this.words = words;
    this.numbers = asF64s(words, this.room);
  }
}
