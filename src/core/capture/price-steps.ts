/**
 * Guessing an instrument's tick size from its prices: the greatest common divisor of the differences between the
 * prices of its adds and modifies.
 */
import {
  ADD,
  MBO_WORDS,
  MODIFY,
  type MboBlock,
  UNDEF_PRICE_HI,
  W_PRICE,
  W_TAGS,
  W_HEAD,
  W_INSTRUMENT,
  wordsToNumber,
} from '#core/mbo/mbo-block';
import type { InstrumentCounts } from '#core/capture/instrument-counts';

/** One currency unit. Below it stocks trade in finer steps: one stray order must not set the tick of the rest. */
const UNIT = 1e9;
const CENT = 1e7;

interface Steps {
  /** First price seen, NaN before; divisor of the differences to it, 0 while there is none. */
  reference: number;
  divisor: number;
}

const noSteps = (): Steps => ({ reference: NaN, divisor: 0 });

export class PriceSteps {
  /** By number of the instrument in the counts: prices of at least one unit, and all others. */
  readonly #large: Steps[] = [];
  readonly #small: Steps[] = [];

  add(block: MboBlock, counts: InstrumentCounts): void {
    const { words, count } = block;
    let entry = -1;
    let head = -1;
    let instrument = -1;
    for (let b = 0; b < count * MBO_WORDS; b += MBO_WORDS) {
      const action = (words[b + W_TAGS] >>> 16) & 255;
      const high = words[b + W_PRICE + 1];
      if ((action !== ADD && action !== MODIFY) || high === UNDEF_PRICE_HI) continue;
      if (words[b + W_INSTRUMENT] !== instrument || words[b + W_HEAD] >>> 16 !== head) {
        instrument = words[b + W_INSTRUMENT];
        head = words[b + W_HEAD] >>> 16;
        entry = counts.entryOf(head, instrument);
      }
      const price = wordsToNumber(words[b + W_PRICE], high);
      if (!Number.isSafeInteger(price)) continue;
      const steps = price >= UNIT ? this.#large : this.#small;
      extend((steps[entry] ??= noSteps()), price);
    }
  }

  /**
   * @param entry number of the instrument in the counts
   * @param isEquity prices below one unit are considered only where there are no others
   * @returns in units of 1e-9
   */
  tickInt(entry: number, isEquity: boolean): number {
    const large = this.#large[entry];
    const small = this.#small[entry];
    const parts = (isEquity && large?.divisor > 0 ? [large] : [large, small]).filter((s) => s !== undefined);
    let divisor = 0;
    for (const part of parts) divisor = gcd(divisor, part.divisor);
    if (parts.length === 2) divisor = gcd(divisor, Math.abs(parts[0].reference - parts[1].reference));
    return divisor > 0 ? divisor : stepOfOnePrice(parts[0]?.reference ?? 0);
  }
}

function extend(steps: Steps, price: number): void {
  if (Number.isNaN(steps.reference)) {
    steps.reference = price;
    return;
  }
  const difference = Math.abs(price - steps.reference);
  if (difference === 0 || (steps.divisor > 0 && difference % steps.divisor === 0)) return;
  steps.divisor = gcd(difference, steps.divisor);
}

function gcd(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y > 0) [x, y] = [y, x % y];
  return x;
}

/** All prices equal: a cent, or the coarsest decimal step below it that the price is a multiple of. */
function stepOfOnePrice(price: number): number {
  let step = CENT;
  while (step > 1 && price % step !== 0) step /= 10;
  return step;
}
