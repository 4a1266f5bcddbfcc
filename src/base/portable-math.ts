/**
 * Exponential, hyperbolic tangent and power from + - * / alone, so that every JavaScript engine gives the same
 * bits. The engines' own `Math.exp`, `Math.tanh` and `Math.pow` differ from each other in the last digit, and
 * with them the digests of a grid computed in a browser and in Node. Errors are below 1 ulp (exp) and 4 ulp
 * (tanh, power); tests hold them against the engine's functions.
 */
import { powerOfTwo, smaller, withSign } from '#base/numeric/arrays';
import type { f64, i32 } from '#base/numeric/types';

const LOG2_E = 1.4426950408889634;
/** ln 2 split so that `k * LN2_HIGH` is exact for every exponent k. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const LARGEST = 709.782712893384;
const SMALLEST = -745.1332191019412;

/**
 * r coth(r/2) - 2 for |r| <= ln 2 / 2, as a series in t = r²: the coefficients are 2 B(2n) / (2n)!, with B the
 * Bernoulli numbers. From q = r coth(r/2) follows e^r = 1 + 2 r / (q - r).
 * @inline
 */
function halfCoth(t: f64): f64 {
  return (
    t *
    (1 / 6 +
      t *
        (-1 / 360 +
          t *
            (1 / 15120 +
              t * (-1 / 604800 + t * (1 / 23950080 + t * (-691 / 653837184000 + t * (1 / 37362124800)))))))
  );
}

/** e^x. */
export function exp(x: f64): f64 {
  if (!(x > SMALLEST)) return x !== x ? x : 0.0;
  if (x > LARGEST) return Infinity;
  const k = Math.floor(x * LOG2_E + 0.5);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  const w = halfCoth(r * r);
  const mantissa = 1 - (low - (r * (r - w)) / (2 + w - r) - high);
  if (k >= -1021) return k === 1024 ? mantissa * 2 * powerOfTwo(1023) : mantissa * powerOfTwo(k);
  return mantissa * powerOfTwo(k + 60) * powerOfTwo(-60); // rounded once, into the subnormals
}

/** From here on tanh is 1 to the last digit. */
const TANH_ONE: f64 = 20;

/**
 * Hyperbolic tangent of x, as E / (E + 2) with E = e^(2|x|) - 1 = 2^k (e^r - 1) + (2^k - 1): no digits cancel, and no
 * branch depends on the size of x.
 * @inline
 */
export function tanh(x: f64): f64 {
  if (x !== x) return x;
  const twice = 2 * smaller(Math.abs(x), TANH_ONE);
  const k = Math.floor(twice * LOG2_E + 0.5);
  const r = twice - k * LN2_HIGH - k * LN2_LOW;
  const w = halfCoth(r * r);
  const expm1 = r + (r * (r - w)) / (2 + w - r);
  const power = powerOfTwo(k);
  const excess = power * expm1 + (power - 1);
  return withSign(excess / (excess + 2), x);
}

/** `base` to the power `exponent`, for base >= 1. */
export function power(base: f64, exponent: f64): f64 {
  return exp(exponent * naturalLog(base));
}

const SQRT_2 = 1.4142135623730951;
/** Terms of the series of log m; s² <= 0.0295, so the last is below 1e-19. */
const LOG_TERMS: f64 = 12;

/** Natural logarithm of finite x >= 1: x = m 2^e with m near 1, ln m = 2 artanh((m - 1) / (m + 1)). */
export function naturalLog(x: f64): f64 {
  let e: i32 = 0;
  let m = x;
  while (m > SQRT_2) {
    m /= 2;
    e++;
  }
  const s = (m - 1) / (m + 1);
  const t = s * s;
  let sum: f64 = 0;
  for (let n: f64 = LOG_TERMS; n >= 0; n--) sum = sum * t + 1 / (2 * n + 1);
  return e * LN2_HIGH + (2 * s * sum + e * LN2_LOW);
}
