import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  anchorTickOf,
  bestMoveTicks,
  midPriceOf,
  priceOfSlot,
  slotOfPrice,
  spotPriceOf,
  tickOfPrice,
} from '#core/vp/price-grid';
import { goldenUnit } from '#testdata/vp-golden';

/** The wire's "0" and a missing value both mean that there is no price. */
function priceOrNone(text: string | null): number {
  return text === null || text === '0' ? NaN : Number(text);
}

describe('the absolute price grid', () => {
  it('finds the slots of the golden prices, ties to even', () => {
    const cases = goldenUnit('price_to_idx') as {
      n_ticks: number;
      tick_int: number;
      anchor_tick_idx: number;
      price_int: string;
      idx: number | null;
    }[];
    for (const c of cases) {
      const slot = slotOfPrice(Number(c.price_int), c.tick_int, c.anchor_tick_idx, c.n_ticks);
      expect(slot, JSON.stringify(c)).toBe(c.idx ?? -1);
    }
  });

  it('gives the golden anchors, spots and mids', () => {
    const cases = goldenUnit('anchor_spot_mid') as {
      tick_int: number;
      best_bid_price_int: string;
      best_ask_price_int: string;
      anchor_tick_idx: number;
      spot_ref_price_int: string;
      mid_price: number;
    }[];
    for (const c of cases) {
      const bid = Number(c.best_bid_price_int);
      const ask = Number(c.best_ask_price_int);
      expect(anchorTickOf(bid, ask, c.tick_int)).toBe(c.anchor_tick_idx);
      expect(spotPriceOf(bid, ask, c.tick_int)).toBe(Number(c.spot_ref_price_int));
      expect(Math.abs(midPriceOf(bid, ask) - c.mid_price)).toBeLessThanOrEqual(1e-9 * c.mid_price + 1e-12);
    }
  });

  it('gives the golden moves of best prices', () => {
    const cases = goldenUnit('best_move_ticks') as {
      current: string;
      previous: string | null;
      tick_int: number;
      move_ticks: number;
    }[];
    for (const c of cases) {
      expect(bestMoveTicks(priceOrNone(c.current), priceOrNone(c.previous), c.tick_int)).toBe(c.move_ticks);
    }
  });

  it('treats a price of 0 as a price', () => {
    expect(bestMoveTicks(0, -500_000_000, 250_000_000)).toBe(2);
    expect(bestMoveTicks(-250_000_000, 0, 250_000_000)).toBe(-1);
  });

  it('maps every slot of any grid to a price and back, with negative prices too', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 3, max: 10_000 }),
        fc.constantFrom(1, 10_000_000, 250_000_000, 31_250_000),
        fc.integer({ min: -30_000, max: 30_000 }),
        fc.nat(),
        (slots, tickInt, anchorTick, n) => {
          const slot = n % slots;
          const price = priceOfSlot(slot, tickInt, anchorTick, slots);
          expect(tickOfPrice(price, tickInt) * tickInt).toBe(price);
          expect(slotOfPrice(price, tickInt, anchorTick, slots)).toBe(slot);
          expect(slotOfPrice(priceOfSlot(-1, tickInt, anchorTick, slots), tickInt, anchorTick, slots)).toBe(
            -1,
          );
          expect(
            slotOfPrice(priceOfSlot(slots, tickInt, anchorTick, slots), tickInt, anchorTick, slots),
          ).toBe(-1);
        },
      ),
    );
  });

  it('has no slot for a price that is not a number', () => {
    expect(slotOfPrice(NaN, 250_000_000, 86_000, 101)).toBe(-1);
  });
});
