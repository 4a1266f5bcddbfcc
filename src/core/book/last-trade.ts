import { UNDEF_PRICE_HI, UNDEF_PRICE_LO, W_PRICE, W_SIZE, W_TAGS, wordsToNumber } from '#core/mbo/mbo-block';

/**
 * The last T with a defined, positive price. It survives clears: trades do not touch the book. Source: velocity.md
 * section 6.
 */
export class LastTrade {
  /** price_int: two words of an i64, and as f64; 0 = no trade yet. */
  priceLo = 0;
  priceHi = 0;
  price = 0;
  size = 0;
  /** ASCII side of the aggressor: B, A or N; 0 = no trade yet. */
  side = 0;

  take(words: Uint32Array, base: number): void {
    const lo = words[base + W_PRICE];
    const hi = words[base + W_PRICE + 1] | 0;
    if (hi < 0 || (hi === 0 && lo === 0) || (hi === UNDEF_PRICE_HI && lo === UNDEF_PRICE_LO)) return;
    this.priceLo = lo | 0;
    this.priceHi = hi;
    this.price = wordsToNumber(lo, hi);
    this.size = words[base + W_SIZE];
    this.side = words[base + W_TAGS] >>> 24;
  }
}
