/**
 * Closed bins on their way to the sink. The kernel scores them in blocks; what belongs to a bin and not to its rows is
 * noted when it is closed, and everything that compares a bin with the one before it happens here, in order.
 */
import type { StateReader, StateWriter } from '#base/state-io';
import type { VpRuntimeConfig } from '#core/config/runtime-config';
import { tickInt } from '#core/config/runtime-fields';
import { DerivativeRuntime } from '#core/score/derivative-runtime';
import { microstateId } from '#core/score/microstate';
import type { BinClock } from '#core/vp/bin-clock';
import { BLOCK_BINS } from '#core/vp/frame-block';
import { emptyHead, type BinHead, type BinSink } from '#core/vp/frame';
import { KernelFrames } from '#core/vp/kernel-frames';
import type { KernelPort } from '#core/vp/kernel-port';
import {
  S_ANCHOR_TICK,
  S_BEST_ASK,
  S_BEST_BID,
  S_BOOK_VALID,
  S_CENTRE,
  S_EVENT_COUNT,
  S_ORDER_COUNT,
  S_SPOT,
} from '#core/vp/kernel-status';
import { bestMoveTicks, midPriceOf } from '#core/vp/price-grid';

/** What is noted of a bin: `NOTES` numbers each. */
const SEQ = 0;
const START_NS = 1;
const END_NS = 2;
const EVENTS = 3;
const EVENT_ID = 4;
const BEST_BID = 5;
const BEST_ASK = 6;
const SPOT = 7;
const HAS_CENTRE = 8;
const BOOK_VALID = 9;
const ORDERS = 10;
const ANCHOR_TICK = 11;
const NOTES = 12;

export class BinEmitter {
  private readonly model: DerivativeRuntime;
  private readonly head: BinHead;
  private readonly frames: KernelFrames;
  private readonly tickInt: number;
  private readonly notes = new Float64Array(BLOCK_BINS * NOTES);
  private count = 0;
  /** A block is on its way to the sink. */
  isEmitting = false;
  /** Best prices of the bin emitted last, NaN = none. */
  private previousBid = NaN;
  private previousAsk = NaN;

  /** @param binsAtOnce bins of a block, 1 to `BLOCK_BINS` */
  constructor(
    private readonly kernel: KernelPort,
    config: VpRuntimeConfig,
    private readonly binsAtOnce: number,
  ) {
    this.model = new DerivativeRuntime(config);
    this.head = emptyHead(this.model.output);
    this.frames = new KernelFrames(kernel, config.grid_radius_ticks);
    this.tickInt = tickInt(config);
  }

  /** The block must be emitted before another bin is closed. */
  get isFull(): boolean {
    return this.count >= this.binsAtOnce;
  }

  /** Notes the open bin, which the kernel has just closed. */
  add(bins: BinClock): void {
    const { notes } = this;
    const { status } = this.kernel;
    const at = this.count++ * NOTES;
    notes[at + SEQ] = bins.seq;
    notes[at + START_NS] = bins.startNs;
    notes[at + END_NS] = bins.endNs;
    notes[at + EVENTS] = bins.eventCount;
    notes[at + EVENT_ID] = status[S_EVENT_COUNT];
    notes[at + BEST_BID] = status[S_BEST_BID];
    notes[at + BEST_ASK] = status[S_BEST_ASK];
    notes[at + SPOT] = status[S_SPOT];
    notes[at + HAS_CENTRE] = status[S_CENTRE] >= 0 ? 1 : 0;
    notes[at + BOOK_VALID] = status[S_BOOK_VALID];
    notes[at + ORDERS] = status[S_ORDER_COUNT];
    notes[at + ANCHOR_TICK] = status[S_ANCHOR_TICK];
  }

  /** Scores the bins of the block and hands them over in order. */
  emit(sink: BinSink): void {
    const { count } = this;
    if (count === 0) return;
    // Forgotten first: should the sink throw, they are not handed over again.
    this.count = 0;
    this.isEmitting = true;
    try {
      this.kernel.score();
      for (let bin = 0; bin < count; bin++) this.emitBin(bin, sink);
    } finally {
      this.isEmitting = false;
      if (!this.kernel.isBroken) this.kernel.clear();
    }
  }

  save(writer: StateWriter): void {
    writer.number(this.previousBid);
    writer.number(this.previousAsk);
    this.model.save(writer);
  }

  restore(reader: StateReader): void {
    this.previousBid = reader.number();
    this.previousAsk = reader.number();
    this.model.restore(reader);
  }

  private emitBin(bin: number, sink: BinSink): void {
    const { notes, head } = this;
    const at = bin * NOTES;
    const bid = notes[at + BEST_BID];
    const ask = notes[at + BEST_ASK];
    const hasCentre = notes[at + HAS_CENTRE] === 1;
    const anchorTick = notes[at + ANCHOR_TICK];
    head.binSeq = notes[at + SEQ];
    head.startNs = notes[at + START_NS];
    head.endNs = notes[at + END_NS];
    head.eventCount = notes[at + EVENTS];
    head.eventId = notes[at + EVENT_ID];
    head.midPrice = hasCentre ? midPriceOf(bid, ask) : 0;
    head.spotPriceInt = hasCentre ? notes[at + SPOT] : 0;
    head.bestBidPriceInt = orZero(bid);
    head.bestAskPriceInt = orZero(ask);
    head.bookValid = notes[at + BOOK_VALID] === 1;
    head.bestAskMoveTicks = bestMoveTicks(ask, this.previousAsk, this.tickInt);
    head.bestBidMoveTicks = bestMoveTicks(bid, this.previousBid, this.tickInt);
    head.microstateId = microstateId(Math.sign(head.bestAskMoveTicks), Math.sign(head.bestBidMoveTicks));
    head.orderCount = notes[at + ORDERS];
    head.anchorTick = Number.isNaN(anchorTick) ? undefined : anchorTick;
    this.model.pushMicrostate(head.microstateId);
    this.previousBid = bid;
    this.previousAsk = ask;
    sink(head, this.frames.frame(bin, head.bestAskMoveTicks, head.bestBidMoveTicks));
  }
}

function orZero(price: number): number {
  return Number.isNaN(price) ? 0 : price;
}
