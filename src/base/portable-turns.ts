/**
 * Cosine and sine of a part of a turn, and the normal numbers made of them, from + - * / and square roots alone: every
 * JavaScript engine gives the same bits (see `portable-math.ts`). Errors are below 1e-15.
 */
const TWO_PI = 6.283185307179586;

/** (-1)^k / (2k + 1)! and (-1)^k / (2k)!, for angles up to an eighth of a turn: the first left out is below 1e-17. */
const SINE_TERMS = [
  1,
  -1 / 6,
  1 / 120,
  -1 / 5040,
  1 / 362880,
  -1 / 39916800,
  1 / 6227020800,
  -1 / 1307674368000,
];
const COSINE_TERMS = [1, -1 / 2, 1 / 24, -1 / 720, 1 / 40320, -1 / 3628800, 1 / 479001600, -1 / 87178291200];

function series(terms: readonly number[], t: number): number {
  let sum = 0;
  for (let k = terms.length - 1; k >= 0; k--) sum = sum * t + terms[k];
  return sum;
}

/** `{ cos, sin }` of 2π·part, for a part of a turn in [0, 1). */
export function cosSinOfTurn(part: number): { cos: number; sin: number } {
  // The quarter turn nearest to the angle is taken off exactly; what is left is at most an eighth of a turn.
  const quarter = Math.floor(4 * part + 0.5);
  const angle = (part - quarter / 4) * TWO_PI;
  const square = angle * angle;
  const sin = angle * series(SINE_TERMS, square);
  const cos = series(COSINE_TERMS, square);
  switch (quarter % 4) {
    case 0:
      return { cos, sin };
    case 1:
      return { cos: -sin, sin: cos };
    case 2:
      return { cos: -cos, sin: -sin };
    default:
      return { cos: sin, sin: -cos };
  }
}
