import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { contrast, cssRgb, luminance, parseHex, readableOn, signColour, SIGN_GAIN } from '#ui/colour';

describe('contrast', () => {
  it('agrees with known ratios', () => {
    expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 10);
    expect(contrast(parseHex('#767676'), parseHex('#ffffff'))).toBeCloseTo(4.54, 2);
    expect(luminance([255, 0, 0])).toBeCloseTo(0.2126, 10);
  });

  it('refuses what is no colour', () => {
    expect(() => parseHex('red')).toThrow(RangeError);
  });

  it('leaves a readable colour alone and lifts the others just enough', () => {
    const ground = parseHex('#0e0f15');
    const green = parseHex('#22cc66');
    expect(readableOn(ground, green)).toEqual([...green]);
    const red = readableOn(ground, parseHex('#cc2255'));
    expect(contrast(red, ground)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(red, ground)).toBeLessThan(5.2);
  });

  it('always reaches the ratio', () => {
    const byte = fc.integer({ min: 0, max: 255 });
    const colour = fc.tuple(byte, byte, byte);
    fc.assert(
      fc.property(colour, fc.constantFrom('#0e0f15', '#ffffff', '#f4f5f8', '#341722'), (c, ground) => {
        expect(contrast(readableOn(parseHex(ground), c), parseHex(ground))).toBeGreaterThanOrEqual(4.5);
      }),
    );
  });
});

describe('the colour of a signed value', () => {
  it('runs from dull to bright with the value times its gain', () => {
    expect(signColour(50, SIGN_GAIN.force)).toEqual([45, 207.5, 127.5]);
    expect(signColour(-100, SIGN_GAIN.force)).toEqual([255, 60, 120]);
    expect(signColour(-1e9, SIGN_GAIN.tilt)).toEqual([255, 60, 120]);
    expect(signColour(0.1, SIGN_GAIN.score)[1]).toBeCloseTo(188.5, 9);
    expect(cssRgb(signColour(0, 1))).toBe('rgb(136, 136, 136)');
  });
});
