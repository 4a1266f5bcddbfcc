/**
 * Records in a third of their space, without loss: most fields follow closely from the record before.
 *
 *   record: mask of the words that are not as predicted, 2 bytes │ for each of them, in order, a number
 *
 * A word is predicted to be that of the record before, the low word of `ts_recv` to have moved as that of `ts_event` did.
 * The number is the difference modulo 2^32, zigzag. Tags and low words of prices come back again and again: their number
 * is the place of the value among those seen so far, from 1, and 0 announces a new one, of four bytes. Numbers are LEB128.
 */
import { MBO_WORDS, W_PRICE, W_TAGS, W_TS_EVENT, W_TS_RECV } from '#core/mbo/mbo-block';

/** The mask, two announced values, and twelve words of five bytes each. */
const MOST_BYTES = 2 + 2 * 5 + 12 * 5;

export class RecordPacker {
  readonly #bytes: Uint8Array;

  /** @param records most that are packed at once */
  constructor(records: number) {
    this.#bytes = new Uint8Array(records * MOST_BYTES);
  }

  /** The first `count` records of `words` as bytes of their own. */
  pack(words: Uint32Array, count: number): Uint8Array {
    const bytes = this.#bytes;
    const tags = new Map<number, number>();
    const prices = new Map<number, number>();
    const before = new Uint32Array(MBO_WORDS);
    let at = 0;
    for (let i = 0, base = 0; i < count; i++, base += MBO_WORDS) {
      const maskAt = at;
      at += 2;
      let mask = 0;
      before[W_TS_RECV] += words[base + W_TS_EVENT] - before[W_TS_EVENT];
      for (let w = 0; w < MBO_WORDS; w++) {
        const value = words[base + w];
        const difference = (value - before[w]) | 0;
        if (difference === 0) continue;
        before[w] = value;
        mask |= 1 << w;
        let number = ((difference << 1) ^ (difference >> 31)) >>> 0;
        if (w === W_TAGS || w === W_PRICE) {
          const places = w === W_TAGS ? tags : prices;
          number = places.get(value) ?? 0;
          if (number === 0) places.set(value, places.size + 1);
        }
        const isNew = number === 0;
        for (; number > 127; number >>>= 7) bytes[at++] = (number & 127) | 128;
        bytes[at++] = number;
        if (!isNew) continue;
        for (let shift = 0; shift < 32; shift += 8) bytes[at++] = value >>> shift;
      }
      bytes[maskAt] = mask & 255;
      bytes[maskAt + 1] = mask >> 8;
    }
    return bytes.slice(0, at);
  }
}

/** Fills the front of `words` with `count` records that a `RecordPacker` made bytes of; these are trusted. */
export function unpackRecords(bytes: Uint8Array, words: Uint32Array, count: number): void {
  const tags: number[] = [];
  const prices: number[] = [];
  const record = new Uint32Array(MBO_WORDS);
  let at = 0;
  for (let i = 0, base = 0; i < count; i++, base += MBO_WORDS) {
    const eventBefore = record[W_TS_EVENT];
    let mask = bytes[at] | (bytes[at + 1] << 8);
    at += 2;
    for (; mask !== 0; mask &= mask - 1) {
      const w = 31 - Math.clz32(mask & -mask);
      let byte = bytes[at++];
      let number = byte & 127;
      for (let shift = 7; byte > 127; shift += 7) {
        byte = bytes[at++];
        number |= (byte & 127) << shift;
      }
      if (w !== W_TAGS && w !== W_PRICE) {
        record[w] += (number >>> 1) ^ -(number & 1);
        continue;
      }
      const seen = w === W_TAGS ? tags : prices;
      if (number === 0) {
        seen.push((bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0);
        at += 4;
        number = seen.length;
      }
      record[w] = seen[number - 1];
    }
    record[W_TS_RECV] += record[W_TS_EVENT] - eventBefore;
    for (let w = 0; w < MBO_WORDS; w++) words[base + w] = record[w];
  }
}
