import { describe, expect, it } from 'vitest';
import type { ForceSummary } from '#app/model';
import { summariseForces } from '#app/force-summary';
import {
  convictionLevel,
  convictionText,
  edgePosition,
  flowStateName,
  longGuidance,
  modelStatus,
  riskOf,
  shortGuidance,
  state5Name,
  stateOf,
} from '#ui/signals';

/** Forces from the four masses, as the page computes them: one row below the spot and one above. */
function forces(Pb: number, Vb: number, Pa: number, Va: number): ForceSummary {
  return summariseForces([Pb, 0, Pa], [Vb, 0, Va], [0, 0, 0]);
}

describe('the state badge', () => {
  it('is a bias only when the net edge is beyond 5 and both sides agree', () => {
    expect(stateOf(forces(6, 1, 1, 2)).label).toBe('UP BIAS'); // net 6
    expect(stateOf(forces(10, 1, 3, 2)).label).toBe('UP LEAN'); // net 8, above not thinning
    expect(stateOf(forces(5, 0, 1, 1)).label).toBe('UP LEAN'); // net 5 exactly
    expect(stateOf(forces(1, 2, 6, 1)).label).toBe('DOWN BIAS');
    expect(stateOf(forces(3, 2, 10, 1)).label).toBe('DOWN LEAN');
  });

  it('is chop up to a net edge of 2', () => {
    expect(stateOf(forces(2, 0, 0, 0)).label).toBe('CHOP');
    expect(stateOf(forces(0, 0, 2, 0)).label).toBe('CHOP');
    expect(stateOf(forces(2.01, 0, 0, 0)).label).toBe('UP LEAN');
    expect(stateOf(forces(0, 0, 2.01, 0)).label).toBe('DOWN LEAN');
  });
});

describe('without forces', () => {
  it('nothing is read: no guidance, no conviction', () => {
    for (const f of [forces(0, 0, 0, 0), forces(0.02, 0, 0, 0.02)]) {
      expect(stateOf(f)).toMatchObject({ label: 'CHOP', note: 'There is no force on either side.' });
      expect(longGuidance(f).label).toBe('NONE');
      expect(shortGuidance(f).label).toBe('NONE');
      expect(convictionText(f)).toBe('–');
    }
    expect(convictionText(forces(0.1, 0, 0, 0))).toBe('100 %');
    expect(longGuidance(forces(0.1, 0, 0, 0)).label).toBe('TIGHTEN');
  });
});

describe('trade guidance', () => {
  it('mirrors long and short', () => {
    const up = forces(6, 1, 1, 2);
    const down = forces(1, 2, 6, 1);
    expect([longGuidance(up).label, shortGuidance(up).label]).toEqual(['HOLD', 'EXIT']);
    expect([longGuidance(down).label, shortGuidance(down).label]).toEqual(['EXIT', 'HOLD']);
  });

  it('tightens between, and leaves at the border of 2', () => {
    expect(longGuidance(forces(0, 0, 1.9, 0)).label).toBe('TIGHTEN');
    expect(longGuidance(forces(0, 0, 2, 0)).label).toBe('EXIT');
    expect(shortGuidance(forces(1.9, 0, 0, 0)).label).toBe('TIGHTEN');
    expect(shortGuidance(forces(2, 0, 0, 0)).label).toBe('EXIT');
  });
});

describe('the risk flag', () => {
  it('names failing support before thinning resistance', () => {
    expect(riskOf(forces(10, 12, 10, 12)).label).toBe('SUPPORT FAILING');
    expect(riskOf(forces(10, 11.5, 10, 12)).label).toBe('RESISTANCE THINNING');
    expect(riskOf(forces(0, 2, 0, 2)).label).toBe('BALANCED'); // vacuum not above the floor of 2
  });

  it('falls back to the advantage and then to balance', () => {
    expect(riskOf(forces(4, 1, 1, 0)).label).toBe('UP ADVANTAGE'); // net 2
    expect(riskOf(forces(1, 0, 4, 1)).label).toBe('DOWN ADVANTAGE');
    expect(riskOf(forces(2, 1, 2, 1)).label).toBe('BALANCED');
  });
});

describe('positions and levels', () => {
  it('puts the marker in the middle at zero and never outside the bar', () => {
    expect(edgePosition(0)).toBe(0.5);
    expect(edgePosition(200)).toBeCloseTo(0.5 + 0.5 * Math.tanh(1), 12);
    expect(edgePosition(-1e12)).toBe(0);
    expect(edgePosition(NaN)).toBe(0.5);
  });

  it('grades conviction at 60 and 35 per cent', () => {
    const level = (conviction: number): string => convictionLevel({ ...forces(9, 9, 9, 9), conviction });
    expect([0.6, 0.599, 0.35, 0.349].map(level)).toEqual(['high', 'medium', 'medium', 'low']);
  });

  it('finds no conviction in next to nothing', () => {
    expect(convictionLevel({ ...forces(1.9, 0, 0, 0), conviction: 1 })).toBe('low');
  });
});

describe('words for the state model', () => {
  const model = {
    name: 'derivative',
    score: 0,
    ready: false,
    sampleCount: 0,
    base: 0,
    d1: 0,
    z1: 0,
    bullIntensity: 0,
    bearIntensity: 0,
    mixedIntensity: 1,
    dominantState5Code: 0,
  };

  it('waits, warms up and goes live', () => {
    expect(modelStatus(undefined).label).toBe('WAIT');
    expect(modelStatus(model).kind).toBe('wait');
    expect(modelStatus({ ...model, sampleCount: 3 }).label).toBe('WARM');
    expect(modelStatus({ ...model, sampleCount: 60, ready: true }).label).toBe('DERIVATIVE LIVE');
  });

  it('names the codes', () => {
    expect([-2, -1, 0, 1, 2, 9].map(state5Name)).toEqual([
      'bear vacuum',
      'bear pressure',
      'mixed',
      'bull pressure',
      'bull vacuum',
      'code 9',
    ]);
    expect([-1, 0, 1].map(flowStateName)).toEqual(['vacuum', 'neutral', 'pressure']);
  });
});
