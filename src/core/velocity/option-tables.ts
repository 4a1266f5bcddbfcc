/** The tables of options. Names, types and order of columns are the published ones: velocity.md section A. */
import {
  INTENSITY_FIELDS,
  OPTION_FIELDS,
  type OptionField,
  type OptionFrame,
} from '#core/velocity/option-physics';
import type { OptionWindow } from '#core/velocity/option-window';
import { SIDE_LETTERS } from '#core/velocity/spot-tables';
import { column, type SpecColumn, type TableSpec } from '#core/velocity/table-spec';

/** Units of price_int per currency unit. */
const PRICE_SCALE = 1e-9;

export const OPTION_SNAPSHOT: TableSpec<OptionWindow> = {
  rows: (w) => w.quotes.length,
  columns: [
    column('window_start_ts_ns', 'i64', (w) => w.startNs),
    column('window_end_ts_ns', 'i64', (w) => w.endNs),
    column('instrument_id', 'i64', (w, i) => w.quotes[i].instrumentId),
    column('right', 'text', (w, i) => w.quotes[i].right),
    column('strike_price_int', 'i64', (w, i) => w.quotes[i].strikeInt),
    column('bid_price_int', 'i64', (w, i) => w.quotes[i].bid),
    column('ask_price_int', 'i64', (w, i) => w.quotes[i].ask),
    column('mid_price', 'f64', (w, i) => midOf(w, i) * PRICE_SCALE),
    column('mid_price_int', 'f64', midOf),
    column('spot_ref_price_int', 'i64', (w) => w.anchor),
    column('book_valid', 'bool', (w, i) => w.quotes[i].bookValid),
  ],
};

/** May end in .5. */
function midOf({ quotes }: OptionWindow, i: number): number {
  return (quotes[i].bid + quotes[i].ask) / 2;
}

function cellsOf(w: OptionWindow): number {
  return w.hasCells ? w.cells : 0;
}

/** @param hasOrders options of a future; consolidated quotes do not know how long anything has rested */
export function optionDepth(hasOrders: boolean): TableSpec<OptionWindow> {
  const rest: SpecColumn<OptionWindow>[] = hasOrders
    ? [column('depth_qty_rest', 'f64', (w, i) => w.restQty[i])]
    : [];
  return {
    rows: cellsOf,
    columns: [
      column('window_start_ts_ns', 'i64', (w) => w.startNs),
      column('window_end_ts_ns', 'i64', (w) => w.endNs),
      column('strike_price_int', 'i64', (w, i) => w.strikeOf(i)),
      column('strike_points', 'f64', (w, i) => w.strikeOf(i) * PRICE_SCALE),
      column('right', 'text', (w, i) => w.rightOf(i)),
      column('side', 'text', (w, i) => SIDE_LETTERS[w.sideOf(i)]),
      column('spot_ref_price_int', 'i64', (w) => w.anchor),
      column('rel_ticks', 'i32', (w, i) => w.relTicksOf(i)),
      column('depth_qty_start', 'f64', (w, i) => w.startQty[i]),
      column('depth_qty_end', 'f64', (w, i) => w.endQty[i]),
      column('add_qty', 'f64', (w, i) => w.addQty[i]),
      column('pull_qty_total', 'f64', (w, i) => w.pullQty[i]),
      column('pull_qty_rest', 'f64', (w, i) => w.restedPullQty[i]),
      column('fill_qty', 'f64', (w, i) => w.fillQty[i]),
      ...rest,
      column('window_valid', 'bool', (w, i) => w.valid[i] === 1),
    ],
  };
}

/** Gold of a window of options. */
export interface OptionGold {
  readonly window: OptionWindow;
  readonly frame: OptionFrame;
}

/** @param hasOrders options of a future, which have averages and obstacles as well */
export function optionPhysics(hasOrders: boolean): TableSpec<OptionGold> {
  const fields: readonly OptionField[] = hasOrders ? OPTION_FIELDS : INTENSITY_FIELDS;
  return {
    rows: ({ window }) => cellsOf(window),
    columns: [
      column('window_end_ts_ns', 'i64', ({ window }) => window.endNs),
      column('event_ts_ns', 'i64', ({ window }) => window.endNs),
      column('spot_ref_price_int', 'i64', ({ window }) => window.anchor),
      column('strike_price_int', 'i64', ({ window }, i) => window.strikeOf(i)),
      column('strike_points', 'f64', ({ window }, i) => window.strikeOf(i) * PRICE_SCALE),
      column('rel_ticks', 'i32', ({ window }, i) => window.relTicksOf(i)),
      column('right', 'text', ({ window }, i) => window.rightOf(i)),
      column('side', 'text', ({ window }, i) => SIDE_LETTERS[window.sideOf(i)]),
      ...fields.map((name) => column<OptionGold>(name, 'f64', ({ frame }, i) => frame.fields[name][i])),
    ],
  };
}

/** Liquidity velocity per strike; a window without an anchor has no rows. */
export interface OptionSurface {
  endNs: bigint;
  anchor: number;
  readonly relTicks: readonly number[];
  readonly u: Float64Array;
}

export const OPTION_SURFACE: TableSpec<OptionSurface> = {
  rows: ({ anchor, u }) => (anchor > 0 ? u.length : 0),
  columns: [
    column('window_end_ts_ns', 'i64', (s) => s.endNs),
    column('spot_ref_price_int', 'i64', (s) => s.anchor),
    column('rel_ticks', 'i32', (s, i) => s.relTicks[i]),
    column('liquidity_velocity', 'f64', (s, i) => s.u[i]),
  ],
};
