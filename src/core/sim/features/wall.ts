import { Feature } from '#core/sim/feature';

/** Distance from the touch that it keeps, in ticks. */
const DISTANCE_MIN = 6;
const DISTANCE_MAX = 10;
/** Nearer than this it flees at once; nothing the background does moves the touch further in one event. */
const DANGER = 3;
/** It follows when it is this much nearer or further than it wants to be, after this time. */
const SLACK_TICKS = 2;
const FOLLOW_NS = 120e6;
/** Size in units of an ordinary level, at scale 1. */
const LEVELS_MIN = 5;
const LEVELS_MAX = 8;
const PIECES_MAX = 4;
const PLACE_NS = 2e6;
/** The background leans away from it. */
const PRESSURE = 0.05;

/**
 * A large size of `side`, in a few orders at one price some ticks behind the touch. It moves (M) when the price
 * moves, and is cancelled before it could be filled. `scale` multiplies the size.
 */
export class Wall extends Feature {
  private readonly distance = this.random.between(DISTANCE_MIN, DISTANCE_MAX);
  private readonly untilNs = this.market.nowNs + this.durationNs(15, 30);
  private readonly pieces: number[] = [];
  private piecesLeft = this.random.between(1, PIECES_MAX);
  private pieceSize = 0;
  private tick = -1;
  private episode = -1;

  act(): void {
    const { market } = this;
    if (this.episode < 0) this.begin();
    if (market.nowNs >= this.untilNs) this.vanish();
    else if (Math.abs(this.distanceNow() - this.distance) >= SLACK_TICKS) this.follow();
    else if (this.piecesLeft > 0) this.place();
    else this.nextNs = this.untilNs;
  }

  override bestChanged(): void {
    if (this.episode < 0 || this.nextNs === Infinity) return;
    const distance = this.distanceNow();
    if (distance <= DANGER) this.after(1);
    else if (Math.abs(distance - this.distance) >= SLACK_TICKS)
      this.nextNs = Math.min(this.nextNs, this.market.nowNs + FOLLOW_NS);
  }

  private begin(): void {
    const { market, random, side } = this;
    const { book } = market;
    this.tick = this.wantedTick();
    const ordinary = book.depthFrom(side, book.best[side], 10) / 10;
    const total = ordinary * random.between(LEVELS_MIN, LEVELS_MAX) * this.request.scale;
    this.pieceSize = Math.max(20, Math.floor(total / this.piecesLeft));
    this.episode = this.open(this.tick);
    market.controls.tilt -= PRESSURE * this.outward;
  }

  private place(): void {
    const { market } = this;
    market.begin();
    const slot = market.engine.add(this.side, this.tick, this.pieceSize);
    market.end();
    market.book.held[slot] = 1;
    this.pieces.push(slot);
    this.piecesLeft--;
    this.after(PLACE_NS * this.random.unit());
  }

  /** To its distance from the touch again. */
  private follow(): void {
    const { market } = this;
    this.tick = this.wantedTick();
    market.begin();
    for (const slot of this.pieces) market.engine.modify(slot, this.tick, market.book.size[slot]);
    market.end();
    this.after(1);
  }

  private vanish(): void {
    const { market } = this;
    market.begin();
    for (const slot of this.pieces) market.engine.cancel(slot);
    market.end();
    market.controls.tilt += PRESSURE * this.outward;
    this.end(this.episode);
  }

  private distanceNow(): number {
    return (this.tick - this.market.book.best[this.side]) * this.outward;
  }

  private wantedTick(): number {
    const { book } = this.market;
    return Math.max(0, Math.min(book.ticks - 1, book.best[this.side] + this.distance * this.outward));
  }
}
