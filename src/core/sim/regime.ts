/**
 * Slow moods of the market. Activity is a product of independent components that each take a high or a low value
 * and are redrawn at their own time scale, from half a second to minutes (a Markov-switching multifractal): calm
 * and busy times cluster on all scales. The lean to buying or selling is a sum of the same kind.
 */
import { Random } from '#base/random';
import { STREAM_REGIME, type Market } from '#core/sim/market';

const COMPONENTS = 5;
const SHORTEST_NS = 500e6;
const RATIO = 3;
/** Components of activity swing by up to this share at full volatility. */
const SWING = 0.45;
/** Components from this one on (4.5 s and slower) also carry a lean. */
const FIRST_LEANING = 2;
const LEAN = 0.2;

export class Regime {
  nextNs = 0;
  /** Multiplies the rate of background events; mean 1. */
  activity = 1;
  /** -1 .. 1, below 0 = selling. */
  lean = 0;

  private readonly random: Random;
  private readonly volatility: number;
  private readonly periodNs = new Float64Array(COMPONENTS);
  private readonly redrawNs = new Float64Array(COMPONENTS);
  private readonly factors = new Float64Array(COMPONENTS);
  private readonly leans = new Float64Array(COMPONENTS);

  constructor(market: Market) {
    this.random = new Random(market.options.seed, STREAM_REGIME);
    this.volatility = market.options.volatility;
    let period = SHORTEST_NS;
    for (let k = 0; k < COMPONENTS; k++, period *= RATIO) this.periodNs[k] = period;
    for (let k = 0; k < COMPONENTS; k++) this.draw(k, 0);
    this.combine();
  }

  /** Redraws the components that are due at `nowNs`. */
  act(nowNs: number): void {
    for (let k = 0; k < COMPONENTS; k++) if (this.redrawNs[k] <= nowNs) this.draw(k, nowNs);
    this.combine();
  }

  private draw(k: number, nowNs: number): void {
    const swing = SWING * this.volatility;
    this.factors[k] = this.random.chance(0.5) ? 1 + swing : 1 - swing;
    const lean = this.random.unit() * 2 - 1;
    this.leans[k] = k < FIRST_LEANING ? 0 : lean * LEAN * this.volatility;
    this.redrawNs[k] = nowNs + 1 + Math.floor(this.random.exponential() * this.periodNs[k]);
  }

  private combine(): void {
    this.activity = 1;
    this.lean = 0;
    this.nextNs = Infinity;
    for (let k = 0; k < COMPONENTS; k++) {
      this.activity *= this.factors[k];
      this.lean += this.leans[k];
      this.nextNs = Math.min(this.nextNs, this.redrawNs[k]);
    }
  }
}
