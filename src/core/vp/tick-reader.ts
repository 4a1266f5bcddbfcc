/**
 * The state of one tick as the 24 mechanics columns and the two forces of `GRID_COLUMNS`
 * (vacuum-pressure.md sections 9 and 17.3).
 */
import type { Forces } from '#core/vp/forces';
import {
  ADD_MASS,
  ASK_DEPTH,
  A_ADD,
  A_PULL,
  BID_DEPTH,
  FILL_MASS,
  J_ADD,
  LAST_EVENT,
  PULL_MASS,
  TICK_STRIDE,
  V_ADD,
  V_ASK,
  V_BID,
  V_FILL,
  V_PULL,
} from '#core/vp/tick-state';
import type { TickStore } from '#core/vp/tick-store';

/** Columns written by `read`: two forces and 24 mechanics fields. */
export const MECHANICS_COLUMNS = 26;

export class TickReader {
  /** Of the tick read last. */
  pressure = 0;
  vacuum = 0;
  lastEventId = 0;
  private readonly now = new Float64Array(TICK_STRIDE);

  constructor(
    private readonly ticks: TickStore,
    private readonly forces: Forces,
  ) {}

  /** Writes column c of the tick in `slot` to `out[at + c · stride]`. */
  read(slot: number, out: Float64Array, at: number, stride: number): void {
    const s = this.now;
    this.ticks.peek(slot, s);
    this.pressure = this.forces.pressure(s[V_ADD], s[V_BID] + s[V_ASK], s[A_ADD]);
    this.vacuum = this.forces.vacuum(s[V_PULL], s[V_FILL], s[V_BID] + s[V_ASK], s[A_PULL]);
    this.lastEventId = s[LAST_EVENT];
    out[at] = this.pressure;
    out[at + stride] = this.vacuum;
    out[at + 2 * stride] = s[ADD_MASS];
    out[at + 3 * stride] = s[PULL_MASS];
    out[at + 4 * stride] = s[FILL_MASS];
    out[at + 5 * stride] = s[BID_DEPTH] + s[ASK_DEPTH];
    out[at + 6 * stride] = s[BID_DEPTH];
    out[at + 7 * stride] = s[ASK_DEPTH];
    writeChain(s, V_ADD, out, at + 8 * stride, stride);
    writeChain(s, A_ADD, out, at + 14 * stride, stride);
    writeChain(s, J_ADD, out, at + 20 * stride, stride);
  }
}

/** add, pull, fill, rest = bid + ask, bid, ask of one derivative order. */
function writeChain(s: Float64Array, from: number, out: Float64Array, at: number, stride: number): void {
  const bid = s[from + 3];
  const ask = s[from + 4];
  out[at] = s[from];
  out[at + stride] = s[from + 1];
  out[at + 2 * stride] = s[from + 2];
  out[at + 3 * stride] = bid + ask;
  out[at + 4 * stride] = bid;
  out[at + 5 * stride] = ask;
}
