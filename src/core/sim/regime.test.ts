import { describe, expect, it } from 'vitest';
import { Market } from './market';
import { simulatorOptions } from './options';
import { Regime } from './regime';

/** Activity and lean sampled ten times a second. */
function sample(seed: number, volatility: number, seconds: number): { activity: number[]; lean: number[] } {
  const regime = new Regime(new Market(simulatorOptions({ seed, volatility })));
  const activity: number[] = [];
  const lean: number[] = [];
  for (let ns = 0; ns < seconds * 1e9; ns += 1e8) {
    while (regime.nextNs <= ns) regime.act(regime.nextNs);
    activity.push(regime.activity);
    lean.push(regime.lean);
  }
  return { activity, lean };
}

const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe('Regime', () => {
  it('is steady without volatility', () => {
    const { activity, lean } = sample(1, 0, 60);
    expect(new Set(activity)).toEqual(new Set([1]));
    expect(lean.every((l) => l === 0)).toBe(true);
  });

  it('swings more with more volatility, around a mean activity of 1', () => {
    const spread = (volatility: number): number => {
      const { activity } = sample(3, volatility, 20_000);
      expect(Math.abs(meanOf(activity) - 1)).toBeLessThan(0.12);
      return meanOf(activity.map((a) => (a - 1) ** 2));
    };
    expect(spread(1)).toBeGreaterThan(3 * spread(0.4));
  });

  it('remembers for tens of seconds', () => {
    const { activity } = sample(4, 1, 5000);
    const mean = meanOf(activity);
    const variance = meanOf(activity.map((a) => (a - mean) ** 2));
    const correlation = (lag: number): number =>
      meanOf(activity.slice(lag).map((a, i) => (a - mean) * (activity[i] - mean))) / variance;
    expect(correlation(1)).toBeGreaterThan(0.85);
    expect(correlation(100)).toBeGreaterThan(0.1);
  });

  it('leans to both sides, never overwhelmingly', () => {
    const { lean } = sample(5, 1, 5000);
    expect(Math.min(...lean)).toBeLessThan(-0.2);
    expect(Math.max(...lean)).toBeGreaterThan(0.2);
    expect(Math.max(...lean.map((l) => Math.abs(l)))).toBeLessThan(0.7);
  });
});
