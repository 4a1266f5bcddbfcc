import { describe, expect, it } from 'vitest';
import { FlowScorer } from '#core/spectrum/flow-scorer';

const DEFAULTS = {
  flow_derivative_weights: [0.55, 0.3, 0.15],
  flow_tanh_scale: 3,
  flow_neutral_threshold: 0.15,
  flow_zscore_window_bins: 9,
  flow_zscore_min_periods: 4,
};

function pushOne(scorer: FlowScorer, d1: number, d3: number): void {
  scorer.pushBin(Float64Array.of(d1), Float64Array.of(0), Float64Array.of(d3));
}

describe('the flow scorer', () => {
  it.each([
    [1e9, 0.15, 1],
    [-1e9, -0.15, -1],
  ])('counts a cell whose third channel alone saturates (%d) as at the threshold', (last, score, state) => {
    const scorer = new FlowScorer(DEFAULTS, 1);
    for (const d3 of [1, 2, 3, 4, 5, last]) pushOne(scorer, 0, d3);
    expect(scorer.score[0]).toBe(score);
    expect(scorer.state[0]).toBe(state);
  });

  it('is 0 before the minimum history, counting the current bin', () => {
    const scorer = new FlowScorer(DEFAULTS, 1);
    for (const d1 of [1, 2, 4]) {
      pushOne(scorer, d1, 0);
      expect(scorer.score[0]).toBe(0);
    }
    pushOne(scorer, 8, 0);
    expect(scorer.score[0]).toBeGreaterThan(0);
  });

  it('takes scales up to 1e-9 for zero', () => {
    const scorer = new FlowScorer(DEFAULTS, 2);
    const zeros = new Float64Array(2);
    for (const x of [0, 1, 2, 3]) scorer.pushBin(Float64Array.of(x * 6e-10, x * 1e-9), zeros, zeros);
    expect(scorer.score[0]).toBe(0);
    expect(scorer.score[1]).toBeGreaterThan(0);
  });

  it('refuses a bin with another number of rows', () => {
    const scorer = new FlowScorer(DEFAULTS, 2);
    expect(() => scorer.pushBin(new Float64Array(2), new Float64Array(2), new Float64Array(1))).toThrow(
      /1 rows/,
    );
  });
});
