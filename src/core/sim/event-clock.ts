import type { Random } from '#base/random';

/** Gaps inside a cluster are this share of the mean gap, times a heavy-tailed factor of mean 1. */
const SHORT_GAP = 0.03;
const MAX_CLUSTER = 64;
/** Memory of the running means, in event groups. */
const MEMORY = 1 / 512;
const MIN_GAP_NS = 200;

/**
 * When the next background event happens. Events come in clusters: a few within a fraction of the mean gap, then a
 * pause. Whatever the clustering, the mean number of records per second is the rate asked for: the pauses are
 * stretched by running means of the records per event and of the share of events inside clusters.
 */
export class EventClock {
  /** ns after the start. */
  nextNs = 1;

  private readonly random: Random;
  private readonly rate: number;
  private recordsPerEvent = 1.4;
  private shortShare = 0.6;
  /** Events left in the current cluster. */
  private left = 0;

  /** @param rate mean records per second at activity 1 */
  constructor(random: Random, rate: number) {
    this.random = random;
    this.rate = rate;
  }

  /** Something happened that others react to: `events` more in quick succession. */
  excite(events: number): void {
    this.left = Math.min(MAX_CLUSTER, this.left + events);
  }

  /** @param records written by the event at `nowNs` */
  advance(nowNs: number, records: number, activity: number): void {
    const { random } = this;
    this.recordsPerEvent += (records - this.recordsPerEvent) * MEMORY;
    const meanNs = (this.recordsPerEvent * 1e9) / (this.rate * activity);
    const short = this.left > 0;
    this.shortShare += ((short ? 1 : 0) - this.shortShare) * MEMORY;
    let gapNs: number;
    if (short) {
      this.left--;
      const u = random.unit();
      gapNs = meanNs * SHORT_GAP * 3 * u * u;
    } else {
      this.left = Math.min(MAX_CLUSTER, Math.floor(1 / Math.sqrt(random.positiveUnit())) - 1);
      const pause = (1 - this.shortShare * SHORT_GAP) / Math.max(0.05, 1 - this.shortShare);
      gapNs = meanNs * pause * random.exponential();
    }
    this.nextNs = nowNs + Math.max(MIN_GAP_NS, Math.floor(gapNs));
  }
}
