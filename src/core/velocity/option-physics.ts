/**
 * Silver windows of options in, one `OptionFrame` per window out. Future options have averages over time, keyed by the
 * strike and not by its distance from the spot; options of shares have intensities alone. Source: velocity.md section 11.
 */
import type { StateReader, StateWriter } from '#base/state-io';
import { noIntensities, setIntensities } from '#core/velocity/liquidity-velocity';
import { density, obstacle, persistence } from '#core/velocity/obstacle';
import type { OptionWindow } from '#core/velocity/option-window';
import { smoothingWeight, TimeFilter } from '#core/velocity/time-filter';
import type { VelocityConfig } from '#core/velocity/velocity-config';

export const OPTION_FIELDS = [
  'add_intensity',
  'fill_intensity',
  'pull_intensity',
  'liquidity_velocity',
  'rho_opt',
  'phi_rest_opt',
  'u_opt_ema_8',
  'u_opt_ema_32',
  'u_opt_p_slow',
  'Omega_opt',
] as const;

export type OptionField = (typeof OPTION_FIELDS)[number];

/** Fields that options of shares have as well. */
export const INTENSITY_FIELDS = OPTION_FIELDS.slice(0, 4);

const SECTION = 'velocity-option-physics';
const VERSION = 1;
const NS_PER_SECOND = 1e9;
/** Positions of 8 s and 32 s among the time constants. */
const [TAU_8, TAU_32] = [1, 2];
const CELLS_PER_STRIKE = 4;
/** More strikes than any product lists; guards saved states. */
const MAX_STRIKES = 1 << 20;

/** Physics of one window of options; the cells are those of its `OptionWindow`. The same object for every window. */
export class OptionFrame {
  readonly fields: Readonly<Record<OptionField, Float64Array>>;

  constructor(readonly cells: number) {
    const columns = OPTION_FIELDS.map((name) => [name, new Float64Array(cells)] as const);
    this.fields = Object.fromEntries(columns) as Record<OptionField, Float64Array>;
  }

  /**
   * Liquidity velocity of each strike: the sum over calls, puts and both sides. Strikes ascending.
   *
   * @param out one value per strike
   */
  surface(out: Float64Array): void {
    const u = this.fields.liquidity_velocity;
    for (let strike = 0; strike < out.length; strike++) {
      const first = strike * CELLS_PER_STRIKE;
      out[strike] = u[first] + u[first + 1] + u[first + 2] + u[first + 3];
    }
  }
}

export class OptionPhysics {
  readonly frame: OptionFrame;
  readonly #eps: number;
  readonly #average8: TimeFilter;
  readonly #average32: TimeFilter;
  /** First of the four filter cells of each strike. */
  readonly #cellsOf = new Map<number, number>();
  #known = new Uint8Array(0);
  readonly #rates = noIntensities();

  /** @param hasObstacles averages and obstacle fields are wanted, beside the intensities */
  constructor(
    { gold, window_ns }: VelocityConfig,
    window: Pick<OptionWindow, 'cells'>,
    private readonly hasObstacles: boolean,
  ) {
    this.frame = new OptionFrame(window.cells);
    this.#eps = gold.eps_qty;
    const stepS = window_ns / NS_PER_SECOND;
    this.#average8 = new TimeFilter(0, smoothingWeight(gold.taus_s[TAU_8], stepS));
    this.#average32 = new TimeFilter(0, smoothingWeight(gold.taus_s[TAU_32], stepS));
  }

  /**
   * @param window with an anchor: windows without one have no cells
   * @returns `frame`, valid until the next call
   */
  process(window: OptionWindow): OptionFrame {
    const { frame } = this;
    for (const column of Object.values(frame.fields)) column.fill(0);
    for (let cell = 0; cell < frame.cells; cell++) {
      if (window.valid[cell] === 0) continue;
      this.#rate(window, cell);
      if (this.hasObstacles) this.#obstruct(window, cell);
    }
    return frame;
  }

  save(writer: StateWriter): void {
    writer.begin(SECTION, VERSION);
    writer.number(this.#cellsOf.size);
    for (const strike of this.#cellsOf.keys()) writer.number(strike);
    this.#average8.save(writer);
    this.#average32.save(writer);
    writer.u8s(this.#known, this.#known.length);
  }

  /** Into a fresh object of the same configuration. @throws ProblemError `state/…` */
  restore(reader: StateReader): void {
    reader.begin(SECTION, VERSION);
    const strikes = reader.count(MAX_STRIKES);
    for (let i = 0; i < strikes; i++) this.#cellsOfStrike(reader.number());
    this.#average8.restore(reader);
    this.#average32.restore(reader);
    reader.u8s(this.#known, this.#known.length);
  }

  #rate(window: OptionWindow, cell: number): void {
    const { fields } = this.frame;
    const rates = this.#rates;
    const { startQty, addQty, pullQty, fillQty } = window;
    setIntensities(rates, this.#eps, startQty[cell], addQty[cell], pullQty[cell], fillQty[cell]);
    fields.add_intensity[cell] = rates.add;
    fields.fill_intensity[cell] = rates.fill;
    fields.pull_intensity[cell] = rates.pull;
    fields.liquidity_velocity[cell] = rates.u;
  }

  #obstruct(window: OptionWindow, cell: number): void {
    const { fields } = this.frame;
    const { u } = this.#rates;
    const held = this.#cellsOfStrike(window.strikeOf(cell)) + (cell % CELLS_PER_STRIKE);
    const isFirst = this.#known[held] === 0;
    this.#known[held] = 1;
    const rho = density(window.endQty[cell]);
    const phi = persistence(window.restQty[cell], window.endQty[cell]);
    const e32 = this.#average32.observe(held, u, isFirst);
    fields.rho_opt[cell] = rho;
    fields.phi_rest_opt[cell] = phi;
    fields.u_opt_ema_8[cell] = this.#average8.observe(held, u, isFirst);
    fields.u_opt_ema_32[cell] = e32;
    fields.u_opt_p_slow[cell] = phi * e32;
    fields.Omega_opt[cell] = obstacle(rho, phi, phi * e32);
  }

  #cellsOfStrike(strike: number): number {
    const known = this.#cellsOf.get(strike);
    if (known !== undefined) return known;
    const first = this.#cellsOf.size * CELLS_PER_STRIKE;
    this.#cellsOf.set(strike, first);
    if (first + CELLS_PER_STRIKE > this.#known.length) {
      const room = Math.max(64, 2 * this.#known.length);
      const larger = new Uint8Array(room);
      larger.set(this.#known);
      this.#known = larger;
      this.#average8.reserve(room);
      this.#average32.reserve(room);
    }
    return first;
  }
}
