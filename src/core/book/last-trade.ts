import { signed, type U32s } from '#base/numeric/arrays';
import type { f64, i32 } from '#base/numeric/types';
import { W_PRICE, W_SIZE, W_TAGS, wordsToNumber } from '#core/mbo/mbo-layout';

/** High word of the undefined price; its low word is -1. */
const UNDEF_HI: i32 = 0x7fffffff;

/**
 * The last T with a defined, positive price. It survives clears: trades do not touch the book. Source: velocity.md
 * section 6. Kernel code.
 */
export class LastTrade {
  /** price_int: two words of an i64, and as f64; 0 = no trade yet. */
  priceLo: i32 = 0;
  priceHi: i32 = 0;
  price: f64 = 0;
  size: f64 = 0;
  /** ASCII side of the aggressor: B, A or N; 0 = no trade yet. */
  side: i32 = 0;

  take(words: U32s, base: i32): void {
    const lo = signed(words[base + W_PRICE]);
    const hi = signed(words[base + W_PRICE + 1]);
    if (hi < 0 || (hi === 0 && lo === 0) || (hi === UNDEF_HI && lo === -1)) return;
    this.priceLo = lo;
    this.priceHi = hi;
    this.price = wordsToNumber(lo, hi);
    this.size = words[base + W_SIZE];
    this.side = words[base + W_TAGS] >>> 24;
  }
}
