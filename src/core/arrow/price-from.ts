/**
 * Prices of other formats → `price_int`, the signed 64-bit price in units of 1e-9, exactly rounded (half-even).
 * A binary float close to a decimal price gives that decimal price: 5000.1 (stored as 5000.10000000000036…) is
 * 5000100000000. Undefined prices (null, NaN) are the caller's business.
 */
import { halfEven } from '#base/half-even';

const SCALE = 1e9;
/** Veltkamp's constant: splits a double into two halves whose products with `SCALE` (21 significant bits) are exact. */
const SPLITTER = 134217729;
/** Below it a product's fraction is represented down to a half. */
const EXACT_BELOW = 2 ** 52;
const I64_MIN = -(2n ** 63n);
const I64_MAX = 2n ** 63n - 1n;

/**
 * `x` in units of 1e-9 as an f64 integer, or NaN where |result| >= 2^52: then `priceFromLargeFloat` decides.
 * No allocation: it runs once per row.
 */
export function priceFromFloat(x: number): number {
  const product = x * SCALE;
  if (!(Math.abs(product) < EXACT_BELOW)) return NaN;
  const rounded = halfEven(product);
  const tie = Math.abs(product - Math.floor(product) - 0.5);
  if (tie !== 0) return rounded;
  // The double product is half-way between two integers; the exact product may lie beside it.
  const c = SPLITTER * x;
  const high = c - (c - x);
  const error = high * SCALE - product + (x - high) * SCALE;
  return error === 0 ? rounded : error > 0 ? Math.ceil(product) : Math.floor(product);
}

/** The same for any finite `x`; `undefined` where the result is no i64. */
export function priceFromLargeFloat(x: number): bigint | undefined {
  if (!Number.isFinite(x)) return undefined;
  // x = mantissa / 2^shift with integers, shift > 0 only below 2^53.
  let mantissa = x;
  let shift = 0;
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2;
    shift++;
  }
  return withinI64(divideHalfEven(BigInt(mantissa) * 1_000_000_000n, 1n << BigInt(shift)));
}

/**
 * @param unscaled value of a decimal, times 10^`scale`
 * @returns `undefined` where the result is no i64
 */
export function priceFromDecimal(unscaled: bigint, scale: number): bigint | undefined {
  if (scale <= 9) return withinI64(unscaled * 10n ** BigInt(9 - scale));
  return withinI64(divideHalfEven(unscaled, 10n ** BigInt(scale - 9)));
}

function withinI64(value: bigint): bigint | undefined {
  return value >= I64_MIN && value <= I64_MAX ? value : undefined;
}

/** `a / b` rounded to the nearest integer, ties to the even one; `b` > 0. */
function divideHalfEven(a: bigint, b: bigint): bigint {
  let quotient = a / b;
  let rest = a % b;
  if (rest < 0n) {
    quotient -= 1n;
    rest += b;
  }
  const twice = 2n * rest;
  return twice > b || (twice === b && quotient % 2n !== 0n) ? quotient + 1n : quotient;
}
