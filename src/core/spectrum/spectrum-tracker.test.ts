import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '#base/random';
import { normalised, spectrumShape, type SpectrumConfig } from '#core/spectrum/spectrum-config';
import { SpectrumTracker } from '#core/spectrum/spectrum-tracker';

/** Most bins of one call. */
const BLOCK = 16;

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

function trackerOf(config: SpectrumConfig, slots: number): SpectrumTracker {
  return new SpectrumTracker(spectrumShape(config), slots, BLOCK);
}

/** Columns of a slot after each of the bins with these composites, given in calls of at most `cut` bins. */
function advanced(
  tracker: SpectrumTracker,
  slot: number,
  values: readonly number[],
  cut = BLOCK,
): number[][] {
  const rows: number[][] = [];
  for (let from = 0; from < values.length; from += cut) {
    const part = values.slice(from, from + cut);
    tracker.input.set(part);
    tracker.advance(slot, part.length);
    const { composite, d1, d2, d3, score } = tracker;
    part.forEach((_, i) => rows.push([composite, d1, d2, d3, score].map((column) => column[i])));
  }
  return rows;
}

describe('a slot that is rebuilt from its history', () => {
  it('has the same bits as one that was advanced since bin 1, however its bins are cut', () => {
    fc.assert(
      fc.property(
        configs,
        stream,
        fc.nat(),
        fc.integer({ min: 1, max: BLOCK }),
        fc.boolean(),
        (config, values, cutSeed, piece, onlyWhatMatters) => {
          const cut = cutSeed % (values.length + 1);
          const straight = trackerOf(config, 2);
          const rebuilt = trackerOf(config, 2);
          // The slot was used for another cell before.
          advanced(
            rebuilt,
            1,
            values.map((value) => -value),
          );
          const from = onlyWhatMatters ? Math.max(0, cut - rebuilt.historyLength) : 0;
          rebuilt.reset(1, Float64Array.from([9, ...values.slice(from, cut)]), 1, cut, cut - from);
          const expected = advanced(straight, 1, values).slice(cut);
          expect(advanced(rebuilt, 1, values.slice(cut), piece)).toEqual(expected);
          // The other slot was left alone.
          expect(advanced(rebuilt, 0, values)).toEqual(advanced(trackerOf(config, 1), 0, values));
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('has zeros of full length when the cell appeared late', () => {
    fc.assert(
      fc.property(configs, fc.integer({ min: 0, max: 80 }), stream, (config, silentBins, values) => {
        const straight = trackerOf(config, 1);
        const late = trackerOf(config, 1);
        const silence = Array.from({ length: silentBins }, () => 0);
        late.reset(0, new Float64Array(0), 0, silentBins, 0);
        const expected = advanced(straight, 0, [...silence, ...values]).slice(silentBins);
        expect(advanced(late, 0, values)).toEqual(expected);
        late.reset(0, Float64Array.from([...values, 99]), 0, silentBins + values.length, values.length);
        expect(advanced(late, 0, [0.5])).toEqual(advanced(straight, 0, [0.5]));
      }),
      { numRuns: RUNS },
    );
  });

  it('needs no more history than it asks for', () => {
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
    // Bin 262 scores bins 260 to 262, whose D3 need the composites since bin 257 and those the sums since bin 256,
    // where the longest window begins at bin 252. Before it the sums since bin 128 count, with its windows.
    for (const last of [261, 262]) {
      const values = Array.from({ length: last }, (_, i) => (i === 123 ? 1e30 : Math.sin(i * i)));
      const straight = trackerOf(config, 1);
      const rebuilt = trackerOf(config, 1);
      expect(rebuilt.historyLength).toBe(5 + 3 + 2 + 127);
      const expected = advanced(straight, 0, values);
      const history = Float64Array.from(values.slice(0, -1).slice(-rebuilt.historyLength));
      rebuilt.reset(0, history, 0, last - 1, history.length);
      expect(advanced(rebuilt, 0, values.slice(-1))).toEqual(expected.slice(-1));
    }
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
    const forward = advanced(trackerOf(config, 1), 0, values);
    const reversed = { ...config, flow_windows: [10, 5], flow_rollup_weights: [3, 1] };
    const backward = advanced(trackerOf(reversed, 1), 0, values);
    values.forEach((_, i) => {
      const mean = (window: number) => {
        const recent = values.slice(Math.max(0, i + 1 - window), i + 1);
        return recent.reduce((a, b) => a + b, 0) / recent.length;
      };
      const expected = 0.25 * mean(5) + 0.75 * mean(10);
      expect(forward[i][0]).toBeCloseTo(expected, 12);
      expect(backward[i][0]).toBeCloseTo(expected, 12);
    });
  });

  it('evaluates all derivatives from the second bin on, with zeros before', () => {
    const tracker = trackerOf({ ...config, flow_windows: [1], flow_rollup_weights: [1] }, 1);
    tracker.seconds.fill(0.5);
    const rows = advanced(tracker, 0, [0.5, 0.75]);
    expect(rows[0]).toEqual([0.5, 0, 0, 0, 0]);
    expect(rows[1].slice(0, 4)).toEqual([0.75, 0.5, 1, 2]);
  });

  it('keeps the composite in [-1, 1] where rounded weights sum to more than 1', () => {
    const weights = [1.2, 2.9, 0.6];
    expect(normalised(weights).reduce((a, b) => a + b, 0)).toBeGreaterThan(1);
    const tracker = trackerOf({ ...config, flow_windows: [1, 2, 3], flow_rollup_weights: weights }, 1);
    const composites = advanced(tracker, 0, [1, 1, 1, -1, -1, -1]).map((row) => row[0]);
    expect([composites[2], composites[5]]).toEqual([1, -1]);
  });

  it('emits finite values and scores in [-1, 1] for steps of a nanosecond', () => {
    fc.assert(
      fc.property(stream, (values) => {
        const tracker = trackerOf(config, 1);
        tracker.seconds.fill(1e-9);
        for (const row of advanced(tracker, 0, values)) {
          expect(row.every(Number.isFinite)).toBe(true);
          expect(Math.abs(row[4])).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: RUNS },
    );
  });
});
