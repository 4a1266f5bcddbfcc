/** How many MBO records each instrument has, and when: counted while blocks pass by, without allocation per record. */
import type { InstrumentKey } from '#core/capture/capture-types';
import {
  joinU64,
  MBO_WORDS,
  type MboBlock,
  W_HEAD,
  W_INSTRUMENT,
  W_TS_EVENT,
  W_TS_RECV,
} from '#core/mbo/mbo-block';

export interface InstrumentCount extends InstrumentKey {
  records: number;
  firstNs: bigint;
  lastNs: bigint;
}

/** One file starting, for an instrument, before an earlier file ended. */
export interface Overlap extends InstrumentKey {
  readonly file: number;
  readonly earlierFile: number;
}

const EMPTY = -1;
const UNDEFINED_HIGH = 0xffffffff;

export class InstrumentCounts {
  /** Open addressing: slot → entry. A power of two, at most half full. */
  #slots = new Int32Array(64).fill(EMPTY);
  #size = 0;
  #publishers = new Uint16Array(32);
  #instruments = new Uint32Array(32);
  #records = new Float64Array(32);
  #lastFile = new Int32Array(32);
  /** Times as pairs of words, low first. */
  #first = new Uint32Array(64);
  #last = new Uint32Array(64);
  readonly overlaps: Overlap[] = [];

  /** @param file index of the file that the block comes from */
  add(block: MboBlock, file: number): void {
    const { words, count } = block;
    let i = 0;
    while (i < count) {
      const b = i * MBO_WORDS;
      const publisher = words[b + W_HEAD] >>> 16;
      const instrument = words[b + W_INSTRUMENT];
      const entry = this.entryOf(publisher, instrument);
      if (this.#lastFile[entry] !== file) this.#startFile(entry, words, b, file);
      let end = i + 1;
      while (
        end < count &&
        words[end * MBO_WORDS + W_INSTRUMENT] === instrument &&
        words[end * MBO_WORDS + W_HEAD] >>> 16 === publisher
      ) {
        end++;
      }
      this.#records[entry] += end - i;
      const at = timeWord(words, (end - 1) * MBO_WORDS);
      this.#last[2 * entry] = words[at];
      this.#last[2 * entry + 1] = words[at + 1];
      i = end;
    }
  }

  /** Number of the instrument, from 0 in order of appearance. */
  entryOf(publisher: number, instrument: number): number {
    const mask = this.#slots.length - 1;
    let slot = (Math.imul(instrument ^ (publisher << 16), 0x9e3779b1) >>> 7) & mask;
    for (;;) {
      const entry = this.#slots[slot];
      if (entry === EMPTY) return this.#insert(slot, publisher, instrument);
      if (this.#instruments[entry] === instrument && this.#publishers[entry] === publisher) return entry;
      slot = (slot + 1) & mask;
    }
  }

  list(): InstrumentCount[] {
    return Array.from({ length: this.#size }, (_, i) => ({
      publisherId: this.#publishers[i],
      instrumentId: this.#instruments[i],
      records: this.#records[i],
      firstNs: joinU64(this.#first[2 * i], this.#first[2 * i + 1]),
      lastNs: joinU64(this.#last[2 * i], this.#last[2 * i + 1]),
    }));
  }

  #startFile(entry: number, words: Uint32Array, base: number, file: number): void {
    const at = timeWord(words, base);
    const [low, high] = [words[at], words[at + 1]];
    const earlier = this.#lastFile[entry];
    this.#lastFile[entry] = file;
    if (earlier < 0) {
      this.#first[2 * entry] = low;
      this.#first[2 * entry + 1] = high;
      return;
    }
    const [lastLow, lastHigh] = [this.#last[2 * entry], this.#last[2 * entry + 1]];
    if (high < lastHigh || (high === lastHigh && low < lastLow)) {
      const [publisherId, instrumentId] = [this.#publishers[entry], this.#instruments[entry]];
      this.overlaps.push({ publisherId, instrumentId, file, earlierFile: earlier });
    }
  }

  #insert(slot: number, publisher: number, instrument: number): number {
    const entry = this.#size++;
    if (entry === this.#publishers.length) this.#growEntries();
    this.#publishers[entry] = publisher;
    this.#instruments[entry] = instrument;
    this.#lastFile[entry] = -1;
    this.#slots[slot] = entry;
    if (2 * this.#size > this.#slots.length) this.#rehash();
    return entry;
  }

  #growEntries(): void {
    const grow = <T extends Uint16Array | Uint32Array | Int32Array | Float64Array>(
      array: T,
      make: (n: number) => T,
    ): T => {
      const larger = make(2 * array.length);
      larger.set(array);
      return larger;
    };
    this.#publishers = grow(this.#publishers, (n) => new Uint16Array(n));
    this.#instruments = grow(this.#instruments, (n) => new Uint32Array(n));
    this.#records = grow(this.#records, (n) => new Float64Array(n));
    this.#lastFile = grow(this.#lastFile, (n) => new Int32Array(n));
    this.#first = grow(this.#first, (n) => new Uint32Array(n));
    this.#last = grow(this.#last, (n) => new Uint32Array(n));
  }

  #rehash(): void {
    const mask = 2 * this.#slots.length - 1;
    this.#slots = new Int32Array(mask + 1).fill(EMPTY);
    for (let entry = 0; entry < this.#size; entry++) {
      let slot =
        (Math.imul(this.#instruments[entry] ^ (this.#publishers[entry] << 16), 0x9e3779b1) >>> 7) & mask;
      while (this.#slots[slot] !== EMPTY) slot = (slot + 1) & mask;
      this.#slots[slot] = entry;
    }
  }
}

/** Word of the time of receipt, or of the event where that is undefined. */
function timeWord(words: Uint32Array, base: number): number {
  return base + (words[base + W_TS_RECV + 1] === UNDEFINED_HIGH ? W_TS_EVENT : W_TS_RECV);
}
