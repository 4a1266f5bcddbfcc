/**
 * A place in a timeline that moves by time and by event, with the machine as it is there. An event ends with the
 * record that carries `F_LAST`, or with the last record; forward and back by one lead to the same place.
 */
import type { Moments } from '#core/moment/moments';

export class MomentCursor<T> {
  #index: number;
  #machine: T;

  /** Starts after the last record. */
  constructor(private readonly moments: Moments<T>) {
    this.#index = moments.timeline.count;
    this.#machine = moments.at(this.#index);
  }

  /** Records before the cursor. */
  get index(): number {
    return this.#index;
  }

  /** As it is at the cursor; good until the cursor moves, and not to be changed. */
  get machine(): T {
    return this.#machine;
  }

  /**
   * To an instant: after all records whose market time is `ns` or earlier.
   *
   * @throws ProblemError `moment/forgotten`, then the cursor stays; so also below
   */
  at(ns: bigint): void {
    this.to(this.moments.timeline.indexAt(ns));
  }

  /** To the end of the next event; false, and nothing moves, after the last. */
  nextEvent(): boolean {
    return this.step(1) === 1;
  }

  /** To the end of the event before, or to the beginning; false, and nothing moves, at the beginning. */
  previousEvent(): boolean {
    return this.step(-1) === 1;
  }

  /** By so many events forward, or back where it is negative; how many there were. */
  step(events: number): number {
    const { timeline } = this.moments;
    let index = this.#index;
    let taken = 0;
    for (; taken < Math.abs(events); taken++) {
      const end = events > 0 ? timeline.eventEndAfter(index) : timeline.eventEndBefore(index);
      if (end === undefined) break;
      index = end;
    }
    this.to(index);
    return taken;
  }

  /** After the first `index` records. */
  to(index: number): void {
    const checkpoint = this.moments.shelf.before(index);
    // Going on from here is shorter than from the checkpoint, unless that lies in between.
    if (index >= this.#index && (checkpoint?.index ?? 0) <= this.#index) {
      this.moments.advance(this.#machine, this.#index, index);
    } else {
      this.#machine = this.moments.at(index);
    }
    this.#index = index;
  }
}
