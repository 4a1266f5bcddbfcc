/**
 * Records in, closed bins out (vacuum-pressure.md sections 2 and 7 to 9): everything of a stream that depends on the
 * order of its records. What is left to do with closed bins depends on them alone: spectrum, labels, state model.
 *
 *   records ─► VpKernel.run: plain records of the open bin
 *          └─► others: IngestClock, TimeGate ─► BinClock: fast-forward │ warm-up │ bin ─► VpKernel.apply
 *                      └─ at every edge: VpKernel.closeBin, BinNotes ─► a block of closed bins
 */
import { fail } from '#base/problem';
import { StateReader, StateWriter } from '#base/state-io';
import { bookFromState } from '#core/book/book-queries';
import type { OrderBook } from '#core/book/order-book';
import type { VpRuntimeConfig } from '#core/config/runtime-config';
import {
  ADD,
  CANCEL,
  CLEAR,
  F_MBP,
  F_SNAPSHOT,
  F_TOB,
  MBO_WORDS,
  MODIFY,
  W_TAGS,
  type MboBlock,
} from '#core/mbo/mbo-block';
import { BinClock, EMITTING, FAST_FORWARD, WARM_UP } from '#core/vp/bin-clock';
import { BinNotes } from '#core/vp/bin-notes';
import { BLOCK_BINS } from '#core/vp/frame-block';
import { DEFAULT_JUMP_NS, IngestClock } from '#core/vp/ingest-clock';
import { bookAnomalies } from '#core/vp/kernel-anomalies';
import { kernelParameters } from '#core/vp/kernel-parameters';
import type { KernelMaker, KernelPort } from '#core/vp/kernel-port';
import {
  S_ANCHOR_TICK,
  S_BASE_HI,
  S_BASE_LO,
  S_BOOK_ONLY,
  S_EVENT_COUNT,
  S_FOREIGN,
  S_IN_SNAPSHOT,
  S_LAST_EDGE,
  S_LAST_EDGE_NS,
  S_NOW_NS,
  S_OUT_OF_RANGE,
  S_PLAIN_END_NS,
  S_SUSPECT,
  S_TAKEN,
} from '#core/vp/kernel-status';
import { TimeGate } from '#core/vp/time-gate';
import { HELD_RECORD, KERNEL_RECORDS, SLOT_COLUMNS, SLOTS_AT_ONCE } from '#core/vp/vp-kernel';
import type { TimelineBreak, VpDiagnostics, VpPipelineOptions } from '#core/vp/vp-options';
import { wasmKernel } from '#core/vp/wasm/wasm-kernel';

/** Takes the bins that a kernel holds in its frames, before this returns; the kernel forgets them then. */
export type ClosedSink = (notes: BinNotes) => void;

const DEFAULT_MAX_GAP_NS = 3 * 86_400e9;
const AGGREGATED = F_TOB | F_MBP;
const STATE_TAG = 'vp-stream';
const STATE_VERSION = 1;

export class BinStream {
  readonly clock: IngestClock;
  /** Holds the rows of closed bins while a sink is called. */
  readonly kernel: KernelPort;
  private readonly gate: TimeGate;
  private readonly bins: BinClock;
  private readonly notes = new BinNotes();
  private readonly binsAtOnce: number;
  private isHanding = false;

  private readonly jumpNs: number;
  private readonly maxGapNs: number;
  /** Records in order of time before this need no look at phase, bin, session or jump. */
  private plainEndNs = -Infinity;
  /** Bins that the present call may still close; negative when they did not suffice. */
  private budget = Infinity;
  /** Time of the first record after a timeline break, NaN = none. */
  private breakNs = NaN;
  private afterBreak = 0;
  private foreignRecords = 0;
  private outsideSession = 0;

  /**
   * @param makeKernel another one than the compiled kernel, for tests
   * @throws ProblemError where the configuration cannot be run
   */
  constructor(
    readonly config: VpRuntimeConfig,
    private readonly options: VpPipelineOptions,
    makeKernel: KernelMaker = wasmKernel,
  ) {
    this.kernel = makeKernel(kernelParameters(config, options));
    this.jumpNs = options.jumpNs ?? DEFAULT_JUMP_NS;
    this.maxGapNs = options.maxGapNs ?? DEFAULT_MAX_GAP_NS;
    this.clock = new IngestClock(this.jumpNs);
    this.gate = new TimeGate(this.clock, this.jumpNs, this.maxGapNs);
    this.bins = new BinClock(options.run ?? {}, config.cell_width_ms * 1e6, this.maxGapNs);
    this.binsAtOnce = options.binByBin === true ? 1 : BLOCK_BINS;
  }

  /** ns since the epoch of time 0 in `BinHead`; 0 before the first record. */
  get timeBaseNs(): bigint {
    return this.clock.timeBaseNs;
  }

  /** Latest engine time, ns since the epoch: of the last record, or of the bins closed since in a quiet stretch. */
  get marketTimeNs(): bigint | undefined {
    const { status } = this.kernel;
    if (status[S_EVENT_COUNT] === 0) return undefined;
    const lastEdgeNs = status[S_LAST_EDGE_NS];
    return this.clock.toEpoch(Math.max(this.clock.nowNs, Number.isNaN(lastEdgeNs) ? -Infinity : lastEdgeNs));
  }

  /** Absolute tick of the grid's centre slot; `undefined` before the book was first two-sided. */
  get anchorTick(): number | undefined {
    const tick = this.kernel.status[S_ANCHOR_TICK];
    return Number.isNaN(tick) ? undefined : tick;
  }

  get diagnostics(): VpDiagnostics {
    const { status } = this.kernel;
    return {
      anomalies: this.anomalies(),
      events: status[S_EVENT_COUNT],
      foreignRecords: this.foreignRecords,
      outsideSession: this.outsideSession,
      bookSuspect: status[S_SUSPECT] === 1,
      anchored: this.anchorTick !== undefined,
      timelineBreak: this.timelineBreak(),
    };
  }

  anomalies(): Record<string, number> {
    return {
      ...bookAnomalies(this.kernel.status),
      late_ts: this.clock.late,
      out_of_range: this.kernel.status[S_OUT_OF_RANGE],
      time_jump: this.gate.damaged,
    };
  }

  /** The book as it is now, as a copy. */
  book(): OrderBook {
    return bookFromState(this.kernel.saveBookState());
  }

  /**
   * Consumes the records `from` to `to` (exclusive) of a block; the sink has every bin that was closed before this
   * returns; one that throws loses the bins of its block. The last record may be held back until the next call or `finish` (see `TimeGate`).
   *
   * @param binBudget most bins to close: a long gap closes many, and the caller may want to look up in between
   * @returns index of the first record not yet consumed; call again from there
   * @throws ProblemError `vp/unsupported-feed`, `vp/start-too-early`, `vp/out-of-range` in strict mode
   */
  process(block: MboBlock, from: number, to: number, sink: ClosedSink, binBudget = Infinity): number {
    this.budget = binBudget;
    try {
      for (let i = from; i < to;) {
        const count = Math.min(to - i, KERNEL_RECORDS);
        this.kernel.words.set(block.words.subarray(i * MBO_WORDS, (i + count) * MBO_WORDS));
        const taken = this.consume(block.words, i, count, sink);
        i += taken;
        if (taken === count) continue;
        this.hand(sink);
        return i;
      }
    } catch (error) {
      this.handWhatIsWhole(sink);
      throw error;
    }
    this.hand(sink);
    return to;
  }

  /** End of data: closes the open bin if it has records. Returns false when the budget did not allow it. */
  finish(sink: ClosedSink, binBudget = Infinity): boolean {
    this.budget = binBudget;
    let isDone: boolean;
    try {
      isDone = this.closeLast(sink);
    } catch (error) {
      this.handWhatIsWhole(sink);
      throw error;
    }
    this.hand(sink);
    return isDone;
  }

  /**
   * The ticks of the grid slots `from` to `from + count` as `SLOT_COLUMNS` full-length columns (section 9.1): column
   * c of slot i at `out[c · count + i - from]`; the order is that of the first 26 float columns of the grid, then
   * `last_event_id`. It is the state now: in a sink that of its bin with `binByBin`. Reading has no influence
   * on it.
   */
  readSlots(out: Float64Array, from = 0, count = this.config.n_absolute_ticks): void {
    if (!(from >= 0 && from + count <= this.config.n_absolute_ticks))
      throw new RangeError('slots outside the grid');
    for (let at = 0; at < count; at += SLOTS_AT_ONCE) {
      const some = Math.min(SLOTS_AT_ONCE, count - at);
      this.kernel.readSlots(from + at, some);
      const { slotColumns } = this.kernel;
      for (let c = 0; c < SLOT_COLUMNS; c++) {
        out.set(slotColumns.subarray(c * SLOTS_AT_ONCE, c * SLOTS_AT_ONCE + some), c * count + at);
      }
    }
  }

  /** The whole state; a stream that restores it goes on bit for bit like this one. Not to be called from a sink. */
  save(): Uint8Array {
    if (this.isHanding) throw new Error('a sink saves the stream, which is ahead of it');
    const kernel = this.kernel.saveState();
    const writer = new StateWriter(kernel.length + (1 << 16));
    writer.begin(STATE_TAG, STATE_VERSION);
    writer.text(this.identity());
    this.clock.save(writer);
    this.bins.save(writer);
    for (const count of [this.foreignRecords, this.outsideSession]) writer.number(count);
    writer.number(this.breakNs);
    writer.number(this.afterBreak);
    this.gate.save(writer);
    writer.number(kernel.length);
    writer.u8s(kernel, kernel.length);
    return writer.finish();
  }

  /**
   * Takes a saved state into a fresh stream.
   *
   * @throws ProblemError `vp/other-run` when the state belongs to another configuration, `state/…` when it is damaged
   */
  restore(bytes: Uint8Array): void {
    const reader = new StateReader(bytes);
    reader.begin(STATE_TAG, STATE_VERSION);
    if (reader.text() !== this.identity()) {
      fail('vp/other-run', 'The saved state belongs to another instrument, configuration or time window', {
        tip: 'Discard it and start from the beginning of the data.',
      });
    }
    this.clock.restore(reader);
    this.bins.restore(reader);
    if (this.clock.started) this.bindClock();
    this.foreignRecords = reader.number();
    this.outsideSession = reader.number();
    this.breakNs = reader.number();
    this.afterBreak = reader.number();
    this.gate.restore(reader);
    const state = new Uint8Array(reader.count(reader.length));
    reader.u8s(state, state.length);
    reader.end();
    this.kernel.restoreState(state);
    if (this.kernel.status[S_LAST_EDGE] !== this.bins.seq - 1) {
      fail('state/other-shape', 'The saved state contradicts itself', {
        tip: 'Discard it and start from the beginning of the data.',
      });
    }
  }

  private closeLast(sink: ClosedSink): boolean {
    if (this.gate.holds && !this.settleHeld(this.gate.isConfirmedAlone(), sink)) return false;
    if (this.bins.eventCount > 0) {
      if (this.budget <= 0) return false;
      this.closeBin(sink);
    }
    this.kernel.end();
    return true;
  }

  /** After a failure: the bins that were closed before it, unless it was the kernel that failed on them. */
  private handWhatIsWhole(sink: ClosedSink): void {
    if (!this.kernel.isBroken) this.hand(sink);
  }

  private hand(sink: ClosedSink): void {
    if (this.notes.count === 0) return;
    this.isHanding = true;
    try {
      sink(this.notes);
    } finally {
      // Also should the sink throw: they are not handed over again.
      this.notes.count = 0;
      this.isHanding = false;
      if (!this.kernel.isBroken) this.kernel.clear();
    }
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

  /** Takes the first `count` records in the kernel, which are those from `first` on in `words`; returns how many. */
  private consume(words: Uint32Array, first: number, count: number, sink: ClosedSink): number {
    const { kernel, clock, bins } = this;
    for (let i = 0; i < count; i++) {
      const before = kernel.status;
      before[S_NOW_NS] = clock.nowNs;
      before[S_PLAIN_END_NS] = this.plainEndNs;
      before[S_BOOK_ONLY] = bins.phase === FAST_FORWARD ? 1 : 0;
      before[S_TAKEN] = 0;
      before[S_FOREIGN] = 0;
      i = kernel.run(i, count);
      const { status } = kernel;
      clock.nowNs = status[S_NOW_NS];
      if (bins.phase === EMITTING) bins.eventCount += status[S_TAKEN];
      this.foreignRecords += status[S_FOREIGN];
      if (i < count && !this.lookAt(words, (first + i) * MBO_WORDS, i, sink)) return i;
    }
    return count;
  }

  /**
   * A record that is not plain.
   *
   * @param index its place in the kernel
   * @returns false when the budget did not suffice; it is not taken yet then
   */
  private lookAt(words: Uint32Array, base: number, index: number, sink: ClosedSink): boolean {
    if (!this.accepts(words, base)) return true;
    if (this.gate.holds) {
      if (!this.settleHeld(this.gate.isConfirmedBy(words, base), sink)) return false;
      if (this.clock.nowNs === -Infinity) this.startClock(words, base);
    }
    const tNs = this.clock.read(words, base, this.isInSnapshot);
    if (!this.hasBroken && this.gate.mustHold(words[base + W_TAGS], tNs)) {
      this.gate.hold(words, base, tNs);
      this.plainEndNs = -Infinity;
      return true;
    }
    return this.take(words, base, index, tNs, sink);
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
    const applied = this.kernel.status[S_EVENT_COUNT];
    const leftOut = this.foreignRecords + this.outsideSession + this.gate.damaged + this.afterBreak;
    const index = applied + leftOut + (this.gate.holds ? 1 : 0);
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
    this.bindClock();
    return true;
  }

  private bindClock(): void {
    const { status } = this.kernel;
    status[S_BASE_LO] = this.clock.baseLo;
    status[S_BASE_HI] = this.clock.baseHi;
    this.bins.bind(this.clock);
  }

  /** Takes the held record or leaves it out; false when the budget did not suffice. */
  private settleHeld(isReal: boolean, sink: ClosedSink): boolean {
    const { gate, kernel } = this;
    if (isReal) {
      kernel.words.set(gate.words, HELD_RECORD * MBO_WORDS);
      if (!this.take(gate.words, 0, HELD_RECORD, gate.heldNs, sink)) return false;
    } else {
      gate.damaged++;
    }
    gate.holds = false;
    return true;
  }

  /**
   * Closes the bins before an accepted record and applies it.
   *
   * @param index its place in the kernel
   * @returns false when the budget did not suffice; the record is not taken yet then
   */
  private take(words: Uint32Array, base: number, index: number, tNs: number, sink: ClosedSink): boolean {
    const { bins, clock, kernel } = this;
    const inSnapshot = this.isInSnapshot;
    if (this.breaksTimeline(tNs)) {
      this.afterBreak++;
      return true;
    }
    if (bins.phase !== EMITTING) this.followPhase(tNs);
    if (bins.phase === EMITTING) {
      this.followBins(words[base + W_TAGS], tNs);
      for (; tNs >= bins.endNs; this.budget--) {
        if (this.budget <= 0) return false;
        this.closeBin(sink);
      }
      bins.eventCount++;
    }
    clock.advance(words, base, inSnapshot, tNs);
    if (bins.phase === FAST_FORWARD) kernel.applyToBook(index);
    else kernel.apply(index, tNs);
    this.plainEndNs = bins.plainEnd(this.jumpNs, clock.nowNs);
    return true;
  }

  private get isInSnapshot(): boolean {
    return this.kernel.status[S_IN_SNAPSHOT] === 1;
  }

  /** Bins follow each other without a gap, so a pause too long to be filled ends the timeline. */
  private breaksTimeline(tNs: number): boolean {
    const { bins, clock } = this;
    if (this.hasBroken) return true;
    if (!bins.isOpen || bins.isQuiet) return false;
    // Before the first record the bins count from their start time.
    const lastNs = clock.nowNs === -Infinity ? bins.startNs : clock.nowNs;
    if (tNs - lastNs <= this.maxGapNs) return false;
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
      this.kernel.reanchor();
      bins.phase = WARM_UP;
    }
    if (bins.endsWarmUp(tNs)) bins.phase = EMITTING;
  }

  private closeBin(sink: ClosedSink): void {
    const { bins, notes, kernel } = this;
    kernel.closeBin(bins.endNs);
    notes.add(bins, kernel.status);
    bins.next();
    if (notes.count >= this.binsAtOnce) this.hand(sink);
  }
}

/** Records that survive outside the session window (section 2.3). */
function isBookReset(tags: number): boolean {
  return (tags & F_SNAPSHOT) !== 0 || ((tags >>> 16) & 255) === CLEAR;
}
