import { NEAR_TICKS } from '#core/sim/book-shape';
import { Feature } from '#core/sim/feature';

/** The pull: in each step this share of the orders within NEAR_TICKS of the touch; 88 % after all of them. */
const PULL_STEPS = 52;
const PULL_SHARE = 0.04;
const PULL_NS = 260e6;
/** The run: ticks at scale 1, and the pause between its aggressors. */
const RUN_MIN = 12;
const RUN_MAX = 18;
const RUN_STEP_NS = 30e6;
/** What remains of the willingness to add on the pulled side, and the hurry of everybody meanwhile. */
const THIN = 0.04;
const HURRY = 3;
/** Willingness returns in steps. */
const REFILL_NS = 4e9;
const REFILL_STEPS = 8;

/**
 * The liquidity of `side` near the touch is pulled within a quarter of a second; aggressors then run the price
 * through the hole; the book refills at the new price over a few seconds. `scale` multiplies the length of the run,
 * the duration is that of the refill.
 */
export class Vacuum extends Feature {
  private readonly refillNs = this.request.durationNs ?? REFILL_NS;
  private readonly runTicks = Math.max(
    4,
    Math.round(this.random.between(RUN_MIN, RUN_MAX) * this.request.scale),
  );
  private startTick = -1;
  private episode = -1;
  private pullsLeft = PULL_STEPS;
  private refillsLeft = REFILL_STEPS;

  act(): void {
    const { controls } = this.market;
    if (this.episode < 0) {
      this.startTick = this.market.book.best[this.side];
      this.episode = this.open(this.startTick);
      controls.placement[this.side] = THIN;
      controls.rate = HURRY;
      controls.tilt += this.towards(0.3);
    }
    if (this.pullsLeft > 0) {
      this.pull();
      this.pullsLeft--;
      this.after(PULL_NS / PULL_STEPS);
    } else if (this.moved() < this.runTicks && this.run()) {
      this.after(RUN_STEP_NS * (0.5 + this.random.unit()));
    } else if (this.refillsLeft > 0) {
      if (this.refillsLeft === REFILL_STEPS) {
        controls.rate = 1;
        controls.tilt -= this.towards(0.3);
      }
      this.refillsLeft--;
      controls.placement[this.side] = THIN + (1 - THIN) * (1 - this.refillsLeft / REFILL_STEPS);
      this.after(this.refillNs / REFILL_STEPS);
    } else {
      controls.placement[this.side] = 1;
      this.end(this.episode);
    }
  }

  /** Buying for asks that were pulled, selling for bids. */
  private towards(lean: number): number {
    return this.side === 1 ? lean : -lean;
  }

  private moved(): number {
    return (this.market.book.best[this.side] - this.startTick) * this.outward;
  }

  /** Cancels the share of one step, youngest orders first. */
  private pull(): void {
    const { market, side, outward } = this;
    const { book } = market;
    let orders = 0;
    for (let i = 0; i < NEAR_TICKS; i++) {
      const tick = this.startTick + i * outward;
      if (tick >= 0 && tick < book.ticks) orders += book.orders[book.level(side, tick)];
    }
    let quota = orders * PULL_SHARE + this.random.unit();
    market.begin();
    for (let tries = 4 * NEAR_TICKS; quota >= 1 && tries > 0; tries--) {
      const tick = this.startTick + this.random.below(NEAR_TICKS) * outward;
      if (tick < 0 || tick >= book.ticks) continue;
      const slot = book.tail[book.level(side, tick)];
      if (slot < 0 || !market.engine.canSpare(side, 1)) continue;
      market.engine.cancel(slot);
      quota--;
    }
    market.end();
  }

  /** Takes the touch whole and sometimes a little of the next levels; false if nothing could be had. */
  private run(): boolean {
    const { market, side, outward } = this;
    const { book } = market;
    const touch = book.best[side];
    const want = book.depth[book.level(side, touch)] + this.random.below(4);
    market.begin();
    const got = market.engine.trade(side, want, touch + 2 * outward);
    market.end();
    return got > 0;
  }
}
