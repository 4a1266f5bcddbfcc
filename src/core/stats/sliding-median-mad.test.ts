import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StateReader, StateWriter } from '#base/state-io';
import { mad, median } from '#core/stats/robust';
import { MAX_WINDOW, SlidingMedianMad } from '#core/stats/sliding-median-mad';

const RUNS = process.env['SPYMASTER_LONG'] ? 5000 : 300;

/** Few distinct values, so that duplicates, both zeros and constant windows are the rule. */
const repetitive = fc.constantFrom(-0, 0, 1, -1, 0.1, 0.1 + 2 ** -56, 5e-324, -5e-324, 1e-300, 1e300, -1e300);
const anyFinite = fc.double({ noNaN: true, noDefaultInfinity: true });
const extreme = fc.constantFrom(Number.MAX_VALUE, -Number.MAX_VALUE, 0, 1);
const flow = fc.array(fc.oneof(repetitive, anyFinite, extreme), { maxLength: 120 });
const repetitiveFlow = fc.array(repetitive, { maxLength: 120 });

function expectSameAsNaive(sliding: SlidingMedianMad, recent: readonly number[]): void {
  expect(sliding.count).toBe(recent.length);
  expect(sliding.median()).toBe(median(recent));
  expect(sliding.mad()).toBe(recent.length === 0 ? 0 : mad(recent));
}

describe('the sliding median and MAD', () => {
  it.each([
    ['any values', flow],
    ['repeated values', repetitiveFlow],
  ])('are bit-equal to the definition after every push of %s', (_, values) => {
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 30 }), (pushed, window) => {
        const sliding = new SlidingMedianMad(window);
        expectSameAsNaive(sliding, []);
        pushed.forEach((value, i) => {
          sliding.push(value);
          expectSameAsNaive(sliding, pushed.slice(Math.max(0, i + 1 - window), i + 1));
        });
      }),
      { numRuns: RUNS },
    );
  });

  it('are the same after loading a history at once, also for what follows', () => {
    fc.assert(
      fc.property(flow, flow, fc.integer({ min: 1, max: 30 }), (history, later, window) => {
        const pushed = new SlidingMedianMad(window);
        const loaded = new SlidingMedianMad(window);
        for (const value of later) loaded.push(value);
        for (const value of history) pushed.push(value);
        loaded.load(Float64Array.from([...history, 17]), history.length);
        for (const value of [0, ...later]) {
          pushed.push(value);
          loaded.push(value);
          expect(loaded.median()).toBe(pushed.median());
          expect(loaded.mad()).toBe(pushed.mad());
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('hold for the longest window', () => {
    const sliding = new SlidingMedianMad(MAX_WINDOW);
    const values = Float64Array.from({ length: MAX_WINDOW + 500 }, (_, i) => Math.sin(i * i) * 10 ** (i % 7));
    values.forEach((value) => sliding.push(value));
    expectSameAsNaive(sliding, [...values.subarray(500)]);
  });

  it('are zero for a constant window', () => {
    const sliding = new SlidingMedianMad(5);
    for (let i = 0; i < 12; i++) sliding.push(0.1);
    expect([sliding.median(), sliding.mad()]).toEqual([0.1, 0]);
  });
});

describe('the window', () => {
  it('is copied oldest first', () => {
    const sliding = new SlidingMedianMad(3);
    const target = new Float64Array(3);
    sliding.push(1);
    sliding.push(2);
    expect([sliding.copyTo(target), ...target]).toEqual([2, 1, 2, 0]);
    sliding.push(3);
    sliding.push(4);
    expect([sliding.copyTo(target), ...target]).toEqual([3, 2, 3, 4]);
  });

  it('survives saving and restoring', () => {
    fc.assert(
      fc.property(flow, flow, fc.integer({ min: 1, max: 20 }), (before, after, window) => {
        const original = new SlidingMedianMad(window);
        for (const value of before) original.push(value);
        const writer = new StateWriter();
        original.save(writer);
        const restored = new SlidingMedianMad(window);
        for (const value of after) restored.push(value);
        restored.restore(new StateReader(writer.finish()));
        for (const value of [1, ...after]) {
          original.push(value);
          restored.push(value);
          expect(restored.median()).toBe(original.median());
          expect(restored.mad()).toBe(original.mad());
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('refuses saved state of another length', () => {
    const writer = new StateWriter();
    const original = new SlidingMedianMad(5);
    for (let i = 0; i < 5; i++) original.push(i);
    original.save(writer);
    expect(() => new SlidingMedianMad(4).restore(new StateReader(writer.finish()))).toThrow(/does not fit/);
    expect(() => new SlidingMedianMad(6).restore(new StateReader(writer.finish()))).toThrow(/inconsistent/);
  });

  it('refuses values that are not finite and impossible lengths', () => {
    const sliding = new SlidingMedianMad(3);
    for (const value of [NaN, Infinity, -Infinity]) {
      expect(() => sliding.push(value)).toThrow(RangeError);
      expect(() => sliding.load(Float64Array.of(1, value))).toThrow(RangeError);
    }
    for (const window of [0, -1, 1.5, NaN, MAX_WINDOW + 1]) {
      expect(() => new SlidingMedianMad(window)).toThrow(/1 to 4096/);
    }
  });
});
