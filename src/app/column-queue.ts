/**
 * Which bins the renderer is still to get. Only their numbers wait here: columns are copied when there is room
 * for them, so that a slow renderer never has more than two batches before it.
 */
import { BinRanges, type BinSpan } from '#app/bin-ranges';

/** Bins per batch, and what batches are aligned to: a few milliseconds of copying. */
export const BATCH_BINS = 512;
const BATCHES_IN_FLIGHT = 2;

export class ColumnQueue {
  readonly #waiting = new BinRanges();
  readonly #send: (span: BinSpan) => Promise<void>;
  readonly #viewStart: () => number;
  #inFlight = 0;
  #idle: (() => void)[] = [];

  /**
   * @param send sends bins of one batch; resolves when the renderer has taken them, never rejects
   * @param viewStart the first bin in view
   */
  constructor(send: (span: BinSpan) => Promise<void>, viewStart: () => number) {
    this.#send = send;
    this.#viewStart = viewStart;
  }

  add(from: number, end: number): void {
    this.#waiting.add(from, end);
    this.#pump();
  }

  /** Forgets what waits. */
  clear(): void {
    this.#waiting.clear();
    this.#pump();
  }

  /** Resolves when nothing waits or is on its way. */
  whenSent(): Promise<void> {
    if (this.#waiting.empty && this.#inFlight === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #pump(): void {
    while (this.#inFlight < BATCHES_IN_FLIGHT) {
      const batch = this.#next();
      if (!batch) break;
      this.#waiting.remove(batch.from, batch.end);
      this.#inFlight++;
      void this.#send(batch).then(() => {
        this.#inFlight--;
        this.#pump();
      });
    }
    if (this.#inFlight > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** What is in view comes first, then what follows it, then what precedes it, the nearest first. */
  #next(): BinSpan | undefined {
    const ahead = this.#waiting.from(alignDown(this.#viewStart()));
    if (ahead) return { from: ahead.from, end: Math.min(ahead.end, alignDown(ahead.from) + BATCH_BINS) };
    const behind = this.#waiting.last();
    return behind && { from: Math.max(behind.from, alignDown(behind.end - 1)), end: behind.end };
  }
}

function alignDown(bin: number): number {
  return Math.floor(bin / BATCH_BINS) * BATCH_BINS;
}
