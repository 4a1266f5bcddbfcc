import type { BinStore } from '#app/bin-store';
import { summariseForces } from '#app/force-summary';
import type { BinReadout } from '#app/model';

/** Everything the panels show of one bin, or undefined when it is not loaded. */
export function readBin(store: BinStore, bin: number): BinReadout | undefined {
  if (bin < 0 || bin >= store.bins) return undefined;
  const { heads } = store;
  const column = (name: string): ArrayLike<number> | undefined => store.column(bin, name);
  const pressure = column('pressure_variant');
  const vacuum = column('vacuum_variant');
  const depth = column('rest_depth');
  const spotTick = heads.column('spotTick')[bin];
  return {
    bin,
    tsNs: heads.baseNs + BigInt(heads.column('endNs')[bin]),
    midPrice: heads.column('midPrice')[bin],
    spotTick,
    bestBidTick: heads.column('bestBidTick')[bin],
    bestAskTick: heads.column('bestAskTick')[bin],
    eventId: heads.column('eventId')[bin],
    eventCount: heads.column('eventCount')[bin],
    bookValid: heads.column('bookValid')[bin] === 1,
    model: {
      name: heads.modelName,
      score: heads.column('score')[bin],
      ready: heads.column('ready')[bin] === 1,
      sampleCount: heads.column('sampleCount')[bin],
      base: heads.column('base')[bin],
      d1: heads.column('d1')[bin],
      z1: heads.column('z1')[bin],
      bullIntensity: heads.column('bull')[bin],
      bearIntensity: heads.column('bear')[bin],
      mixedIntensity: heads.column('mixed')[bin],
      dominantState5Code: heads.column('dominant')[bin],
    },
    rows: store.rows,
    column,
    // Without a spot there is no window, and its zeros say nothing.
    forces:
      !Number.isNaN(spotTick) && pressure && vacuum && depth
        ? summariseForces(pressure, vacuum, depth)
        : undefined,
  };
}
