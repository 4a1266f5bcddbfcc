import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkedOpenSettings,
  decodeOpenSettings,
  DEFAULT_OPEN_SETTINGS,
  encodeOpenSettings,
  openedWith,
  type OpenSettings,
} from '#app/open-settings';
import { DEFAULT_RUNTIME_CONFIG } from '#core/config/runtime-config';
import { emissionLimits } from '#core/config/time-boundaries';

const START = { dt: '2025-07-17', time: '09:30' };

function link(settings: OpenSettings): string {
  const params = new URLSearchParams();
  encodeOpenSettings(settings, params);
  return params.toString();
}

describe('settings of an opening', () => {
  it('are checked as a configuration is', () => {
    const bad = (cellWidthMs: number | undefined, dt: string, time: string) => () =>
      checkedOpenSettings({ cellWidthMs, start: { dt, time } });
    expect(bad(0, START.dt, START.time)).toThrow(/cell_width_ms/);
    expect(bad(1.5, START.dt, START.time)).toThrow(/cell_width_ms/);
    expect(bad(NaN, START.dt, START.time)).toThrow(/cell_width_ms/);
    expect(bad(100, '2025-02-30', START.time)).toThrow(/date/);
    expect(bad(100, START.dt, '24:00')).toThrow(/HH:MM/);
    expect(checkedOpenSettings({ cellWidthMs: 1000, start: START })).toEqual({
      cellWidthMs: 1000,
      start: START,
    });
  });

  it('are none where they ask for the default', () => {
    const { cell_width_ms: cellWidthMs } = DEFAULT_RUNTIME_CONFIG;
    expect(checkedOpenSettings({ cellWidthMs, start: undefined })).toEqual(DEFAULT_OPEN_SETTINGS);
  });

  it('become overrides and limits of a run, but of none with a configuration of its own', () => {
    const settings = { cellWidthMs: 1000, start: START };
    const run = { overrides: { contract_multiplier: 50 }, digest: true };
    expect(openedWith(settings, run)).toEqual({
      digest: true,
      overrides: { contract_multiplier: 50, cell_width_ms: 1000 },
      ...emissionLimits(START.dt, START.time),
    });
    expect(openedWith(DEFAULT_OPEN_SETTINGS, run)).toEqual(run);
    const serving = { config: DEFAULT_RUNTIME_CONFIG };
    expect(openedWith(settings, serving)).toBe(serving);
  });

  it('come back from a link', () => {
    const minutes = fc.integer({ min: 0, max: 1439 });
    const settings = fc.record({
      cellWidthMs: fc.option(fc.integer({ min: 1, max: 86_400_000 }), { nil: undefined }),
      start: fc.option(
        minutes.map((m) => ({ dt: '2025-07-17', time: new Date(m * 60_000).toISOString().slice(11, 16) })),
        { nil: undefined },
      ),
    });
    fc.assert(
      fc.property(settings, (given) => {
        const wanted = checkedOpenSettings(given);
        const back = decodeOpenSettings(new URLSearchParams(link(wanted)));
        expect(back ?? DEFAULT_OPEN_SETTINGS).toEqual(wanted);
      }),
    );
  });

  it('of a hostile link are as good as none', () => {
    for (const text of [
      'cell=-1',
      'cell=1e99',
      'cell=x',
      'cell=',
      'start=now',
      'start=2025-07-17',
      'start=T',
    ]) {
      expect(decodeOpenSettings(new URLSearchParams(text))).toBeUndefined();
    }
    fc.assert(
      fc.property(fc.string(), fc.string(), (cell, start) => {
        const back = decodeOpenSettings(new URLSearchParams({ cell, start }));
        if (back) checkedOpenSettings(back);
      }),
    );
  });
});
