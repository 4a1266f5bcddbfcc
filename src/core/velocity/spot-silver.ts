/**
 * Records of one future or share in, one `SpotWindow` per window out: silver tables of the two products that have a
 * price of their own. Source: velocity.md sections 4.4 and 7.
 */
import { restedQty } from '#core/book/book-queries';
import { F_SNAPSHOT, MBO_WORDS, W_TAGS, type MboBlock } from '#core/mbo/mbo-block';
import { BookWindow } from '#core/velocity/book-window';
import { roundQuotient } from '#core/velocity/integer-rounding';
import { spotAnchor } from '#core/velocity/spot-anchor';
import { SpotWindow } from '#core/velocity/spot-window';
import { ALL_TIMES, isInRange, type TimeRange } from '#core/velocity/time-range';
import type { VelocityConfig } from '#core/velocity/velocity-config';
import { NO_WINDOW, WindowClock } from '#core/velocity/window-clock';

/** How prices become cells. */
export interface SpotGrid {
  /** Price of one cell, price_int. */
  readonly stepInt: number;
  /** Cells to each side of the anchor. */
  readonly reach: number;
  readonly restNs: number;
  /** Prices are gathered in buckets; else a price that is no whole number of steps has no cell. */
  readonly buckets: boolean;
}

export function futuresGrid({ futures }: VelocityConfig): SpotGrid {
  const { tick_int, grid_max_ticks, rest_ns } = futures;
  return { stepInt: tick_int, reach: grid_max_ticks, restNs: rest_ns, buckets: false };
}

export function equityGrid({ equity }: VelocityConfig): SpotGrid {
  const { bucket_int, grid_max_buckets, rest_ns } = equity;
  return { stepInt: bucket_int, reach: grid_max_buckets, restNs: rest_ns, buckets: true };
}

export interface SpotOptions {
  /** Which windows are put out; default all. */
  readonly range?: TimeRange;
  /**
   * A capture that opens with a snapshot, often of midnight, goes on with its first live record: the quiet windows in
   * between are left out where they are more than `LONG_QUIET`.
   */
  readonly skipQuietStart?: boolean;
}

/** Windows. */
export const LONG_QUIET = 60;

/** The window is filled again for the next call. */
export type SpotSink = (window: SpotWindow) => void;

export class SpotSilver {
  readonly clock: WindowClock;
  /** Prices off the grid of steps, counted once per window and side. */
  offStep = 0;
  readonly #grid: SpotGrid;
  readonly #range: TimeRange;
  readonly #window = new SpotWindow();
  /** Row of each cell of a side, by price. */
  readonly #rowOf: readonly Map<number, number>[] = [new Map(), new Map()];
  #state: BookWindow | undefined;
  #ownBid = 0;
  #ownAsk = 0;
  /** Only records of a snapshot so far, and the pause after it may be left out. */
  #maySkip: boolean;

  constructor(
    windowNs: number,
    grid: SpotGrid,
    { range = ALL_TIMES, skipQuietStart = false }: SpotOptions = {},
  ) {
    this.clock = new WindowClock(windowNs);
    this.#grid = grid;
    this.#range = range;
    this.#maySkip = skipQuietStart;
  }

  /** The book as it stands; `undefined` before the first record. */
  get state(): BookWindow | undefined {
    return this.#state;
  }

  /**
   * Takes in the records `[from, to)` of the instrument, in order of arrival.
   *
   * @param mostWindows return after closing so many windows, so that their rows can be taken away
   * @returns the first record not taken in; less than `to` only after `mostWindows`
   * @throws ProblemError `velocity/mixed-days`, `book/out-of-memory`
   */
  process(block: MboBlock, from: number, to: number, sink: SpotSink, mostWindows = Infinity): number {
    const { words } = block;
    let left = mostWindows;
    for (let i = from; i < to; i++) {
      const base = i * MBO_WORDS;
      const window = this.clock.place(words, base);
      if (window === NO_WINDOW) continue;
      const state = (this.#state ??= this.#open(window));
      while (this.clock.open < window) {
        if (left-- === 0) return i;
        this.#close(state, sink);
        this.#begin(state, this.#skips(window) ? window : this.clock.open + 1);
      }
      if ((words[base + W_TAGS] & F_SNAPSHOT) === 0) this.#maySkip = false;
      state.apply(words, base);
    }
    return to;
  }

  /** Closes all windows before this one: a live clock has passed their end. */
  advanceTo(window: number, sink: SpotSink): void {
    while (this.#state && this.clock.open < window) {
      this.#close(this.#state, sink);
      this.#begin(this.#state, this.clock.open + 1);
    }
  }

  /** End of data: the open window is finished. */
  finish(sink: SpotSink): void {
    if (this.#state) this.#close(this.#state, sink);
  }

  #skips(window: number): boolean {
    return this.#maySkip && window - this.clock.open > LONG_QUIET;
  }

  #open(window: number): BookWindow {
    const state = new BookWindow(this.clock.baseNs, this.#grid.restNs);
    this.#begin(state, window);
    return state;
  }

  #begin(state: BookWindow, window: number): void {
    this.clock.open = window;
    state.beginWindow();
    const anchor = spotAnchor(state);
    const { stepInt, buckets } = this.#grid;
    this.#window.anchor = buckets ? roundQuotient(anchor, stepInt) * stepInt : anchor;
    this.#ownBid = state.bestBid;
    this.#ownAsk = state.bestAsk;
  }

  #close(state: BookWindow, sink: SpotSink): void {
    const window = this.#window;
    window.endNs = this.clock.endOf(this.clock.open);
    if (!isInRange(this.#range, window.endNs)) return;
    window.startNs = this.clock.startOf(this.clock.open);
    const { book } = state;
    window.bestBid = state.bestBid;
    window.bestAsk = state.bestAsk;
    window.bestBidQty = book.bestBidLevel < 0 ? 0 : book.levelQty[book.bestBidLevel];
    window.bestAskQty = book.bestAskLevel < 0 ? 0 : book.levelQty[book.bestAskLevel];
    window.lastTrade = book.lastTrade.price;
    window.bookValid = state.isValid;
    window.windowValid = state.isWindowValid;
    window.ownBid = this.#ownPrice(this.#ownBid, window.bestBid);
    window.ownAsk = this.#ownPrice(this.#ownAsk, window.bestAsk);
    this.#fillRows(state);
    sink(window);
  }

  /** Best price of a side at the start of the window; else at its end; else the anchor. */
  #ownPrice(atStart: number, atEnd: number): number {
    const { anchor } = this.#window;
    const price = atStart !== 0 ? atStart : atEnd;
    return price === 0 ? anchor : (this.#cellPrice(price) ?? price);
  }

  #fillRows(state: BookWindow): void {
    const { rows, anchor } = this.#window;
    rows.clear();
    if (anchor === 0) return;
    for (const known of this.#rowOf) known.clear();
    const { flow } = state;
    for (let cell = 0; cell < flow.count; cell++) {
      const row = this.#row(flow.side[cell], flow.price[cell]);
      if (row < 0) continue;
      rows.addQty[row] += flow.add[cell];
      rows.pullQty[row] += flow.pull[cell];
      rows.restedPullQty[row] += flow.restedPull[cell];
      rows.fillQty[row] += flow.fill[cell];
    }
    this.#addDepth(state);
    this.#deriveRows();
    rows.sort();
  }

  #addDepth({ book }: BookWindow): void {
    const { rows } = this.#window;
    const latestEntryNs = (this.clock.open + 1) * this.clock.lengthNs - this.#grid.restNs;
    const { levelCount, levelQty, levelSide, levelPrice } = book;
    for (let level = 0; level < levelCount; level++) {
      if (levelQty[level] === 0) continue;
      const row = this.#row(levelSide[level], levelPrice[level]);
      if (row < 0) continue;
      rows.endQty[row] += levelQty[level];
      rows.restQty[row] += restedQty(book, level, latestEntryNs);
    }
  }

  #deriveRows(): void {
    const window = this.#window;
    const { rows, anchor } = window;
    const { stepInt } = this.#grid;
    for (let row = 0; row < rows.count; row++) {
      const price = rows.price[row];
      rows.relTicks[row] = roundQuotient(price - anchor, stepInt);
      rows.relTicksSide[row] = roundQuotient(price - window.ownPrice(rows.side[row]), stepInt);
      const before = rows.endQty[row] - rows.addQty[row] + rows.pullQty[row] + rows.fillQty[row];
      rows.startQty[row] = Math.max(0, before);
    }
  }

  /** Row of the cell of a price, -1 = outside of the grid. */
  #row(side: number, price: number): number {
    const cell = this.#cellPrice(price);
    if (cell === undefined) {
      this.offStep++;
      return -1;
    }
    const { stepInt, reach } = this.#grid;
    if (Math.abs(cell - this.#window.anchor) > reach * stepInt) return -1;
    const rowOf = this.#rowOf[side];
    let row = rowOf.get(cell);
    if (row === undefined) {
      row = this.#window.rows.append(side, cell);
      rowOf.set(cell, row);
    }
    return row;
  }

  /** The price that stands for a cell; `undefined` where a price has none. */
  #cellPrice(price: number): number | undefined {
    const { stepInt, buckets } = this.#grid;
    if (!buckets) return price % stepInt === 0 ? price : undefined;
    const { anchor } = this.#window;
    return anchor + roundQuotient(price - anchor, stepInt) * stepInt;
  }
}
