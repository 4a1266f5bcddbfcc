import { F_MAYBE_BAD_BOOK, NONE } from '#core/mbo/mbo-block';
import { Feature } from '#core/sim/feature';
import { writeSnapshot } from '#core/sim/opening';

/** Silence of both feed and market; afterwards everything goes on where it was. */
export class Halt extends Feature {
  private episode = -1;

  act(): void {
    const { market } = this;
    if (this.episode < 0) {
      this.episode = this.open(market.book.best[0], true);
      market.controls.paused = true;
      this.after(this.durationNs(3, 8));
    } else {
      market.controls.paused = false;
      this.end(this.episode);
    }
  }
}

/**
 * The feed loses packets: a record N with F_MAYBE_BAD_BOOK says so, the market goes on unseen (sequence numbers and
 * order ids show it), and a snapshot restores the book.
 */
export class Gap extends Feature {
  private episode = -1;

  act(): void {
    const { market } = this;
    if (this.episode < 0) {
      this.episode = this.open(market.book.best[0], true);
      market.begin();
      market.tape.putBare(NONE, F_MAYBE_BAD_BOOK);
      market.end();
      market.tape.muted = true;
      this.after(this.durationNs(0.5, 3));
    } else {
      market.tape.muted = false;
      market.begin();
      writeSnapshot(market);
      this.end(this.episode);
    }
  }
}

/** A snapshot in the middle of the stream, as files that are cut at midnight have; nothing is lost. */
export class SnapshotRefresh extends Feature {
  act(): void {
    const { market } = this;
    const episode = this.open(market.book.best[0], true);
    market.begin();
    writeSnapshot(market);
    this.end(episode);
  }
}
