/**
 * The engine clock (vacuum-pressure.md section 2.4): `ts_event`, except that all records of a snapshot share one
 * value. Times are f64 nanoseconds from the UTC midnight before the first record, exact for 104 days.
 *
 * `read` is free of effects, so that a record can be looked at, bins be closed, and the record be taken later;
 * `advance` takes it.
 */
import type { StateReader, StateWriter } from '#base/state-io';
import { CLEAR, F_SNAPSHOT, W_TAGS, W_TS_EVENT, W_TS_RECV, joinU64 } from '#core/mbo/mbo-block';

const TWO_32 = 4294967296;
const NS_PER_DAY = 86_400_000_000_000n;
const UNDEF_WORD = 0xffffffff;

/**
 * A record further ahead of the latest time than this may be damaged and needs the agreement of another time. Ten
 * minutes are longer than pauses within a session mostly are, so that few records need it, and short enough for a
 * damaged time below it to open only thousands of empty bins. A real pause is exact on either side of it.
 */
export const DEFAULT_JUMP_NS = 600e9;

export class IngestClock {
  /** ns since the epoch; 0 until `start`. */
  timeBaseNs = 0n;
  started = false;
  /** Latest engine time so far. */
  nowNs = -Infinity;
  /** Clock value of the latest snapshot. */
  snapshotNs = -Infinity;
  /** Records older than a record before them. */
  late = 0;
  /** The time base as two unsigned words. */
  baseLo = 0;
  baseHi = 0;

  /** @param jumpNs a snapshot moves the clock further ahead than this only where its time of receipt agrees */
  constructor(private readonly jumpNs = DEFAULT_JUMP_NS) {}

  /** Sets the time base from the first record; false, and nothing happens, when it has no usable time. */
  start(words: Uint32Array, base: number): boolean {
    const at = firstTimeWord(words, base);
    if (!isTime(words, at)) return false;
    const ns = joinU64(words[at], words[at + 1]);
    this.setTimeBase(ns - (ns % NS_PER_DAY));
    return true;
  }

  /**
   * Engine time of a record.
   *
   * @param base word offset of the record, a multiple of `MBO_WORDS`
   * @param snapshotInProgress state of the book before the record
   */
  read(words: Uint32Array, base: number, snapshotInProgress: boolean): number {
    const tags = words[base + W_TAGS];
    if ((tags & F_SNAPSHOT) === 0) return this.relative(words, base + W_TS_EVENT);
    if (!opensSnapshot(tags, snapshotInProgress)) return this.snapshotNs;
    if (this.nowNs === -Infinity) return this.relative(words, firstTimeWord(words, base));
    const eventNs = this.relative(words, base + W_TS_EVENT);
    if (eventNs - this.nowNs <= this.jumpNs) return Math.max(this.nowNs, eventNs);
    return eventNs - this.receivedNs(words, base) <= this.jumpNs ? eventNs : this.nowNs;
  }

  /** Takes a record whose time `tNs` was read. */
  advance(words: Uint32Array, base: number, snapshotInProgress: boolean, tNs: number): void {
    const tags = words[base + W_TAGS];
    if ((tags & F_SNAPSHOT) !== 0 && opensSnapshot(tags, snapshotInProgress)) this.snapshotNs = tNs;
    if (tNs < this.nowNs) this.late++;
    else this.nowNs = tNs;
  }

  /** `ts_event` of a record on this clock's time base. */
  eventNs(words: Uint32Array, base: number): number {
    return this.relative(words, base + W_TS_EVENT);
  }

  /** Time of receipt of a record, NaN where it has none. */
  receivedNs(words: Uint32Array, base: number): number {
    const at = base + W_TS_RECV;
    return isTime(words, at) ? this.relative(words, at) : NaN;
  }

  /** Whether the record states a time of its event. */
  hasTime(words: Uint32Array, base: number): boolean {
    return isTime(words, base + W_TS_EVENT);
  }

  /** An absolute time on this clock's time base. */
  fromEpoch(ns: bigint): number {
    return Number(ns - this.timeBaseNs);
  }

  toEpoch(tNs: number): bigint {
    return this.timeBaseNs + BigInt(tNs);
  }

  save(writer: StateWriter): void {
    writer.begin('vp-clock', 2);
    writer.boolean(this.started);
    writer.number(this.baseLo);
    writer.number(this.baseHi);
    writer.number(this.nowNs);
    writer.number(this.snapshotNs);
    writer.number(this.late);
  }

  restore(reader: StateReader): void {
    reader.begin('vp-clock', 2);
    const started = reader.boolean();
    const baseLo = reader.u32();
    const baseHi = reader.u32();
    if (started) this.setTimeBase(joinU64(baseLo, baseHi));
    this.nowNs = reader.number();
    this.snapshotNs = reader.number();
    this.late = reader.number();
  }

  private setTimeBase(ns: bigint): void {
    this.timeBaseNs = ns;
    this.baseLo = Number(ns & 0xffffffffn);
    this.baseHi = Number(ns >> 32n);
    this.started = true;
  }

  private relative(words: Uint32Array, at: number): number {
    return (words[at + 1] - this.baseHi) * TWO_32 + (words[at] - this.baseLo);
  }
}

function opensSnapshot(tags: number, snapshotInProgress: boolean): boolean {
  return !snapshotInProgress || ((tags >>> 16) & 255) === CLEAR;
}

/**
 * Word of the time that the very first record has: a snapshot at the head of a stream counts from its generation
 * (`ts_recv`), because its own `ts_event` and those of its orders may be days old.
 */
function firstTimeWord(words: Uint32Array, base: number): number {
  const ofSnapshot = (words[base + W_TAGS] & F_SNAPSHOT) !== 0;
  return ofSnapshot && isTime(words, base + W_TS_RECV) ? base + W_TS_RECV : base + W_TS_EVENT;
}

/** Neither the undefined time nor 0, which damaged and unset fields hold. */
function isTime(words: Uint32Array, at: number): boolean {
  const isUndefined = words[at] === UNDEF_WORD && words[at + 1] === UNDEF_WORD;
  return !isUndefined && (words[at] !== 0 || words[at + 1] !== 0);
}
