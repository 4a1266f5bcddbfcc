/**
 * The time at which a record changes the book: by it an instant names the records that came until then.
 *
 * It is the engine's clock (vacuum-pressure.md section 2.4) as a function of the record and the time before it:
 * `ts_event`, never backwards. Orders of a snapshot carry the time of their placement and move nothing, save that a
 * snapshot at the head of a capture starts the clock at its generation, `ts_recv`. The engine tells a damaged time by
 * the records around it and leaves the record out; here the record stays, and its time is not believed where it lies
 * more than ten minutes after its own receipt. Times are f64 ns from a UTC midnight, exact for 104 days.
 */
import { CLEAR, F_SNAPSHOT, joinU64, W_TAGS, W_TS_EVENT, W_TS_RECV } from '#core/mbo/mbo-block';
import { DEFAULT_JUMP_NS } from '#core/vp/ingest-clock';

const TWO_32 = 4294967296;
const NS_PER_DAY = 86_400_000_000_000n;
const UNDEFINED_WORD = 0xffffffff;

export class MarketClock {
  /** ns since the epoch of time 0. */
  timeBaseNs = 0n;
  #started = false;
  #baseLo = 0;
  #baseHi = 0;

  /**
   * @param base word offset of the record
   * @param nowNs time before the record, -Infinity before the first
   * @returns time after it
   */
  after(words: Uint32Array, base: number, nowNs: number): number {
    if (!this.#started && !this.#start(words, base)) return nowNs;
    const tags = words[base + W_TAGS];
    const isFirst = nowNs === -Infinity;
    const ofSnapshot = (tags & F_SNAPSHOT) !== 0;
    if (ofSnapshot && !isFirst && ((tags >>> 16) & 255) !== CLEAR) return nowNs;
    const receivedNs = this.#read(words, base + W_TS_RECV);
    const eventNs = this.#read(words, base + W_TS_EVENT);
    if (isFirst && ofSnapshot && !Number.isNaN(receivedNs)) return receivedNs;
    const isDamaged = Number.isNaN(eventNs) || eventNs - receivedNs > DEFAULT_JUMP_NS;
    if (isDamaged) return isFirst && !Number.isNaN(receivedNs) ? receivedNs : nowNs;
    return Math.max(nowNs, eventNs);
  }

  fromEpoch(ns: bigint): number {
    return Number(ns - this.timeBaseNs);
  }

  toEpoch(tNs: number): bigint {
    return this.timeBaseNs + BigInt(tNs);
  }

  /** The UTC day of the first record that has a time, by its receipt where that is known. */
  #start(words: Uint32Array, base: number): boolean {
    const at = isTime(words, base + W_TS_RECV) ? base + W_TS_RECV : base + W_TS_EVENT;
    if (!isTime(words, at)) return false;
    const ns = joinU64(words[at], words[at + 1]);
    this.timeBaseNs = ns - (ns % NS_PER_DAY);
    this.#baseLo = Number(this.timeBaseNs & 0xffffffffn);
    this.#baseHi = Number(this.timeBaseNs >> 32n);
    this.#started = true;
    return true;
  }

  /** NaN where the field holds no time. */
  #read(words: Uint32Array, at: number): number {
    if (!isTime(words, at)) return NaN;
    return (words[at + 1] - this.#baseHi) * TWO_32 + (words[at] - this.#baseLo);
  }
}

function isTime(words: Uint32Array, at: number): boolean {
  const isUndefined = words[at] === UNDEFINED_WORD && words[at + 1] === UNDEFINED_WORD;
  return !isUndefined && (words[at] !== 0 || words[at + 1] !== 0);
}
