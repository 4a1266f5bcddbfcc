/** The four tables in which a window of the velocity pipeline travels. Source: velocity.md section 13. */
import type { Forecast } from '#core/velocity/forecast';
import { OPTION_SURFACE, type OptionSurface } from '#core/velocity/option-tables';
import type { PhysicsFrame } from '#core/velocity/physics-fields';
import { FORECAST, FUTURES_PHYSICS, SPOT_SNAPSHOT } from '#core/velocity/spot-tables';
import type { SpotWindow } from '#core/velocity/spot-window';
import { pickColumns, type TableSpec } from '#core/velocity/table-spec';

export const SURFACES = ['snap', 'velocity', 'options', 'forecast'] as const;
export type SurfaceName = (typeof SURFACES)[number];

/** Fields of the velocity surface. */
export const VELOCITY_FIELDS = [
  'liquidity_velocity',
  'rho',
  'nu',
  'kappa',
  'pressure_grad',
  'u_wave_energy',
  'Omega',
] as const;
export type VelocityField = (typeof VELOCITY_FIELDS)[number];

/** A window as its sender has it; what is not known is an empty table. */
export interface VelocityWindow {
  readonly snap: SpotWindow;
  readonly velocity?: PhysicsFrame | undefined;
  readonly options?: OptionSurface | undefined;
  readonly forecast?: Forecast | undefined;
}

const SNAP = pickColumns(SPOT_SNAPSHOT, [
  'window_end_ts_ns',
  'mid_price',
  'spot_ref_price_int',
  'book_valid',
]);

const VELOCITY = pickColumns(FUTURES_PHYSICS, [
  'window_end_ts_ns',
  'spot_ref_price_int',
  'rel_ticks',
  'side',
  ...VELOCITY_FIELDS,
]);

/** Where a table takes its rows from in a window. */
function part<K extends SurfaceName>(
  name: K,
  spec: TableSpec<NonNullable<VelocityWindow[K]>>,
): TableSpec<VelocityWindow> {
  const source = (w: VelocityWindow) => w[name] as NonNullable<VelocityWindow[K]>;
  return {
    rows: (w) => (w[name] === undefined ? 0 : spec.rows(source(w))),
    columns: spec.columns.map((c) => ({ ...c, read: (w, row) => c.read(source(w), row) })),
  };
}

export const SURFACE_SPECS: Readonly<Record<SurfaceName, TableSpec<VelocityWindow>>> = {
  snap: part('snap', SNAP),
  velocity: part('velocity', VELOCITY),
  options: part('options', OPTION_SURFACE),
  forecast: part('forecast', FORECAST),
};
