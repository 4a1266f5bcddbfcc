import { describe, expect, it } from 'vitest';
import { FlowScorer } from '#core/spectrum/flow-scorer';

const DEFAULTS = {
  flow_derivative_weights: [0.55, 0.3, 0.15],
  flow_tanh_scale: 3,
  flow_neutral_threshold: 0.15,
  flow_zscore_window_bins: 9,
  flow_zscore_min_periods: 4,
};

describe('the flow scorer', () => {
  it.each([
    [1e9, 0.15, 1],
    [-1e9, -0.15, -1],
  ])('counts a cell whose third channel alone saturates (%d) as at the threshold', (last, score, state) => {
    const scorer = new FlowScorer(DEFAULTS, 1);
    for (const d3 of [1, 2, 3, 4, 5, last]) scorer.push(0, 0, 0, d3);
    expect(scorer.score[0]).toBe(score);
    expect(scorer.state[0]).toBe(state);
  });

  it('is 0 before the minimum history, counting the current bin', () => {
    const scorer = new FlowScorer(DEFAULTS, 1);
    for (const d1 of [1, 2, 4]) {
      scorer.push(0, d1, 0, 0);
      expect(scorer.score[0]).toBe(0);
    }
    scorer.push(0, 8, 0, 0);
    expect(scorer.score[0]).toBeGreaterThan(0);
  });

  it('takes scales up to 1e-9 for zero', () => {
    const scorer = new FlowScorer(DEFAULTS, 2);
    for (const x of [0, 1, 2, 3]) scorer.pushBin([x * 6e-10, x * 1e-9], [0, 0], [0, 0]);
    expect(scorer.score[0]).toBe(0);
    expect(scorer.score[1]).toBeGreaterThan(0);
  });

  it('refuses a bin with another number of rows', () => {
    const scorer = new FlowScorer(DEFAULTS, 2);
    expect(() => scorer.pushBin([1, 2], [1, 2], [1])).toThrow(/1 rows/);
  });
});
