/**
 * Tells real jumps of time from damaged times. A record that jumps ahead is held back until the next record of the
 * instrument decides: where that one is at the new time as well, the market paused; where it is back at the old
 * time, the held record is damaged and left out. The very first record is held likewise, because it becomes the
 * origin of time and of the bins.
 *
 * Records of a snapshot keep the clock of its opening and are never held, save as the first of all.
 */
import type { StateReader, StateWriter } from '#base/state-io';
import { F_SNAPSHOT, MBO_WORDS, W_TAGS } from '#core/mbo/mbo-block';
import type { IngestClock } from '#core/vp/ingest-clock';

export class TimeGate {
  /** The held record, for as long as `holds`. */
  readonly words = new Uint32Array(MBO_WORDS);
  holds = false;
  heldNs = 0;
  /** Records left out for their time. */
  damaged = 0;

  /**
   * @param jumpNs a record further ahead than this is held
   * @param maxGapNs longest pause that bins can follow
   */
  constructor(
    private readonly clock: IngestClock,
    private readonly jumpNs: number,
    private readonly maxGapNs: number,
  ) {}

  /** Whether a record must wait for the one after it. */
  mustHold(tags: number, tNs: number): boolean {
    const { nowNs } = this.clock;
    if (nowNs === -Infinity) return true;
    return tNs - nowNs > this.jumpNs && (tags & F_SNAPSHOT) === 0;
  }

  hold(words: Uint32Array, base: number, tNs: number): void {
    this.words.set(words.subarray(base, base + MBO_WORDS));
    this.heldNs = tNs;
    this.holds = true;
  }

  /** Whether the next record confirms the time of the held one. */
  isConfirmedBy(words: Uint32Array, base: number): boolean {
    const { nowNs } = this.clock;
    const aheadNs = this.testimonyNs(words, base) - this.heldNs;
    if (nowNs === -Infinity) return this.isFirstConfirmedBy(words, base, aheadNs);
    // Two damaged times are seldom near each other; two records of a sparse market may be hours apart.
    const isFar = this.heldNs - nowNs > this.maxGapNs;
    return aheadNs >= -this.jumpNs && aheadNs <= (isFar ? this.jumpNs : this.maxGapNs);
  }

  /** Where no record follows, the time of receipt has to confirm that of the event. */
  isConfirmedAlone(): boolean {
    if (this.clock.nowNs === -Infinity) return true;
    return Math.abs(this.clock.receivedNs(this.words, 0) - this.heldNs) <= this.jumpNs;
  }

  save(writer: StateWriter): void {
    writer.begin('vp-gate', 2);
    writer.boolean(this.holds);
    writer.number(this.heldNs);
    writer.number(this.damaged);
    for (const word of this.words) writer.number(word);
  }

  restore(reader: StateReader): void {
    reader.begin('vp-gate', 2);
    this.holds = reader.boolean();
    this.heldNs = reader.number();
    this.damaged = reader.number();
    for (let i = 0; i < this.words.length; i++) this.words[i] = reader.u32();
  }

  /** The first record has no past: where the second is elsewhere, the times of receipt tell which of them is right. */
  private isFirstConfirmedBy(words: Uint32Array, base: number, aheadNs: number): boolean {
    if (aheadNs > this.maxGapNs) return false;
    if (aheadNs > this.jumpNs) return this.isBorneOut(this.words, 0, this.heldNs);
    // The orders of an opening snapshot are older than it, by days where only their placement is known.
    const areOneSnapshot = (this.words[W_TAGS] & words[base + W_TAGS] & F_SNAPSHOT) !== 0;
    if (aheadNs >= -(areOneSnapshot ? this.maxGapNs : this.jumpNs)) return true;
    const nextNs = this.heldNs + aheadNs;
    return !this.clock.hasTime(words, base) || !this.isBorneOut(words, base, nextNs);
  }

  /** Whether the time of receipt, if there is one, agrees. */
  private isBorneOut(words: Uint32Array, base: number, tNs: number): boolean {
    return !(Math.abs(this.clock.receivedNs(words, base) - tNs) > this.jumpNs);
  }

  /** The orders of a snapshot carry the time of their placement; its time is that of its generation. */
  private testimonyNs(words: Uint32Array, base: number): number {
    const { clock } = this;
    const eventNs = clock.eventNs(words, base);
    if ((words[base + W_TAGS] & F_SNAPSHOT) === 0) return eventNs;
    const receivedNs = clock.receivedNs(words, base);
    return Number.isNaN(receivedNs) ? eventNs : Math.max(eventNs, receivedNs);
  }
}
