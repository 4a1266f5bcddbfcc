import { RateMeter } from '#app/rate-meter';
import type { Progress } from '#app/model';
import type { EngineProgress, ReadProgress } from '#protocol/engine-contract';

/** How far back the forecasts of the end are compared. */
const FORECAST_WINDOW_MS = 4000;
/** Forecasts over less than this say nothing yet. */
const LEAST_FORECAST_MS = 2000;
/** They may differ by this share of the time left, or by this much where little is left. */
const STABLE_SHARE = 0.25;
const STABLE_MS = 1500;

/**
 * Joins what the import worker reads and what the engine makes of it into one progress read-out. Work is counted in
 * bins, for a bin takes as long whether it is busy or quiet. Bytes are read ahead of the engine, by far where a few
 * records span hours: the share of the work that is done is the share of the bytes times the share of their bins.
 */
export class ProgressMeter {
  readonly #now: () => number;
  readonly #byteRate = new RateMeter();
  readonly #recordRate = new RateMeter();
  readonly #binRate = new RateMeter();
  readonly #workRate = new RateMeter();
  #timeline: { firstBinStartNs: bigint; cellWidthNs: number } | undefined;
  #read: ReadProgress | undefined;
  #records = 0;
  #bins = 0;
  #done: number | undefined;
  /** When the end was forecast to be, and when that was. */
  #forecasts: { atMs: number; endMs: number }[] = [];

  /** @param now milliseconds of a monotonic clock */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The first bins are here. */
  begin(firstBinStartNs: bigint, cellWidthNs: number): void {
    this.#timeline = { firstBinStartNs, cellWidthNs };
  }

  read(progress: ReadProgress): void {
    this.#read = progress;
    this.#byteRate.add(this.#now(), progress.bytes);
    this.#countWork();
  }

  engine({ records }: Pick<EngineProgress, 'records'>): void {
    this.#records = records;
    this.#recordRate.add(this.#now(), records);
  }

  /** @param count bins so far */
  bins(count: number): void {
    this.#bins = count;
    this.#binRate.add(this.#now(), count);
    this.#countWork();
    this.#forecast();
  }

  progress(): Progress {
    return {
      fraction: this.#done,
      bytesRead: this.#read?.bytes ?? 0,
      bytesTotal: this.#read?.totalBytes,
      bytesPerSecond: this.#byteRate.perSecond,
      recordsPerSecond: this.#recordRate.perSecond,
      binsPerSecond: this.#binRate.perSecond,
      records: this.#records,
      secondsLeft: this.#secondsLeft,
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
    const { bytes, totalBytes, lastNs } = this.#read ?? {};
    if (!this.#timeline || !bytes || !totalBytes || lastNs === undefined) return undefined;
    const { firstBinStartNs, cellWidthNs } = this.#timeline;
    const binsRead = Math.ceil(Number(lastNs - firstBinStartNs) / cellWidthNs);
    const share = binsRead > 0 ? Math.min(1, this.#bins / binsRead) : 1;
    return Math.min(1, bytes / totalBytes) * share;
  }

  #forecast(): void {
    const rate = this.#workRate.perSecond;
    if (this.#done === undefined || rate <= 0) return;
    const atMs = this.#now();
    this.#forecasts.push({ atMs, endMs: atMs + ((1 - this.#done) / rate) * 1000 });
    this.#forecasts = this.#forecasts.filter((f) => atMs - f.atMs <= FORECAST_WINDOW_MS);
  }

  /** A forecast that keeps moving tells nobody anything either. */
  get #secondsLeft(): number | undefined {
    const first = this.#forecasts.at(0);
    const last = this.#forecasts.at(-1);
    if (!first || !last || last.atMs - first.atMs < LEAST_FORECAST_MS) return undefined;
    const ends = this.#forecasts.map((f) => f.endMs);
    const leftMs = Math.max(0, last.endMs - this.#now());
    const isStable = Math.max(...ends) - Math.min(...ends) <= Math.max(STABLE_MS, STABLE_SHARE * leftMs);
    return isStable ? leftMs / 1000 : undefined;
  }
}
