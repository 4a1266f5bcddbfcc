/** Reads a capture as far as a moment needs it, with what it takes to look back from there. */
import type { InstrumentKey } from '#core/capture/capture-types';
import type { MboBlock } from '#core/mbo/mbo-block';
import { BookMoments } from '#core/moment/book-moments';
import { Timeline } from '#core/moment/timeline';
import type { CaptureRun } from '#cli/capture';

export class MomentReader {
  readonly moments: BookMoments;
  readonly #parts: ReturnType<CaptureRun['parts']>;

  /** @param recordBytes memory for records to look back at, see `Timeline` */
  constructor(run: CaptureRun, instrument: InstrumentKey, recordBytes: number) {
    this.#parts = run.parts({ instrument });
    this.moments = new BookMoments(new Timeline(recordBytes));
  }

  /**
   * Reads on until a record later than the instant has come, or to the end.
   *
   * @returns index of the moment
   * @throws ProblemError `moment/forgotten`
   */
  async readUntil(ns: bigint): Promise<number> {
    const { timeline } = this.moments;
    while (timeline.nowNs <= timeline.clock.fromEpoch(ns)) if (!(await this.#readMore())) break;
    return timeline.indexAt(ns);
  }

  /**
   * The moment so many events after another, or before it where `events` is negative; reads on where it must.
   *
   * @returns its index, and how many events there were
   * @throws ProblemError `moment/forgotten`
   */
  async step(from: number, events: number): Promise<{ index: number; taken: number }> {
    const { timeline } = this.moments;
    let index = from;
    let taken = 0;
    while (taken < Math.abs(events)) {
      const end = events > 0 ? timeline.eventEndAfter(index) : timeline.eventEndBefore(index);
      // Where the records so far end, an event need not.
      if (events > 0 && (end ?? timeline.count) === timeline.count && (await this.#readMore())) continue;
      if (end === undefined) break;
      index = end;
      taken++;
    }
    return { index, taken };
  }

  /** The next records, which are not taken into `moments`; valid until the next call. `undefined` at the end. */
  async next(): Promise<MboBlock | undefined> {
    for (;;) {
      const { value, done } = await this.#parts.next();
      if (done === true) return undefined;
      if (value.kind === 'mbo') return value.block;
    }
  }

  /** No more is wanted. */
  async close(): Promise<void> {
    await this.#parts.return();
  }

  async #readMore(): Promise<boolean> {
    const block = await this.next();
    if (block) this.moments.append(block);
    return block !== undefined;
  }
}
