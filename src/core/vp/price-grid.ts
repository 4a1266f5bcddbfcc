/**
 * The absolute price grid as pure functions (vacuum-pressure.md sections 3, 4 and 10). Prices are `price_int` as
 * f64 (exact below 2^53); slots run from 0 to n-1, the anchor tick sits in slot `floor(n / 2)`. Kernel code.
 */
import { halfEven } from '#base/half-even';
import { toI32 } from '#base/numeric/arrays';
import type { f64, i32 } from '#base/numeric/types';

const PRICE_UNIT = 1e-9;

/** Slot of the grid's anchor tick. */
export function anchorSlot(slots: i32): i32 {
  return slots >> 1;
}

/** Tick number of a price, ties to the even one. */
export function tickOfPrice(priceInt: f64, tickInt: f64): f64 {
  return halfEven(priceInt / tickInt);
}

/** Slot of a price, or -1 when it is out of range. */
export function slotOfPrice(priceInt: f64, tickInt: f64, anchorTick: f64, slots: i32): i32 {
  const slot = tickOfPrice(priceInt, tickInt) - anchorTick + anchorSlot(slots);
  return slot >= 0 && slot < slots ? toI32(slot) : -1;
}

/** Price of a slot; always a whole number of ticks, whatever the prices of the orders in it. */
export function priceOfSlot(slot: i32, tickInt: f64, anchorTick: f64, slots: i32): f64 {
  return (anchorTick - anchorSlot(slots) + slot) * tickInt;
}

/** Anchor tick of a two-sided book. */
export function anchorTickOf(bidPriceInt: f64, askPriceInt: f64, tickInt: f64): f64 {
  return Math.floor((bidPriceInt + askPriceInt) / (2 * tickInt) + 0.5);
}

/** Spot reference: the middle of the best prices on the grid, half ticks rounded up. */
export function spotPriceOf(bidPriceInt: f64, askPriceInt: f64, tickInt: f64): f64 {
  return Math.floor((bidPriceInt + askPriceInt) / 2 / tickInt + 0.5) * tickInt;
}

/** Mid price in currency units. */
export function midPriceOf(bidPriceInt: f64, askPriceInt: f64): f64 {
  return (bidPriceInt + askPriceInt) * 0.5 * PRICE_UNIT;
}

/**
 * Move of a best price between two consecutive bins in ticks. NaN stands for "no price" (a price of 0 is a price)
 * and for "no previous bin"; both give 0.
 */
export function bestMoveTicks(currentPriceInt: f64, previousPriceInt: f64, tickInt: f64): f64 {
  const move = halfEven((currentPriceInt - previousPriceInt) / tickInt);
  return move === move ? move : 0;
}
