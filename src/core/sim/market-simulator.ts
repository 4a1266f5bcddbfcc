/**
 * Synthetic market-by-order flow of one futures-like instrument: seeded, the same bytes on every machine.
 *
 *   options ──► Director (features) ┐
 *               BackgroundFlow      ├─► MatchingEngine ──► FifoBook
 *               Regime (moods) ─────┘         └──► Tape ──► fill(block)
 */
import type { MboBlock } from '#core/mbo/mbo-block';
import { BackgroundFlow } from '#core/sim/background-flow';
import { Director } from '#core/sim/director';
import type { SimulatedEpisode } from '#core/sim/feature-kinds';
import { Market } from '#core/sim/market';
import { openMarket } from '#core/sim/opening';
import type { SimulatorOptions } from '#core/sim/options';
import { Regime } from '#core/sim/regime';

/** Records produced ahead before they are handed out. */
const READ_AHEAD = 2048;

export class MarketSimulator {
  readonly options: SimulatorOptions;
  private readonly market: Market;
  private readonly regime: Regime;
  private readonly background: BackgroundFlow;
  private readonly director: Director;
  private readonly endNs: number;
  private finished = false;

  /** @param options complete and checked: see `simulatorOptions` */
  constructor(options: SimulatorOptions) {
    this.options = options;
    this.endNs = Math.floor(options.durationSeconds * 1e9);
    this.market = new Market(options);
    this.regime = new Regime(this.market);
    this.background = new BackgroundFlow(this.market, this.regime);
    this.director = new Director(this.market);
    openMarket(this.market);
  }

  /**
   * Overwrites `block` with the next records, as many as fit. The records do not depend on the sizes of the blocks.
   * @returns false = finished; the block is empty then
   */
  fill(block: MboBlock): boolean {
    const { tape } = this.market;
    block.count = 0;
    while (block.count < block.capacity) {
      while (!this.finished && tape.pendingRecords < READ_AHEAD) this.step();
      if (tape.pendingRecords === 0) break;
      tape.take(block);
    }
    return block.count > 0;
  }

  /** What happened so far; complete once `fill` has returned false. */
  get episodes(): readonly SimulatedEpisode[] {
    return this.market.episodes.list(this.market.nowNs);
  }

  /** The next action in time of whoever is first. */
  private step(): void {
    const { market, regime, director, background } = this;
    const backgroundNs = market.controls.paused ? Infinity : background.nextNs;
    const directorNs = director.nextNs;
    const dueNs = Math.min(backgroundNs, directorNs, regime.nextNs);
    if (dueNs >= this.endNs || market.tape.full) {
      this.finished = true;
      return;
    }
    // Event times never repeat: readers join records of one event by their time.
    market.nowNs = Math.max(dueNs, market.nowNs + 1);
    if (regime.nextNs === dueNs) regime.act(dueNs);
    else if (directorNs === dueNs) director.act();
    else background.act();
    director.watchBest();
  }
}
