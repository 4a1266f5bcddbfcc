/**
 * What happens per record and per row of a bin, in one place: book, ticks, spectrum, window. `BinStream` drives it and
 * decides what needs no speed: clocks, phases, where bins end. Kernel code: this class runs as TypeScript, and compiled
 * to WebAssembly behind `WasmKernel`. Everything that crosses is a number or an array of numbers.
 *
 *   words ─► run: plain records of the open bin, up to the first that needs a look
 *         └► apply: one record at a time the caller decided
 *   closeBin ─► ticks to the edge, journal, rows of the window ─┬► score: spectrum of all bins of the block
 *                                                               └► moreFeeds: the same for a `ScoreKernel`
 */
import { newF64s, newU32s, newU8s, type F64s, type U32s, type U8s } from '#base/numeric/arrays';
import type { f64, i32 } from '#base/numeric/types';
import { StateReader, StateWriter } from '#base/state-io';
import { restoreBook, saveBook } from '#core/book/book-checkpoint';
import { OrderBook } from '#core/book/order-book';
import {
  F_MBP,
  F_SNAPSHOT,
  F_TOB,
  MBO_WORDS,
  W_HEAD,
  W_INSTRUMENT,
  W_TAGS,
  W_TS_EVENT,
} from '#core/mbo/mbo-layout';
import { FrameBlock } from '#core/vp/frame-block';
import {
  S_ANCHOR_TICK,
  S_ANOMALIES,
  S_BASE_HI,
  S_BASE_LO,
  S_BEST_ASK,
  S_BEST_BID,
  S_BOOK_ONLY,
  S_BOOK_VALID,
  S_CENTRE,
  S_EVENT_COUNT,
  S_FOREIGN,
  S_IN_SNAPSHOT,
  S_LAST_EDGE,
  S_LAST_EDGE_NS,
  S_NOW_NS,
  S_ORDER_COUNT,
  S_OUT_OF_RANGE,
  S_PLAIN_END_NS,
  S_SPOT,
  S_SUSPECT,
  S_TAKEN,
  STATUS_NUMBERS,
} from '#core/vp/kernel-status';
import { slotOfPrice, spotPriceOf } from '#core/vp/price-grid';
import { SpectrumFeeder } from '#core/vp/spectrum-feeder';
import { SpectrumScorer } from '#core/vp/spectrum-scorer';
import { MECHANICS_COLUMNS, TickReader } from '#core/vp/tick-reader';
import { VpEngine } from '#core/vp/vp-engine';
import { NO_SPECTRUM, SCORED_HERE, type VpShape } from '#core/vp/vp-shape';

/** Records that `words` has room for. */
export const KERNEL_RECORDS: i32 = 8192;
/** Place of one more record, for one that does not come with the others. */
export const HELD_RECORD: i32 = 8192;
/** Columns of `readSlots`: the mechanics, the two forces, `last_event_id`. */
export const SLOT_COLUMNS: i32 = 27;
/** Slots that `readSlots` reads at once. */
export const SLOTS_AT_ONCE: i32 = 512;

const FIRST_STATE_BYTES: i32 = 65536;
const TWO_32: f64 = 4294967296;
/** Records of snapshots and of aggregated feeds need a look. */
const UNUSUAL: i32 = F_TOB | F_MBP | F_SNAPSHOT;

export class VpKernel {
  /** Records to process, packed. */
  readonly words: U32s = newU32s((KERNEL_RECORDS + 1) * MBO_WORDS);
  readonly status: F64s = newF64s(STATUS_NUMBERS);
  readonly frames: FrameBlock;
  /** What `readSlots` reads: column c of the i-th slot at `c * SLOTS_AT_ONCE + i`. */
  readonly slotColumns: F64s = newF64s(SLOT_COLUMNS * SLOTS_AT_ONCE);
  /** What was saved last. */
  readonly saved: StateWriter = new StateWriter(FIRST_STATE_BYTES);
  /** A state to restore. */
  loaded: U8s = newU8s(1);
  readonly engine: VpEngine;
  readonly feeder: SpectrumFeeder;
  private readonly scorer: SpectrumScorer | null;
  private readonly reader: TickReader;

  constructor(private readonly shape: VpShape) {
    const engine = new VpEngine(shape, new OrderBook());
    const frames = new FrameBlock(shape.radius, shape.slots);
    this.engine = engine;
    this.frames = frames;
    this.reader = new TickReader(engine.ticks, shape.forces);
    this.feeder = new SpectrumFeeder(shape.spectrum, engine.ticks, shape.forces, shape.liveRows);
    this.scorer =
      shape.spectrumPlace === SCORED_HERE ? new SpectrumScorer(shape.spectrum, shape.liveRows) : null;
    this.tell();
  }

  /**
   * Applies the plain records of `[from, to)`: those of the instrument that come in order of time into the open bin,
   * or while fast-forwarding before its end.
   * Stops at the first other one and returns its index.
   */
  run(from: i32, to: i32): i32 {
    const words = this.words;
    const status = this.status;
    const engine = this.engine;
    const headMask = this.shape.headMask;
    const headWord = this.shape.headWord;
    const instrument = this.shape.instrument;
    const plainEndNs = status[S_PLAIN_END_NS];
    const baseLo = status[S_BASE_LO];
    const baseHi = status[S_BASE_HI];
    const bookOnly = status[S_BOOK_ONLY] !== 0;
    let nowNs = status[S_NOW_NS];
    let foreign: i32 = 0;
    let i = from;
    for (; i < to; i++) {
      const base = i * MBO_WORDS;
      if ((words[base + W_HEAD] & headMask) !== headWord || (words[base + W_INSTRUMENT] | 0) !== instrument) {
        foreign++;
        continue;
      }
      const eventNs = (words[base + W_TS_EVENT + 1] - baseHi) * TWO_32 + (words[base + W_TS_EVENT] - baseLo);
      if (!(eventNs >= nowNs && eventNs < plainEndNs) || (words[base + W_TAGS] & UNUSUAL) !== 0) break;
      nowNs = eventNs;
      if (bookOnly) engine.updateBook(words, base);
      else engine.update(words, base, eventNs);
    }
    status[S_NOW_NS] = nowNs;
    status[S_FOREIGN] += foreign;
    status[S_TAKEN] += i - from - foreign;
    this.tell();
    return i;
  }

  /** Full processing of record `index` at the engine time `tNs`. */
  apply(index: i32, tNs: f64): void {
    this.engine.update(this.words, index * MBO_WORDS, tNs);
    this.tell();
  }

  /** Record `index` while fast-forwarding: it changes the book only. */
  applyToBook(index: i32): void {
    this.engine.updateBook(this.words, index * MBO_WORDS);
    this.tell();
  }

  /** End of the fast-forward (section 7). */
  reanchor(): void {
    this.engine.reanchor();
    this.engine.sync();
    this.tell();
  }

  /** Closes the open bin and adds its rows to `frames`, which `score` completes. At most `BLOCK_BINS` until then. */
  closeBin(endNs: f64): void {
    const engine = this.engine;
    const ticks = engine.ticks;
    const grid = engine.grid;
    const status = this.status;
    ticks.closeEdge(endNs);
    if (this.shape.spectrumPlace !== NO_SPECTRUM) this.feeder.history.record();
    ticks.beginBin();
    const bid = engine.bestBidPrice();
    const ask = engine.bestAskPrice();
    const spot = spotPriceOf(bid, ask, this.shape.tickInt);
    const centre = grid.isAnchored ? slotOfPrice(spot, this.shape.tickInt, grid.anchorTick, grid.slots) : -1;
    this.frames.add(centre, this.reader);
    status[S_BEST_BID] = bid;
    status[S_BEST_ASK] = ask;
    status[S_SPOT] = spot;
    status[S_CENTRE] = centre;
    this.tell();
  }

  /** Completes the bins in `frames`. `clear` them before the next bin is closed. */
  score(): void {
    const scorer = this.scorer;
    if (scorer === null) return;
    const feeder = this.feeder;
    feeder.begin(this.frames);
    for (let length = feeder.more(this.frames); length > 0; length = feeder.more(this.frames)) {
      scorer.score(this.frames, feeder.feeds, length);
    }
  }

  /** Starts to feed another kernel with what the bins in `frames` lack. */
  beginFeeds(): void {
    this.feeder.begin(this.frames);
  }

  /** Puts the next feeds into the front of `feeder.feeds`; returns how many numbers, 0 when that was all. */
  moreFeeds(): i32 {
    if (this.shape.spectrumPlace === NO_SPECTRUM) return 0;
    return this.feeder.more(this.frames);
  }

  clear(): void {
    this.frames.clear();
  }

  /** End of data: fills that no removal explained stay unexplained. */
  end(): void {
    this.engine.book.credits.endAll();
    this.tell();
  }

  /** Reads `count` slots from `from` on, at most `SLOTS_AT_ONCE`, into `slotColumns`. */
  readSlots(from: i32, count: i32): void {
    for (let i = 0; i < count; i++) {
      this.reader.read(from + i, this.slotColumns, i, SLOTS_AT_ONCE);
      this.slotColumns[MECHANICS_COLUMNS * SLOTS_AT_ONCE + i] = this.reader.lastEventId;
    }
  }

  /** Puts the whole state into `saved`; the bins in `frames` must have been scored. */
  save(): void {
    this.saved.clear();
    saveBook(this.engine.book, this.saved);
    this.engine.save(this.saved);
    this.feeder.history.save(this.saved);
  }

  /** Puts the state of the book alone into `saved`. */
  saveBook(): void {
    this.saved.clear();
    saveBook(this.engine.book, this.saved);
  }

  /** Makes room in `loaded`, to be filled before `restore`. */
  reserve(bytes: i32): void {
    this.loaded = newU8s(bytes);
  }

  /** Restores `bytes` of `loaded` into a fresh kernel of the same shape. Stops where they are damaged. */
  restore(bytes: i32): void {
    const reader = new StateReader(this.loaded, bytes);
    restoreBook(this.engine.book, reader);
    this.engine.restore(reader);
    this.feeder.history.restore(reader);
    reader.end();
    this.tell();
  }

  private tell(): void {
    const status = this.status;
    const book = this.engine.book;
    const anomalies = book.anomalies;
    status[S_EVENT_COUNT] = book.eventCount;
    status[S_ORDER_COUNT] = book.orderCount;
    status[S_BOOK_VALID] = book.bookValid ? 1 : 0;
    status[S_IN_SNAPSHOT] = book.snapshotInProgress ? 1 : 0;
    status[S_SUSPECT] = book.suspect ? 1 : 0;
    status[S_ANCHOR_TICK] = this.engine.grid.anchorTick;
    status[S_OUT_OF_RANGE] = this.engine.outOfRange;
    status[S_LAST_EDGE] = this.engine.ticks.lastEdge;
    status[S_LAST_EDGE_NS] = this.engine.ticks.lastEdgeNs;
    status[S_ANOMALIES] = anomalies.zero_size_cancel;
    status[S_ANOMALIES + 1] = anomalies.clamped_cancel;
    status[S_ANOMALIES + 2] = anomalies.unknown_cancel;
    status[S_ANOMALIES + 3] = anomalies.unknown_modify;
    status[S_ANOMALIES + 4] = anomalies.unknown_fill;
    status[S_ANOMALIES + 5] = anomalies.duplicate_add;
    status[S_ANOMALIES + 6] = anomalies.bad_side;
    status[S_ANOMALIES + 7] = anomalies.undefined_price;
    status[S_ANOMALIES + 8] = anomalies.unused_credit;
    status[S_ANOMALIES + 9] = anomalies.unknown_action;
    status[S_ANOMALIES + 10] = anomalies.clamped_depth;
  }
}
