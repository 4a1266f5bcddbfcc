import { describe, expect, it } from 'vitest';
import { selectOptions, type InstrumentDefinition } from '#core/velocity/option-definitions';
import { OptionSilver } from '#core/velocity/option-silver';
import type { OptionWindow } from '#core/velocity/option-window';
import { QuoteSilver } from '#core/velocity/quote-silver';
import { quoteRows, strikeRows, type Row } from '#core/velocity/testing/silver-rows';
import { readJson } from '#testdata/fixtures';
import {
  blockOf,
  dayOf,
  differences,
  expectedRows,
  goldenDefinitions,
  goldenQuotes,
  goldenRecords,
  goldenSpots,
  velocityConfig,
  velocityPath,
} from '#testdata/velocity-golden';

const config = velocityConfig();
const SNAPSHOT_KEY = ['window_end_ts_ns', 'instrument_id'];
const DEPTH_KEY = ['window_end_ts_ns', 'strike_price_int', 'right', 'side'];
const FLOATS = { floats: { mid_price: 1e-9, strike_points: 1e-9 } };

/** Rows of all windows of the underlying. */
function run(
  spots: readonly { endNs: bigint; anchor: number }[],
  windowOf: (endNs: bigint, anchor: number) => OptionWindow,
): { quotes: Row[]; strikes: Row[] } {
  const quotes: Row[] = [];
  const strikes: Row[] = [];
  for (const { endNs, anchor } of spots) {
    const window = windowOf(endNs, anchor);
    quotes.push(...quoteRows(window));
    strikes.push(...strikeRows(window));
  }
  return { quotes, strikes };
}

function runBooks(
  records: string,
  folder: 'events' | 'edge',
  definitions: readonly InstrumentDefinition[],
  spots: readonly { endNs: bigint; anchor: number }[],
) {
  const { options } = selectOptions(definitions, undefined, undefined);
  const silver = new OptionSilver(config, options, dayOf(spots[0].endNs));
  const block = blockOf(goldenRecords(records, folder));
  let at = 0;
  return run(spots, (endNs, anchor) => {
    at = silver.process(block, at, block.count, endNs);
    return silver.close(endNs, anchor);
  });
}

describe('silver of future options', () => {
  const spots = goldenSpots('futures_book_snapshot_1s');
  const { quotes, strikes } = runBooks(
    'options_mbo',
    'events',
    goldenDefinitions('options_definitions'),
    spots,
  );

  it('has the reference snapshots', () => {
    expect(differences(quotes, expectedRows('options_book_snapshot_1s'), SNAPSHOT_KEY, FLOATS)).toEqual([]);
  });

  it('has the reference depth and flow on the strikes of every window, exactly', () => {
    expect(differences(strikes, expectedRows('options_depth_and_flow_1s'), DEPTH_KEY, FLOATS)).toEqual([]);
  });
});

describe('silver of future options, situation by situation', () => {
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
  const spots = readJson<{ window_end_ts_ns: string; spot_ref_price_int: string }[]>(
    velocityPath('edge', 'options_spots.json'),
  ).map((s) => ({ endNs: BigInt(s.window_end_ts_ns), anchor: Number(s.spot_ref_price_int) }));
  const { quotes, strikes } = runBooks('options_mbo', 'edge', definitions, spots);

  it('has the expected snapshots', () => {
    const expected = expectedRows('options_book_snapshot_1s', 'edge');
    expect(differences(quotes, expected, SNAPSHOT_KEY, FLOATS)).toEqual([]);
  });

  it('has the expected depth and flow, all other cells being valid and zero', () => {
    const quantities = ['depth_qty_start', 'depth_qty_end', 'add_qty', 'pull_qty_total', 'fill_qty'];
    const busy = strikes.filter(
      (row) => row['window_valid'] === false || quantities.some((name) => row[name] !== 0),
    );
    const expected = expectedRows('options_depth_and_flow_1s', 'edge');
    expect(differences(busy, expected, DEPTH_KEY, FLOATS)).toEqual([]);
    expect(strikes).toHaveLength(84 * spots.filter(({ anchor }) => anchor > 0).length);
  });
});

describe('silver of equity options', () => {
  const { options } = selectOptions(goldenDefinitions('equity_option_definitions'), 'qqq', '2026-01-06');
  const spots = goldenSpots('equity_book_snapshot_1s');
  const silver = new QuoteSilver(config, options, dayOf(spots[0].endNs));
  const records = goldenQuotes();
  let at = 0;
  const { quotes, strikes } = run(spots, (endNs, anchor) => {
    at = silver.process(records, at, endNs);
    return silver.close(endNs, anchor);
  });

  it('has the reference snapshots', () => {
    const expected = expectedRows('equity_option_book_snapshot_1s');
    expect(differences(quotes, expected, SNAPSHOT_KEY, FLOATS)).toEqual([]);
  });

  it('has the reference depth and flow, exactly', () => {
    const expected = expectedRows('equity_option_depth_and_flow_1s');
    expect(differences(strikes, expected, DEPTH_KEY, FLOATS)).toEqual([]);
  });
});
