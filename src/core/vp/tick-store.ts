/**
 * The physics of all ticks (vacuum-pressure.md section 5) with exact lazy bins.
 *
 * By definition every tick that was ever touched is advanced at every bin edge. Here only the ticks touched in a bin
 * are, when the bin closes; the others keep the state of an earlier edge, and the whole cells since then are one
 * table look-up (`CellPowers`) at their next touch. Reading computes the state at the last edge without storing it.
 * Stored state is therefore a function of the events alone, never of what was read, and an untouched tick costs
 * nothing.
 */
import { fail } from '#base/problem';
import type { StateReader, StateWriter } from '#base/state-io';
import { CellPowers, POWER_ROWS, POWER_STRIDE, type TimeConstants } from '#core/vp/cell-powers';
import { decayOver, stepChain } from '#core/vp/decay';
import {
  ADD_MASS,
  ASK_DEPTH,
  BID_DEPTH,
  EDGE,
  EDGE_NEVER,
  EDGE_OPEN,
  FILL_MASS,
  LAST_EVENT,
  LAST_NS,
  PULL_MASS,
  TICK_STRIDE,
  V_ADD,
  V_ASK,
} from '#core/vp/tick-state';

const CHAINS = 5;
/** Place of the step's length in `inputs`. */
const STEP_SECONDS = 5;
/** Smaller magnitudes after a long pause become 0: subnormal arithmetic is slow on some processors. */
const NEGLIGIBLE = 1e-290;
const STATE_TAG = 'vp-ticks';
const STATE_VERSION = 1;

export class TickStore {
  /**
   * Time of what is being applied, ns from the time base, set by the caller. It comes in a cell because a float that
   * is passed from function to function costs a heap object per record.
   */
  readonly now = new Float64Array(1);
  /** `slots × TICK_STRIDE`, see `tick-state.ts`. */
  readonly state: Float64Array;
  /** Slots touched since the last edge, in order of first touch: `open[0, openCount)`. */
  readonly open: Int32Array;
  openCount = 0;
  /** Number of the last closed bin, -1 before the first. */
  lastEdge = -1;
  lastEdgeNs = NaN;
  /** False until the first touch. */
  anyTouched = false;

  /** What the current step brings to each chain (added, pulled, filled, changes of bid and ask depth), its seconds. */
  private readonly inputs = new Float64Array(CHAINS + 1);
  /** Table of `CellPowers`. */
  readonly powers: Float64Array;
  readonly slots: number;
  /** Time constants of velocity, acceleration, jerk and masses, and what is left of each after the current step. */
  private readonly taus: Float64Array;
  private readonly left = new Float64Array(4);

  /** @param bookDepth depth of the book: bid of slot i at `2i`, ask at `2i + 1` */
  constructor(
    private readonly bookDepth: Float64Array,
    tau: TimeConstants,
    cellSeconds: number,
  ) {
    const slots = bookDepth.length / 2;
    this.slots = slots;
    this.state = new Float64Array(slots * TICK_STRIDE);
    for (let o = 0; o < this.state.length; o += TICK_STRIDE) {
      this.state[o + LAST_NS] = NaN;
      this.state[o + EDGE] = EDGE_NEVER;
    }
    this.open = new Int32Array(slots);
    this.powers = new CellPowers(tau, cellSeconds).table;
    this.taus = Float64Array.of(tau.tau_velocity, tau.tau_acceleration, tau.tau_jerk, tau.tau_rest_decay);
  }

  /**
   * An event at a tick at time `now[0]`, after the book was changed (section 5.4).
   *
   * @param add quantity added, likewise pulled and filled
   */
  touch(slot: number, eventId: number, add: number, pull: number, fill: number): void {
    const s = this.state;
    const o = slot * TICK_STRIDE;
    if (s[o + EDGE] !== EDGE_OPEN) this.reopen(slot, o);
    const { inputs, bookDepth } = this;
    const bid = bookDepth[2 * slot];
    const ask = bookDepth[2 * slot + 1];
    inputs[ADD_MASS] = add;
    inputs[PULL_MASS] = pull;
    inputs[FILL_MASS] = fill;
    inputs[BID_DEPTH] = bid - s[o + BID_DEPTH];
    inputs[ASK_DEPTH] = ask - s[o + ASK_DEPTH];
    s[o + BID_DEPTH] = bid;
    s[o + ASK_DEPTH] = ask;
    s[o + LAST_EVENT] = eventId;
    const tNs = this.now[0];
    // NaN before the first touch: like a late record, it has no step.
    const lastNs = s[o + LAST_NS];
    if (tNs > lastNs) {
      inputs[STEP_SECONDS] = (tNs - lastNs) / 1e9;
      this.step(o);
      s[o + LAST_NS] = tNs;
    } else if (lastNs !== lastNs) {
      s[o + LAST_NS] = tNs;
    }
    s[o + ADD_MASS] += add;
    s[o + PULL_MASS] += pull;
    s[o + FILL_MASS] += fill;
  }

  /** Takes the depths of a tick from the book without an event (section 5.5). */
  syncDepth(slot: number): void {
    const o = slot * TICK_STRIDE;
    this.state[o + BID_DEPTH] = this.bookDepth[2 * slot];
    this.state[o + ASK_DEPTH] = this.bookDepth[2 * slot + 1];
  }

  /** Advances a tick to `now[0]` without events (section 5.7), storing the result. */
  advance(slot: number): void {
    const s = this.state;
    const o = slot * TICK_STRIDE;
    const tNs = this.now[0];
    const lastNs = s[o + LAST_NS];
    if (!(tNs > lastNs)) return;
    const { inputs } = this;
    for (let i = 0; i < CHAINS; i++) inputs[i] = 0;
    inputs[STEP_SECONDS] = (tNs - lastNs) / 1e9;
    this.step(o);
    s[o + LAST_NS] = tNs;
  }

  /**
   * Closes a bin: the ticks touched in it are brought to its end. They stay listed in `open[0, openCount)` until
   * `beginBin`, for whoever records their state at the edge.
   */
  closeEdge(edgeNs: number): void {
    this.lastEdge++;
    this.lastEdgeNs = edgeNs;
    this.now[0] = edgeNs;
    const s = this.state;
    for (let i = 0; i < this.openCount; i++) {
      const slot = this.open[i];
      this.advance(slot);
      s[slot * TICK_STRIDE + EDGE] = this.lastEdge;
    }
  }

  /** Forgets the list of touched ticks after `closeEdge`. */
  beginBin(): void {
    this.openCount = 0;
  }

  /**
   * The state of a tick now: at the last edge, or at its last touch if that came later. Nothing is stored.
   *
   * @param out at least `TICK_STRIDE` long
   */
  peek(slot: number, out: Float64Array): void {
    const o = slot * TICK_STRIDE;
    const edge = this.state[o + EDGE];
    if (edge < 0 || edge === this.lastEdge) {
      const s = this.state;
      for (let i = 0; i < TICK_STRIDE; i++) out[i] = s[o + i];
      return;
    }
    this.applyCells(this.state, o, out, 0, this.lastEdge - edge);
    out[BID_DEPTH] = this.state[o + BID_DEPTH];
    out[ASK_DEPTH] = this.state[o + ASK_DEPTH];
    out[LAST_NS] = this.lastEdgeNs;
    out[LAST_EVENT] = this.state[o + LAST_EVENT];
    out[EDGE] = this.lastEdge;
  }

  /** Masses and chains of a state after `cells` whole cells without events; `to` may be `from`. */
  applyCells(from: Float64Array, f: number, to: Float64Array, t: number, cells: number): void {
    if (cells < POWER_ROWS) {
      this.applyRow(from, f, to, t, (cells | 0) * POWER_STRIDE);
      return;
    }
    const low = cells % POWER_ROWS;
    this.applyRow(from, f, to, t, (low | 0) * POWER_STRIDE);
    this.applyManyCells(to, t, (cells - low) / POWER_ROWS);
  }

  save(writer: StateWriter): void {
    writer.begin(STATE_TAG, STATE_VERSION);
    writer.number(this.slots);
    writer.number(this.lastEdge);
    writer.number(this.lastEdgeNs);
    writer.boolean(this.anyTouched);
    writer.array(this.open, this.openCount);
    // Most of a grid is empty, so only the ticks that hold something are written.
    const used = Int32Array.from(this.usedSlots());
    writer.array(used);
    const rows = new Float64Array(used.length * TICK_STRIDE);
    used.forEach((slot, i) => {
      rows.set(this.state.subarray(slot * TICK_STRIDE, (slot + 1) * TICK_STRIDE), i * TICK_STRIDE);
    });
    writer.array(rows);
  }

  /** Restores into a fresh store of the same shape. */
  restore(reader: StateReader): void {
    reader.begin(STATE_TAG, STATE_VERSION);
    if (reader.number() !== this.slots) fail('state/other-shape', 'Saved grid has another number of ticks');
    this.lastEdge = reader.number();
    this.lastEdgeNs = reader.number();
    this.anyTouched = reader.boolean();
    this.openCount = reader.arrayInto(this.open);
    const used = new Int32Array(this.slots);
    const count = reader.arrayInto(used);
    const rows = new Float64Array(count * TICK_STRIDE);
    if (reader.arrayInto(rows) !== rows.length) fail('state/other-shape', 'Saved ticks are incomplete');
    for (let i = 0; i < count; i++) {
      const slot = used[i];
      if (!(slot >= 0 && slot < this.slots))
        fail('state/other-shape', `Saved tick ${slot} is outside the grid`);
      this.state.set(rows.subarray(i * TICK_STRIDE, (i + 1) * TICK_STRIDE), slot * TICK_STRIDE);
    }
  }

  private *usedSlots(): Generator<number> {
    const s = this.state;
    for (let slot = 0, o = 0; slot < this.slots; slot++, o += TICK_STRIDE) {
      if (s[o + EDGE] !== EDGE_NEVER || s[o + BID_DEPTH] !== 0 || s[o + ASK_DEPTH] !== 0) yield slot;
    }
  }

  /** First touch of a tick in a bin: brings it to the last closed edge. */
  private reopen(slot: number, o: number): void {
    const s = this.state;
    const edge = s[o + EDGE];
    if (edge >= 0 && edge < this.lastEdge) {
      this.applyCells(s, o, s, o, this.lastEdge - edge);
      s[o + LAST_NS] = this.lastEdgeNs;
    }
    s[o + EDGE] = EDGE_OPEN;
    this.open[this.openCount++] = slot;
    this.anyTouched = true;
  }

  /** Masses and chains of a tick over the time in which `inputs` arrived; the masses without them. */
  private step(o: number): void {
    const s = this.state;
    const { inputs, taus, left } = this;
    decayOver(inputs, STEP_SECONDS, taus, left);
    const perSecond = 1 / inputs[STEP_SECONDS];
    const decay = left[3];
    s[o + ADD_MASS] *= decay;
    s[o + PULL_MASS] *= decay;
    s[o + FILL_MASS] *= decay;
    const alphaV = 1 - left[0];
    const alphaA = 1 - left[1];
    const alphaJ = 1 - left[2];
    const first = o + V_ADD;
    for (let i = 0; i < CHAINS; i++) {
      stepChain(s, first + i, inputs[i] * perSecond, alphaV, alphaA, alphaJ, perSecond);
    }
  }

  private applyRow(from: Float64Array, f: number, to: Float64Array, t: number, row: number): void {
    const m = this.powers;
    const p = m[row];
    const q = m[row + 1];
    const r = m[row + 2];
    const jv = m[row + 3];
    const ja = m[row + 4];
    const jj = m[row + 5];
    const decay = m[row + 6];
    to[t + ADD_MASS] = from[f + ADD_MASS] * decay;
    to[t + PULL_MASS] = from[f + PULL_MASS] * decay;
    to[t + FILL_MASS] = from[f + FILL_MASS] * decay;
    for (let i = V_ADD; i <= V_ASK; i++) {
      const v = from[f + i];
      const a = from[f + i + 5];
      const j = from[f + i + 10];
      to[t + i] = p * v;
      to[t + i + 5] = q * v + r * a;
      to[t + i + 10] = jv * v + ja * a + jj * j;
    }
  }

  /** `thousands` times `POWER_ROWS` cells, in place. */
  private applyManyCells(s: Float64Array, o: number, thousands: number): void {
    let left = thousands;
    for (let level = 1; level < 3 && left > 0; level++) {
      const n = left % POWER_ROWS;
      this.applyRow(s, o, s, o, ((level * POWER_ROWS + n) | 0) * POWER_STRIDE);
      left = (left - n) / POWER_ROWS;
    }
    // What is left counts 1,024^3 cells: twice half of the highest level.
    for (; left > 0; left--) {
      for (let twice = 0; twice < 2; twice++)
        this.applyRow(s, o, s, o, (2 * POWER_ROWS + 512) * POWER_STRIDE);
    }
    for (let i = 0; i < FILL_MASS + 1; i++) if (s[o + i] < NEGLIGIBLE) s[o + i] = 0;
    for (let i = V_ADD; i < V_ADD + 3 * CHAINS; i++) if (Math.abs(s[o + i]) < NEGLIGIBLE) s[o + i] = 0;
  }
}
