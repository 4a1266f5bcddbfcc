import type { DbnMetadata } from '#core/dbn/dbn-types';
import { utcDate } from '#core/dbn/symbol-map';
import type { SimulatorOptions } from '#core/sim/options';

const DAY_NS = 86_400_000_000_000n;

/** DBN metadata (version 3) of a stream of one simulated instrument, or of several merged ones. */
export function simulationMetadata(
  ...simulations: readonly [SimulatorOptions, ...SimulatorOptions[]]
): DbnMetadata {
  const starts = simulations.map((o) => o.startNs);
  const ends = simulations.map((o) => o.startNs + BigInt(Math.max(1, Math.floor(o.durationSeconds * 1e9))));
  const start = starts.reduce((a, b) => (b < a ? b : a));
  const end = ends.reduce((a, b) => (b > a ? b : a));
  const startDate = utcDate(start);
  const endDate = utcDate(end - 1n + DAY_NS);
  return {
    version: 3,
    dataset: simulations[0].instrument.dataset,
    schema: 'mbo',
    start,
    end,
    limit: undefined,
    stypeIn: 'raw_symbol',
    stypeOut: 'instrument_id',
    tsOut: false,
    symbols: simulations.map((o) => o.instrument.symbol),
    partial: [],
    notFound: [],
    mappings: simulations.map(({ instrument }) => ({
      rawSymbol: instrument.symbol,
      intervals: [{ startDate, endDate, symbol: String(instrument.instrumentId) }],
    })),
  };
}
