import { describe, expect, it } from 'vitest';
import { simulatorOptions } from './options';
import { PRESETS, type PresetName } from './presets';
import { replay, simulate } from './testing/simulate';

const NAMES = Object.keys(PRESETS) as PresetName[];

describe.each(NAMES)('the preset %s', (name) => {
  const { options } = PRESETS[name];

  it('has valid options and gives a sound stream', () => {
    expect(simulatorOptions(options)).toEqual(options);
    const run = simulate({ ...options, recordLimit: 40_000 });
    expect(run.records.length).toBeGreaterThan(39_000);
    expect(replay(run).complaints).toEqual([]);
  });
});
