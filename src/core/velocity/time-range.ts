/** Which windows are put out: those that end after `startNs` and not after `endNs`. Source: velocity.md section 5. */
export interface TimeRange {
  readonly startNs: bigint;
  readonly endNs: bigint;
}

export const ALL_TIMES: TimeRange = { startNs: -1n, endNs: 2n ** 64n };

export function isInRange(range: TimeRange, windowEndNs: bigint): boolean {
  return range.startNs < windowEndNs && windowEndNs <= range.endNs;
}
