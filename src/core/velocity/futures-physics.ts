/**
 * Silver windows of a future in, one `PhysicsFrame` per window out: intensities, averages over time that hold on gaps,
 * averages over price on the dense grid, and what follows from them. Source: velocity.md section 10.
 */
import type { StateReader, StateWriter } from '#base/state-io';
import { setIntensities, noIntensities } from '#core/velocity/liquidity-velocity';
import { density, obstacle, persistence } from '#core/velocity/obstacle';
import { PhysicsFrame } from '#core/velocity/physics-fields';
import { roundQuotient } from '#core/velocity/integer-rounding';
import { SpatialKernel } from '#core/velocity/spatial-kernel';
import type { SpotWindow } from '#core/velocity/spot-window';
import { smoothingWeight, TimeFilter } from '#core/velocity/time-filter';
import type { VelocityConfig } from '#core/velocity/velocity-config';

const SECTION = 'velocity-physics';
const VERSION = 1;
const NS_PER_SECOND = 1e9;

export class FuturesPhysics {
  readonly frame: PhysicsFrame;
  readonly #config: VelocityConfig;
  readonly #near: SpatialKernel;
  readonly #far: SpatialKernel;
  /** In the order of `gold.taus_s`. */
  readonly #averages: readonly TimeFilter[];
  readonly #lastFast: Float64Array;
  readonly #lastSlope: Float64Array;
  /** 1 = the cell was observed before. */
  readonly #known: Uint8Array;
  readonly #quantities: Quantities;
  readonly #rates = noIntensities();

  constructor(config: VelocityConfig) {
    const frame = new PhysicsFrame(config.futures.grid_max_ticks);
    const { cells, width } = frame;
    this.frame = frame;
    this.#config = config;
    this.#near = new SpatialKernel(config.gold.near, width);
    this.#far = new SpatialKernel(config.gold.far, width);
    const stepS = config.window_ns / NS_PER_SECOND;
    this.#averages = config.gold.taus_s.map((tau) => new TimeFilter(cells, smoothingWeight(tau, stepS)));
    this.#lastFast = new Float64Array(cells);
    this.#lastSlope = new Float64Array(cells);
    this.#known = new Uint8Array(cells);
    this.#quantities = new Quantities(cells);
  }

  /**
   * @param window with an anchor: windows without one have no frame
   * @returns `frame`, valid until the next call
   */
  process(window: SpotWindow): PhysicsFrame {
    const { frame } = this;
    frame.startNs = window.startNs;
    frame.endNs = window.endNs;
    frame.anchor = window.anchor;
    frame.observed.fill(0);
    for (const column of Object.values(frame.fields)) column.fill(0);
    this.#placeOwnSides(window);
    if (window.windowValid) this.#observe(window);
    this.#smooth();
    this.#derive();
    return frame;
  }

  save(writer: StateWriter): void {
    writer.begin(SECTION, VERSION);
    for (const average of this.#averages) average.save(writer);
    const { cells } = this.frame;
    writer.f64s(this.#lastFast, cells);
    writer.f64s(this.#lastSlope, cells);
    writer.u8s(this.#known, cells);
  }

  /** Into a fresh object of the same configuration. @throws ProblemError `state/…` */
  restore(reader: StateReader): void {
    reader.begin(SECTION, VERSION);
    for (const average of this.#averages) average.restore(reader);
    const { cells } = this.frame;
    reader.f64s(this.#lastFast, cells);
    reader.f64s(this.#lastSlope, cells);
    reader.u8s(this.#known, cells);
  }

  #placeOwnSides(window: SpotWindow): void {
    const { frame } = this;
    const { reach, relTicksSide } = frame;
    const tick = this.#config.futures.tick_int;
    for (const [side, own] of [
      ['A', window.ownAsk],
      ['B', window.ownBid],
    ] as const) {
      const first = frame.cell(side, -reach);
      const lowest = window.anchor - reach * tick - own;
      for (let i = 0; i < frame.width; i++) relTicksSide[first + i] = roundQuotient(lowest + i * tick, tick);
    }
  }

  #observe({ rows }: SpotWindow): void {
    const { frame } = this;
    const quantities = this.#quantities;
    quantities.clear();
    for (let row = 0; row < rows.count; row++) {
      const cell = frame.cell(rows.side[row] === 0 ? 'B' : 'A', rows.relTicks[row]);
      frame.observed[cell] = 1;
      frame.relTicksSide[cell] = rows.relTicksSide[row];
      quantities.start[cell] += rows.startQty[row];
      quantities.end[cell] += rows.endQty[row];
      quantities.add[cell] += rows.addQty[row];
      quantities.pull[cell] += rows.pullQty[row];
      quantities.rest[cell] += rows.restQty[row];
      quantities.fill[cell] += rows.fillQty[row];
    }
    for (let cell = 0; cell < frame.cells; cell++) if (frame.observed[cell] === 1) this.#observeCell(cell);
  }

  #observeCell(cell: number): void {
    const f = this.frame.fields;
    const { start, end, add, pull, rest, fill } = this.#quantities;
    const rates = this.#rates;
    setIntensities(rates, this.#config.gold.eps_qty, start[cell], add[cell], pull[cell], fill[cell]);
    f.add_intensity[cell] = rates.add;
    f.fill_intensity[cell] = rates.fill;
    f.pull_intensity[cell] = rates.pull;
    f.liquidity_velocity[cell] = rates.u;

    const isFirst = this.#known[cell] === 0;
    const [e2, e8, e32, e128] = this.#averages.map((average) => average.observe(cell, rates.u, isFirst));
    const slope = isFirst ? 0 : e2 - this.#lastFast[cell];
    const bend = isFirst ? 0 : slope - this.#lastSlope[cell];
    this.#known[cell] = 1;
    this.#lastFast[cell] = e2;
    this.#lastSlope[cell] = slope;
    const [fast, mid, slow] = [e2 - e8, e8 - e32, e32 - e128];
    f.u_ema_2[cell] = e2;
    f.u_ema_8[cell] = e8;
    f.u_ema_32[cell] = e32;
    f.u_ema_128[cell] = e128;
    f.u_band_fast[cell] = fast;
    f.u_band_mid[cell] = mid;
    f.u_band_slow[cell] = slow;
    f.u_wave_energy[cell] = Math.sqrt(fast * fast + mid * mid + slow * slow);
    f.du_dt[cell] = slope;
    f.d2u_dt2[cell] = bend;

    const rho = density(end[cell]);
    const phi = persistence(rest[cell], end[cell]);
    f.rho[cell] = rho;
    f.phi_rest[cell] = phi;
    f.u_p[cell] = phi * e8;
    f.u_p_slow[cell] = phi * e32;
    f.Omega[cell] = obstacle(rho, phi, phi * e32);
    f.pressure_grad[cell] = cell >= this.frame.width ? phi * e8 : -(phi * e8);
  }

  #smooth(): void {
    const { frame } = this;
    const f = frame.fields;
    for (const first of [0, frame.width]) {
      this.#near.smooth(f.u_ema_8, first, f.u_near, first);
      this.#far.smooth(f.u_ema_32, first, f.u_far, first);
      this.#near.smooth(f.Omega, first, f.Omega_near, first);
      this.#far.smooth(f.Omega, first, f.Omega_far, first);
    }
  }

  #derive(): void {
    const { frame } = this;
    const f = frame.fields;
    for (let cell = 0; cell < frame.cells; cell++) {
      const prominence = f.Omega_near[cell] - f.Omega_far[cell];
      const nu = 1 + f.Omega_near[cell] + 2 * Math.max(0, prominence);
      f.u_prom[cell] = f.u_near[cell] - f.u_far[cell];
      f.Omega_prom[cell] = prominence;
      f.nu[cell] = nu;
      f.kappa[cell] = 1 / nu;
      const x = (cell % frame.width) - frame.reach;
      if (Math.abs(x) === frame.reach) continue;
      const [below, here, above] = [f.u_near[cell - 1], f.u_near[cell], f.u_near[cell + 1]];
      f.du_dx[cell] = (above - below) / 2;
      f.d2u_dx2[cell] = above - 2 * here + below;
    }
  }
}

/** Silver quantities of the observed cells. */
class Quantities {
  readonly start: Float64Array;
  readonly end: Float64Array;
  readonly add: Float64Array;
  readonly pull: Float64Array;
  readonly rest: Float64Array;
  readonly fill: Float64Array;

  constructor(cells: number) {
    this.start = new Float64Array(cells);
    this.end = new Float64Array(cells);
    this.add = new Float64Array(cells);
    this.pull = new Float64Array(cells);
    this.rest = new Float64Array(cells);
    this.fill = new Float64Array(cells);
  }

  clear(): void {
    const { start, end, add, pull, rest, fill } = this;
    for (const column of [start, end, add, pull, rest, fill]) column.fill(0);
  }
}
