/**
 * Where records are written: groups of canonical MBO records with their time stamps and sequence numbers, kept in
 * a queue until someone pulls them. A group becomes visible only when it is complete.
 */
import type { Random } from '#base/random';
import {
  F_BAD_TS_RECV,
  F_LAST,
  F_SNAPSHOT,
  MBO_RTYPE,
  MBO_WORDS,
  NONE,
  UNDEF_PRICE_HI,
  UNDEF_PRICE_LO,
  W_HEAD,
  W_INSTRUMENT,
  W_ORDER_ID,
  W_PRICE,
  W_SEQUENCE,
  W_SIZE,
  W_TAGS,
  W_TS_EVENT,
  W_TS_IN_DELTA,
  W_TS_RECV,
  type MboBlock,
} from '#core/mbo/mbo-block';
import { HALF_BAND_TICKS, type SimulatorOptions } from '#core/sim/options';

const TWO_32 = 4294967296;
const FIRST_RECORDS = 4096;

/** Latency from the matching engine to the capture: at least 18 us, mostly up to 26 us, now and then more. */
const LATENCY_NS = 18_000;
const JITTER_NS = 8192;
const SLOW_JITTER_NS = 65_536;
const SLOW_SHARE = 1 / 64;
/** Larger than any latency: `ts_recv - ts_event` of live records stays below it. */
export const MAX_LATENCY_NS = LATENCY_NS + JITTER_NS + SLOW_JITTER_NS;
/** Part of the latency after the venue sent the packet. */
const SEND_NS = 9000;
/** Coarse: the send time is that of the packet's batch. */
const SEND_STEP_NS = 256;
const SEND_STEPS = 8;

export class Tape {
  /** Records of complete groups so far, taken or not. */
  recordCount = 0;
  /** The record limit was reached: nothing is written any more. */
  full = false;
  /** Groups are dropped, as by a feed that lost its packets; sequence numbers go on. */
  muted = false;
  /** `ts_event` of the current group, ns after the start. */
  eventNs = 0;
  sequence = 0;

  private words = new Uint32Array(FIRST_RECORDS * MBO_WORDS);
  /** Word offsets: first record not taken, start of the open group, end of the open group. */
  private first = 0;
  private group = 0;
  private end = 0;

  private recvNs = 0;
  private inDeltaNs = 0;
  private readonly startLo: number;
  private readonly startHi: number;
  private readonly headWord: number;
  private readonly instrumentId: number;
  private readonly channelBits: number;
  private readonly priceLo: Uint32Array;
  private readonly priceHi: Uint32Array;
  private readonly recordLimit: number;
  private readonly random: Random;

  constructor(options: SimulatorOptions, random: Random) {
    const { instrument } = options;
    this.random = random;
    this.recordLimit = options.recordLimit;
    this.startLo = Number(options.startNs & 0xffffffffn);
    this.startHi = Number(options.startNs >> 32n);
    this.headWord = (MBO_WORDS | (MBO_RTYPE << 8) | (instrument.publisherId << 16)) >>> 0;
    this.instrumentId = instrument.instrumentId;
    this.channelBits = instrument.channelId << 8;
    this.priceLo = new Uint32Array(2 * HALF_BAND_TICKS);
    this.priceHi = new Uint32Array(2 * HALF_BAND_TICKS);
    for (let tick = 0; tick < 2 * HALF_BAND_TICKS; tick++) {
      const price = options.startPriceInt + (tick - HALF_BAND_TICKS) * instrument.tickInt;
      const high = Math.floor(price / TWO_32);
      this.priceHi[tick] = high;
      this.priceLo[tick] = price - high * TWO_32;
    }
  }

  get pendingRecords(): number {
    return (this.group - this.first) / MBO_WORDS;
  }

  /** Records of the open group. */
  get groupRecords(): number {
    return (this.end - this.group) / MBO_WORDS;
  }

  /** Starts the group of the event at `eventNs` (after the previous one). */
  begin(eventNs: number): void {
    this.stamp(eventNs);
    this.sequence = (this.sequence + this.random.between(1, 3)) >>> 0;
  }

  private stamp(eventNs: number): void {
    this.eventNs = eventNs;
    const slow = this.random.chance(SLOW_SHARE) ? this.random.below(SLOW_JITTER_NS) : 0;
    this.recvNs = Math.max(this.recvNs, eventNs + LATENCY_NS + this.random.below(JITTER_NS) + slow);
    this.inDeltaNs = SEND_NS + SEND_STEP_NS * this.random.below(SEND_STEPS);
  }

  put(action: number, side: number, tick: number, size: number, idLo: number, idHi: number): void {
    const b = this.next();
    const w = this.words;
    this.putTime(b + W_TS_EVENT, this.eventNs);
    this.putTime(b + W_TS_RECV, this.recvNs);
    w[b + W_ORDER_ID] = idLo;
    w[b + W_ORDER_ID + 1] = idHi;
    w[b + W_PRICE] = this.priceLo[tick];
    w[b + W_PRICE + 1] = this.priceHi[tick];
    w[b + W_SIZE] = size;
    w[b + W_TAGS] = this.channelBits | (action << 16) | (side << 24);
    w[b + W_TS_IN_DELTA] = this.inDeltaNs;
    w[b + W_SEQUENCE] = this.sequence;
  }

  /** A record without order and price (R or N). */
  putBare(action: number, flags: number): void {
    const b = this.next();
    const w = this.words;
    this.putTime(b + W_TS_EVENT, this.eventNs);
    this.putTime(b + W_TS_RECV, this.recvNs);
    w[b + W_ORDER_ID] = 0;
    w[b + W_ORDER_ID + 1] = 0;
    w[b + W_PRICE] = UNDEF_PRICE_LO;
    w[b + W_PRICE + 1] = UNDEF_PRICE_HI;
    w[b + W_SIZE] = 0;
    w[b + W_TAGS] = flags | this.channelBits | (action << 16) | (NONE << 24);
    const snapshot = (flags & F_SNAPSHOT) !== 0;
    w[b + W_TS_IN_DELTA] = snapshot ? 0 : this.inDeltaNs;
    w[b + W_SEQUENCE] = snapshot ? 0 : this.sequence;
  }

  /** The last record written becomes one of a snapshot: with the order's own time and sequence number. */
  asSnapshot(stampNs: number, stampSequence: number): void {
    const b = this.end - MBO_WORDS;
    const w = this.words;
    this.putTime(b + W_TS_EVENT, stampNs);
    w[b + W_TAGS] |= F_SNAPSHOT | F_BAD_TS_RECV;
    w[b + W_TS_IN_DELTA] = 0;
    w[b + W_SEQUENCE] = stampSequence;
  }

  /** Receive time of the opening snapshot: the start itself. */
  beginOpening(): void {
    this.eventNs = 0;
    this.recvNs = 0;
  }

  /** Ends the group: F_LAST on its last record. A group without records leaves no trace. */
  finish(): void {
    const records = this.groupRecords;
    if (records === 0) return;
    if (!this.muted && this.recordCount + records > this.recordLimit) this.full = true;
    if (this.full || this.muted) {
      this.end = this.group;
      return;
    }
    this.words[this.end - MBO_WORDS + W_TAGS] |= F_LAST;
    this.recordCount += records;
    this.group = this.end;
  }

  /** Between groups: moves complete records to the end of `block`, as many as fit. */
  take(block: MboBlock): void {
    const records = Math.min(this.pendingRecords, block.capacity - block.count);
    const to = this.first + records * MBO_WORDS;
    block.words.set(this.words.subarray(this.first, to), block.count * MBO_WORDS);
    block.count += records;
    this.first = to;
    if (this.first === this.group) {
      this.first = 0;
      this.group = 0;
      this.end = 0;
    }
  }

  /** Room for one more record, its constant words set. */
  private next(): number {
    const b = this.end;
    if (b === this.words.length) {
      const words = new Uint32Array(2 * b);
      words.set(this.words);
      this.words = words;
    }
    this.words[b + W_HEAD] = this.headWord;
    this.words[b + W_INSTRUMENT] = this.instrumentId;
    this.end = b + MBO_WORDS;
    return b;
  }

  /** Start + relative ns (negative for old orders; magnitude below 2^53) as two words. */
  private putTime(at: number, ns: number): void {
    const high = Math.floor(ns / TWO_32);
    const low = this.startLo + (ns - high * TWO_32);
    const carry = low >= TWO_32 ? 1 : 0;
    this.words[at] = low - carry * TWO_32;
    this.words[at + 1] = this.startHi + high + carry;
  }
}
