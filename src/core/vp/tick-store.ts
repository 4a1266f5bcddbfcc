/**
 * The physics of all ticks (vacuum-pressure.md section 5) with exact lazy bins.
 *
 * By definition every tick that was ever touched is advanced at every bin edge. Here only the ticks touched in a bin
 * are, when the bin closes; the others keep the state of an earlier edge, and the whole cells since then are one
 * table look-up (`CellPowers`) at their next touch. Reading computes the state at the last edge without storing it.
 * Stored state is therefore a function of the events alone, never of what was read, and an untouched tick costs
 * nothing. Kernel code.
 */
import {
  copyF64s,
  larger,
  newF64s,
  newI32s,
  newU8s,
  toI32,
  type F64s,
  type I32s,
} from '#base/numeric/arrays';
import { stop } from '#base/numeric/stop';
import type { bool, f64, i32 } from '#base/numeric/types';
import type { StateReader, StateWriter } from '#base/state-io';
import { cellPowers, POWER_ROWS, POWER_STRIDE, type TimeConstants } from '#core/vp/cell-powers';
import { leftAfter, leftSoon, SERIES_LIMIT, stepChain } from '#core/vp/decay';
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
  V_BID,
  V_FILL,
  V_PULL,
} from '#core/vp/tick-state';

/** Numbers of the chains in a tick's state. */
const CHAIN_NUMBERS: i32 = 15;
/** Smaller magnitudes after a long pause become 0: subnormal arithmetic is slow on some processors. */
const NEGLIGIBLE: f64 = 1e-290;
const STATE_TAG = 'vp-ticks';
const STATE_VERSION = 2;

export class TickStore {
  /** `slots × TICK_STRIDE`, see `tick-state.ts`. */
  readonly state: F64s;
  /** Slots touched since the last edge, in order of first touch: `open[0, openCount)`. */
  readonly open: I32s;
  openCount: i32 = 0;
  /** Number of the last closed bin, -1 before the first. */
  lastEdge: i32 = -1;
  lastEdgeNs: f64 = NaN;
  /** False until the first touch. */
  anyTouched: bool = false;
  /** Table of `cellPowers`. */
  readonly powers: F64s;

  /** @param bookDepth depth of the book: bid of slot i at `2i`, ask at `2i + 1` */
  constructor(
    private readonly bookDepth: F64s,
    readonly slots: i32,
    private readonly tau: TimeConstants,
    cellSeconds: f64,
  ) {
    const state = newF64s(slots * TICK_STRIDE);
    for (let slot = 0; slot < slots; slot++) {
      state[slot * TICK_STRIDE + LAST_NS] = NaN;
      state[slot * TICK_STRIDE + EDGE] = EDGE_NEVER;
    }
    this.state = state;
    this.open = newI32s(slots);
    this.powers = cellPowers(tau, cellSeconds);
  }

  /**
   * An event at a tick at time `tNs`, ns from the time base, after the book was changed (section 5.4).
   *
   * @param add quantity added, likewise pulled and filled
   */
  touch(tNs: f64, slot: i32, eventId: f64, add: f64, pull: f64, fill: f64): void {
    const s = this.state;
    const o = slot * TICK_STRIDE;
    if (s[o + EDGE] !== EDGE_OPEN) this.reopen(slot, o);
    const bid = this.bookDepth[2 * slot];
    const ask = this.bookDepth[2 * slot + 1];
    const bidChange = bid - s[o + BID_DEPTH];
    const askChange = ask - s[o + ASK_DEPTH];
    s[o + BID_DEPTH] = bid;
    s[o + ASK_DEPTH] = ask;
    s[o + LAST_EVENT] = eventId;
    // NaN before the first touch: like a late record, it has no step.
    const lastNs = s[o + LAST_NS];
    if (tNs > lastNs) {
      this.step(o, (tNs - lastNs) / 1e9, add, pull, fill, bidChange, askChange);
      s[o + LAST_NS] = tNs;
    } else if (lastNs !== lastNs) {
      s[o + LAST_NS] = tNs;
    }
    s[o + ADD_MASS] += add;
    s[o + PULL_MASS] += pull;
    s[o + FILL_MASS] += fill;
  }

  /** Takes the depths of a tick from the book without an event (section 5.5). */
  syncDepth(slot: i32): void {
    const o = slot * TICK_STRIDE;
    this.state[o + BID_DEPTH] = this.bookDepth[2 * slot];
    this.state[o + ASK_DEPTH] = this.bookDepth[2 * slot + 1];
  }

  /** Advances a tick to `tNs` without events (section 5.7), storing the result. */
  advance(tNs: f64, slot: i32): void {
    const o = slot * TICK_STRIDE;
    const lastNs = this.state[o + LAST_NS];
    if (!(tNs > lastNs)) return;
    this.step(o, (tNs - lastNs) / 1e9, 0, 0, 0, 0, 0);
    this.state[o + LAST_NS] = tNs;
  }

  /**
   * Closes a bin: the ticks touched in it are brought to its end. They stay listed in `open[0, openCount)` until
   * `beginBin`, for whoever records their state at the edge.
   */
  closeEdge(edgeNs: f64): void {
    this.lastEdge++;
    this.lastEdgeNs = edgeNs;
    const s = this.state;
    for (let i = 0; i < this.openCount; i++) {
      const slot = this.open[i];
      this.advance(edgeNs, slot);
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
  peek(slot: i32, out: F64s): void {
    const o = slot * TICK_STRIDE;
    const edge = this.state[o + EDGE];
    copyF64s(this.state, o, out, 0, TICK_STRIDE);
    if (edge < 0 || edge === this.lastEdge) return;
    this.applyCells(out, 0, this.lastEdge - toI32(edge));
    out[LAST_NS] = this.lastEdgeNs;
    out[EDGE] = this.lastEdge;
  }

  /** Takes the masses and chains of a state at `s[o…]` through whole cells without events. */
  applyCells(s: F64s, o: i32, cells: i32): void {
    const low = cells % POWER_ROWS;
    this.applyRow(s, o, low);
    if (low !== cells) this.applyManyCells(s, o, (cells - low) / POWER_ROWS);
  }

  save(writer: StateWriter): void {
    writer.begin(STATE_TAG, STATE_VERSION);
    writer.number(this.slots);
    writer.number(this.lastEdge);
    writer.number(this.lastEdgeNs);
    writer.boolean(this.anyTouched);
    writer.i32s(this.open, this.openCount);
    // Most of a grid is empty, so only the ticks that hold something are written.
    let count: i32 = 0;
    for (let slot = 0; slot < this.slots; slot++) if (this.isUsed(slot)) count++;
    writer.beginI32s(count);
    for (let slot = 0; slot < this.slots; slot++) if (this.isUsed(slot)) writer.i32(slot);
    writer.beginF64s(count * TICK_STRIDE);
    for (let slot = 0; slot < this.slots; slot++) {
      if (this.isUsed(slot)) writer.moreF64s(this.state, slot * TICK_STRIDE, TICK_STRIDE);
    }
  }

  /** Restores into a fresh store of the same shape. */
  restore(reader: StateReader): void {
    reader.begin(STATE_TAG, STATE_VERSION);
    if (reader.number() !== this.slots) refuse('Saved grid has another number of ticks');
    this.lastEdge = reader.i32();
    if (this.lastEdge < -1) refuse('Saved ticks stand at an impossible bin');
    this.lastEdgeNs = reader.number();
    this.anyTouched = reader.boolean();
    this.openCount = reader.i32s(this.open, this.slots);
    const used = newI32s(this.slots);
    const count = reader.i32s(used, this.slots);
    const rows = newF64s(count * TICK_STRIDE);
    if (reader.f64s(rows, count * TICK_STRIDE) !== count * TICK_STRIDE) refuse('Saved ticks are incomplete');
    for (let i = 0; i < count; i++) {
      this.check(used[i]);
      const edge = rows[i * TICK_STRIDE + EDGE];
      if (!(edge >= EDGE_NEVER && edge <= this.lastEdge && Math.floor(edge) === edge)) {
        refuse('A saved tick stands at an impossible bin');
      }
      copyF64s(rows, i * TICK_STRIDE, this.state, used[i] * TICK_STRIDE, TICK_STRIDE);
    }
    this.checkOpen(rows, count);
  }

  /** The list of open ticks holds each tick that is open, once. */
  private checkOpen(rows: F64s, count: i32): void {
    let open: i32 = 0;
    for (let i = 0; i < count; i++) if (rows[i * TICK_STRIDE + EDGE] === EDGE_OPEN) open++;
    const isListed = newU8s(this.slots);
    for (let i = 0; i < this.openCount; i++) {
      const slot = this.open[i];
      this.check(slot);
      if (isListed[slot] !== 0 || this.state[slot * TICK_STRIDE + EDGE] !== EDGE_OPEN) open = -1;
      isListed[slot] = 1;
    }
    if (open !== this.openCount) refuse('The list of saved ticks contradicts them');
  }

  private check(slot: i32): void {
    if (!(slot >= 0 && slot < this.slots)) refuse('A saved tick is outside the grid');
  }

  private isUsed(slot: i32): bool {
    const o = slot * TICK_STRIDE;
    const s = this.state;
    return s[o + EDGE] !== EDGE_NEVER || s[o + BID_DEPTH] !== 0 || s[o + ASK_DEPTH] !== 0;
  }

  /** First touch of a tick in a bin: brings it to the last closed edge. */
  private reopen(slot: i32, o: i32): void {
    const s = this.state;
    const edge = s[o + EDGE];
    if (edge >= 0 && edge < this.lastEdge) {
      this.applyCells(s, o, this.lastEdge - toI32(edge));
      s[o + LAST_NS] = this.lastEdgeNs;
    }
    s[o + EDGE] = EDGE_OPEN;
    this.open[this.openCount++] = slot;
    this.anyTouched = true;
  }

  /** Chains of a tick over the seconds in which the changes arrived; its masses without them. */
  private step(o: i32, seconds: f64, add: f64, pull: f64, fill: f64, bidChange: f64, askChange: f64): void {
    const s = this.state;
    const tau = this.tau;
    const xV = seconds / tau.velocity;
    const xA = seconds / tau.acceleration;
    const xJ = seconds / tau.jerk;
    const xM = seconds / tau.rest;
    let leftV: f64;
    let leftA: f64;
    let leftJ: f64;
    let decay: f64;
    // Nearly every step is short: one test, and four series that do not wait for each other.
    if (larger(larger(xV, xA), larger(xJ, xM)) < SERIES_LIMIT) {
      leftV = leftSoon(xV);
      leftA = leftSoon(xA);
      leftJ = leftSoon(xJ);
      decay = leftSoon(xM);
    } else {
      leftV = leftAfter(xV);
      leftA = leftAfter(xA);
      leftJ = leftAfter(xJ);
      decay = leftAfter(xM);
    }
    const perSecond = 1 / seconds;
    s[o + ADD_MASS] *= decay;
    s[o + PULL_MASS] *= decay;
    s[o + FILL_MASS] *= decay;
    stepChain(s, o + V_ADD, add * perSecond, leftV, leftA, leftJ, perSecond);
    stepChain(s, o + V_PULL, pull * perSecond, leftV, leftA, leftJ, perSecond);
    stepChain(s, o + V_FILL, fill * perSecond, leftV, leftA, leftJ, perSecond);
    stepChain(s, o + V_BID, bidChange * perSecond, leftV, leftA, leftJ, perSecond);
    stepChain(s, o + V_ASK, askChange * perSecond, leftV, leftA, leftJ, perSecond);
  }

  private applyRow(s: F64s, o: i32, rowNumber: i32): void {
    const m = this.powers;
    const row = rowNumber * POWER_STRIDE;
    const p = m[row];
    const q = m[row + 1];
    const r = m[row + 2];
    const jv = m[row + 3];
    const ja = m[row + 4];
    const jj = m[row + 5];
    const decay = m[row + 6];
    s[o + ADD_MASS] *= decay;
    s[o + PULL_MASS] *= decay;
    s[o + FILL_MASS] *= decay;
    for (let i = o + V_ADD; i <= o + V_ASK; i++) {
      const v = s[i];
      const a = s[i + 5];
      const j = s[i + 10];
      s[i] = p * v;
      s[i + 5] = q * v + r * a;
      s[i + 10] = jv * v + ja * a + jj * j;
    }
  }

  /** `thousands` times `POWER_ROWS` cells, in place. Fewer than 2^31 cells, so that two levels hold their number. */
  private applyManyCells(s: F64s, o: i32, thousands: i32): void {
    const n = thousands % POWER_ROWS;
    this.applyRow(s, o, POWER_ROWS + n);
    let millions = (thousands - n) / POWER_ROWS;
    // The highest level holds 1,023 times 1,024^2 cells.
    for (; millions >= POWER_ROWS; millions -= POWER_ROWS >> 1)
      this.applyRow(s, o, 2 * POWER_ROWS + (POWER_ROWS >> 1));
    if (millions > 0) this.applyRow(s, o, 2 * POWER_ROWS + millions);
    for (let i = 0; i <= FILL_MASS; i++) if (s[o + i] < NEGLIGIBLE) s[o + i] = 0;
    for (let i = V_ADD; i < V_ADD + CHAIN_NUMBERS; i++) if (Math.abs(s[o + i]) < NEGLIGIBLE) s[o + i] = 0;
  }
}

function refuse(why: string): void {
  stop('state/other-shape', why, 'Discard the saved state and start from the beginning of the data.');
}
