import { describe, expect, it } from 'vitest';
import { DEFAULT_RUNTIME_CONFIG } from '#core/config/runtime-config';
import { priceLabels, tickPrice } from '#view/prices';

const VIEWPORT = { width: 800, height: 600, dpr: 1 };

describe('prices of a stream', () => {
  it('are ticks times the width of a row', () => {
    const config = { ...DEFAULT_RUNTIME_CONFIG, tick_size: 0.25, price_scale: 1e-9 };
    expect(tickPrice(config, 24_001)).toBe(6000.25);
  });

  it('stand on the axis where their tick is', () => {
    const config = { ...DEFAULT_RUNTIME_CONFIG, tick_size: 0.25, price_scale: 1e-9 };
    const camera = { centerBin: 0, centerTick: 24_000, binPx: 1, tickPx: 6 };
    const labels = priceLabels(config, camera, VIEWPORT, 20);
    expect(labels.length).toBeGreaterThan(5);
    for (const { y, price } of labels) expect(y).toBeCloseTo(300 - (price / 0.25 - 24_000) * 6, 6);
  });
});
