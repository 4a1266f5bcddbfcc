/**
 * Any moment of a timeline for a machine that is driven by its records: the last checkpoint before it, and the records
 * from there on. What a moment gives depends on the records before it alone, so it is, bit for bit, what a straight
 * run gives.
 */
import type { MboBlock } from '#core/mbo/mbo-block';
import { CheckpointShelf, type ShelfLimits } from '#core/moment/checkpoint-shelf';
import { failForgotten, type Timeline } from '#core/moment/timeline';

/** How a machine is made, driven and kept. */
export interface Replica<T> {
  /** One that has seen no record. */
  create(): T;
  restore(state: Uint8Array): T;
  save(machine: T): Uint8Array;
  run(machine: T, block: MboBlock, from: number, to: number): void;
}

export class Moments<T> {
  readonly shelf: CheckpointShelf;

  /** @param initialState of the machine at the timeline's origin, where that is not its first record */
  constructor(
    readonly timeline: Timeline,
    readonly replica: Replica<T>,
    limits: ShelfLimits,
    initialState?: Uint8Array,
  ) {
    this.shelf = new CheckpointShelf(limits);
    if (initialState) {
      this.shelf.put({ index: timeline.origin, tNs: -Infinity, state: initialState });
    }
  }

  /** Told of a machine that has consumed all records of the timeline: takes a checkpoint where one is due. */
  note(machine: T): void {
    const { count, nowNs } = this.timeline;
    if (!this.shelf.isDue(count, nowNs)) return;
    this.shelf.put({ index: count, tNs: nowNs, state: this.replica.save(machine) });
  }

  /**
   * A machine of its own after the first `index` records of the timeline.
   *
   * @throws ProblemError `moment/forgotten` where records of the tail are no longer held
   */
  at(index: number): T {
    const checkpoint = this.shelf.before(index);
    if (!checkpoint && this.timeline.origin > 0) failForgotten();
    const machine = checkpoint ? this.replica.restore(checkpoint.state) : this.replica.create();
    this.advance(machine, checkpoint?.index ?? 0, index);
    return machine;
  }

  /** Takes a machine from one moment to a later one. */
  advance(machine: T, from: number, to: number): void {
    for (const part of this.timeline.parts(from, to)) {
      this.replica.run(machine, part.block, part.from, part.to);
    }
  }
}
