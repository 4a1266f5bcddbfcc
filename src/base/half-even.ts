import type { f64 } from '#base/numeric/types';

/**
 * Nearest integer, ties to the even one (vacuum-pressure.md section 0). `Math.round` rounds ties up and gives
 * another grid slot for prices half-way between two ticks. Kernel code.
 */
export function halfEven(x: f64): f64 {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest < 0.5) return below;
  if (rest > 0.5) return below + 1;
  return below % 2 === 0 ? below : below + 1;
}
