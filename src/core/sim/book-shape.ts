/**
 * Where orders rest and how large they are, as tables made once: the usual number of orders at each distance
 * from the touch, how often a level at each distance is acted upon, and the sizes of orders. Distances are in
 * ticks from the best price of the own side.
 */
import type { Random } from '#base/random';
import { HALF_BAND_TICKS, type SimulatorOptions } from '#core/sim/options';

/** Distances beyond this hold no orders (except those the price has left behind). */
export const REACH_TICKS = 160;
/** Distances counted as near the touch where features thin or thicken the book. */
export const NEAR_TICKS = 14;

/** Round prices are popular from this distance on. */
const ROUND_FROM_TICKS = 4;

const DISTANCE_TABLE = 4096;

export class BookShape {
  /** Usual number of orders at an ordinary price per distance, 0 .. REACH_TICKS - 1. */
  readonly usualOrders = new Float64Array(REACH_TICKS);
  /** Per tick of the band: round prices attract more orders. */
  private readonly roundness = new Float64Array(2 * HALF_BAND_TICKS);
  /** Distances in proportion to how often they are acted upon. */
  private readonly distances = new Uint8Array(DISTANCE_TABLE);

  constructor({ depthOrders, startPriceInt, instrument }: SimulatorOptions) {
    for (let d = 0; d < REACH_TICKS; d++) this.usualOrders[d] = depthOrders * profile(d);
    const firstTick = startPriceInt / instrument.tickInt - HALF_BAND_TICKS;
    for (let i = 0; i < this.roundness.length; i++) this.roundness[i] = roundness(firstTick + i);
    this.fillDistances();
  }

  /** Usual number of orders at a price. Close to the touch round prices are no longer special, or it would stick there. */
  usualAt(distance: number, tick: number): number {
    const usual = this.usualOrders[distance];
    return distance < ROUND_FROM_TICKS ? usual : usual * this.roundness[tick];
  }

  /** A distance at which something happens. */
  distance(random: Random): number {
    return this.distances[random.u32() >>> 20];
  }

  /** Heavy tailed: half of the orders are for one or two, a few for hundreds; larger ones rest further away. */
  orderSize(random: Random, distance: number): number {
    const u = random.below(100);
    if (u < 40) return 1;
    if (u < 58) return 2;
    if (u < 78) return 3 + random.below(3);
    if (u < 92) return 5 + random.below(8);
    const scale = distance < 4 ? 6 : 12;
    return Math.min(400, Math.floor(scale / Math.sqrt(random.positiveUnit())));
  }

  private fillDistances(): void {
    let total = 0;
    for (let d = 0; d < REACH_TICKS; d++) total += turnover(d);
    let sum = 0;
    let next = 0;
    for (let d = 0; d < REACH_TICKS; d++) {
      sum += turnover(d);
      const upTo = Math.round((sum / total) * DISTANCE_TABLE);
      while (next < upTo) this.distances[next++] = d;
    }
  }
}

/** Less at the touch itself, most a few ticks behind it, then a long decline. */
function profile(distance: number): number {
  if (distance < 4) return 0.75 + 0.1 * distance;
  const beyond = Math.max(0, distance - 8) / 22;
  return Math.max(0.12, 1.1 / (1 + beyond * beyond));
}

/** Activity falls as (1 + distance)^-1.25. */
function turnover(distance: number): number {
  const x = 1 + distance;
  return 1 / (x * Math.sqrt(Math.sqrt(x)));
}

/** Whole, five and ten points of an instrument with four ticks to the point. */
function roundness(tick: number): number {
  if (tick % 40 === 0) return 2.2;
  if (tick % 20 === 0) return 1.7;
  return tick % 4 === 0 ? 1.25 : 1;
}
