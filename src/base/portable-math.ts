/**
 * Exponential, hyperbolic tangent and power from + - * / alone, so that every JavaScript engine gives the same
 * bits. The engines' own `Math.exp`, `Math.tanh` and `Math.pow` differ from each other in the last digit, and
 * with them the digests of a grid computed in a browser and in Node. Errors are below 1 ulp (exp) and 4 ulp
 * (tanh, power); tests hold them against the engine's functions.
 */

const LOG2_E = 1.4426950408889634;
/** ln 2 split so that `k * LN2_HIGH` is exact for every exponent k. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const LARGEST = 709.782712893384;
const SMALLEST = -745.1332191019412;

/** 2^k for k = -1074 … 1023, at index k + 1074; doubling is exact. */
const POWERS_OF_TWO = new Float64Array(2098);
for (let i = 0, power = Number.MIN_VALUE; i < POWERS_OF_TWO.length; i++, power *= 2) POWERS_OF_TWO[i] = power;

/**
 * r coth(r/2) - 2 for |r| <= ln 2 / 2, as a series in t = r²: the coefficients are 2 B(2n) / (2n)!, with B the
 * Bernoulli numbers. From q = r coth(r/2) follows e^r = 1 + 2 r / (q - r).
 */
function halfCoth(t: number): number {
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
export function exp(x: number): number {
  if (!(x > SMALLEST)) return x !== x ? x : 0;
  if (x > LARGEST) return Infinity;
  const k = Math.floor(x * LOG2_E + 0.5);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  const w = halfCoth(r * r);
  const mantissa = 1 - (low - (r * (r - w)) / (2 + w - r) - high);
  if (k >= -1021) return k === 1024 ? mantissa * 2 * POWERS_OF_TWO[2097] : mantissa * POWERS_OF_TWO[k + 1074];
  return mantissa * POWERS_OF_TWO[k + 1074 + 60] * POWERS_OF_TWO[1074 - 60]; // rounded once, into the subnormals
}

/** Below it the quotient of `expm1` is used: no digits cancel. */
const TANH_SERIES_LIMIT = 0.17;
/** From here on tanh is 1 to the last digit. */
const TANH_ONE = 20;

/** Hyperbolic tangent of x. */
export function tanh(x: number): number {
  const a = Math.abs(x);
  let value: number;
  if (a >= TANH_ONE) value = 1;
  else if (a >= TANH_SERIES_LIMIT) value = 1 - 2 / (exp(2 * a) + 1);
  else {
    const r = 2 * a;
    const w = halfCoth(r * r);
    const expm1 = r + (r * (r - w)) / (2 + w - r);
    value = expm1 / (expm1 + 2);
  }
  return x < 0 ? -value : a !== a ? a : value;
}

/** `base` to the power `exponent`, for base >= 1. */
export function power(base: number, exponent: number): number {
  return exp(exponent * naturalLog(base));
}

const SQRT_2 = 1.4142135623730951;
/** Terms of the series of log m; s² <= 0.0295, so the last is below 1e-19. */
const LOG_TERMS = 12;

/** ln x for finite x >= 1: x = m 2^e with m near 1, ln m = 2 artanh((m - 1) / (m + 1)). */
function naturalLog(x: number): number {
  let e = 0;
  let m = x;
  while (m > SQRT_2) {
    m /= 2;
    e++;
  }
  const s = (m - 1) / (m + 1);
  const t = s * s;
  let sum = 0;
  for (let n = LOG_TERMS; n >= 0; n--) sum = sum * t + 1 / (2 * n + 1);
  return e * LN2_HIGH + (2 * s * sum + e * LN2_LOW);
}
