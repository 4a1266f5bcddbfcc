/**
 * Market-by-order records of the options of one underlying in, one `OptionWindow` per window of the underlying out.
 * One book per instrument; orders are keyed per instrument. Source: velocity.md section 8.
 */
import { restedQty } from '#core/book/book-queries';
import { MBO_WORDS, W_HEAD, W_INSTRUMENT, type MboBlock } from '#core/mbo/mbo-block';
import { BookWindow } from '#core/velocity/book-window';
import { OptionClock, TAKE, WAIT } from '#core/velocity/option-clock';
import type { OptionDefinitions } from '#core/velocity/option-definitions';
import { futureOptionGrid, strikeBucket } from '#core/velocity/option-strikes';
import { OptionWindow, type OptionRight } from '#core/velocity/option-window';
import type { VelocityConfig } from '#core/velocity/velocity-config';
import type { WindowClock } from '#core/velocity/window-clock';

/** Options have few orders, and there are hundreds of options. */
const INITIAL_ORDERS = 64;
const PUBLISHERS = 65_536;

interface OptionBook {
  readonly instrumentId: number;
  readonly right: OptionRight;
  readonly strikeInt: number;
  readonly bucket: number;
  readonly state: BookWindow;
}

export class OptionSilver {
  readonly #books = new Map<number, OptionBook>();
  readonly #clock: OptionClock;
  readonly #window: OptionWindow;
  readonly #restNs: number;

  /** @param baseNs start of the UTC day from which windows are counted */
  constructor(
    private readonly config: VelocityConfig,
    private readonly definitions: OptionDefinitions,
    private readonly baseNs: bigint,
  ) {
    this.#window = new OptionWindow(futureOptionGrid(config));
    this.#restNs = config.options.rest_ns;
    this.#clock = new OptionClock(config.window_ns, baseNs, () => {
      for (const { state } of this.#books.values()) state.beginWindow();
    });
  }

  get clock(): WindowClock {
    return this.#clock.clock;
  }

  /**
   * Takes in records `[from, to)` up to the end of the window that ends at `endNs`.
   *
   * @returns the first record of a later window, or `to`
   * @throws ProblemError `velocity/mixed-days`, `book/out-of-memory`
   */
  process(block: MboBlock, from: number, to: number, endNs: bigint): number {
    const { words } = block;
    this.#clock.allow(endNs);
    for (let i = from; i < to; i++) {
      const base = i * MBO_WORDS;
      const instrumentId = words[base + W_INSTRUMENT];
      // The records of others, such as the future in the same capture, say nothing of the time of the options.
      if (!this.definitions.has(instrumentId)) continue;
      const admission = this.#clock.admit(this.#clock.clock.place(words, base));
      if (admission === WAIT) return i;
      if (admission !== TAKE) continue;
      this.#bookOf(instrumentId, words[base + W_HEAD] >>> 16)?.state.apply(words, base);
    }
    return to;
  }

  /**
   * Closes the window that ends at `endNs`; windows must be closed in ascending order.
   *
   * @param anchor reference price of the underlying in that window
   * @returns valid until the next call
   */
  close(endNs: bigint, anchor: number): OptionWindow {
    this.#clock.allow(endNs);
    const { startNs, number } = this.#clock.close();
    const window = this.#window;
    window.begin(startNs, endNs, anchor);
    const latestEntryNs = (number + 1) * this.config.window_ns - this.#restNs;
    for (const option of this.#books.values()) {
      this.#quote(option);
      if (window.hasCells) this.#addSums(option, latestEntryNs);
    }
    window.quotes.sort((a, b) => a.instrumentId - b.instrumentId);
    window.finish();
    this.#clock.next();
    return window;
  }

  #bookOf(instrumentId: number, publisherId: number): OptionBook | undefined {
    const key = instrumentId * PUBLISHERS + publisherId;
    const known = this.#books.get(key);
    if (known) return known;
    const definition = this.definitions.get(instrumentId);
    if (!definition) return undefined;
    const { right, strikeInt } = definition;
    const bucket = strikeBucket(this.#window.grid, strikeInt);
    const state = new BookWindow(this.baseNs, this.#restNs, INITIAL_ORDERS);
    state.beginWindow();
    const option = { instrumentId, right, strikeInt, bucket, state };
    this.#books.set(key, option);
    return option;
  }

  #quote({ instrumentId, right, strikeInt, state }: OptionBook): void {
    const { bestBid: bid, bestAsk: ask, book, isValid: bookValid } = state;
    if (book.bestBidLevel < 0 || book.bestAskLevel < 0 || ask <= bid) return;
    this.#window.quotes.push({ instrumentId, right, strikeInt, bid, ask, bookValid });
  }

  #addSums({ right, bucket, state }: OptionBook, latestEntryNs: number): void {
    const window = this.#window;
    const first = window.cell(bucket, right);
    if (first < 0) return;
    const { book, flow } = state;
    if (!state.isWindowValid) window.valid.fill(0, first, first + 2);
    for (let i = 0; i < flow.count; i++) {
      const cell = first + 1 - flow.side[i];
      window.addQty[cell] += flow.add[i];
      window.pullQty[cell] += flow.pull[i];
      window.restedPullQty[cell] += flow.restedPull[i];
      window.fillQty[cell] += flow.fill[i];
    }
    for (let level = 0; level < book.levelCount; level++) {
      if (book.levelQty[level] === 0) continue;
      const cell = first + 1 - book.levelSide[level];
      window.endQty[cell] += book.levelQty[level];
      window.restQty[cell] += restedQty(book, level, latestEntryNs);
    }
  }
}
