import type { FeatureKind, SimulatedEpisode } from '#core/sim/feature-kinds';
import { HALF_BAND_TICKS, type SimulatorOptions } from '#core/sim/options';

interface OpenEpisode {
  readonly kind: FeatureKind;
  readonly side: SimulatedEpisode['side'];
  readonly tick: number;
  readonly startNs: number;
  /** -1 while it lasts. */
  endNs: number;
}

/** Collects what happened when, in the simulator's own units, and hands it out as `SimulatedEpisode`s. */
export class EpisodeLog {
  private readonly entries: OpenEpisode[] = [];
  private readonly options: SimulatorOptions;

  constructor(options: SimulatorOptions) {
    this.options = options;
  }

  /** @returns a handle for `close` */
  open(kind: FeatureKind, side: SimulatedEpisode['side'], tick: number, startNs: number): number {
    return this.entries.push({ kind, side, tick, startNs, endNs: -1 }) - 1;
  }

  close(handle: number, endNs: number): void {
    this.entries[handle].endNs = endNs;
  }

  /** In order of their starts; those still going on end at `nowNs`. */
  list(nowNs: number): SimulatedEpisode[] {
    const { startNs, startPriceInt, instrument } = this.options;
    return this.entries.map(({ kind, side, tick, startNs: from, endNs }) => ({
      kind,
      startNs: startNs + BigInt(from),
      endNs: startNs + BigInt(endNs < 0 ? nowNs : endNs),
      side,
      priceInt: BigInt(startPriceInt + (tick - HALF_BAND_TICKS) * instrument.tickInt),
    }));
  }
}
