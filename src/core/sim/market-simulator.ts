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
import { simulatorOptions, type SimulatorOptions } from '#core/sim/options';
import type { RecordSource } from '#core/sim/record-source';
import { Regime } from '#core/sim/regime';
import { MAX_LATENCY_NS } from '#core/sim/tape';

/** Records produced ahead before they are handed out. */
const READ_AHEAD = 2048;

export class MarketSimulator implements RecordSource {
  readonly options: SimulatorOptions;
  private readonly market: Market;
  private readonly regime: Regime;
  private readonly background: BackgroundFlow;
  private readonly director: Director;
  /** No event from here on, so that the last one is received before the duration is over. */
  private readonly endNs: number;
  private finished = false;

  /** @throws ProblemError `sim/bad-option` */
  constructor(given: SimulatorOptions) {
    const options = simulatorOptions(given);
    this.options = options;
    this.endNs = Math.floor(options.durationSeconds * 1e9) - MAX_LATENCY_NS;
    this.market = new Market(options);
    this.regime = new Regime(this.market);
    this.background = new BackgroundFlow(this.market, this.regime);
    this.director = new Director(this.market);
    openMarket(this.market);
  }

  /** The records do not depend on the sizes of the blocks. */
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
