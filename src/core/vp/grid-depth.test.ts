import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forEachOrder } from '#core/book/book-queries';
import { DEFAULT_RUNTIME_CONFIG, overrideRuntimeConfig } from '#core/config/runtime-config';
import { slotOfPrice } from '#core/vp/price-grid';
import { openPipeline } from '#core/vp/testing/shapes';
import { GOLDEN_INSTRUMENT } from '#testdata/vp-golden';
import { randomStream } from '#testdata/vp-random';

describe('the depth on the grid', () => {
  it('is the sum of the resting orders in each slot, and its best slots are those of the sum', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 31 }),
        fc.boolean(),
        fc.constantFrom(0.25, 1),
        fc.constantFrom(9, 31, 201),
        (seed, hostile, tick_size, n_absolute_ticks) => {
          const config = overrideRuntimeConfig(DEFAULT_RUNTIME_CONFIG, {
            tick_size,
            n_absolute_ticks,
            grid_radius_ticks: 3,
            cell_width_ms: 60_000,
          });
          const { pipeline, kernel } = openPipeline(config, {
            instrumentId: GOLDEN_INSTRUMENT,
            spectrum: false,
          });
          const { engine } = kernel;
          const { book } = engine;
          const block = randomStream(seed, { records: 300, meanGapNs: 1e6, hostile });
          for (let i = 0; i < block.count; i += 10) {
            pipeline.process(block, i, Math.min(i + 10, block.count), () => undefined);
            if (!engine.grid.isAnchored) continue;
            const { anchorTick, tickInt, slots } = engine.grid;
            const expected = new Float64Array(2 * slots);
            forEachOrder(book, (order) => {
              const slot = slotOfPrice(Number(order.priceInt), tickInt, anchorTick, slots);
              if (slot >= 0) expected[2 * slot + order.side] += order.size;
            });
            expect(engine.grid.depth).toEqual(expected);
            const withBid = Array.from({ length: slots }, (_, slot) => slot).filter(
              (slot) => expected[2 * slot] > 0,
            );
            const withAsk = Array.from({ length: slots }, (_, slot) => slot).filter(
              (slot) => expected[2 * slot + 1] > 0,
            );
            expect(engine.grid.bestBidSlot()).toBe(withBid.length > 0 ? withBid[withBid.length - 1] : -1);
            expect(engine.grid.bestAskSlot()).toBe(withAsk.length > 0 ? withAsk[0] : -1);
          }
        },
      ),
      { numRuns: process.env['SPYMASTER_LONG'] ? 1000 : 60 },
    );
  });
});
