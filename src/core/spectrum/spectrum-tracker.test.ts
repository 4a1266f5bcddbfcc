import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '#base/random';
import { StateReader, StateWriter } from '#base/state-io';
import { normalised } from '#core/spectrum/composite';
import { SpectrumTracker, type SpectrumConfig } from '#core/spectrum/spectrum-tracker';

const RUNS = process.env['SPYMASTER_LONG'] ? 1000 : 100;

const configs: fc.Arbitrary<SpectrumConfig> = fc
  .record({
    windows: fc.array(
      fc.tuple(fc.integer({ min: 1, max: 12 }), fc.double({ min: 0.1, max: 3, noNaN: true })),
      {
        minLength: 1,
        maxLength: 4,
      },
    ),
    zWindow: fc.integer({ min: 2, max: 20 }),
    cellWidthMs: fc.constantFrom(1, 7, 100, 250, 1000),
  })
  .map(({ windows, zWindow, cellWidthMs }) => ({
    flow_windows: windows.map(([length]) => length),
    flow_rollup_weights: windows.map(([, weight]) => weight),
    flow_derivative_weights: [0.55, 0.3, 0.15],
    flow_tanh_scale: 3,
    flow_neutral_threshold: 0.15,
    flow_zscore_window_bins: zWindow,
    flow_zscore_min_periods: Math.max(2, zWindow >> 1),
    cell_width_ms: cellWidthMs,
  }));

/**
 * Quiet stretches, saturation and anything between; long enough for sums to be refreshed three times. Made from a
 * seed, so that a failing case shrinks in few steps.
 */
const stream = fc
  .record({
    length: fc.integer({ min: 1, max: 420 }),
    seed: fc.nat(),
    quiet: fc.integer({ min: 0, max: 10 }),
  })
  .map(({ length, seed, quiet }) => {
    const random = new Random(seed);
    return Array.from({ length }, () => {
      const kind = random.unit() * 10;
      if (kind < quiet) return 0;
      return kind < 8 ? 2 * random.unit() - 1 : kind < 9 ? 1 : -1;
    });
  });

function columnsOf(tracker: SpectrumTracker, slot: number): number[] {
  const { composite, d1, d2, d3, score, state } = tracker;
  return [tracker.binsOf(slot), ...[composite, d1, d2, d3, score, state].map((column) => column[slot])];
}

describe('a slot that is rebuilt from its history', () => {
  it('has the same bits as one that was pushed since bin 1, then and later', () => {
    fc.assert(
      fc.property(configs, stream, fc.nat(), fc.boolean(), (config, values, cutSeed, onlyWhatMatters) => {
        const cut = cutSeed % (values.length + 1);
        const pushed = new SpectrumTracker(config, 2);
        const rebuilt = new SpectrumTracker(config, 2);
        // The slot was used for another cell before.
        for (const value of values) rebuilt.push(1, -value);
        for (const value of values.slice(0, cut)) pushed.push(1, value);
        const from = onlyWhatMatters ? Math.max(0, cut - rebuilt.historyLength) : 0;
        rebuilt.reset(1, Float64Array.from(values.slice(from, cut)), cut);
        if (cut > 0) expect(columnsOf(rebuilt, 1)).toEqual(columnsOf(pushed, 1));
        for (const value of values.slice(cut)) {
          pushed.push(1, value);
          rebuilt.push(1, value);
          expect(columnsOf(rebuilt, 1)).toEqual(columnsOf(pushed, 1));
        }
        expect(columnsOf(rebuilt, 0)).toEqual([0, 0, 0, 0, 0, 0, 0]);
      }),
      { numRuns: RUNS },
    );
  });

  it('has zeros of full length when the cell appeared late', () => {
    fc.assert(
      fc.property(configs, fc.integer({ min: 0, max: 80 }), stream, (config, silentBins, values) => {
        const pushed = new SpectrumTracker(config, 1);
        const late = new SpectrumTracker(config, 1);
        for (let i = 0; i < silentBins; i++) pushed.push(0, 0);
        late.reset(0, [], silentBins);
        for (const value of values) {
          pushed.push(0, value);
          late.push(0, value);
          expect(columnsOf(late, 0)).toEqual(columnsOf(pushed, 0));
        }
        late.reset(0, [99, ...values, 99].slice(1), silentBins + values.length, values.length);
        expect(columnsOf(late, 0)).toEqual(columnsOf(pushed, 0));
      }),
      { numRuns: RUNS },
    );
  });

  it('needs exactly the history it asks for', () => {
    const config: SpectrumConfig = {
      flow_windows: [2, 5],
      flow_rollup_weights: [1, 1],
      flow_derivative_weights: [0, 0, 1],
      flow_tanh_scale: 3,
      flow_neutral_threshold: 0.15,
      flow_zscore_window_bins: 3,
      flow_zscore_min_periods: 2,
      cell_width_ms: 100,
    };
    // Bin 260 scores bins 258 to 260, whose D3 need the composites since bin 255 and those the sums since bin 128,
    // where the longest window begins at bin 124.
    const values = Array.from({ length: 260 }, (_, i) => (i === 123 ? 1e30 : Math.sin(i * i)));
    const pushed = new SpectrumTracker(config, 1);
    for (const value of values) pushed.push(0, value);
    const rebuilt = new SpectrumTracker(config, 1);
    expect(rebuilt.historyLength).toBe(260 - 123);
    rebuilt.reset(0, values.slice(-rebuilt.historyLength), values.length);
    expect(columnsOf(rebuilt, 0)).toEqual(columnsOf(pushed, 0));
    rebuilt.reset(0, values.slice(-rebuilt.historyLength + 1), values.length);
    expect(columnsOf(rebuilt, 0)).not.toEqual(columnsOf(pushed, 0));
  });
});

describe('the tracker', () => {
  const config: SpectrumConfig = {
    flow_windows: [5, 10],
    flow_rollup_weights: [1, 3],
    flow_derivative_weights: [0.55, 0.3, 0.15],
    flow_tanh_scale: 3,
    flow_neutral_threshold: 0.15,
    flow_zscore_window_bins: 30,
    flow_zscore_min_periods: 5,
    cell_width_ms: 100,
  };

  it('rolls up the last values, weighted, whatever the order of the windows', () => {
    const values = Array.from({ length: 25 }, (_, i) => Math.cos(3 * i));
    const forward = new SpectrumTracker(config, 1);
    const backward = new SpectrumTracker(
      { ...config, flow_windows: [10, 5], flow_rollup_weights: [3, 1] },
      1,
    );
    values.forEach((value, i) => {
      forward.push(0, value);
      backward.push(0, value);
      const mean = (window: number) => {
        const recent = values.slice(Math.max(0, i + 1 - window), i + 1);
        return recent.reduce((a, b) => a + b, 0) / recent.length;
      };
      const expected = 0.25 * mean(5) + 0.75 * mean(10);
      expect(forward.composite[0]).toBeCloseTo(expected, 12);
      expect(backward.composite[0]).toBeCloseTo(expected, 12);
    });
  });

  it('evaluates all derivatives from the second bin on, with zeros before', () => {
    const tracker = new SpectrumTracker({ ...config, flow_windows: [1], flow_rollup_weights: [1] }, 1);
    tracker.push(0, 0.5);
    expect(columnsOf(tracker, 0)).toEqual([1, 0.5, 0, 0, 0, 0, 0]);
    tracker.push(0, 0.75, 0.5);
    expect(columnsOf(tracker, 0).slice(0, 5)).toEqual([2, 0.75, 0.5, 1, 2]);
  });

  it('keeps the composite in [-1, 1] where rounded weights sum to more than 1', () => {
    const weights = [1.2, 2.9, 0.6];
    expect(normalised(weights).reduce((a, b) => a + b, 0)).toBeGreaterThan(1);
    const tracker = new SpectrumTracker(
      { ...config, flow_windows: [1, 2, 3], flow_rollup_weights: weights },
      1,
    );
    for (const c of [1, 1, 1]) tracker.push(0, c);
    expect(tracker.composite[0]).toBe(1);
    for (const c of [-1, -1, -1]) tracker.push(0, c);
    expect(tracker.composite[0]).toBe(-1);
  });

  it('emits finite values and scores in [-1, 1] for steps of a nanosecond', () => {
    fc.assert(
      fc.property(stream, (values) => {
        const tracker = new SpectrumTracker(config, 1);
        for (const value of values) {
          tracker.push(0, value, 1e-9);
          const columns = columnsOf(tracker, 0);
          expect(columns.every(Number.isFinite)).toBe(true);
          expect(Math.abs(tracker.score[0])).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('goes on after saving and restoring as if nothing had happened', () => {
    fc.assert(
      fc.property(configs, stream, stream, (anyConfig, before, after) => {
        const original = new SpectrumTracker(anyConfig, 2);
        for (const value of before) original.push(1, value);
        const writer = new StateWriter();
        original.save(writer);
        const restored = new SpectrumTracker(anyConfig, 2);
        for (const value of after) restored.push(0, value);
        const reader = new StateReader(writer.finish());
        restored.restore(reader);
        reader.end();
        for (const value of after) {
          original.push(1, value);
          restored.push(1, value);
          expect(columnsOf(restored, 1)).toEqual(columnsOf(original, 1));
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('refuses the saved state of another shape', () => {
    const writer = new StateWriter();
    new SpectrumTracker(config, 2).save(writer);
    expect(() => new SpectrumTracker(config, 3).restore(new StateReader(writer.finish()))).toThrow(
      /another configuration/,
    );
  });
});
