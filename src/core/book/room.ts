import { fail } from '#base/problem';

/** Upper limit of live orders and price levels together: 2 GiB of nodes. */
export const MAX_NODES = 1 << 26;

/** Allocates through `make`, turning what the engine says about memory into a `Problem`. */
export function allocate<T>(what: string, entries: number, make: () => T): T {
  if (entries <= MAX_NODES) {
    try {
      return make();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
  return fail(
    'book/out-of-memory',
    `The order book needs room for ${entries} ${what}, which is not available.`,
    {
      tip: 'Select a single instrument, or a shorter stretch of the session.',
    },
  );
}
