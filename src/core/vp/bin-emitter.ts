/**
 * Scored bins on their way to the sink, in order: here a bin is compared with the one before it, and here the state
 * model runs.
 */
import type { StateReader, StateWriter } from '#base/state-io';
import type { VpRuntimeConfig } from '#core/config/runtime-config';
import { tickInt } from '#core/config/runtime-fields';
import { DerivativeRuntime } from '#core/score/derivative-runtime';
import { microstateId } from '#core/score/microstate';
import {
  NOTES,
  N_ANCHOR_TICK,
  N_BEST_ASK,
  N_BEST_BID,
  N_BOOK_VALID,
  N_CENTRE,
  N_END_NS,
  N_EVENTS,
  N_EVENT_ID,
  N_ORDERS,
  N_SEQ,
  N_SPOT,
  N_START_NS,
} from '#core/vp/bin-notes';
import { emptyHead, type BinHead, type BinSink } from '#core/vp/frame';
import { KernelFrames, type FrameMemory } from '#core/vp/kernel-frames';
import { bestMoveTicks, midPriceOf } from '#core/vp/price-grid';

export class BinEmitter {
  private readonly model: DerivativeRuntime;
  private readonly head: BinHead;
  private readonly frames: KernelFrames;
  private readonly tickInt: number;
  /** Best prices of the bin emitted last, NaN = none. */
  private previousBid = NaN;
  private previousAsk = NaN;

  /** @param memory where the rows of scored bins are */
  constructor(memory: FrameMemory, config: VpRuntimeConfig) {
    this.model = new DerivativeRuntime(config);
    this.head = emptyHead(this.model.output);
    this.frames = new KernelFrames(memory, config.grid_radius_ticks);
    this.tickInt = tickInt(config);
  }

  /** Hands over the bins of a block. @param notes see `BinNotes` */
  emit(notes: Float64Array, count: number, sink: BinSink): void {
    for (let bin = 0; bin < count; bin++) this.emitBin(notes, bin, sink);
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

  private emitBin(notes: Float64Array, bin: number, sink: BinSink): void {
    const { head } = this;
    const at = bin * NOTES;
    const bid = notes[at + N_BEST_BID];
    const ask = notes[at + N_BEST_ASK];
    const hasCentre = notes[at + N_CENTRE] >= 0;
    const anchorTick = notes[at + N_ANCHOR_TICK];
    head.binSeq = notes[at + N_SEQ];
    head.startNs = notes[at + N_START_NS];
    head.endNs = notes[at + N_END_NS];
    head.eventCount = notes[at + N_EVENTS];
    head.eventId = notes[at + N_EVENT_ID];
    head.midPrice = hasCentre ? midPriceOf(bid, ask) : 0;
    head.spotPriceInt = hasCentre ? notes[at + N_SPOT] : 0;
    head.bestBidPriceInt = orZero(bid);
    head.bestAskPriceInt = orZero(ask);
    head.bookValid = notes[at + N_BOOK_VALID] === 1;
    head.bestAskMoveTicks = bestMoveTicks(ask, this.previousAsk, this.tickInt);
    head.bestBidMoveTicks = bestMoveTicks(bid, this.previousBid, this.tickInt);
    head.microstateId = microstateId(Math.sign(head.bestAskMoveTicks), Math.sign(head.bestBidMoveTicks));
    head.orderCount = notes[at + N_ORDERS];
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
