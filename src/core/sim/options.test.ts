import { describe, expect, it } from 'vitest';
import { ProblemError } from '#base/problem';
import type { FeatureKind } from './feature-kinds';
import { MarketSimulator } from './market-simulator';
import {
  DEFAULT_INSTRUMENT,
  SYNTHETIC_DATASET,
  SYNTHETIC_PUBLISHER_ID,
  simulatorOptions,
  type SimulatorOptions,
} from './options';

function codeOf(given: Partial<SimulatorOptions>): string | undefined {
  try {
    simulatorOptions(given);
    return undefined;
  } catch (error) {
    if (error instanceof ProblemError) return error.problem.code;
    throw error;
  }
}

const instrument = (more: Partial<typeof DEFAULT_INSTRUMENT>): Partial<SimulatorOptions> => ({
  instrument: { ...DEFAULT_INSTRUMENT, ...more },
});

describe('simulatorOptions', () => {
  it('fills in defaults that are marked as synthetic', () => {
    const options = simulatorOptions();
    expect(options.instrument.publisherId).toBe(SYNTHETIC_PUBLISHER_ID);
    expect(options.instrument.dataset).toBe(SYNTHETIC_DATASET);
    expect(simulatorOptions({ rate: 77 })).toEqual({ ...options, rate: 77 });
  });

  it.each<[string, Partial<SimulatorOptions>]>([
    ['a negative seed', { seed: -1 }],
    ['a broken seed', { seed: 0.5 }],
    ['no duration', { durationSeconds: Number.NaN }],
    ['an endless duration', { durationSeconds: Infinity }],
    ['a time before the opening orders', { startNs: 0n }],
    ['a time beyond 2^63', { startNs: 1n << 63n }],
    ['no rate', { rate: 0 }],
    ['too thin a book', { depthOrders: 1 }],
    ['too much volatility', { volatility: 1.5 }],
    ['a broken record limit', { recordLimit: 1.5 }],
    ['a price off the grid', { startPriceInt: 6_000_000_000_001 }],
    ['prices beyond 2^53', instrument({ tickInt: 3_000_000_000_000 })],
    ['no tick size', instrument({ tickInt: 0 })],
    ['a symbol with blanks', instrument({ symbol: 'A B' })],
    ['an empty symbol', instrument({ symbol: '' })],
    ['a data set name that is too long', instrument({ dataset: 'SEVENTEEN.LETTERS' })],
    ['a publisher beyond 16 bits', instrument({ publisherId: 65536 })],
    ['an unknown way to report fills', { partialFill: 'nothing' as 'cancel' }],
    ['an unknown feature', { schedule: [{ kind: 'quake' as FeatureKind, atSeconds: 1 }] }],
    ['a feature before the start', { schedule: [{ kind: 'wall', atSeconds: -1 }] }],
    ['a feature without size', { schedule: [{ kind: 'wall', atSeconds: 1, scale: 0 }] }],
    ['a feature on no side', { schedule: [{ kind: 'wall', atSeconds: 1, side: 'both' as 'bid' }] }],
  ])('refuses %s', (_name, given) => {
    expect(codeOf(given)).toBe('sim/bad-option');
  });

  it('is applied by the simulator itself', () => {
    expect(() => new MarketSimulator({ ...simulatorOptions(), rate: -1 })).toThrow(ProblemError);
  });
});
