import { Random } from '#base/random';
import { FEATURE_KINDS, type FeatureKind } from '#core/sim/feature-kinds';
import type { SideIndex } from '#core/sim/fifo-book';
import type { Feature, FeatureRequest } from '#core/sim/feature';
import { createFeature } from '#core/sim/features/feature-factory';
import { STREAM_DIRECTOR, STREAM_FEATURES, type Market } from '#core/sim/market';
import type { ScheduledFeature } from '#core/sim/options';

/** How often each kind is drawn, relative to the others. */
const WEIGHTS: Readonly<Record<FeatureKind, number>> = {
  sweep: 4,
  iceberg: 3,
  wall: 3,
  vacuum: 2,
  news: 1,
  halt: 1,
  gap: 1,
  snapshot: 1,
  clear: 1,
  'one-sided': 1,
};

/** Calm between the end of a feature and the start of the next random one. */
const MIN_PAUSE_NS = 2e9;

/**
 * Starts features, scheduled and random, and runs them one after the other: they lean on the same flow, and what
 * each promises (a wall that is never hit, a vacuum of a given depth) holds only undisturbed.
 */
export class Director {
  private readonly market: Market;
  private readonly random: Random;
  /** In order of time; `next` is the first not yet started. */
  private readonly schedule: readonly ScheduledFeature[];
  private next = 0;
  /** Kinds that are drawn, each as often as its weight. */
  private readonly randomKinds: readonly FeatureKind[];
  private readonly meanPauseNs: number;
  private nextRandomNs: number;
  private active: Feature | undefined;
  private started = 0;
  private lastBid = -1;
  private lastAsk = -1;

  constructor(market: Market) {
    this.market = market;
    const { schedule, features, randomFeaturesPerMinute, seed } = market.options;
    this.random = new Random(seed, STREAM_DIRECTOR);
    this.schedule = schedule.filter((f) => features[f.kind]).sort((a, b) => a.atSeconds - b.atSeconds);
    this.randomKinds = FEATURE_KINDS.filter((kind) => features[kind]).flatMap((kind) =>
      new Array<FeatureKind>(WEIGHTS[kind]).fill(kind),
    );
    this.meanPauseNs = this.randomKinds.length === 0 ? Infinity : 60e9 / randomFeaturesPerMinute;
    this.nextRandomNs = this.drawRandomNs();
  }

  /** Time of the next action of the feature going on, or of the next start; Infinity = none. */
  get nextNs(): number {
    return this.active?.nextNs ?? Math.min(this.nextScheduledNs, this.nextRandomNs);
  }

  act(): void {
    if (this.active === undefined) this.active = this.start();
    this.active.act();
    if (this.active.nextNs === Infinity) {
      this.active = undefined;
      this.market.engine.fillListener = undefined;
      this.nextRandomNs = this.drawRandomNs();
    }
  }

  /** After every event. */
  watchBest(): void {
    const { best } = this.market.book;
    if (best[0] === this.lastBid && best[1] === this.lastAsk) return;
    this.lastBid = best[0];
    this.lastAsk = best[1];
    this.active?.bestChanged();
  }

  private get nextScheduledNs(): number {
    return this.next < this.schedule.length ? Math.floor(this.schedule[this.next].atSeconds * 1e9) : Infinity;
  }

  private start(): Feature {
    const scheduled = this.nextScheduledNs <= this.market.nowNs;
    const feature = createFeature(
      this.market,
      scheduled
        ? this.decide(this.schedule[this.next++])
        : this.decide({ kind: this.drawKind(), atSeconds: 0 }),
      new Random(this.market.options.seed, STREAM_FEATURES + this.started++),
    );
    this.market.engine.fillListener = feature;
    return feature;
  }

  private decide({ kind, side, scale, durationSeconds }: ScheduledFeature): FeatureRequest {
    const drawn = this.random.below(2) as SideIndex;
    return {
      kind,
      side: side === undefined ? drawn : side === 'bid' ? 0 : 1,
      scale: scale ?? 1,
      durationNs: durationSeconds === undefined ? undefined : Math.floor(durationSeconds * 1e9),
    };
  }

  private drawKind(): FeatureKind {
    return this.randomKinds[this.random.below(this.randomKinds.length)];
  }

  private drawRandomNs(): number {
    if (this.meanPauseNs === Infinity) return Infinity;
    return this.market.nowNs + MIN_PAUSE_NS + Math.floor(this.random.exponential() * this.meanPauseNs);
  }
}
