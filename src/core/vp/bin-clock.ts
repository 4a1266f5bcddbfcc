/**
 * Which phase a record falls into and where the bins lie (vacuum-pressure.md sections 7 and 8). Times are ns on the
 * time base of `IngestClock`.
 */
import { fail } from '#base/problem';
import type { StateReader, StateWriter } from '#base/state-io';
import type { IngestClock } from '#core/vp/ingest-clock';

/** Limits in ns since the epoch; absent (or 0 for the first two) = none. See `config/time-boundaries.ts`. */
export interface RunLimits {
  /** Records before it change only the book. */
  readonly warmupStartNs?: bigint;
  /** Records before it open no bins; the first bin starts here. */
  readonly emitAfterNs?: bigint;
  /** Half-open session window. */
  readonly sessionStartNs?: bigint;
  readonly sessionEndNs?: bigint;
}

export const FAST_FORWARD = 0;
export const WARM_UP = 1;
export const EMITTING = 2;

/** Longest pause after an opening snapshot that is still binned (section 8). */
const QUIET_NS = 60e9;

export class BinClock {
  phase: number;
  /** The open bin; no bin is open before the first record of the phase `EMITTING`. */
  isOpen = false;
  startNs = 0;
  endNs = 0;
  seq = 0;
  eventCount = 0;
  private readonly hasStartTime: boolean;
  private warmupNs = -Infinity;
  private emitNs = -Infinity;
  private sessionStartNs = -Infinity;
  private sessionEndNs = Infinity;
  /** The stream opened with a snapshot and its first live record has not come yet. */
  private awaitsLive = false;

  constructor(
    private readonly limits: RunLimits,
    private readonly cellNs: number,
    private readonly maxGapNs: number,
  ) {
    const { emitAfterNs, warmupStartNs } = limits;
    this.hasStartTime = emitAfterNs !== undefined && emitAfterNs !== 0n;
    const hasWarmupStart = warmupStartNs !== undefined && warmupStartNs !== 0n;
    this.phase = !this.hasStartTime ? EMITTING : hasWarmupStart ? FAST_FORWARD : WARM_UP;
  }

  /** Puts the limits on the time base, once that is known. */
  bind(clock: IngestClock): void {
    const { emitAfterNs, warmupStartNs, sessionStartNs, sessionEndNs } = this.limits;
    if (emitAfterNs !== undefined) this.emitNs = clock.fromEpoch(emitAfterNs);
    if (warmupStartNs !== undefined) this.warmupNs = clock.fromEpoch(warmupStartNs);
    if (sessionStartNs !== undefined) this.sessionStartNs = clock.fromEpoch(sessionStartNs);
    if (sessionEndNs !== undefined) this.sessionEndNs = clock.fromEpoch(sessionEndNs);
  }

  isInSession(eventNs: number): boolean {
    return eventNs >= this.sessionStartNs && eventNs < this.sessionEndNs;
  }

  /** Whether a record at `tNs` ends the fast-forward. A phase that has ended does not come back for late records. */
  endsFastForward(tNs: number): boolean {
    return this.phase === FAST_FORWARD && tNs >= this.warmupNs;
  }

  endsWarmUp(tNs: number): boolean {
    return this.phase === WARM_UP && tNs >= this.emitNs;
  }

  /**
   * Opens the first bin at its first record.
   *
   * @throws ProblemError `vp/start-too-early` when the start time lies further back than the longest allowed gap
   */
  open(tNs: number, ofSnapshot: boolean): void {
    this.startNs = this.hasStartTime ? this.emitNs : tNs;
    this.endNs = this.startNs + this.cellNs;
    this.isOpen = true;
    this.awaitsLive = ofSnapshot && !this.hasStartTime;
    if (tNs - this.startNs > this.maxGapNs) {
      fail('vp/start-too-early', 'The start time lies days before the first record of the session', {
        tip: 'Choose a start time on the day of the data.',
      });
    }
  }

  /**
   * The quiet hours between an opening snapshot and the first live record are not binned: whole cells are left out,
   * so that the bins stay in step with the snapshot.
   */
  followLive(tNs: number, snapshotNs: number): void {
    if (!this.awaitsLive) return;
    this.awaitsLive = false;
    if (this.seq > 0 || tNs - snapshotNs <= QUIET_NS) return;
    this.skipTo(tNs);
  }

  /** Between an opening snapshot and the first live record: nothing is binned yet. */
  get isQuiet(): boolean {
    return this.isOpen && this.awaitsLive && this.seq === 0;
  }

  /** Moves the open bin by whole cells to `tNs`. */
  skipTo(tNs: number): void {
    this.startNs += Math.floor((tNs - this.startNs) / this.cellNs) * this.cellNs;
    this.endNs = this.startNs + this.cellNs;
  }

  /**
   * Up to here a live record that is not late belongs to the present phase, to the open bin if there is one, to the
   * session and to no jump of time; -Infinity when every record needs a look.
   *
   * @param nowNs latest engine time
   */
  plainEnd(jumpNs: number, nowNs: number): number {
    if (nowNs < this.sessionStartNs) return -Infinity;
    const jumpEndNs = Math.min(nowNs + jumpNs, this.sessionEndNs);
    if (this.phase === FAST_FORWARD) return Math.min(this.warmupNs, jumpEndNs);
    if (this.phase === WARM_UP) return Math.min(this.emitNs, jumpEndNs);
    const isPlain = this.isOpen && !this.awaitsLive && jumpNs >= this.cellNs;
    return isPlain && this.startNs >= this.sessionStartNs
      ? Math.min(this.endNs, this.sessionEndNs)
      : -Infinity;
  }

  /** After the bin was closed. */
  next(): void {
    this.startNs = this.endNs;
    this.endNs += this.cellNs;
    this.seq++;
    this.eventCount = 0;
  }

  save(writer: StateWriter): void {
    writer.begin('vp-bins', 1);
    writer.number(this.phase);
    writer.boolean(this.isOpen);
    writer.number(this.startNs);
    writer.number(this.endNs);
    writer.number(this.seq);
    writer.number(this.eventCount);
    writer.boolean(this.awaitsLive);
  }

  restore(reader: StateReader): void {
    reader.begin('vp-bins', 1);
    this.phase = reader.number();
    this.isOpen = reader.boolean();
    this.startNs = reader.number();
    this.endNs = reader.number();
    this.seq = reader.number();
    this.eventCount = reader.number();
    this.awaitsLive = reader.boolean();
  }
}
