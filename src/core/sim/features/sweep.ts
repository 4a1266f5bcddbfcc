import { Feature } from '#core/sim/feature';

/** Levels taken at scale 1. */
const LEVELS_MIN = 4;
const LEVELS_MAX = 7;

/** One aggressor takes several levels of `side` whole and a part of the next, in one event. */
export class Sweep extends Feature {
  act(): void {
    const { market, random, side, outward } = this;
    const { book } = market;
    const levels = Math.max(2, Math.round(random.between(LEVELS_MIN, LEVELS_MAX) * this.request.scale));
    const touch = book.best[side];
    const whole = book.depthFrom(side, touch, levels);
    const part = Math.floor(book.depthFrom(side, touch + outward * levels, 1) / 2);
    const episode = this.open(touch);
    market.begin();
    market.engine.trade(side, whole + part, touch + outward * levels);
    market.end();
    this.end(episode);
  }
}
