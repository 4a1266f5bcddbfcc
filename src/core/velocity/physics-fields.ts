/** The fields of the futures surface in the order of its table. Source: velocity.md sections 10 and A. */
export const PHYSICS_FIELDS = [
  'add_intensity',
  'fill_intensity',
  'pull_intensity',
  'liquidity_velocity',
  'u_ema_2',
  'u_ema_8',
  'u_ema_32',
  'u_ema_128',
  'u_band_fast',
  'u_band_mid',
  'u_band_slow',
  'u_wave_energy',
  'du_dt',
  'd2u_dt2',
  'u_near',
  'u_far',
  'u_prom',
  'du_dx',
  'd2u_dx2',
  'rho',
  'phi_rest',
  'u_p',
  'u_p_slow',
  'Omega',
  'Omega_near',
  'Omega_far',
  'Omega_prom',
  'nu',
  'kappa',
  'pressure_grad',
] as const;

export type PhysicsField = (typeof PHYSICS_FIELDS)[number];

export type PhysicsColumns = Readonly<Record<PhysicsField, Float64Array>>;

/** Sides of a frame in the order of its rows. */
export const FRAME_SIDES = ['A', 'B'] as const;

/**
 * The physics of one window on the whole grid: both sides times all cells, observed or not. The same object is filled
 * for every window. Fields are dimensionless, rates per window; none is ever NaN or infinite.
 */
export class PhysicsFrame {
  startNs = 0n;
  endNs = 0n;
  /** price_int. */
  anchor = 0;
  /** Cells of one side: x = -reach … reach. */
  readonly width: number;
  /** Both sides, asks first: cell x of side s (0 ask, 1 bid) is at s · width + x + reach. */
  readonly cells: number;
  readonly fields: PhysicsColumns;
  readonly observed: Uint8Array;
  /** Cells from the best price of the own side. */
  readonly relTicksSide: Int32Array;

  constructor(readonly reach: number) {
    this.width = 2 * reach + 1;
    this.cells = 2 * this.width;
    const columns = PHYSICS_FIELDS.map((name) => [name, new Float64Array(this.cells)] as const);
    this.fields = Object.fromEntries(columns) as Record<PhysicsField, Float64Array>;
    this.observed = new Uint8Array(this.cells);
    this.relTicksSide = new Int32Array(this.cells);
  }

  /** Cell of a side (`A` or `B`) at x. */
  cell(side: 'A' | 'B', x: number): number {
    return (side === 'A' ? 0 : this.width) + x + this.reach;
  }
}
