import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RangeTrack } from './range-track';

function filled(maxima: readonly number[], start: number): RangeTrack {
  const track = new RangeTrack(start);
  maxima.forEach((m, c) => track.set(c, m));
  track.update(0, maxima.length - 1);
  return track;
}

describe('the running maximum', () => {
  it('starts at the given value and decays by 0.995 per column until a larger one comes', () => {
    const track = filled([0, 0, 500, 10], 100);
    expect(track.at(0)).toBeCloseTo(99.5, 4);
    expect(track.at(1)).toBeCloseTo(99.0025, 4);
    expect(track.at(2)).toBe(500);
    expect(track.at(3)).toBeCloseTo(497.5, 4);
    expect(track.at(40)).toBe(track.at(3));
    expect(track.at(-1)).toBe(100);
  });

  it('does not depend on the order or the sizes in which columns arrive', () => {
    const maxima = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 900 });
    fc.assert(
      fc.property(maxima, fc.integer({ min: 1, max: 300 }), fc.integer(), (values, size, seed) => {
        const whole = filled(values, 100);
        const starts = Array.from({ length: Math.ceil(values.length / size) }, (_, i) => i * size);
        // Some fixed shuffle of the parts.
        starts.sort((a, b) => Math.sin(a * 12.9898 + seed) - Math.sin(b * 12.9898 + seed));
        const parts = new RangeTrack(100);
        for (const from of starts) {
          const end = Math.min(from + size, values.length);
          for (let c = from; c < end; c++) parts.set(c, values[c]);
          parts.update(from, end - 1);
        }
        for (let c = 0; c < values.length; c++) expect(parts.at(c)).toBe(whole.at(c));
      }),
      { numRuns: process.env['SPYMASTER_LONG'] ? 2000 : 60 },
    );
  });

  it('decays across short gaps and starts anew after long ones', () => {
    const track = new RangeTrack(100);
    track.set(0, 1000);
    track.update(0, 0);
    track.set(50, 1);
    track.update(50, 50);
    expect(track.at(50)).toBeCloseTo(1000 * 0.995 ** 50, 3);
    track.set(5000, 1);
    track.update(5000, 5000);
    expect(track.at(5000)).toBeCloseTo(99.5, 4);
  });

  it('follows a corrected column', () => {
    const track = filled([0, 0, 0, 0], 100);
    track.set(1, 800);
    track.update(1, 1);
    expect(track.at(3)).toBeCloseTo(800 * 0.995 ** 2, 3);
  });

  it('knows which columns were stored', () => {
    const track = filled([0, 3], 0);
    expect([0, 1, 2, 5000].map((column) => track.has(column))).toEqual([true, true, false, false]);
  });
});
