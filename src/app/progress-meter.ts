import { RateMeter } from '#app/rate-meter';
import type { Progress } from '#app/model';
import type { EngineProgress, ReadProgress } from '#protocol/engine-contract';

/**
 * Joins what the import and the engine worker report into one progress read-out. Bytes are read ahead of the engine,
 * by far where a few records span hours: the share of the work that is done is the share of the bytes times the share
 * of their market time that the engine has reached.
 */
export class ProgressMeter {
  readonly #now: () => number;
  readonly #byteRate = new RateMeter();
  readonly #recordRate = new RateMeter();
  readonly #workRate = new RateMeter();
  #read: ReadProgress | undefined;
  #engine: EngineProgress | undefined;
  #done: number | undefined;

  /** @param now milliseconds of a monotonic clock */
  constructor(now: () => number) {
    this.#now = now;
  }

  read(progress: ReadProgress): void {
    this.#read = progress;
    this.#byteRate.add(this.#now(), progress.bytes);
    this.#countWork();
  }

  engine(progress: EngineProgress): void {
    this.#engine = progress;
    this.#recordRate.add(this.#now(), progress.records);
    this.#countWork();
  }

  progress(): Progress {
    const fraction = this.#done;
    const rate = this.#workRate.perSecond;
    return {
      fraction,
      bytesRead: this.#read?.bytes ?? 0,
      bytesTotal: this.#read?.totalBytes,
      bytesPerSecond: this.#byteRate.perSecond,
      recordsPerSecond: this.#recordRate.perSecond,
      records: this.#engine?.records ?? 0,
      marketTimeNs: this.#engine?.marketTimeNs,
      secondsLeft: fraction !== undefined && rate > 0 ? (1 - fraction) / rate : undefined,
    };
  }

  #countWork(): void {
    const fraction = this.#fraction();
    if (fraction === undefined) return;
    // Records that were read meanwhile make the rest look longer; a bar that goes back tells nobody anything.
    this.#done = Math.max(this.#done ?? 0, fraction);
    this.#workRate.add(this.#now(), this.#done);
  }

  #fraction(): number | undefined {
    const { bytes, totalBytes, firstNs, lastNs } = this.#read ?? {};
    const reachedNs = this.#engine?.marketTimeNs;
    if (!bytes || !totalBytes || firstNs === undefined || lastNs === undefined) return undefined;
    const span = Number(lastNs - firstNs);
    const reached = reachedNs === undefined ? 0 : Number(reachedNs - firstNs);
    const share = span > 0 ? Math.min(1, Math.max(0, reached / span)) : 1;
    return Math.min(1, bytes / totalBytes) * share;
  }
}
