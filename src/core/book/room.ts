import { stop } from '#base/numeric/stop';
import type { i32 } from '#base/numeric/types';

/** Upper limit of live orders and price levels together: 2 GiB of nodes. */
export const MAX_NODES: i32 = 67108864;

/** Stops where the book would need more than there can be. */
export function checkRoom(entries: i32): void {
  if (entries > MAX_NODES) {
    stop(
      'book/out-of-memory',
      'The order book needs room for more than 67,108,864 orders and price levels',
      'Select a single instrument, or a shorter stretch of the session.',
    );
  }
}
