import { DepthRows } from '#core/velocity/depth-rows';
import { roundQuotient } from '#core/velocity/integer-rounding';

/**
 * One finished window of a future or share: the book at its end, and depth and flow around the anchor. The same object
 * is filled for every window. Prices are price_int, 0 = none. Source: velocity.md section 7.
 */
export class SpotWindow {
  startNs = 0n;
  endNs = 0n;
  bestBid = 0;
  bestBidQty = 0;
  bestAsk = 0;
  bestAskQty = 0;
  lastTrade = 0;
  /** `spot_ref_price_int`: what all cells of the window are relative to. */
  anchor = 0;
  bookValid = false;
  /** Of all rows. */
  windowValid = false;
  /** Best price of each side that `rel_ticks_side` counts from. */
  ownBid = 0;
  ownAsk = 0;
  readonly rows = new DepthRows();

  get #isTwoSided(): boolean {
    return this.bestBid !== 0 && this.bestAsk !== 0;
  }

  /** Currency units, 0 where a side is missing. */
  get midPrice(): number {
    return this.#isTwoSided ? (this.bestBid + this.bestAsk) * 0.5 * 1e-9 : 0;
  }

  get midPriceInt(): number {
    return this.#isTwoSided ? roundQuotient(this.bestBid + this.bestAsk, 2) : 0;
  }

  /** @param side 0 bid, 1 ask */
  ownPrice(side: number): number {
    return side === 0 ? this.ownBid : this.ownAsk;
  }
}
