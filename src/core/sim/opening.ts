import { Random } from '#base/random';
import { ADD, ASK, BID, CLEAR, F_BAD_TS_RECV, F_SNAPSHOT } from '#core/mbo/mbo-block';
import { BookBuilder } from '#core/sim/book-builder';
import type { SideIndex } from '#core/sim/fifo-book';
import { STREAM_OPENING, type Market } from '#core/sim/market';
import { HALF_BAND_TICKS } from '#core/sim/options';

/** The oldest order of the opening book: twelve hours. */
const OLDEST_NS = 12 * 3600e9;

/**
 * The stream begins inside the session: a book exists, made of orders entered up to half a day ago, and the first
 * records are its snapshot.
 */
export function openMarket(market: Market): void {
  const random = new Random(market.options.seed, STREAM_OPENING);
  const { tape, engine } = market;
  const builder = new BookBuilder(market, random, HALF_BAND_TICKS - 1, HALF_BAND_TICKS);
  tape.muted = true;
  let ageNs = OLDEST_NS;
  for (let left = builder.remaining; left > 0; left--) {
    // Ages shrink by a random share of what the remaining orders leave each, so recent orders are dense.
    ageNs = Math.max(1000 * left, Math.floor(ageNs * (1 - (6 * random.unit()) / (left + 6))));
    tape.begin(-ageNs);
    builder.addOne();
    tape.finish();
  }
  tape.muted = false;
  tape.beginOpening();
  writeSnapshot(market);
  engine.startLiveIds();
}

/**
 * Writes the whole book as one group: R, then an A per order, level by level from the best price outwards and in
 * queue order, each with its own time and sequence number. `Tape.begin` has set the time of the snapshot.
 */
export function writeSnapshot({ book, tape }: Market): void {
  tape.putBare(CLEAR, F_SNAPSHOT | F_BAD_TS_RECV);
  for (const side of [0, 1] as const satisfies readonly SideIndex[]) {
    const outward = side === 0 ? -1 : 1;
    for (let tick = book.best[side]; tick >= 0 && tick < book.ticks; tick += outward) {
      for (let slot = book.head[book.level(side, tick)]; slot >= 0; slot = book.next[slot]) {
        tape.put(ADD, side === 0 ? BID : ASK, tick, book.size[slot], book.idLo[slot], book.idHi[slot]);
        tape.asSnapshot(book.stampNs[slot], book.stampSequence[slot]);
      }
    }
  }
  tape.finish();
}
