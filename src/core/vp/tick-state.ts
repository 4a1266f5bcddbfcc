/**
 * Layout of one tick's state: `TICK_STRIDE` consecutive f64, three cache lines (vacuum-pressure.md section 5.1).
 * Rest depth and its chain are sums of the bid and ask parts and are not stored; the forces are functions of the
 * chains. Kernel code.
 */
import type { i32 } from '#base/numeric/types';

export const TICK_STRIDE: i32 = 24;

export const ADD_MASS: i32 = 0;
export const PULL_MASS: i32 = 1;
export const FILL_MASS: i32 = 2;
export const BID_DEPTH: i32 = 3;
export const ASK_DEPTH: i32 = 4;
/** Velocities of add, pull, fill, bid depth, ask depth; accelerations and jerks follow `CHAIN_STRIDE` apart. */
export const V_ADD: i32 = 5;
export const V_PULL: i32 = 6;
export const V_FILL: i32 = 7;
export const V_BID: i32 = 8;
export const V_ASK: i32 = 9;
export const A_ADD: i32 = 10;
export const A_PULL: i32 = 11;
export const A_FILL: i32 = 12;
export const A_BID: i32 = 13;
export const A_ASK: i32 = 14;
export const J_ADD: i32 = 15;
export const J_PULL: i32 = 16;
export const J_FILL: i32 = 17;
export const J_BID: i32 = 18;
export const J_ASK: i32 = 19;
/** Engine time to which the state belongs, ns from the time base; NaN = never touched. */
export const LAST_NS: i32 = 20;
/** `event_id` of the last touch, 0 = none. */
export const LAST_EVENT: i32 = 21;
/** Number of the bin at whose end the state stands, or one of the two marks below. */
export const EDGE: i32 = 22;

export const EDGE_NEVER: i32 = -2;
/** Touched since the last bin edge: the state stands at `LAST_NS`. */
export const EDGE_OPEN: i32 = -1;
