import type { SideIndex } from '#core/sim/fifo-book';
import { Feature } from '#core/sim/feature';

/** Rate of the background during the burst, at scale 1. */
const RATE = 20;
const BURST_MIN_SECONDS = 2;
const BURST_MAX_SECONDS = 3.5;
/** What the news does to the flow meanwhile. */
const PLACEMENT = 0.4;
const TIGHTEN = 0.012;
const TRADES = 1.6;
const LEAN = 0.15;
const LEAN_MEAN_NS = 200e6;
/** Just before it, quotes within these ticks of the touch are pulled, in these steps. */
const PULL_TICKS = 6;
const PULL_SHARE = 0.65;
const PULL_STEPS = 16;
const PULL_NS = 60e6;
/** The rate falls back to normal in steps, the book fills up again. */
const CALM_NS = 10e9;
const CALM_STEPS = 40;
const REFILL_PLACEMENT = 1.5;

/**
 * News: quotes on both sides thin out, then for a few seconds twenty times the usual rate, a wide spread and
 * aggressors that agree for a fraction of a second at a time; then the rate decays and the book refills. `scale` multiplies
 * the rate, the duration is that of the burst; `side` is ignored.
 */
export class News extends Feature {
  private readonly burstNs = this.durationNs(BURST_MIN_SECONDS, BURST_MAX_SECONDS);
  private readonly rate = Math.max(1, RATE * this.request.scale);
  private episode = -1;
  private pullsLeft = PULL_STEPS;
  private calmLeft = CALM_STEPS;
  private burstEndsNs = 0;
  private lean = 0;

  act(): void {
    const { market } = this;
    if (this.episode < 0) this.episode = this.open(market.book.best[0], true);
    if (this.pullsLeft > 0) {
      this.pull();
      this.pullsLeft--;
      this.after(PULL_NS / PULL_STEPS);
      if (this.pullsLeft === 0) this.startBurst();
    } else if (market.nowNs < this.burstEndsNs) {
      this.leanAnew();
    } else if (this.calmLeft > 0) {
      this.calm();
      this.after(CALM_NS / CALM_STEPS);
    } else {
      market.controls.placement.fill(1);
      market.controls.rate = 1;
      this.end(this.episode);
    }
  }

  private startBurst(): void {
    const { controls, nowNs } = this.market;
    controls.rate = this.rate;
    controls.trades = TRADES;
    controls.tighten = TIGHTEN;
    controls.placement.fill(PLACEMENT);
    this.burstEndsNs = nowNs + this.burstNs;
  }

  /** A new opinion on the direction. */
  private leanAnew(): void {
    const lean = (this.random.unit() * 2 - 1) * LEAN;
    this.market.controls.tilt += lean - this.lean;
    this.lean = lean;
    this.after(Math.min(LEAN_MEAN_NS * this.random.exponential(), this.burstEndsNs - this.market.nowNs));
  }

  private calm(): void {
    const { controls } = this.market;
    if (this.calmLeft === CALM_STEPS) {
      controls.trades = 1;
      controls.tighten = 1;
      controls.tilt = 0;
      controls.placement.fill(REFILL_PLACEMENT);
    }
    this.calmLeft--;
    const share = this.calmLeft / CALM_STEPS;
    controls.rate = 1 + (this.rate - 1) * share * share * share;
  }

  private pull(): void {
    const { market, random } = this;
    const { book } = market;
    const side = (this.pullsLeft & 1) as SideIndex;
    const outward = side === 0 ? -1 : 1;
    // Each side has half of the steps; the last one takes what is left of the share.
    const stepsOfSide = (this.pullsLeft + 1) >> 1;
    market.begin();
    for (let i = 0; i < PULL_TICKS; i++) {
      const tick = book.best[side] + outward * i;
      if (tick < 0 || tick >= book.ticks) break;
      const orders = book.orders[book.level(side, tick)];
      const quota = Math.floor((orders * PULL_SHARE) / stepsOfSide + random.unit());
      for (let n = 0; n < quota; n++) {
        const slot = book.tail[book.level(side, tick)];
        if (slot < 0 || !market.engine.canSpare(side, 1)) break;
        market.engine.cancel(slot);
      }
    }
    market.end();
  }
}
