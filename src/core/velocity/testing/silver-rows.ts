/** Silver windows as rows under the names of the tables. */
import type { OptionWindow } from '#core/velocity/option-window';
import type { SpotWindow } from '#core/velocity/spot-window';

export type Row = Record<string, number | bigint | string | boolean | undefined>;

export function snapshotRow(w: SpotWindow): Row {
  return {
    window_start_ts_ns: w.startNs,
    window_end_ts_ns: w.endNs,
    best_bid_price_int: w.bestBid,
    best_bid_qty: w.bestBidQty,
    best_ask_price_int: w.bestAsk,
    best_ask_qty: w.bestAskQty,
    mid_price: w.midPrice,
    mid_price_int: w.midPriceInt,
    last_trade_price_int: w.lastTrade,
    spot_ref_price_int: w.anchor,
    book_valid: w.bookValid,
  };
}

export function depthRows(w: SpotWindow): Row[] {
  const { rows } = w;
  return Array.from({ length: rows.count }, (_, i) => ({
    window_start_ts_ns: w.startNs,
    window_end_ts_ns: w.endNs,
    price_int: rows.price[i],
    side: 'BA'[rows.side[i]],
    spot_ref_price_int: w.anchor,
    rel_ticks: rows.relTicks[i],
    rel_ticks_side: rows.relTicksSide[i],
    depth_qty_start: rows.startQty[i],
    depth_qty_end: rows.endQty[i],
    add_qty: rows.addQty[i],
    pull_qty_total: rows.pullQty[i],
    depth_qty_rest: rows.restQty[i],
    pull_qty_rest: rows.restedPullQty[i],
    fill_qty: rows.fillQty[i],
    window_valid: w.windowValid,
  }));
}

export function quoteRows(w: OptionWindow): Row[] {
  return w.quotes.map((quote) => ({
    window_start_ts_ns: w.startNs,
    window_end_ts_ns: w.endNs,
    instrument_id: quote.instrumentId,
    right: quote.right,
    strike_price_int: quote.strikeInt,
    bid_price_int: quote.bid,
    ask_price_int: quote.ask,
    mid_price: ((quote.bid + quote.ask) / 2) * 1e-9,
    mid_price_int: (quote.bid + quote.ask) / 2,
    spot_ref_price_int: w.anchor,
    book_valid: quote.bookValid,
  }));
}

export function strikeRows(w: OptionWindow): Row[] {
  if (!w.hasCells) return [];
  return Array.from({ length: w.cells }, (_, i) => ({
    window_start_ts_ns: w.startNs,
    window_end_ts_ns: w.endNs,
    strike_price_int: w.strikeOf(i),
    strike_points: w.strikeOf(i) * 1e-9,
    right: w.rightOf(i),
    side: 'BA'[w.sideOf(i)],
    spot_ref_price_int: w.anchor,
    rel_ticks: w.relTicksOf(i),
    depth_qty_start: w.startQty[i],
    depth_qty_end: w.endQty[i],
    add_qty: w.addQty[i],
    pull_qty_total: w.pullQty[i],
    pull_qty_rest: w.restedPullQty[i],
    fill_qty: w.fillQty[i],
    depth_qty_rest: w.restQty[i],
    window_valid: w.valid[i] === 1,
  }));
}
