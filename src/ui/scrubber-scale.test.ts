import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { binAtShare, binShare, scrubberScale } from '#ui/scrubber-scale';

describe('the scrubber', () => {
  it('covers exactly what is loaded once loading has ended', () => {
    expect(scrubberScale(1000, undefined)).toEqual({ totalBins: 1000, loaded: 1 });
    expect(scrubberScale(1000, 1)).toEqual({ totalBins: 1000, loaded: 1 });
  });

  it('estimates the rest from the bytes read', () => {
    expect(scrubberScale(400, 0.4)).toEqual({ totalBins: 1000, loaded: 0.4 });
  });

  it('does not guess from the first per cent, nor from nothing', () => {
    expect(scrubberScale(10, 0.01)).toEqual({ totalBins: 10, loaded: 1 });
    expect(scrubberScale(0, undefined)).toEqual({ totalBins: 1, loaded: 0 });
  });

  it('never seeks beyond what is loaded', () => {
    const scale = scrubberScale(400, 0.4);
    expect(binAtShare(scale, 0.9, 400)).toBe(399);
    expect(binAtShare(scale, -1, 400)).toBe(0);
    expect(binAtShare(scrubberScale(0, undefined), 0.5, 0)).toBe(-1);
  });

  it('finds the bin that it points at', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e7 }),
        fc.double({ min: 0.02, max: 1, noNaN: true }),
        (bins, fraction) => {
          const scale = scrubberScale(bins, fraction);
          const bin = Math.floor(bins / 2);
          expect(binAtShare(scale, binShare(scale, bin), bins)).toBe(bin);
        },
      ),
    );
  });
});
