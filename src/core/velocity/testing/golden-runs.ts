/** The golden records of each product, run through silver. */
import { selectOptions, type OptionDefinitions } from '#core/velocity/option-definitions';
import { OptionSilver } from '#core/velocity/option-silver';
import type { OptionWindow } from '#core/velocity/option-window';
import { QuoteSilver } from '#core/velocity/quote-silver';
import { equityGrid, futuresGrid, SpotSilver, type SpotSink } from '#core/velocity/spot-silver';
import { readJson } from '#testdata/fixtures';
import {
  blockOf,
  dayOf,
  goldenDefinitions,
  goldenQuotes,
  goldenRecords,
  goldenSpots,
  velocityConfig,
  velocityPath,
} from '#testdata/velocity-golden';

export const GOLDEN_CONFIG = velocityConfig();

export function runSpot(
  records: string,
  folder: 'events' | 'edge',
  product: 'futures' | 'equity',
  sink: SpotSink,
): void {
  const grid = product === 'futures' ? futuresGrid(GOLDEN_CONFIG) : equityGrid(GOLDEN_CONFIG);
  const silver = new SpotSilver(GOLDEN_CONFIG.window_ns, grid);
  const block = blockOf(goldenRecords(records, folder));
  silver.process(block, 0, block.count, sink);
  silver.finish(sink);
}

type OptionSink = (window: OptionWindow) => void;
type Spots = readonly { readonly endNs: bigint; readonly anchor: number }[];

export function runFutureOptions(sink: OptionSink): void {
  const { options } = selectOptions(goldenDefinitions('options_definitions'), 'ESH6', '2026-01-06');
  runOptionBooks('events', options, goldenSpots('futures_book_snapshot_1s'), sink);
}

/** Windows and anchors of the hand-made situations. */
export const EDGE_SPOTS: Spots = readJson<{ window_end_ts_ns: string; spot_ref_price_int: string }[]>(
  velocityPath('edge', 'options_spots.json'),
).map((s) => ({ endNs: BigInt(s.window_end_ts_ns), anchor: Number(s.spot_ref_price_int) }));

export function runEdgeOptions(sink: OptionSink): void {
  const definitions = readJson<{ instrument_id: number; right: string; strike: string }[]>(
    velocityPath('edge', 'options_definitions.json'),
  ).map((d) => ({
    instrumentId: d.instrument_id,
    symbol: '',
    instrumentClass: d.right,
    underlying: '',
    strikeInt: Number(d.strike),
    expirationNs: 0n,
    tsEventNs: 0n,
  }));
  const { options } = selectOptions(definitions, undefined, undefined);
  runOptionBooks('edge', options, EDGE_SPOTS, sink);
}

function runOptionBooks(
  folder: 'events' | 'edge',
  options: OptionDefinitions,
  spots: Spots,
  sink: OptionSink,
): void {
  const silver = new OptionSilver(GOLDEN_CONFIG, options, dayOf(spots[0].endNs));
  const block = blockOf(goldenRecords('options_mbo', folder));
  let at = 0;
  for (const { endNs, anchor } of spots) {
    at = silver.process(block, at, block.count, endNs);
    sink(silver.close(endNs, anchor));
  }
}

export function runEquityOptions(sink: OptionSink): void {
  const { options } = selectOptions(goldenDefinitions('equity_option_definitions'), 'qqq', '2026-01-06');
  const spots = goldenSpots('equity_book_snapshot_1s');
  const silver = new QuoteSilver(GOLDEN_CONFIG, options, dayOf(spots[0].endNs));
  const records = goldenQuotes();
  let at = 0;
  for (const { endNs, anchor } of spots) {
    at = silver.process(records, at, endNs);
    sink(silver.close(endNs, anchor));
  }
}
