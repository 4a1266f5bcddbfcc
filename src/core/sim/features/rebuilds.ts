import { BookBuilder } from '#core/sim/book-builder';
import { Feature } from '#core/sim/feature';

/** Orders per event while a book is taken down or built up, and the pause between such events. */
const CHUNK = 12;
const STEP_NS = 400e3;

/** Adds the orders of a builder in small events; true while there are more. */
function rebuildStep(builder: BookBuilder): boolean {
  for (let n = Math.min(CHUNK, builder.remaining); n > 0; n--) builder.addOne();
  return builder.remaining > 0;
}

/**
 * A plain clear (R without the snapshot flag), as at the start of a session: all orders are gone, and after a pause
 * the book is entered anew around the same price.
 */
export class Clear extends Feature {
  private builder: BookBuilder | undefined;
  private episode = -1;

  act(): void {
    const { market } = this;
    const { book } = market;
    market.begin();
    if (this.builder === undefined) {
      this.episode = this.open(book.best[0], true);
      this.builder = new BookBuilder(market, this.random, book.best[0], book.best[1]);
      market.controls.paused = true;
      market.engine.clear();
      this.after(this.durationNs(0.2, 1));
    } else if (rebuildStep(this.builder)) {
      this.after(STEP_NS);
    } else {
      market.controls.paused = false;
      this.end(this.episode);
    }
    market.end();
  }
}

/** All orders of `side` are cancelled; for the duration the side is empty; then it is entered anew. */
export class OneSided extends Feature {
  private builder: BookBuilder | undefined;
  private emptied = false;
  private episode = -1;

  act(): void {
    const { market, side } = this;
    const { book, controls } = market;
    market.begin();
    if (this.builder === undefined) {
      this.episode = this.open(book.best[side]);
      this.builder = new BookBuilder(market, this.random, book.best[0], book.best[1], [side]);
      controls.paused = true;
    }
    if (!this.emptied) {
      this.takeDown();
      this.emptied = book.sideOrders[side] === 0;
      this.after(this.emptied ? this.durationNs(0.2, 0.8) : STEP_NS);
    } else if (rebuildStep(this.builder)) {
      this.after(STEP_NS);
    } else {
      controls.paused = false;
      this.end(this.episode);
    }
    market.end();
  }

  /** Cancels from the touch outwards. */
  private takeDown(): void {
    const { market, side } = this;
    const { book } = market;
    for (let n = CHUNK; n > 0 && book.sideOrders[side] > 0; n--) {
      market.engine.cancel(book.head[book.level(side, book.best[side])]);
    }
  }
}
