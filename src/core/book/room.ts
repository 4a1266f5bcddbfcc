import { stop } from '#base/numeric/stop';
import type { i32 } from '#base/numeric/types';

/** Upper limit of live orders and price levels together: 512 MiB of nodes, the longest array that doubling reaches. */
const MAX_NODES: i32 = 16777216;

/** Stops where the book would need more than there can be. */
export function checkRoom(entries: i32): void {
  if (entries > MAX_NODES) {
    stop(
      'book/out-of-memory',
      'The order book needs room for more than 16,777,216 orders and price levels',
      'Select a single instrument, or a shorter stretch of the session.',
    );
  }
}
