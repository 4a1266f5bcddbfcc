import { RateMeter } from '#app/rate-meter';
import type { Progress } from '#app/model';
import type { EngineProgress } from '#protocol/engine-contract';

/** Joins what the import and the engine worker report into one progress read-out. */
export class ProgressMeter {
  readonly #now: () => number;
  readonly #byteRate = new RateMeter();
  readonly #recordRate = new RateMeter();
  #read = 0;
  #total: number | undefined;
  #engine: EngineProgress | undefined;

  /** @param now milliseconds of a monotonic clock */
  constructor(now: () => number) {
    this.#now = now;
  }

  bytes(read: number, total: number | undefined): void {
    this.#read = read;
    this.#total = total;
    this.#byteRate.add(this.#now(), read);
  }

  engine(progress: EngineProgress): void {
    this.#engine = progress;
    this.#recordRate.add(this.#now(), progress.records);
  }

  progress(): Progress {
    const bytesPerSecond = this.#byteRate.perSecond;
    const left = this.#total === undefined ? undefined : this.#total - this.#read;
    return {
      fraction: this.#total ? Math.min(1, this.#read / this.#total) : undefined,
      bytesRead: this.#read,
      bytesTotal: this.#total,
      bytesPerSecond,
      recordsPerSecond: this.#recordRate.perSecond,
      records: this.#engine?.records ?? 0,
      marketTimeNs: this.#engine?.marketTimeNs,
      secondsLeft: left !== undefined && bytesPerSecond > 0 ? left / bytesPerSecond : undefined,
    };
  }
}
