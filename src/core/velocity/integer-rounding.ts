/** Quotients of whole numbers below 2^53 in magnitude, without a detour through fractions. */

/** Nearest whole number to a / b, ties to the even one; b > 0. Source: velocity.md section 2 (`rhe`). */
export function roundQuotient(a: number, b: number): number {
  const below = Math.floor(a / b);
  const twice = 2 * (a - below * b);
  if (twice < b) return below;
  if (twice > b) return below + 1;
  return below % 2 === 0 ? below : below + 1;
}

/** Nearest whole number to a / b, ties upward; b > 0. Source: velocity.md section 8.3. */
export function roundQuotientUp(a: number, b: number): number {
  const below = Math.floor(a / b);
  return 2 * (a - below * b) >= b ? below + 1 : below;
}
