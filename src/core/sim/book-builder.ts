import type { Random } from '#base/random';
import { REACH_TICKS } from '#core/sim/book-shape';
import type { SideIndex } from '#core/sim/fifo-book';
import type { Market } from '#core/sim/market';

/**
 * Fills an empty side (or both) with the usual book, order by order in random order. Nothing it adds crosses:
 * bids stay at or below `bidTick`, asks at or above `askTick`.
 */
export class BookBuilder {
  private readonly market: Market;
  private readonly random: Random;
  private readonly bidTick: number;
  private readonly askTick: number;
  /** Levels still to be given an order: distance * 2 + side. */
  private readonly todo: Int32Array;
  private done = 0;

  constructor(
    market: Market,
    random: Random,
    bidTick: number,
    askTick: number,
    sides: readonly SideIndex[] = [0, 1],
  ) {
    this.market = market;
    this.random = random;
    this.bidTick = bidTick;
    this.askTick = askTick;
    const todo: number[] = [];
    for (const side of sides) {
      for (let d = 0; d < REACH_TICKS; d++) {
        const tick = this.tickAt(side, d);
        if (tick < 0 || tick >= market.book.ticks) break;
        const usual = market.shape.usualAt(d, tick);
        // The touch is never left out, so that the book opens with the spread asked for.
        const n = Math.max(d === 0 ? 1 : 0, Math.floor(usual * (0.6 + 0.8 * random.unit()) + random.unit()));
        for (let i = 0; i < n; i++) todo.push(d * 2 + side);
      }
    }
    this.todo = shuffled(todo, random);
  }

  get remaining(): number {
    return this.todo.length - this.done;
  }

  /** Adds one order; call it `remaining` times. */
  addOne(): void {
    const next = this.todo[this.done++];
    const side = (next & 1) as SideIndex;
    const distance = next >> 1;
    const size = this.market.shape.orderSize(this.random, distance);
    this.market.engine.add(side, this.tickAt(side, distance), size);
  }

  private tickAt(side: SideIndex, distance: number): number {
    return side === 0 ? this.bidTick - distance : this.askTick + distance;
  }
}

function shuffled(values: readonly number[], random: Random): Int32Array {
  const out = Int32Array.from(values);
  for (let i = out.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const value = out[i];
    out[i] = out[j];
    out[j] = value;
  }
  return out;
}
