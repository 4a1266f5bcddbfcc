/** The tables of futures and shares. Names, types and order of columns are the published ones: velocity.md section A. */
import type { CombinedField } from '#core/velocity/combined-field';
import type { Forecast } from '#core/velocity/forecast';
import { noIntensities, setIntensities, type Intensities } from '#core/velocity/liquidity-velocity';
import { FRAME_SIDES, PHYSICS_FIELDS, type PhysicsFrame } from '#core/velocity/physics-fields';
import type { ReliabilityRow } from '#core/velocity/reliability';
import type { SpotWindow } from '#core/velocity/spot-window';
import { column, type SpecColumn, type TableSpec } from '#core/velocity/table-spec';
import type { VelocityConfig } from '#core/velocity/velocity-config';

/** Sides by their code in silver: 0 bid, 1 ask. */
export const SIDE_LETTERS = ['B', 'A'] as const;

export const SPOT_SNAPSHOT: TableSpec<SpotWindow> = {
  rows: () => 1,
  columns: [
    column('window_start_ts_ns', 'i64', (w) => w.startNs),
    column('window_end_ts_ns', 'i64', (w) => w.endNs),
    column('best_bid_price_int', 'i64', (w) => w.bestBid),
    column('best_bid_qty', 'i64', (w) => w.bestBidQty),
    column('best_ask_price_int', 'i64', (w) => w.bestAsk),
    column('best_ask_qty', 'i64', (w) => w.bestAskQty),
    column('mid_price', 'f64', (w) => w.midPrice),
    column('mid_price_int', 'i64', (w) => w.midPriceInt),
    column('last_trade_price_int', 'i64', (w) => w.lastTrade),
    column('spot_ref_price_int', 'i64', (w) => w.anchor),
    column('book_valid', 'bool', (w) => w.bookValid),
  ],
};

export const SPOT_DEPTH: TableSpec<SpotWindow> = {
  rows: (w) => w.rows.count,
  columns: [
    column('window_start_ts_ns', 'i64', (w) => w.startNs),
    column('window_end_ts_ns', 'i64', (w) => w.endNs),
    column('price_int', 'i64', (w, i) => w.rows.price[i]),
    column('side', 'text', (w, i) => SIDE_LETTERS[w.rows.side[i]]),
    column('spot_ref_price_int', 'i64', (w) => w.anchor),
    column('rel_ticks', 'i32', (w, i) => w.rows.relTicks[i]),
    column('rel_ticks_side', 'i32', (w, i) => w.rows.relTicksSide[i]),
    column('depth_qty_start', 'f64', (w, i) => w.rows.startQty[i]),
    column('depth_qty_end', 'f64', (w, i) => w.rows.endQty[i]),
    column('add_qty', 'f64', (w, i) => w.rows.addQty[i]),
    column('pull_qty_total', 'f64', (w, i) => w.rows.pullQty[i]),
    column('depth_qty_rest', 'f64', (w, i) => w.rows.restQty[i]),
    column('pull_qty_rest', 'f64', (w, i) => w.rows.restedPullQty[i]),
    column('fill_qty', 'f64', (w, i) => w.rows.fillQty[i]),
    column('window_valid', 'bool', (w) => w.windowValid),
  ],
};

export const FUTURES_PHYSICS: TableSpec<PhysicsFrame> = {
  rows: (f) => f.cells,
  columns: [
    column('window_end_ts_ns', 'i64', (f) => f.endNs),
    column('event_ts_ns', 'i64', (f) => f.endNs),
    column('spot_ref_price_int', 'i64', (f) => f.anchor),
    column('rel_ticks', 'i32', relTicksOf),
    column('rel_ticks_side', 'i32', (f, i) => f.relTicksSide[i]),
    column('side', 'text', sideOf),
    ...PHYSICS_FIELDS.map((name) => column<PhysicsFrame>(name, 'f64', (f, i) => f.fields[name][i])),
  ],
};

export function relTicksOf(f: PhysicsFrame, cell: number): number {
  return (cell < f.width ? cell : cell - f.width) - f.reach;
}

export function sideOf(f: PhysicsFrame, cell: number): string {
  return FRAME_SIDES[cell < f.width ? 0 : 1];
}

/** Gold of shares: intensities of the cells that silver has, zero in invalid windows. Source: velocity.md section 11. */
export function equityPhysics({ gold }: VelocityConfig): TableSpec<SpotWindow> {
  const out = noIntensities();
  const intensity =
    (name: keyof Intensities): SpecColumn<SpotWindow>['read'] =>
    ({ rows: r, windowValid }, i) => {
      if (!windowValid) return 0;
      setIntensities(out, gold.eps_qty, r.startQty[i], r.addQty[i], r.pullQty[i], r.fillQty[i]);
      return out[name];
    };
  return {
    rows: SPOT_DEPTH.rows,
    columns: [
      column('window_end_ts_ns', 'i64', (w) => w.endNs),
      column('event_ts_ns', 'i64', (w) => w.endNs),
      column('spot_ref_price_int', 'i64', (w) => w.anchor),
      column('rel_ticks', 'i32', (w, i) => w.rows.relTicks[i]),
      column('rel_ticks_side', 'i32', (w, i) => w.rows.relTicksSide[i]),
      column('side', 'text', (w, i) => SIDE_LETTERS[w.rows.side[i]]),
      column('add_intensity', 'f64', intensity('add')),
      column('fill_intensity', 'f64', intensity('fill')),
      column('pull_intensity', 'f64', intensity('pull')),
      column('liquidity_velocity', 'f64', intensity('u')),
    ],
  };
}

/** Both sides as one, and the drift of the particles in it. */
export interface DriftingField {
  readonly field: CombinedField;
  readonly drift: Float64Array;
}

export const COMBINED: TableSpec<DriftingField> = {
  rows: ({ field }) => field.width,
  columns: [
    column('window_end_ts_ns', 'i64', ({ field }) => field.endNs),
    column('spot_ref_price_int', 'i64', ({ field }) => field.anchor),
    column('rel_ticks', 'i32', ({ field }, i) => i - field.reach),
    column('liquidity_velocity', 'f64', ({ field }, i) => field.u[i]),
    column('pressure_grad', 'f64', ({ field }, i) => field.g[i]),
    column('u_wave_energy', 'f64', ({ field }, i) => field.waveEnergy[i]),
    column('rho', 'f64', ({ field }, i) => field.rho[i]),
    column('nu', 'f64', ({ field }, i) => field.nu[i]),
    column('Omega', 'f64', ({ field }, i) => field.omega[i]),
    column('bias', 'f64', ({ field }, i) => field.bias[i]),
    column('v_eff', 'f64', ({ drift }, i) => drift[i]),
  ],
};

export const FORECAST: TableSpec<Forecast> = {
  rows: (f) => f.mean.length,
  columns: [
    column('window_end_ts_ns', 'i64', (f) => f.endNs),
    column('horizon_s', 'i32', (_, h) => h),
    column('predicted_spot_tick', 'i64', (f, h) => f.spotTick + f.delta[h]),
    column('predicted_tick_delta', 'i64', (f, h) => f.delta[h]),
    column('confidence', 'f64', (f, h) => f.confidence[h]),
    column('RunScore_up', 'f64', (f) => f.walls.runScoreUp),
    column('RunScore_down', 'f64', (f) => f.walls.runScoreDown),
    column('D_up', 'i32?', (f) => f.walls.up),
    column('D_down', 'i32?', (f) => f.walls.down),
    column('predicted_tick_mean', 'f64', (f, h) => f.mean[h]),
  ],
};

export const RELIABILITY: TableSpec<readonly ReliabilityRow[]> = {
  rows: (rows) => rows.length,
  columns: [
    column('horizon_s', 'i32', (rows, i) => rows[i].horizonS),
    column('confidence_decile', 'i32', (rows, i) => rows[i].decile),
    column('forecasts', 'i32', (rows, i) => rows[i].forecasts),
    column('moves', 'i32', (rows, i) => rows[i].moves),
    column('correct', 'i32', (rows, i) => rows[i].correct),
    column('share_correct', 'f64?', (rows, i) => rows[i].share),
  ],
};
