import { fail } from '#base/problem';
import { joinU64, F_SNAPSHOT, W_TAGS, W_TS_EVENT, W_TS_RECV } from '#core/mbo/mbo-block';

const TWO_32 = 4294967296;
const DAY_NS = 86_400_000_000_000;
const UNDEFINED_WORD = 0xffffffff;

/** What `WindowClock.place` says of a record that has no window. */
export const NO_WINDOW = -Infinity;

/**
 * Cuts time into windows. Window w is [base + w·length, base + (w + 1)·length), with the base at the start of the UTC
 * day of the first record. Records are taken in order of arrival: one that belongs to an earlier window than the open
 * one counts in the open one. Source: velocity.md section 4.4.
 *
 * A capture is one session: a record more than a day ahead is left out as damaged, and two of them in a row end the
 * run, because nobody wants the quiet windows of a weekend.
 */
export class WindowClock {
  readonly lengthNs: number;
  /** Origin of all relative times, ns since 1970 UTC. */
  baseNs = 0n;
  /** The open window; `NO_WINDOW` before the first record. */
  open = NO_WINDOW;
  /** Records left out because they have no time, or one that cannot be. */
  damaged = 0;
  /** Records more than a window late: files that overlap in time and were read one after the other. */
  late = 0;
  #baseLo = 0;
  #baseHi = 0;
  #wasAhead = false;

  constructor(lengthNs: number) {
    this.lengthNs = lengthNs;
  }

  get hasStarted(): boolean {
    return this.open !== NO_WINDOW;
  }

  /** Starts at a given origin, which must be a start of a day, instead of that of the first record. */
  startAt(baseNs: bigint): void {
    this.baseNs = baseNs;
    this.#baseLo = Number(BigInt.asUintN(32, baseNs));
    this.#baseHi = Number(BigInt.asUintN(32, baseNs >> 32n));
  }

  /**
   * The window in which the record counts: the open one or a later one. `NO_WINDOW`: leave the record out.
   *
   * @throws ProblemError `velocity/mixed-days`
   */
  place(words: Uint32Array, base: number): number {
    const flags = words[base + W_TAGS] & 255;
    const [first, second] = (flags & F_SNAPSHOT) === 0 ? [W_TS_EVENT, W_TS_RECV] : [W_TS_RECV, W_TS_EVENT];
    const at = isTime(words, base + first) ? base + first : base + second;
    return this.placeTime(words[at], words[at + 1]);
  }

  /** The same for a time in two unsigned words. */
  placeTime(lo: number, hi: number): number {
    const isNoTime = (lo === UNDEFINED_WORD && hi === UNDEFINED_WORD) || (lo === 0 && hi === 0);
    if (isNoTime) return this.#leaveOut();
    if (this.open === NO_WINDOW && this.baseNs === 0n) {
      const ns = joinU64(lo, hi);
      this.startAt(ns - (ns % BigInt(DAY_NS)));
    }
    const ns = (hi - this.#baseHi) * TWO_32 + (lo - this.#baseLo);
    const window = Math.floor(ns / this.lengthNs);
    if (this.open === NO_WINDOW) return window;
    if (window <= this.open) {
      this.#wasAhead = false;
      if (window < this.open - 1) this.late++;
      return this.open;
    }
    if ((window - this.open) * this.lengthNs > DAY_NS) return this.#tooFar();
    this.#wasAhead = false;
    return window;
  }

  startOf(window: number): bigint {
    return this.baseNs + BigInt(window) * BigInt(this.lengthNs);
  }

  endOf(window: number): bigint {
    return this.startOf(window + 1);
  }

  #leaveOut(): number {
    this.damaged++;
    return NO_WINDOW;
  }

  #tooFar(): number {
    if (!this.#wasAhead) {
      this.#wasAhead = true;
      return this.#leaveOut();
    }
    return fail('velocity/mixed-days', 'The records go on more than a day later; the rest was left out.', {
      tip: 'One trading day at a time: name the files of one day only.',
    });
  }
}

function isTime(words: Uint32Array, at: number): boolean {
  const lo = words[at];
  const hi = words[at + 1];
  return !(lo === UNDEFINED_WORD && hi === UNDEFINED_WORD) && (lo !== 0 || hi !== 0);
}
