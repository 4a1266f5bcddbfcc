/**
 * The state of one tick as the 24 mechanics columns and the two forces of `GRID_COLUMNS`
 * (vacuum-pressure.md sections 9 and 17.3). Kernel code.
 */
import { newF64s, toI32, type F64s } from '#base/numeric/arrays';
import type { f64, i32 } from '#base/numeric/types';
import { POWER_ROWS, POWER_STRIDE } from '#core/vp/cell-powers';
import type { Forces } from '#core/vp/forces';
import {
  ADD_MASS,
  ASK_DEPTH,
  A_ADD,
  A_ASK,
  A_BID,
  A_FILL,
  A_PULL,
  BID_DEPTH,
  EDGE,
  FILL_MASS,
  J_ADD,
  J_ASK,
  J_BID,
  J_FILL,
  J_PULL,
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
export const MECHANICS_COLUMNS: i32 = 26;

export class TickReader {
  /** Of the tick read last. */
  pressure: f64 = 0;
  vacuum: f64 = 0;
  lastEventId: f64 = 0;
  private readonly scratch: F64s = newF64s(TICK_STRIDE);

  constructor(
    private readonly ticks: TickStore,
    private readonly forces: Forces,
  ) {}

  /**
   * Writes column c of the tick in `slot` to `out[at + c · stride]`.
   *
   * One pass without an intermediate copy, because every row of every bin comes through here: the whole cells since
   * the stored state are applied on the way.
   */
  read(slot: i32, out: F64s, at: i32, stride: i32): void {
    const ticks = this.ticks;
    const forces = this.forces;
    let s = ticks.state;
    let o = slot * TICK_STRIDE;
    let row: i32 = 0;
    const edge = s[o + EDGE];
    if (edge >= 0) {
      const cells = ticks.lastEdge - toI32(edge);
      if (cells < POWER_ROWS) {
        row = cells * POWER_STRIDE;
      } else {
        ticks.peek(slot, this.scratch);
        s = this.scratch;
        o = 0;
      }
    }
    const m = ticks.powers;
    const decay = m[row + 6];
    const bidDepth = s[o + BID_DEPTH];
    const askDepth = s[o + ASK_DEPTH];
    let w = at + 2 * stride;
    out[w] = s[o + ADD_MASS] * decay;
    out[(w += stride)] = s[o + PULL_MASS] * decay;
    out[(w += stride)] = s[o + FILL_MASS] * decay;
    out[(w += stride)] = bidDepth + askDepth;
    out[(w += stride)] = bidDepth;
    out[(w += stride)] = askDepth;

    const v = m[row];
    const av = m[row + 1];
    const aa = m[row + 2];
    const jv = m[row + 3];
    const ja = m[row + 4];
    const jj = m[row + 5];
    const v0 = s[o + V_ADD];
    const v1 = s[o + V_PULL];
    const v2 = s[o + V_FILL];
    const v3 = s[o + V_BID];
    const v4 = s[o + V_ASK];
    const vAdd = v * v0;
    const vPull = v * v1;
    const vFill = v * v2;
    const vBid = v * v3;
    const vAsk = v * v4;
    const vRest = vBid + vAsk;
    out[(w += stride)] = vAdd;
    out[(w += stride)] = vPull;
    out[(w += stride)] = vFill;
    out[(w += stride)] = vRest;
    out[(w += stride)] = vBid;
    out[(w += stride)] = vAsk;

    const a0 = s[o + A_ADD];
    const a1 = s[o + A_PULL];
    const a2 = s[o + A_FILL];
    const a3 = s[o + A_BID];
    const a4 = s[o + A_ASK];
    const aAdd = av * v0 + aa * a0;
    const aPull = av * v1 + aa * a1;
    const aBid = av * v3 + aa * a3;
    const aAsk = av * v4 + aa * a4;
    out[(w += stride)] = aAdd;
    out[(w += stride)] = aPull;
    out[(w += stride)] = av * v2 + aa * a2;
    out[(w += stride)] = aBid + aAsk;
    out[(w += stride)] = aBid;
    out[(w += stride)] = aAsk;

    const jBid = jv * v3 + ja * a3 + jj * s[o + J_BID];
    const jAsk = jv * v4 + ja * a4 + jj * s[o + J_ASK];
    out[(w += stride)] = jv * v0 + ja * a0 + jj * s[o + J_ADD];
    out[(w += stride)] = jv * v1 + ja * a1 + jj * s[o + J_PULL];
    out[(w += stride)] = jv * v2 + ja * a2 + jj * s[o + J_FILL];
    out[(w += stride)] = jBid + jAsk;
    out[(w += stride)] = jBid;
    out[w + stride] = jAsk;

    this.pressure = forces.pressure(vAdd, vRest, aAdd);
    this.vacuum = forces.vacuum(vPull, vFill, vRest, aPull);
    out[at] = this.pressure;
    out[at + stride] = this.vacuum;
    this.lastEventId = s[o + LAST_EVENT];
  }
}
