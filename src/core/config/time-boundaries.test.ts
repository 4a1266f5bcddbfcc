import { describe, expect, it } from 'vitest';
import { fixturePath, readJson } from '#testdata/fixtures';
import { emissionLimits, sessionWindow } from '#core/config/time-boundaries';

interface BoundaryCase {
  product_type: 'future_mbo' | 'equity_mbo';
  dt: string;
  start_time: string | null;
  warmup_start_ns: string;
  emit_after_ns: string;
  session_start_ns: string;
  session_end_ns: string;
}

it('agrees with the reference vectors, in winter and summer time', () => {
  const cases = readJson<BoundaryCase[]>(fixturePath('vp', 'unit', 'config_time_boundaries.json'));
  expect(cases.length).toBe(5);
  for (const c of cases) {
    expect(sessionWindow(c.product_type, c.dt)).toEqual({
      startNs: BigInt(c.session_start_ns),
      endNs: BigInt(c.session_end_ns),
    });
    expect(emissionLimits(c.dt, c.start_time ?? undefined)).toEqual({
      warmupStartNs: BigInt(c.warmup_start_ns),
      emitAfterNs: BigInt(c.emit_after_ns),
    });
  }
});

describe('the equity session', () => {
  it('begins after the hour that is skipped in spring and after the one that is repeated in autumn', () => {
    const hours = (dt: string) => {
      const { startNs, endNs } = sessionWindow('equity_mbo', dt);
      return Number((endNs - startNs) / 3_600_000_000_000n);
    };
    expect(hours('2026-03-06')).toBe(14);
    expect(hours('2026-03-08')).toBe(13);
    expect(hours('2026-11-01')).toBe(14);
  });
});

describe('what is no date or time', () => {
  it.each(['2026-02-30', '20260206', '', '2026-2-6', 'today'])('is refused as dt: %o', (dt) => {
    expect(() => sessionWindow('future_mbo', dt)).toThrow(/dt must be a date/);
    expect(() => emissionLimits(dt, '09:30')).toThrow(/dt must be a date/);
  });

  it.each(['24:00', '9:30', '09:60', '', '09:30:00', ' 09:30'])(
    'is refused as start time: %o',
    (startTime) => {
      expect(() => emissionLimits('2026-02-06', startTime)).toThrow(/start_time must be/);
    },
  );
});
