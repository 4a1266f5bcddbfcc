/**
 * What the feed should not have sent (or what this book cannot know), counted and never fatal. Names are those of
 * vacuum-pressure.md section 19. Hidden liquidity makes a few `unknown_fill` and `unused_credit` normal; many
 * `unknown_cancel` mean that the stream did not start with a snapshot.
 */
export interface BookAnomalies {
  zero_size_cancel: number;
  clamped_cancel: number;
  unknown_cancel: number;
  unknown_modify: number;
  unknown_fill: number;
  duplicate_add: number;
  bad_side: number;
  undefined_price: number;
  unused_credit: number;
  /** Actions other than A, C, M, R, T, F, N. */
  unknown_action: number;
  /** Sums of a level that would have become negative (sizes beyond 2^53 in total). */
  clamped_depth: number;
}

export function noAnomalies(): BookAnomalies {
  return {
    zero_size_cancel: 0,
    clamped_cancel: 0,
    unknown_cancel: 0,
    unknown_modify: 0,
    unknown_fill: 0,
    duplicate_add: 0,
    bad_side: 0,
    undefined_price: 0,
    unused_credit: 0,
    unknown_action: 0,
    clamped_depth: 0,
  };
}
