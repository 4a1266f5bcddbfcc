/**
 * Where a key moves the focus in a row of controls of which one is in the tab order: arrows go round, Home and End
 * to the ends.
 *
 * @param at index of the focused control
 * @returns an index in `[0, count)`; undefined for any other key
 */
export function rovingTarget(key: string, at: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowRight':
      return (at + 1) % count;
    case 'ArrowLeft':
      return (at + count - 1) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
