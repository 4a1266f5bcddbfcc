import { Feature } from '#core/sim/feature';

/** Displayed quantity and number of parts at scale 1. */
const PEAK_MIN = 8;
const PEAK_MAX = 15;
const PARTS_MIN = 10;
const PARTS_MAX = 20;
/** Pause between the aggressors that work against it. */
const HIT_MEAN_NS = 300e6;
/** Time a participant without a native iceberg order takes to send the next part. */
const REPOST_MIN_NS = 60e3;
const REPOST_MAX_NS = 400e3;
/** It follows the price when it is left behind by more ticks than this. */
const FOLLOW_TICKS = 3;
/** Lean of the background towards the side that the iceberg absorbs. */
const PRESSURE = 0.12;

/**
 * A large order at the touch of `side` that shows only a part. Half of them are native (the venue refills the same
 * order, which is reported as M), half are worked by their owner (a new order follows the filled one). Steady
 * aggression hits it until its total is gone or its time is up. `scale` multiplies the total.
 */
export class Iceberg extends Feature {
  private readonly native = this.random.chance(0.5);
  private readonly peak = this.random.between(PEAK_MIN, PEAK_MAX);
  /** Quantity not yet filled, the displayed part included. */
  private left = Math.floor(this.peak * this.random.between(PARTS_MIN, PARTS_MAX) * this.request.scale);
  private readonly untilNs = this.market.nowNs + this.durationNs(30, 60);
  private slot = -1;
  private tick = -1;
  private episode = -1;

  act(): void {
    const { market } = this;
    if (this.episode < 0) {
      this.tick = market.book.best[this.side];
      this.episode = this.open(this.tick);
      market.controls.tilt += PRESSURE * this.outward;
      this.show();
    } else if (this.left <= 0 || market.nowNs >= this.untilNs) {
      this.withdraw();
      market.controls.tilt -= PRESSURE * this.outward;
      this.end(this.episode);
      return;
    } else if (this.slot < 0) {
      this.show();
    } else if (Math.abs(market.book.best[this.side] - this.tick) > FOLLOW_TICKS) {
      this.withdraw();
      this.tick = market.book.best[this.side];
      this.after(1);
      return;
    } else {
      this.hit();
    }
    if (this.slot >= 0) this.after(HIT_MEAN_NS * this.random.exponential());
  }

  override filled(slot: number, quantity: number, left: number): void {
    if (slot !== this.slot) return;
    this.left -= quantity;
    if (left > 0) return;
    this.slot = -1;
    this.after(REPOST_MIN_NS + (REPOST_MAX_NS - REPOST_MIN_NS) * this.random.unit());
  }

  /** Enters the order, or the next part of it. */
  private show(): void {
    const { market } = this;
    const { book } = market;
    if (book.crosses(this.side, this.tick)) this.tick = book.best[this.side];
    const displayed = Math.min(this.peak, this.left);
    market.begin();
    this.slot = market.engine.add(this.side, this.tick, displayed);
    market.end();
    book.held[this.slot] = 1;
    if (this.native) {
      book.peak[this.slot] = this.peak;
      book.reserve[this.slot] = this.left - displayed;
    }
  }

  /** Aggression worth a share of the queue ahead, so that the order's turn comes, and some more. */
  private hit(): void {
    const { market, side, tick } = this;
    const { book } = market;
    let ahead = 0;
    for (let t = book.best[side]; t !== tick; t += this.outward) ahead += book.depth[book.level(side, t)];
    for (let slot = book.previous[this.slot]; slot >= 0; slot = book.previous[slot]) ahead += book.size[slot];
    market.begin();
    market.engine.trade(side, Math.ceil(ahead / 4) + this.random.between(1, this.peak), tick);
    market.end();
  }

  private withdraw(): void {
    if (this.slot < 0) return;
    this.market.begin();
    this.market.engine.cancel(this.slot);
    this.market.end();
    this.slot = -1;
  }
}
