/**
 * Layout of one tick's state: `TICK_STRIDE` consecutive f64, three cache lines (vacuum-pressure.md section 5.1).
 * Rest depth and its chain are sums of the bid and ask parts and are not stored; the forces are functions of the
 * chains.
 */
export const TICK_STRIDE = 24;

export const ADD_MASS = 0;
export const PULL_MASS = 1;
export const FILL_MASS = 2;
export const BID_DEPTH = 3;
export const ASK_DEPTH = 4;
/** Velocities of add, pull, fill, bid depth, ask depth; accelerations and jerks follow `CHAIN_STRIDE` apart. */
export const V_ADD = 5;
export const V_PULL = 6;
export const V_FILL = 7;
export const V_BID = 8;
export const V_ASK = 9;
export const A_ADD = 10;
export const A_PULL = 11;
export const A_FILL = 12;
export const A_BID = 13;
export const A_ASK = 14;
export const J_ADD = 15;
export const J_PULL = 16;
export const J_FILL = 17;
export const J_BID = 18;
export const J_ASK = 19;
/** Engine time to which the state belongs, ns from the time base; NaN = never touched. */
export const LAST_NS = 20;
/** `event_id` of the last touch, 0 = none. */
export const LAST_EVENT = 21;
/** Number of the bin at whose end the state stands, or one of the two marks below. */
export const EDGE = 22;

export const EDGE_NEVER = -2;
/** Touched since the last bin edge: the state stands at `LAST_NS`. */
export const EDGE_OPEN = -1;
