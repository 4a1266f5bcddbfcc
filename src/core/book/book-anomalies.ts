import type { i32 } from '#base/numeric/types';

/**
 * What the feed should not have sent (or what this book cannot know), counted and never fatal. Names are those of
 * vacuum-pressure.md section 19. Hidden liquidity makes a few `unknown_fill` and `unused_credit` normal; many
 * `unknown_cancel` mean that the stream did not start with a snapshot. Kernel code.
 */
export class BookAnomalies {
  zero_size_cancel: i32 = 0;
  clamped_cancel: i32 = 0;
  unknown_cancel: i32 = 0;
  unknown_modify: i32 = 0;
  unknown_fill: i32 = 0;
  duplicate_add: i32 = 0;
  bad_side: i32 = 0;
  undefined_price: i32 = 0;
  unused_credit: i32 = 0;
  /** Actions other than A, C, M, R, T, F, N. */
  unknown_action: i32 = 0;
  /** Sums of a level that would have become negative (sizes beyond 2^53 in total). */
  clamped_depth: i32 = 0;
}
