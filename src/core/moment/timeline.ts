/**
 * All records of an instrument, packed in pages: by index, by time, by order; and where events end. An index counts
 * the records before it, so it also names the moment after them. Beyond the budget the oldest pages are forgotten.
 */
import { fail } from '#base/problem';
import { F_LAST, MBO_BYTES, MBO_WORDS, MboBlock, W_TAGS } from '#core/mbo/mbo-block';
import { MarketClock } from '#core/moment/market-clock';
import { OrderFilter } from '#core/moment/order-filter';
import { RecordPacker, unpackRecords } from '#core/moment/record-codec';

/** Records of a page: what is unpacked to read one of them. */
const PAGE_RECORDS = 4096;

interface Page {
  readonly packed: Uint8Array;
  readonly filter: OrderFilter;
}

/** Records that lie together: those of `block` from `from` to `to` (exclusive), the first of which has `index`. */
export interface TimelinePart {
  readonly block: MboBlock;
  readonly from: number;
  readonly to: number;
  readonly index: number;
}

export class Timeline {
  readonly clock = new MarketClock();
  /** Time after the last record, ns on the clock's time base; -Infinity before the first. */
  nowNs = -Infinity;
  /** Bytes that the packed pages take. */
  bytes = 0;
  /** Full pages in order. */
  readonly #pages: (Page | undefined)[] = [];
  /** Pages before this one are forgotten. */
  #firstPage = 0;
  /** Time before the first record of each page, the open one included. */
  readonly #startNs: number[] = [-Infinity];
  readonly #open = MboBlock.withCapacity(PAGE_RECORDS);
  #openFilter = new OrderFilter(PAGE_RECORDS);
  readonly #unpacked = MboBlock.withCapacity(PAGE_RECORDS);
  #unpackedPage = -1;
  readonly #packer = new RecordPacker(PAGE_RECORDS);

  /**
   * @param budgetBytes for packed records, 16 to 20 bytes each; at least one page is kept
   * @param origin index of the first record, where those before it never came
   */
  constructor(
    private readonly budgetBytes: number,
    readonly origin = 0,
  ) {}

  /** Records so far: the latest moment. */
  get count(): number {
    return this.origin + this.#pages.length * PAGE_RECORDS + this.#open.count;
  }

  /** Index of the oldest record that is still there. */
  get first(): number {
    return this.origin + this.#firstPage * PAGE_RECORDS;
  }

  /** Copies the records `from` to `to` (exclusive) of a block. */
  append(block: MboBlock, from: number, to: number): void {
    const open = this.#open;
    for (let i = from; i < to;) {
      const end = Math.min(to, i + PAGE_RECORDS - open.count);
      open.bytes.set(block.bytes.subarray(i * MBO_BYTES, end * MBO_BYTES), open.count * MBO_BYTES);
      open.count += end - i;
      for (; i < end; i++) {
        this.nowNs = this.clock.after(block.words, i * MBO_WORDS, this.nowNs);
        this.#openFilter.add(block.words, i * MBO_WORDS);
      }
      if (open.count === PAGE_RECORDS) this.#closePage();
    }
  }

  /**
   * The records `from` to `to` (exclusive) in order. A part is valid until the next one is asked for.
   *
   * @param mayMatter pages without resets of the book for whose filter it is false are left out
   * @throws ProblemError `moment/forgotten`
   */
  *parts(
    from: number,
    to: number,
    mayMatter: (filter: OrderFilter) => boolean = () => true,
  ): Generator<TimelinePart, void, void> {
    for (let index = from; index < to;) {
      const page = this.#pageOf(index);
      const start = this.#startOf(page);
      const end = Math.min(to, start + PAGE_RECORDS);
      if (page < this.#firstPage) failForgotten();
      const filter = this.#pages[page]?.filter ?? this.#openFilter;
      if (filter.hasReset || mayMatter(filter)) {
        yield { block: this.#read(page), from: index - start, to: end - start, index };
      }
      index = end;
    }
  }

  /**
   * How many records came until an instant: those whose time is `ns` or earlier.
   *
   * @throws ProblemError `moment/forgotten`
   */
  indexAt(ns: bigint): number {
    const tNs = this.clock.fromEpoch(ns);
    if (tNs >= this.nowNs) return this.count;
    if (tNs < this.#startNs[this.#firstPage]) failForgotten();
    // The last page that begins no later: the pages after it hold later records only.
    let page = this.#firstPage;
    for (let after = this.#startNs.length; after - page > 1;) {
      const middle = (page + after) >> 1;
      if (this.#startNs[middle] <= tNs) page = middle;
      else after = middle;
    }
    const { words, count } = this.#read(page);
    let nowNs = this.#startNs[page];
    let i = 0;
    for (; i < count; i++) {
      nowNs = this.clock.after(words, i * MBO_WORDS, nowNs);
      if (nowNs > tNs) break;
    }
    const index = this.#startOf(page) + i;
    // Whether all records before the origin had come by then is not known.
    if (index === this.origin && this.origin > 0) failForgotten();
    return index;
  }

  /** Time after the first `index` records, ns since the epoch; `undefined` before the first one with a time. */
  timeAt(index: number): bigint | undefined {
    const page = index === this.count ? this.#pages.length : this.#pageOf(index);
    const { words } = this.#read(page);
    let nowNs = this.#startNs[page];
    for (let i = 0; i < index - this.#startOf(page); i++) {
      nowNs = this.clock.after(words, i * MBO_WORDS, nowNs);
    }
    return nowNs === -Infinity ? undefined : this.clock.toEpoch(nowNs);
  }

  /** The end of the event that goes on or begins at `index`; `undefined` when nothing follows. */
  eventEndAfter(index: number): number | undefined {
    if (index >= this.count) return undefined;
    for (const { block, from, to, index: first } of this.parts(index, this.count)) {
      for (let i = from; i < to; i++) if (endsEvent(block.words, i)) return first + i - from + 1;
    }
    return this.count;
  }

  /**
   * The end of the last event before `index`; `origin` when there is none, `undefined` when nothing precedes.
   *
   * @throws ProblemError `moment/forgotten`
   */
  eventEndBefore(index: number): number | undefined {
    if (index <= this.origin) return undefined;
    for (let end = index - 1; end > this.origin;) {
      const page = this.#pageOf(end - 1);
      const start = this.#startOf(page);
      const { words } = this.#read(page);
      for (; end > start; end--) if (endsEvent(words, end - start - 1)) return end;
    }
    return this.origin;
  }

  #pageOf(index: number): number {
    return Math.floor((index - this.origin) / PAGE_RECORDS);
  }

  #startOf(page: number): number {
    return this.origin + page * PAGE_RECORDS;
  }

  #read(page: number): MboBlock {
    if (page === this.#pages.length) return this.#open;
    if (page === this.#unpackedPage) return this.#unpacked;
    const { packed } = this.#pages[page] ?? failForgotten();
    unpackRecords(packed, this.#unpacked.words, PAGE_RECORDS);
    this.#unpacked.count = PAGE_RECORDS;
    this.#unpackedPage = page;
    return this.#unpacked;
  }

  #closePage(): void {
    const page = { packed: this.#packer.pack(this.#open.words, PAGE_RECORDS), filter: this.#openFilter };
    this.#pages.push(page);
    this.bytes += bytesOf(page);
    this.#startNs.push(this.nowNs);
    this.#open.count = 0;
    this.#openFilter = new OrderFilter(PAGE_RECORDS);
    while (this.bytes > this.budgetBytes && this.#firstPage < this.#pages.length - 1) this.#forgetPage();
  }

  #forgetPage(): void {
    const page = this.#pages[this.#firstPage];
    if (page) this.bytes -= bytesOf(page);
    this.#pages[this.#firstPage++] = undefined;
  }
}

function bytesOf({ packed, filter }: Page): number {
  return packed.byteLength + filter.bytes;
}

function endsEvent(words: Uint32Array, i: number): boolean {
  return (words[i * MBO_WORDS + W_TAGS] & F_LAST) !== 0;
}

/** @throws ProblemError `moment/forgotten` */
export function failForgotten(): never {
  return fail('moment/forgotten', 'The records of this moment are no longer held in memory.', {
    tip: 'Open a shorter part of the session, or ask for a later moment.',
  });
}
