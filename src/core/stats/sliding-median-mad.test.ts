import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StateReader, StateWriter } from '#base/state-io';
import { mad, median } from '#core/stats/testing/plain-median';
import { MAX_MAGNITUDE, MAX_WINDOW, SlidingMedianMad } from '#core/stats/sliding-median-mad';

const RUNS = process.env['SPYMASTER_LONG'] ? 1500 : 200;

/** Few distinct values, so that duplicates, both zeros and constant windows are the rule. */
const repetitive = fc.constantFrom(-0, 0, 1, -1, 0.1, 0.1 + 2 ** -56, 5e-324, -5e-324, 1e-300, 1e300, -1e300);
const usable = fc.double({ noNaN: true, min: -MAX_MAGNITUDE, max: MAX_MAGNITUDE });
const huge = fc.constantFrom(MAX_MAGNITUDE, -MAX_MAGNITUDE, MAX_MAGNITUDE / 3);
const flow = fc.array(fc.oneof(repetitive, usable, huge), { maxLength: 120 });
const repetitiveFlow = fc.array(repetitive, { maxLength: 120 });
const windows = fc.integer({ min: 1, max: 30 });

function measured(sliding: SlidingMedianMad, slot: number): number[] {
  sliding.measure(slot);
  return [sliding.count(slot), sliding.medians[slot], sliding.mads[slot]];
}

/** By definition, of the last `window` of the values. */
function defined(values: readonly number[], window: number): number[] {
  const recent = values.slice(-window);
  return [recent.length, median(recent), mad(recent)];
}

describe('the sliding median and MAD', () => {
  it.each([
    ['any values', flow],
    ['repeated values', repetitiveFlow],
  ])('are bit-equal to the definition after every push of %s', (_, values) => {
    fc.assert(
      fc.property(values, windows, (pushed, window) => {
        const sliding = new SlidingMedianMad(window, 2);
        expect(measured(sliding, 1)).toEqual([0, 0, 0]);
        pushed.forEach((value, i) => {
          sliding.push(1, value);
          expect(measured(sliding, 1)).toEqual(defined(pushed.slice(0, i + 1), window));
        });
        expect(measured(sliding, 0)).toEqual([0, 0, 0]);
      }),
      { numRuns: RUNS },
    );
  });

  it('are the same for three slots that are pushed together, also when they are not equally full', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.oneof(repetitive, usable), repetitive, fc.oneof(huge, usable)), {
          maxLength: 120,
        }),
        fc.array(repetitive, { maxLength: 30 }),
        windows,
        (triples, lead, window) => {
          const sliding = new SlidingMedianMad(window, 5);
          for (const value of lead) sliding.push(2, value);
          triples.forEach((_, i) => {
            const columns = [0, 1, 2].map((c) => Float64Array.from(triples, (triple) => triple[c]));
            sliding.pushThree(1, columns[0][i], columns[1][i], columns[2][i]);
            const past = triples.slice(0, i + 1);
            expect(measured(sliding, 1)).toEqual(
              defined(
                past.map((t) => t[0]),
                window,
              ),
            );
            expect(measured(sliding, 2)).toEqual(defined([...lead, ...past.map((t) => t[1])], window));
            expect(measured(sliding, 3)).toEqual(
              defined(
                past.map((t) => t[2]),
                window,
              ),
            );
          });
          expect([sliding.count(0), sliding.count(4)]).toEqual([0, 0]);
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('do not depend on when they were last measured', () => {
    fc.assert(
      fc.property(flow, flow, windows, (before, after, window) => {
        const often = new SlidingMedianMad(window);
        const rarely = new SlidingMedianMad(window);
        for (const value of [...before, ...after]) {
          often.push(0, value);
          often.measure(0);
          rarely.push(0, value);
        }
        expect(measured(rarely, 0)).toEqual(measured(often, 0));
      }),
      { numRuns: RUNS },
    );
  });

  it('are the same after loading a history at once, also for what follows', () => {
    fc.assert(
      fc.property(flow, flow, windows, (history, later, window) => {
        const loaded = new SlidingMedianMad(window, 2);
        for (const value of later) {
          loaded.push(0, -value);
          loaded.push(1, value);
        }
        loaded.measure(1);
        loaded.load(1, Float64Array.from([...history, 17]), history.length);
        expect(measured(loaded, 1)).toEqual(defined(history, window));
        later.forEach((value, i) => {
          loaded.push(1, value);
          expect(measured(loaded, 1)).toEqual(defined([...history, ...later.slice(0, i + 1)], window));
        });
      }),
      { numRuns: RUNS },
    );
  });

  it('hold for the longest window', () => {
    const sliding = new SlidingMedianMad(MAX_WINDOW);
    const values = Array.from({ length: MAX_WINDOW + 500 }, (_, i) => Math.sin(i * i) * 10 ** (i % 7));
    values.forEach((value) => sliding.push(0, value));
    expect(measured(sliding, 0)).toEqual(defined(values, MAX_WINDOW));
  });

  it('are finite even for the largest values, scaled to a standard deviation', () => {
    const sliding = new SlidingMedianMad(4);
    for (const value of [MAX_MAGNITUDE, MAX_MAGNITUDE, -MAX_MAGNITUDE, -MAX_MAGNITUDE])
      sliding.push(0, value);
    sliding.measure(0);
    expect(Number.isFinite(1.4826 * sliding.mads[0])).toBe(true);
  });
});

describe('the window', () => {
  it('is copied oldest first', () => {
    const sliding = new SlidingMedianMad(3);
    const target = new Float64Array(3);
    sliding.push(0, 1);
    sliding.push(0, 2);
    expect([sliding.copyTo(0, target), ...target]).toEqual([2, 1, 2, 0]);
    sliding.push(0, 3);
    sliding.push(0, 4);
    expect([sliding.copyTo(0, target), ...target]).toEqual([3, 2, 3, 4]);
  });

  it('survives saving and restoring', () => {
    fc.assert(
      fc.property(flow, flow, windows, (before, after, window) => {
        const original = new SlidingMedianMad(window, 2);
        for (const value of before) original.push(1, value);
        const writer = new StateWriter();
        original.save(writer);
        const restored = new SlidingMedianMad(window, 2);
        for (const value of after) restored.push(0, value);
        const reader = new StateReader(writer.finish());
        restored.restore(reader);
        reader.end();
        expect(measured(restored, 0)).toEqual([0, 0, 0]);
        after.forEach((value, i) => {
          restored.push(1, value);
          expect(measured(restored, 1)).toEqual(defined([...before, ...after.slice(0, i + 1)], window));
        });
      }),
      { numRuns: RUNS },
    );
  });

  it('refuses the saved state of another shape', () => {
    const writer = new StateWriter();
    const original = new SlidingMedianMad(5, 2);
    for (let i = 0; i < 5; i++) original.push(0, i);
    original.save(writer);
    for (const [window, slots] of [
      [4, 2],
      [6, 2],
      [5, 3],
      [10, 1],
    ]) {
      const other = new SlidingMedianMad(window, slots);
      expect(() => other.restore(new StateReader(writer.finish()))).toThrow(/another shape|does not fit/);
    }
  });

  it('refuses values that are not usable and impossible lengths', () => {
    for (const value of [NaN, Infinity, -Infinity, 2 * MAX_MAGNITUDE]) {
      const sliding = new SlidingMedianMad(1, 3);
      const column = Float64Array.of(value);
      expect(() => sliding.push(0, value)).toThrow(/not finite/);
      expect(() => sliding.load(0, column, 1)).toThrow(/not finite/);
      sliding.pushThree(0, 0, 0, 0);
      expect(() => sliding.pushThree(0, 0, value, 0)).toThrow(/not finite/);
    }
    for (const window of [0, -1, NaN, MAX_WINDOW + 1]) {
      expect(() => new SlidingMedianMad(window)).toThrow(/1 to 4096/);
    }
  });
});
