import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cameraLimits, defaultCamera } from '#view/camera';
import {
  nicePriceStep,
  niceTimeStepMs,
  PRICE_LINE_TARGET,
  priceTicks,
  TIME_LABEL_SPACING_PX,
  timeTicks,
} from '#view/ticks';

const viewport = { width: 1200, height: 606, dpr: 1 };
const rows = 101;

describe('price steps', () => {
  it('take the smallest allowed step that is at least the bucket and range / target', () => {
    // A quarter-point bucket over 101 rows: 25.25 points / 20 labels = 1.26.
    expect(nicePriceStep(0.25, 25.25, 20)).toBe(2);
    expect(nicePriceStep(0.25, 25.25, 40)).toBe(1);
    expect(nicePriceStep(0.25, 4, 20)).toBe(0.25);
    expect(nicePriceStep(5, 30, 20)).toBe(5);
    expect(nicePriceStep(0.25, 9000, 20)).toBe(500);
  });

  it('go on above 500 and below 1 where the listed steps leave too few labels', () => {
    expect(nicePriceStep(0.25, 30_000, 20)).toBe(2000);
    expect(nicePriceStep(0.01, 1.01, 20)).toBe(0.1);
    expect(nicePriceStep(0.02, 2.02, 20)).toBe(0.2);
  });

  it('are positive, wide enough and never finer than the bucket', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0.0001, 0.01, 0.02, 0.03125, 0.25, 0.5, 1, 5, 12.5),
        fc.double({ min: 1e-3, max: 1e7, noNaN: true }),
        fc.constantFrom(20, 40),
        (bucket, range, target) => {
          const step = nicePriceStep(bucket, range, target);
          expect(step).toBeGreaterThanOrEqual(bucket);
          expect(range / step).toBeLessThanOrEqual(target * (1 + 1e-9));
        },
      ),
    );
  });
});

describe('price ticks', () => {
  it('stand on whole steps inside the view, from low to high', () => {
    const camera = { ...defaultCamera(viewport, rows), centerTick: 24_000 };
    const ticks = priceTicks(camera, viewport, 250_000_000);
    expect(ticks.length).toBeGreaterThan(8);
    expect(ticks.map((t) => t.price % 2)).toEqual(ticks.map(() => 0));
    for (const t of ticks) {
      expect(t.tick * 0.25).toBeCloseTo(t.price, 9);
      expect(t.y).toBeGreaterThanOrEqual(0);
      expect(t.y).toBeLessThanOrEqual(viewport.height);
    }
    const prices = ticks.map((t) => t.price);
    expect([...prices].sort((a, b) => a - b)).toEqual(prices);
  });

  it('never exceed their target by more than one, at any zoom', () => {
    const bounds = { firstBin: 0, endBin: 1e5, minTick: 20_000, maxTick: 26_000 };
    const limits = cameraLimits(viewport, rows, bounds);
    fc.assert(
      fc.property(
        fc.double({ min: limits.minTickPx, max: limits.maxTickPx, noNaN: true }),
        fc.double({ min: -30_000, max: 30_000, noNaN: true }),
        (tickPx, centerTick) => {
          const camera = { centerBin: 0, centerTick, binPx: 1, tickPx };
          expect(priceTicks(camera, viewport, 250_000_000, PRICE_LINE_TARGET).length).toBeLessThanOrEqual(41);
        },
      ),
    );
  });

  it('are empty for a camera that shows nothing', () => {
    expect(priceTicks({ centerBin: 0, centerTick: NaN, binPx: 1, tickPx: 1 }, viewport, 1)).toEqual([]);
  });
});

describe('time steps', () => {
  it('are the listed ones, at least 70 px apart', () => {
    // 1020 px for 36 s.
    expect(niceTimeStepMs(1020 / 36_000, 1200)).toBe(5000);
    expect(niceTimeStepMs(100 / 1000, 1200)).toBe(1000);
    expect(niceTimeStepMs(1 / 1000, 1200)).toBe(120_000);
  });

  it('go below a second only where seconds would leave fewer than four labels', () => {
    expect(niceTimeStepMs(340 / 1000, 1200)).toBe(500);
    expect(niceTimeStepMs(290 / 1000, 1200)).toBe(1000);
  });

  it('keep their distance over eight orders of magnitude', () => {
    fc.assert(
      fc.property(fc.double({ min: -8, max: 2, noNaN: true }), (exponent) => {
        const pxPerMs = 10 ** exponent;
        expect(niceTimeStepMs(pxPerMs, 1200) * pxPerMs).toBeGreaterThanOrEqual(
          TIME_LABEL_SPACING_PX * (1 - 1e-9),
        );
      }),
    );
  });
});

describe('time ticks', () => {
  const bin0Ns = 1_791_295_200_050_000_000n;

  it('stand on whole UTC steps, exact to the nanosecond', () => {
    const camera = { ...defaultCamera(viewport, rows), centerBin: 2_000_000 };
    const ticks = timeTicks(camera, viewport, 100, bin0Ns);
    expect(ticks.length).toBeGreaterThan(5);
    for (const t of ticks) {
      expect(t.timeNs % 5_000_000_000n).toBe(0n);
      expect(Number(t.timeNs - bin0Ns) / 1e8).toBeCloseTo(t.bin, 6);
    }
    for (let i = 1; i < ticks.length; i++) {
      expect(ticks[i].x - ticks[i - 1].x).toBeGreaterThanOrEqual(TIME_LABEL_SPACING_PX - 1e-6);
    }
  });

  it('stop at the given bin and work before the epoch', () => {
    const camera = { ...defaultCamera(viewport, rows), centerBin: 0 };
    const ticks = timeTicks(camera, viewport, 100, 0n, 10);
    expect(ticks.every((t) => t.bin <= 10)).toBe(true);
    expect(ticks.some((t) => t.timeNs < 0n && t.timeNs % 5_000_000_000n === 0n)).toBe(true);
  });
});
