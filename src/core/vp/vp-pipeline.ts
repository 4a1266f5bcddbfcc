/**
 * The vacuum–pressure engine as everybody uses it: the file worker, the live feed, the command line, the tests
 * (vacuum-pressure.md sections 2 and 7 to 13). Records in, bins out; the result depends on the sequence of records
 * and the configuration alone.
 *
 *   record ─► filter ─► IngestClock ─► BinClock: fast-forward │ warm-up │ bin ─► VpEngine
 *                                         └─ at every edge: TickStore ─► WindowRows (SpectrumWindow, labels)
 *                                                                    ─► DerivativeRuntime ─► sink
 */
import { fail } from '#base/problem';
import { StateReader, StateWriter } from '#base/state-io';
import { OrderBook } from '#core/book/order-book';
import type { VpRuntimeConfig } from '#core/config/runtime-config';
import { tickIntOf } from '#core/config/runtime-fields';
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
import { IngestClock } from '#core/vp/ingest-clock';
import { bestMoveTicks, midPriceOf, slotOfPrice, spotPriceOf } from '#core/vp/price-grid';
import { SpectrumWindow } from '#core/vp/spectrum-window';
import { MECHANICS_COLUMNS, TickReader } from '#core/vp/tick-reader';
import { VpEngine } from '#core/vp/vp-engine';
import { WindowRows } from '#core/vp/window-rows';

export interface VpPipelineOptions {
  /** Absent = any publisher. */
  readonly publisherId?: number;
  readonly instrumentId: number;
  readonly run?: RunLimits;
  /** A record further ahead of its predecessors than this is dropped. Default three days. */
  readonly maxGapNs?: number;
  /** Raise `vp/out-of-range` instead of keeping orders outside the grid without depth. */
  readonly failOnOutOfRange?: boolean;
  /** False leaves the spectrum columns 0, for consumers that read only the mechanics. */
  readonly spectrum?: boolean;
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
}

/** Columns of `VpPipeline.readSlots`: the mechanics, the two forces, `last_event_id`. */
export const SLOT_COLUMNS = MECHANICS_COLUMNS + 1;

const DEFAULT_MAX_GAP_NS = 3 * 86_400e9;
const AGGREGATED = F_TOB | F_MBP;
const UNUSUAL = AGGREGATED | F_SNAPSHOT;
const STATE_TAG = 'vp-pipeline';
const STATE_VERSION = 1;

export class VpPipeline {
  /** For inspection; driven by `process` alone. */
  readonly engine: VpEngine;
  readonly clock = new IngestClock();
  private readonly bins: BinClock;
  private readonly spectrum: SpectrumWindow | undefined;
  private readonly reader: TickReader;
  private readonly window: WindowRows;
  private readonly model: DerivativeRuntime;
  private readonly head: BinHead;

  private readonly headWord: number;
  private readonly headMask: number;
  private readonly tickInt: number;
  private readonly maxGapNs: number;
  /** Records in order of time before this need no look at phase, bin, session or gap. */
  private plainEndNs = -Infinity;
  /** Best prices of the previous bin, NaN = none. */
  private previousBid = NaN;
  private previousAsk = NaN;
  private timeJumps = 0;
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
    this.tickInt = tickIntOf(config);
    this.maxGapNs = options.maxGapNs ?? DEFAULT_MAX_GAP_NS;
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

  /** Latest engine time, ns since the epoch. */
  get marketTimeNs(): bigint | undefined {
    return this.book.eventCount === 0 ? undefined : this.clock.toEpoch(this.clock.nowNs);
  }

  get diagnostics(): VpDiagnostics {
    return {
      anomalies: this.anomalies(),
      events: this.book.eventCount,
      foreignRecords: this.foreignRecords,
      outsideSession: this.outsideSession,
      bookSuspect: this.book.suspect,
      anchored: this.engine.grid.isAnchored,
    };
  }

  anomalies(): Record<string, number> {
    return {
      ...this.book.anomalies,
      late_ts: this.clock.late,
      out_of_range: this.engine.outOfRange,
      time_jump: this.timeJumps,
    };
  }

  /**
   * Consumes the records `from` to `to` (exclusive) of a block.
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
      const inSnapshot = this.book.snapshotInProgress;
      const tNs = clock.read(words, base, inSnapshot);
      if (this.jumps(tNs)) continue;
      if (bins.phase !== EMITTING) this.followPhase(tNs);
      if (bins.phase === EMITTING) {
        this.followBins(words[base + W_TAGS], tNs);
        for (; tNs >= bins.endNs; budget--) {
          if (budget <= 0) return i;
          this.closeBin(sink);
        }
        bins.eventCount++;
      }
      clock.advance(words, base, inSnapshot, tNs);
      now[0] = tNs;
      if (bins.phase === FAST_FORWARD) engine.updateBook(words, base);
      else engine.update(words, base);
      this.plainEndNs = bins.plainEnd(this.maxGapNs);
    }
    return to;
  }

  /** End of data: closes the open bin if it has records. Returns false when the budget did not allow it. */
  finish(sink: BinSink, binBudget = Infinity): boolean {
    if (this.bins.eventCount === 0) return true;
    if (binBudget <= 0) return false;
    this.closeBin(sink);
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
    for (const count of [this.timeJumps, this.foreignRecords, this.outsideSession]) writer.number(count);
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
    this.timeJumps = reader.number();
    this.foreignRecords = reader.number();
    this.outsideSession = reader.number();
    this.engine.restore(reader);
    this.spectrum?.history.restore(reader);
    this.model.restore(reader);
  }

  /** What a saved state depends on besides the records. */
  private identity(): string {
    const { publisherId, instrumentId, run, maxGapNs, failOnOutOfRange, spectrum } = this.options;
    const limits = [run?.warmupStartNs, run?.emitAfterNs, run?.sessionStartNs, run?.sessionEndNs];
    return [
      this.config.config_version,
      publisherId,
      instrumentId,
      ...limits,
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
    if ((tags & AGGREGATED) !== 0) refuseAggregated(tags);
    if (!clock.started) {
      if (!clock.start(words, base)) {
        this.timeJumps++;
        return false;
      }
      bins.bind(clock);
    }
    if (bins.isInSession(clock.eventNs(words, base)) || isBookReset(tags)) return true;
    this.outsideSession++;
    return false;
  }

  /** A damaged time must not open millions of bins. */
  private jumps(tNs: number): boolean {
    const { nowNs } = this.clock;
    if (nowNs === -Infinity || tNs - nowNs <= this.maxGapNs) return false;
    this.timeJumps++;
    return true;
  }

  private followBins(tags: number, tNs: number): void {
    const { bins } = this;
    const ofSnapshot = (tags & F_SNAPSHOT) !== 0;
    if (!bins.isOpen) bins.open(tNs, ofSnapshot);
    if (!ofSnapshot) bins.followLive(tNs, this.clock.snapshotNs);
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

function refuseAggregated(tags: number): void {
  const action = (tags >>> 16) & 255;
  if (action !== ADD && action !== CANCEL && action !== MODIFY) return;
  fail('vp/unsupported-feed', 'This stream carries price levels, not single orders', {
    tip: 'Pressure and vacuum need market-by-order data with one record per order.',
  });
}

function orZero(price: number): number {
  return Number.isNaN(price) ? 0 : price;
}
