import { describe, expect, it } from 'vitest';
import { FlowScorer } from '#core/spectrum/flow-scorer';
import { spectrumShape } from '#core/spectrum/spectrum-config';

const DEFAULTS = {
  flow_derivative_weights: [0.55, 0.3, 0.15],
  flow_tanh_scale: 3,
  flow_neutral_threshold: 0.15,
  flow_zscore_window_bins: 9,
  flow_zscore_min_periods: 4,
};

const SHAPE = spectrumShape({
  ...DEFAULTS,
  flow_windows: [1],
  flow_rollup_weights: [1],
  cell_width_ms: 100,
});

function scorerOf(slots: number): FlowScorer {
  return new FlowScorer(SHAPE, slots, 1);
}

/** Score of a slot after one more bin. */
function pushOne(scorer: FlowScorer, d1: number, d3: number, slot = 0): number {
  scorer.advance(slot, Float64Array.of(d1), Float64Array.of(0), Float64Array.of(d3), 1);
  return scorer.score[0];
}

describe('the flow scorer', () => {
  it.each([
    [1e9, 0.15, 1],
    [-1e9, -0.15, -1],
  ])('counts a cell whose third channel alone saturates (%d) as at the threshold', (last, score, state) => {
    const scorer = scorerOf(1);
    for (const d3 of [1, 2, 3, 4, 5, last]) pushOne(scorer, 0, d3);
    expect(scorer.score[0]).toBe(score);
    expect(scorer.stateOf(scorer.score[0])).toBe(state);
  });

  it('is 0 before the minimum history, counting the current bin', () => {
    const scorer = scorerOf(1);
    for (const d1 of [1, 2, 4]) {
      pushOne(scorer, d1, 0);
      expect(scorer.score[0]).toBe(0);
    }
    pushOne(scorer, 8, 0);
    expect(scorer.score[0]).toBeGreaterThan(0);
  });

  it('takes scales up to 1e-9 for zero', () => {
    const scorer = scorerOf(2);
    const scores = [0, 1, 2, 3].map((x) => [
      pushOne(scorer, x * 6e-10, 0, 0),
      pushOne(scorer, x * 1e-9, 0, 1),
    ]);
    expect(scores[3][0]).toBe(0);
    expect(scores[3][1]).toBeGreaterThan(0);
  });
});
