/**
 * Nearest integer, ties to the even one (vacuum-pressure.md section 0). `Math.round` rounds ties up and gives
 * another grid slot for prices half-way between two ticks.
 */
export function halfEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest < 0.5) return below;
  if (rest > 0.5) return below + 1;
  return below % 2 === 0 ? below : below + 1;
}
