/**
 * The vacuum–pressure engine as everybody uses it: the file worker, the live feed, the command line, the tests
 * (vacuum-pressure.md sections 2 and 7 to 13). Records in, bins out; the result depends on the sequence of records
 * and the configuration alone.
 *
 *   record ─► filter ─► IngestClock, TimeGate ─► BinClock: fast-forward │ warm-up │ bin ─► VpEngine
 *                                         └─ at every edge: TickStore ─► WindowRows (SpectrumWindow, labels)
 *                                                                    ─► DerivativeRuntime ─► sink
 */
import { fail } from '#base/problem';
import { StateReader, StateWriter } from '#base/state-io';
import { OrderBook } from '#core/book/order-book';
import type { VpRuntimeConfig } from '#core/config/runtime-config';
import { tickInt } from '#core/config/runtime-fields';
import {
  ADD,
  CANCEL,
  CLEAR,
  F_MBP,
  F_SNAPSHOT,
  F_TOB,
  MBO_RTYPE,
  MBO_WORDS,
  MODIFY,
  W_HEAD,
  W_INSTRUMENT,
  W_TAGS,
  type MboBlock,
} from '#core/mbo/mbo-block';
import { DerivativeRuntime } from '#core/score/derivative-runtime';
import { BinClock, EMITTING, FAST_FORWARD, WARM_UP, type RunLimits } from '#core/vp/bin-clock';
import { Forces } from '#core/vp/forces';
import { emptyHead, type BinHead, type BinSink } from '#core/vp/frame';
import { DEFAULT_JUMP_NS, IngestClock } from '#core/vp/ingest-clock';
import { bestMoveTicks, midPriceOf, slotOfPrice, spotPriceOf } from '#core/vp/price-grid';
import { SpectrumWindow } from '#core/vp/spectrum-window';
import { MECHANICS_COLUMNS, TickReader } from '#core/vp/tick-reader';
import { TimeGate } from '#core/vp/time-gate';
import { VpEngine } from '#core/vp/vp-engine';
import { WindowRows } from '#core/vp/window-rows';

export interface VpPipelineOptions {
  /** Absent = any publisher. */
  readonly publisherId?: number;
  readonly instrumentId: number;
  readonly run?: RunLimits;
  /** A record further ahead than this waits for the next one to confirm its time. Default ten minutes. */
  readonly jumpNs?: number;
  /** Longest pause that is filled with bins; the timeline ends at a longer one. Default three days. */
  readonly maxGapNs?: number;
  /** Raise `vp/out-of-range` instead of keeping orders outside the grid without depth. */
  readonly failOnOutOfRange?: boolean;
  /** False leaves the spectrum columns 0, for consumers that read only the mechanics. */
  readonly spectrum?: boolean;
}

/** Where the timeline ended before the data did. Times are ns since the epoch. */
export interface TimelineBreak {
  readonly lastNs: bigint;
  readonly nextNs: bigint;
  /** Records of the instrument from there on, none of them applied. */
  readonly records: number;
}

export interface VpDiagnostics {
  /** Counted and never fatal, under the names of section 19. */
  readonly anomalies: Record<string, number>;
  /** Records applied. */
  readonly events: number;
  /** Records of another instrument or publisher. */
  readonly foreignRecords: number;
  readonly outsideSession: number;
  /** `F_MAYBE_BAD_BOOK` since the last clear or completed snapshot (section 19.14). */
  readonly bookSuspect: boolean;
  /** The book had a bid and an ask at some time. */
  readonly anchored: boolean;
  readonly timelineBreak: TimelineBreak | undefined;
}

/** Columns of `VpPipeline.readSlots`: the mechanics, the two forces, `last_event_id`. */
export const SLOT_COLUMNS = MECHANICS_COLUMNS + 1;

const DEFAULT_MAX_GAP_NS = 3 * 86_400e9;
const AGGREGATED = F_TOB | F_MBP;
const UNUSUAL = AGGREGATED | F_SNAPSHOT;
const STATE_TAG = 'vp-pipeline';
const STATE_VERSION = 2;

export class VpPipeline {
  /** For inspection; driven by `process` alone. */
  readonly engine: VpEngine;
  readonly clock: IngestClock;
  private readonly gate: TimeGate;
  private readonly bins: BinClock;
  private readonly spectrum: SpectrumWindow | undefined;
  private readonly reader: TickReader;
  private readonly window: WindowRows;
  private readonly model: DerivativeRuntime;
  private readonly head: BinHead;

  private readonly headWord: number;
  private readonly headMask: number;
  private readonly tickInt: number;
  private readonly jumpNs: number;
  private readonly maxGapNs: number;
  /** Records in order of time before this need no look at phase, bin, session or jump. */
  private plainEndNs = -Infinity;
  /** Best prices of the previous bin, NaN = none. */
  private previousBid = NaN;
  private previousAsk = NaN;
  /** Time of the first record after a timeline break, NaN = none. */
  private breakNs = NaN;
  private afterBreak = 0;
  private foreignRecords = 0;
  private outsideSession = 0;

  /** @throws ProblemError where the configuration cannot be run */
  constructor(
    readonly config: VpRuntimeConfig,
    private readonly options: VpPipelineOptions,
    readonly book = new OrderBook(),
  ) {
    const radius = config.grid_radius_ticks;
    const slots = config.n_absolute_ticks;
    const cellNs = config.cell_width_ms * 1e6;
    this.tickInt = tickInt(config);
    this.jumpNs = options.jumpNs ?? DEFAULT_JUMP_NS;
    this.maxGapNs = options.maxGapNs ?? DEFAULT_MAX_GAP_NS;
    this.clock = new IngestClock(this.jumpNs);
    this.gate = new TimeGate(this.clock, this.jumpNs, this.maxGapNs);
    this.bins = new BinClock(options.run ?? {}, cellNs, this.maxGapNs);
    const shape = {
      slots,
      tickInt: this.tickInt,
      cellSeconds: cellNs / 1e9,
      tau: config,
      failOnOutOfRange: options.failOnOutOfRange === true,
    };
    this.engine = new VpEngine(shape, book);
    const { ticks } = this.engine;
    const forces = new Forces(config);
    this.reader = new TickReader(ticks, forces);
    if (options.spectrum !== false) {
      this.spectrum = new SpectrumWindow(config, ticks, forces, Math.min(2 * radius + 1, slots));
    }
    this.window = new WindowRows(radius, slots, this.reader, this.spectrum);
    this.model = new DerivativeRuntime(config);
    this.head = emptyHead(this.model.output);

    const head = MBO_WORDS | (MBO_RTYPE << 8);
    const { publisherId } = options;
    this.headWord = publisherId === undefined ? head : head | (publisherId << 16);
    this.headMask = publisherId === undefined ? 0xffff : -1;
  }

  /** ns since the epoch of time 0 in `BinHead`; 0 before the first record. */
  get timeBaseNs(): bigint {
    return this.clock.timeBaseNs;
  }

  /** Latest engine time, ns since the epoch: of the last record, or of the bins closed since in a quiet stretch. */
  get marketTimeNs(): bigint | undefined {
    if (this.book.eventCount === 0) return undefined;
    const { lastEdgeNs } = this.engine.ticks;
    return this.clock.toEpoch(Math.max(this.clock.nowNs, Number.isNaN(lastEdgeNs) ? -Infinity : lastEdgeNs));
  }

  get diagnostics(): VpDiagnostics {
    return {
      anomalies: this.anomalies(),
      events: this.book.eventCount,
      foreignRecords: this.foreignRecords,
      outsideSession: this.outsideSession,
      bookSuspect: this.book.suspect,
      anchored: this.engine.grid.isAnchored,
      timelineBreak: this.timelineBreak(),
    };
  }

  anomalies(): Record<string, number> {
    return {
      ...this.book.anomalies,
      late_ts: this.clock.late,
      out_of_range: this.engine.outOfRange,
      time_jump: this.gate.damaged,
    };
  }

  /**
   * Consumes the records `from` to `to` (exclusive) of a block. The last of them may be held back until the next
   * call or `finish` (see `TimeGate`).
   *
   * @param binBudget most bins to close: a long gap closes many, and the caller may want to look up in between
   * @returns index of the first record not yet consumed; call again from there
   * @throws ProblemError `vp/unsupported-feed`, `vp/start-too-early`, `vp/out-of-range` in strict mode
   */
  process(block: MboBlock, from: number, to: number, sink: BinSink, binBudget = Infinity): number {
    const { words } = block;
    const { clock, bins, engine, headMask, headWord } = this;
    const { now } = engine.ticks;
    const { instrumentId } = this.options;
    let budget = binBudget;
    for (let i = from; i < to; i++) {
      const base = i * MBO_WORDS;
      if ((words[base + W_HEAD] & headMask) !== headWord || words[base + W_INSTRUMENT] !== instrumentId) {
        this.foreignRecords++;
        continue;
      }
      // Most records belong to the open bin and to nothing special: one comparison on each side finds them.
      const eventNs = clock.eventNs(words, base);
      if (eventNs >= clock.nowNs && eventNs < this.plainEndNs && (words[base + W_TAGS] & UNUSUAL) === 0) {
        clock.nowNs = eventNs;
        bins.eventCount++;
        now[0] = eventNs;
        engine.update(words, base);
        continue;
      }
      if (!this.accepts(words, base)) continue;
      if (this.gate.holds) {
        budget = this.settleHeld(this.gate.isConfirmedBy(words, base), sink, budget);
        if (budget < 0) return i;
        if (clock.nowNs === -Infinity) this.startClock(words, base);
      }
      const tNs = clock.read(words, base, this.book.snapshotInProgress);
      if (!this.hasBroken && this.gate.mustHold(words[base + W_TAGS], tNs)) {
        this.gate.hold(words, base, tNs);
        this.plainEndNs = -Infinity;
        continue;
      }
      budget = this.take(words, base, tNs, sink, budget);
      if (budget < 0) return i;
    }
    return to;
  }

  /** End of data: closes the open bin if it has records. Returns false when the budget did not allow it. */
  finish(sink: BinSink, binBudget = Infinity): boolean {
    let budget = binBudget;
    if (this.gate.holds) budget = this.settleHeld(this.gate.isConfirmedAlone(), sink, budget);
    if (budget < 0 || (budget === 0 && this.bins.eventCount > 0)) return false;
    if (this.bins.eventCount > 0) this.closeBin(sink);
    this.book.credits.endAll();
    return true;
  }

  /**
   * The ticks of the grid slots `from` to `from + count` as `SLOT_COLUMNS` full-length columns (section 9.1): column
   * c of slot i at `out[c · count + i - from]`; the order is that of the first 26 float columns of the grid, then
   * `last_event_id`. Inside a sink it is the state at the end of the bin; reading has no influence on it.
   */
  readSlots(out: Float64Array, from = 0, count = this.config.n_absolute_ticks): void {
    for (let i = 0; i < count; i++) {
      this.reader.read(from + i, out, i, count);
      out[MECHANICS_COLUMNS * count + i] = this.reader.lastEventId;
    }
  }

  /** The whole state; a pipeline restored from it goes on bit for bit like this one. */
  save(): Uint8Array {
    const writer = new StateWriter(1 << 20);
    writer.begin(STATE_TAG, STATE_VERSION);
    writer.text(this.identity());
    const book = this.book.save();
    writer.number(book.length);
    writer.array(book);
    this.clock.save(writer);
    this.bins.save(writer);
    for (const price of [this.previousBid, this.previousAsk]) writer.number(price);
    for (const count of [this.foreignRecords, this.outsideSession]) writer.number(count);
    writer.number(this.breakNs);
    writer.number(this.afterBreak);
    this.gate.save(writer);
    this.engine.save(writer);
    this.spectrum?.history.save(writer);
    this.model.save(writer);
    return writer.finish();
  }

  /** @throws ProblemError `vp/other-run` when the state belongs to another configuration, `state/…` when it is damaged */
  static restore(config: VpRuntimeConfig, options: VpPipelineOptions, bytes: Uint8Array): VpPipeline {
    const reader = new StateReader(bytes);
    reader.begin(STATE_TAG, STATE_VERSION);
    const identity = reader.text();
    const length = reader.number();
    if (!(length >= 0 && length <= bytes.length)) fail('state/truncated', 'Saved state ends early');
    const book = new Uint8Array(length);
    reader.arrayInto(book);
    const pipeline = new VpPipeline(config, options, OrderBook.restore(book));
    if (identity !== pipeline.identity()) {
      fail('vp/other-run', 'The saved state belongs to another instrument, configuration or time window', {
        tip: 'Discard it and start from the beginning of the data.',
      });
    }
    pipeline.readState(reader);
    reader.end();
    return pipeline;
  }

  private readState(reader: StateReader): void {
    this.clock.restore(reader);
    this.bins.restore(reader);
    if (this.clock.started) this.bins.bind(this.clock);
    this.previousBid = reader.number();
    this.previousAsk = reader.number();
    this.foreignRecords = reader.number();
    this.outsideSession = reader.number();
    this.breakNs = reader.number();
    this.afterBreak = reader.number();
    this.gate.restore(reader);
    this.engine.restore(reader);
    this.spectrum?.history.restore(reader);
    this.model.restore(reader);
  }

  /** What a saved state depends on besides the records. */
  private identity(): string {
    const { publisherId, instrumentId, run, jumpNs, maxGapNs, failOnOutOfRange, spectrum } = this.options;
    const limits = [run?.warmupStartNs, run?.emitAfterNs, run?.sessionStartNs, run?.sessionEndNs];
    return [
      this.config.config_version,
      publisherId,
      instrumentId,
      ...limits,
      jumpNs,
      maxGapNs,
      failOnOutOfRange,
      spectrum,
    ]
      .map(String)
      .join('|');
  }

  /** Whether a record of the instrument enters the engine (section 2.3). */
  private accepts(words: Uint32Array, base: number): boolean {
    const { clock, bins } = this;
    const tags = words[base + W_TAGS];
    if ((tags & AGGREGATED) !== 0) this.refuseAggregated(tags);
    if (clock.nowNs === -Infinity && !this.gate.holds && !this.startClock(words, base)) {
      this.gate.damaged++;
      return false;
    }
    if (bins.isInSession(clock.eventNs(words, base)) || isBookReset(tags)) return true;
    this.outsideSession++;
    return false;
  }

  private refuseAggregated(tags: number): void {
    const action = (tags >>> 16) & 255;
    if (action !== ADD && action !== CANCEL && action !== MODIFY) return;
    const before =
      this.book.eventCount + this.foreignRecords + this.outsideSession + this.gate.damaged + this.afterBreak;
    const index = before + (this.gate.holds ? 1 : 0);
    fail(
      'vp/unsupported-feed',
      `Record ${index} (from 0) of this stream carries a price level, not an order`,
      {
        tip: 'Pressure and vacuum need market-by-order data with one record per order.',
      },
    );
  }

  private startClock(words: Uint32Array, base: number): boolean {
    if (!this.clock.start(words, base)) return false;
    this.bins.bind(this.clock);
    return true;
  }

  /** Takes the held record or leaves it out; returns what is left of the budget, negative when it did not suffice. */
  private settleHeld(isReal: boolean, sink: BinSink, budget: number): number {
    const { gate } = this;
    let left = budget;
    if (isReal) left = this.take(gate.words, 0, gate.heldNs, sink, budget);
    else gate.damaged++;
    if (left >= 0) gate.holds = false;
    return left;
  }

  /**
   * Closes the bins before an accepted record and applies it.
   *
   * @returns what is left of the budget; negative, and the record is not taken yet, when it did not suffice
   */
  private take(words: Uint32Array, base: number, tNs: number, sink: BinSink, budget: number): number {
    const { bins, clock, engine } = this;
    const inSnapshot = this.book.snapshotInProgress;
    if (this.breaksTimeline(tNs)) {
      this.afterBreak++;
      return budget;
    }
    let left = budget;
    if (bins.phase !== EMITTING) this.followPhase(tNs);
    if (bins.phase === EMITTING) {
      this.followBins(words[base + W_TAGS], tNs);
      for (; tNs >= bins.endNs; left--) {
        if (left <= 0) return -1;
        this.closeBin(sink);
      }
      bins.eventCount++;
    }
    clock.advance(words, base, inSnapshot, tNs);
    engine.ticks.now[0] = tNs;
    if (bins.phase === FAST_FORWARD) engine.updateBook(words, base);
    else engine.update(words, base);
    this.plainEndNs = bins.plainEnd(this.jumpNs);
    return left;
  }

  /** Bins follow each other without a gap, so a pause too long to be filled ends the timeline. */
  private breaksTimeline(tNs: number): boolean {
    const { bins, clock } = this;
    if (this.hasBroken) return true;
    if (!bins.isOpen || bins.isQuiet || tNs - clock.nowNs <= this.maxGapNs) return false;
    this.breakNs = tNs;
    this.plainEndNs = -Infinity;
    return true;
  }

  private get hasBroken(): boolean {
    return !Number.isNaN(this.breakNs);
  }

  private timelineBreak(): TimelineBreak | undefined {
    if (!this.hasBroken) return undefined;
    const { clock, breakNs, afterBreak } = this;
    return { lastNs: clock.toEpoch(clock.nowNs), nextNs: clock.toEpoch(breakNs), records: afterBreak };
  }

  private followBins(tags: number, tNs: number): void {
    const { bins, clock } = this;
    const ofSnapshot = (tags & F_SNAPSHOT) !== 0;
    if (!bins.isOpen) bins.open(tNs, ofSnapshot);
    if (!ofSnapshot) bins.followLive(tNs, clock.snapshotNs);
    else if (bins.isQuiet && tNs - clock.nowNs > this.maxGapNs) bins.skipTo(tNs);
  }

  private followPhase(tNs: number): void {
    const { bins } = this;
    if (bins.endsFastForward(tNs)) {
      this.engine.reanchor();
      this.engine.sync();
      bins.phase = WARM_UP;
    }
    if (bins.endsWarmUp(tNs)) bins.phase = EMITTING;
  }

  private closeBin(sink: BinSink): void {
    const { bins, head, book } = this;
    const { ticks, grid } = this.engine;
    ticks.closeEdge(bins.endNs);
    this.spectrum?.history.record();
    ticks.beginBin();

    const bid = this.engine.bestBidPrice();
    const ask = this.engine.bestAskPrice();
    const spot = spotPriceOf(bid, ask, this.tickInt);
    const centre = grid.isAnchored ? slotOfPrice(spot, this.tickInt, grid.anchorTick, grid.slots) : -1;
    if (centre >= 0) this.window.copyTicks(centre);
    else this.window.clearTicks();

    head.binSeq = bins.seq;
    head.startNs = bins.startNs;
    head.endNs = bins.endNs;
    head.eventCount = bins.eventCount;
    head.eventId = book.eventCount;
    head.midPrice = centre >= 0 ? midPriceOf(bid, ask) : 0;
    head.spotPriceInt = centre >= 0 ? spot : 0;
    head.bestBidPriceInt = orZero(bid);
    head.bestAskPriceInt = orZero(ask);
    head.bookValid = book.bookValid;
    head.bestAskMoveTicks = bestMoveTicks(ask, this.previousAsk, this.tickInt);
    head.bestBidMoveTicks = bestMoveTicks(bid, this.previousBid, this.tickInt);
    head.microstateId = this.window.label(head.bestAskMoveTicks, head.bestBidMoveTicks);
    head.orderCount = book.orderCount;
    head.anchorTick = grid.isAnchored ? grid.anchorTick : undefined;
    this.model.pushMicrostate(head.microstateId);
    this.previousBid = bid;
    this.previousAsk = ask;
    bins.next();
    sink(head, this.window.frame);
  }
}

/** Records that survive outside the session window (section 2.3). */
function isBookReset(tags: number): boolean {
  return (tags & F_SNAPSHOT) !== 0 || ((tags >>> 16) & 255) === CLEAR;
}

function orZero(price: number): number {
  return Number.isNaN(price) ? 0 : price;
}
