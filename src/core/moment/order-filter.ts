/**
 * Which orders the records of a page may be about: a Bloom filter of 16 bits per record with six probes, which takes
 * one page in a thousand for one that names an order when it does not.
 */
import { CLEAR, F_SNAPSHOT, W_ORDER_ID, W_TAGS } from '#core/mbo/mbo-block';

const BITS_PER_RECORD = 16;
const PROBES = 6;

export class OrderFilter {
  /** Some record clears the book or belongs to a snapshot: it is about all orders. */
  hasReset = false;
  readonly #bits: Uint32Array;
  readonly #mask: number;

  /** @param records most that are added, a power of two of at least 2 */
  constructor(records: number) {
    this.#bits = new Uint32Array((records * BITS_PER_RECORD) / 32);
    this.#mask = records * BITS_PER_RECORD - 1;
  }

  get bytes(): number {
    return this.#bits.byteLength;
  }

  add(words: Uint32Array, base: number): void {
    if (resetsBook(words[base + W_TAGS])) this.hasReset = true;
    let at = hashOfWords(words[base + W_ORDER_ID], words[base + W_ORDER_ID + 1]);
    const step = stepOf(at);
    for (let k = 0; k < PROBES; k++, at += step) {
      this.#bits[(at & this.#mask) >>> 5] |= 1 << (at & 31);
    }
  }

  /** False: no record that was added names an order of this hash. */
  mayHold(hash: number): boolean {
    let at = hash;
    const step = stepOf(at);
    for (let k = 0; k < PROBES; k++, at += step) {
      if ((this.#bits[(at & this.#mask) >>> 5] & (1 << (at & 31))) === 0) return false;
    }
    return true;
  }
}

/** What a filter knows an order by. */
export function hashOfOrder(orderId: bigint): number {
  return hashOfWords(Number(orderId & 0xffffffffn), Number(orderId >> 32n));
}

/** Whether a record may end or begin other orders than its own. */
export function resetsBook(tags: number): boolean {
  return (tags & F_SNAPSHOT) !== 0 || ((tags >>> 16) & 255) === CLEAR;
}

function hashOfWords(lo: number, hi: number): number {
  let x = Math.imul(lo ^ Math.imul(hi, 569420461), 1935289751);
  x = Math.imul(x ^ (x >>> 15), 1540483477);
  return x ^ (x >>> 13);
}

function stepOf(hash: number): number {
  return (hash >>> 17) | 1;
}
