/** Sorting of numbers without NaN and -0, where two orders of equal values cannot be told apart; kernel code. */
import type { F64s } from '#base/numeric/arrays';
import type { i32 } from '#base/numeric/types';

/** Sorts `values[start, start + count)` in rising order (heapsort: in place, no worst case). */
export function sortRange(values: F64s, start: i32, count: i32): void {
  for (let i = (count >> 1) - 1; i >= 0; i--) siftDown(values, start, i, count);
  for (let end = count - 1; end > 0; end--) {
    const largest = values[start];
    values[start] = values[start + end];
    values[start + end] = largest;
    siftDown(values, start, 0, end);
  }
}

function siftDown(values: F64s, start: i32, root: i32, count: i32): void {
  const moving = values[start + root];
  let hole = root;
  for (;;) {
    let child = 2 * hole + 1;
    if (child >= count) break;
    if (child + 1 < count && values[start + child] < values[start + child + 1]) child++;
    if (!(moving < values[start + child])) break;
    values[start + hole] = values[start + child];
    hole = child;
  }
  values[start + hole] = moving;
}
