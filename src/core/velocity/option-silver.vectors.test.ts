import { describe, expect, it } from 'vitest';
import type { OptionWindow } from '#core/velocity/option-window';
import {
  EDGE_SPOTS,
  runEdgeOptions,
  runEquityOptions,
  runFutureOptions,
} from '#core/velocity/testing/golden-runs';
import { quoteRows, strikeRows, type Row } from '#core/velocity/testing/silver-rows';
import { differences, expectedRows } from '#testdata/velocity-golden';

const SNAPSHOT_KEY = ['window_end_ts_ns', 'instrument_id'];
const DEPTH_KEY = ['window_end_ts_ns', 'strike_price_int', 'right', 'side'];
const FLOATS = { floats: { mid_price: 1e-9, strike_points: 1e-9 } };

/** Rows of all windows. */
function rowsOf(run: (sink: (window: OptionWindow) => void) => void): { quotes: Row[]; strikes: Row[] } {
  const quotes: Row[] = [];
  const strikes: Row[] = [];
  run((window) => {
    quotes.push(...quoteRows(window));
    strikes.push(...strikeRows(window));
  });
  return { quotes, strikes };
}

describe.each([
  ['future options', 'options', runFutureOptions],
  ['equity options', 'equity_option', runEquityOptions],
])('silver of %s', (_, name, run) => {
  const { quotes, strikes } = rowsOf(run);

  it('has the reference snapshots', () => {
    const expected = expectedRows(`${name}_book_snapshot_1s`);
    expect(differences(quotes, expected, SNAPSHOT_KEY, FLOATS)).toEqual([]);
  });

  it('has the reference depth and flow on the strikes of every window, exactly', () => {
    const expected = expectedRows(`${name}_depth_and_flow_1s`);
    expect(differences(strikes, expected, DEPTH_KEY, FLOATS)).toEqual([]);
  });
});

describe('silver of future options, situation by situation', () => {
  const { quotes, strikes } = rowsOf(runEdgeOptions);

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
    expect(strikes).toHaveLength(84 * EDGE_SPOTS.filter(({ anchor }) => anchor > 0).length);
  });
});
