/**
 * Records in a third of their space, without loss: most fields follow closely from the record before.
 *
 *   record: which words are not as predicted (2 bytes) │ code of tags │ code of price │ difference of each such word
 *
 * A word is predicted to be that of the record before, the low word of `ts_recv` to have moved as `ts_event` did.
 * Tags and low words of prices come back again and again: they are numbered in the order of their first use, 0
 * announces a new one. Numbers are LEB128, differences (modulo 2^32) zigzag.
 */
import { MBO_WORDS, W_PRICE, W_TAGS, W_TS_EVENT, W_TS_RECV } from '#core/mbo/mbo-block';

/** Most bytes of a record: the mask, two announced values, and twelve words of five bytes each. */
const MOST_BYTES = 2 + 2 * 6 + 12 * 5;
/** Words that have a bit in the mask. */
const PLAIN_WORDS = Array.from({ length: MBO_WORDS }, (_, w) => w).filter(
  (w) => w !== W_TAGS && w !== W_PRICE,
);

/** Values by the order of their first use. */
class Dictionary {
  readonly #codes = new Map<number, number>();

  /** Code of a value; 0, and it is entered, when it is new. */
  codeOf(value: number): number {
    const code = this.#codes.get(value);
    if (code !== undefined) return code;
    this.#codes.set(value, this.#codes.size + 1);
    return 0;
  }
}

export class RecordPacker {
  readonly #bytes: Uint8Array;
  #length = 0;

  /** @param records most that are packed at once */
  constructor(records: number) {
    this.#bytes = new Uint8Array(records * MOST_BYTES);
  }

  /** The first `count` records of `words` as bytes of their own. */
  pack(words: Uint32Array, count: number): Uint8Array {
    const tags = new Dictionary();
    const prices = new Dictionary();
    const predicted = new Uint32Array(MBO_WORDS);
    this.#length = 0;
    for (let i = 0, base = 0; i < count; i++, base += MBO_WORDS) {
      predictReceipt(predicted, words[base + W_TS_EVENT]);
      const maskAt = this.#length;
      this.#length += 2;
      this.#code(tags, words[base + W_TAGS]);
      this.#code(prices, words[base + W_PRICE]);
      let mask = 0;
      for (let k = 0; k < PLAIN_WORDS.length; k++) {
        const w = PLAIN_WORDS[k];
        const difference = (words[base + w] - predicted[w]) | 0;
        if (difference === 0) continue;
        mask |= 1 << k;
        this.#number(((difference << 1) ^ (difference >> 31)) >>> 0);
      }
      this.#bytes[maskAt] = mask & 255;
      this.#bytes[maskAt + 1] = mask >> 8;
      for (let w = 0; w < MBO_WORDS; w++) predicted[w] = words[base + w];
    }
    return this.#bytes.slice(0, this.#length);
  }

  #code(dictionary: Dictionary, value: number): void {
    const code = dictionary.codeOf(value);
    this.#number(code);
    if (code === 0) this.#number(value);
  }

  #number(value: number): void {
    const bytes = this.#bytes;
    let rest = value;
    while (rest > 127) {
      bytes[this.#length++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    bytes[this.#length++] = rest;
  }
}

/** Reads what a `RecordPacker` wrote; the bytes are trusted. */
export class RecordUnpacker {
  #bytes: Uint8Array = new Uint8Array(0);
  #position = 0;

  /** Fills the front of `words` with the `count` records of `bytes`. */
  unpack(bytes: Uint8Array, words: Uint32Array, count: number): void {
    const tags: number[] = [];
    const prices: number[] = [];
    const predicted = new Uint32Array(MBO_WORDS);
    this.#bytes = bytes;
    this.#position = 0;
    for (let i = 0, base = 0; i < count; i++, base += MBO_WORDS) {
      const mask = bytes[this.#position] | (bytes[this.#position + 1] << 8);
      this.#position += 2;
      words[base + W_TAGS] = this.#value(tags);
      words[base + W_PRICE] = this.#value(prices);
      for (let k = 0; k < PLAIN_WORDS.length; k++) {
        const w = PLAIN_WORDS[k];
        if (w === W_TS_RECV) predictReceipt(predicted, words[base + W_TS_EVENT]);
        let value = predicted[w];
        if ((mask & (1 << k)) !== 0) {
          const zigzag = this.#number();
          value = (value + ((zigzag >>> 1) ^ -(zigzag & 1))) >>> 0;
        }
        words[base + w] = value;
      }
      for (let w = 0; w < MBO_WORDS; w++) predicted[w] = words[base + w];
    }
  }

  #value(known: number[]): number {
    const code = this.#number();
    if (code > 0) return known[code - 1];
    const value = this.#number();
    known.push(value);
    return value;
  }

  #number(): number {
    const bytes = this.#bytes;
    let byte = bytes[this.#position++];
    let value = byte & 127;
    for (let shift = 7; byte > 127; shift += 7) {
      byte = bytes[this.#position++];
      value |= (byte & 127) << shift;
    }
    return value >>> 0;
  }
}

/** Receipt follows the event at about the same distance. `predicted` still holds the record before. */
function predictReceipt(predicted: Uint32Array, eventLo: number): void {
  predicted[W_TS_RECV] += eventLo - predicted[W_TS_EVENT];
}
