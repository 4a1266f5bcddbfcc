import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatClock,
  formatDate,
  newYorkOffsetSeconds,
  newYorkToUtcSeconds,
  parseIsoDate,
  utcMidnightSeconds,
} from '#base/new-york-time';

function utc(text: string): number {
  return Date.parse(text) / 1000;
}

function local(date: string, clock: string): number {
  const [h, m, s = 0] = clock.split(':').map(Number);
  return newYorkToUtcSeconds(parseIsoDate(date)!, h * 3600 + m * 60 + s);
}

describe('the New York offset', () => {
  it('changes at the second of the transition', () => {
    expect(newYorkOffsetSeconds(utc('2026-03-08T06:59:59Z'))).toBe(-18000);
    expect(newYorkOffsetSeconds(utc('2026-03-08T07:00:00Z'))).toBe(-14400);
    expect(newYorkOffsetSeconds(utc('2025-11-02T05:59:59.999Z'))).toBe(-14400);
    expect(newYorkOffsetSeconds(utc('2025-11-02T06:00:00Z'))).toBe(-18000);
  });

  it('follows the rules of other decades', () => {
    expect(newYorkOffsetSeconds(utc('2006-03-20T12:00:00Z'))).toBe(-18000);
    expect(newYorkOffsetSeconds(utc('1974-01-20T12:00:00Z'))).toBe(-14400);
    expect(newYorkOffsetSeconds(utc('1970-01-01T00:00:00Z'))).toBe(-18000);
  });

  it('agrees with the time-zone data at any second, in any order of queries', () => {
    const parts = new Intl.DateTimeFormat('sv-SE', {
      timeZone: 'America/New_York',
      dateStyle: 'short',
      timeStyle: 'medium',
    });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: utc('2100-01-01T00:00:00Z') }), (seconds) => {
        const expected = utc(`${parts.format(seconds * 1000).replace(' ', 'T')}Z`) - seconds;
        expect(newYorkOffsetSeconds(seconds)).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('is refused outside the supported years', () => {
    for (const seconds of [NaN, Infinity, -1e12, 1e15]) {
      expect(() => newYorkOffsetSeconds(seconds)).toThrow(/1970 to 2199/);
    }
  });
});

describe('a New York wall-clock time', () => {
  it('is converted with the offset of its date', () => {
    expect(local('2026-02-06', '09:30')).toBe(utc('2026-02-06T14:30:00Z'));
    expect(local('2025-07-15', '09:30')).toBe(utc('2025-07-15T13:30:00Z'));
  });

  it('means the first of two when the clock is set back', () => {
    expect(local('2025-11-02', '00:59:59')).toBe(utc('2025-11-02T04:59:59Z'));
    expect(local('2025-11-02', '01:00')).toBe(utc('2025-11-02T05:00:00Z'));
    expect(local('2025-11-02', '01:59:59')).toBe(utc('2025-11-02T05:59:59Z'));
    expect(local('2025-11-02', '02:00')).toBe(utc('2025-11-02T07:00:00Z'));
  });

  it('is moved past the gap when the clock is set forward', () => {
    expect(local('2026-03-08', '01:59:59')).toBe(utc('2026-03-08T06:59:59Z'));
    expect(local('2026-03-08', '02:30')).toBe(utc('2026-03-08T07:30:00Z'));
    expect(local('2026-03-08', '03:00')).toBe(utc('2026-03-08T07:00:00Z'));
  });

  it('is the inverse of formatting, outside the repeated hour', () => {
    fc.assert(
      fc.property(fc.integer({ min: utc('2007-06-01T00:00:00Z'), max: utc('2040-01-01T00:00:00Z') }), (t) => {
        fc.pre(newYorkOffsetSeconds(t - 3600) === newYorkOffsetSeconds(t));
        const zone = 'America/New_York';
        expect(local(formatDate(t, zone), formatClock(t, zone))).toBe(t);
      }),
    );
  });
});

describe('texts', () => {
  it('show the clock and date of the zone', () => {
    const t = utc('2026-03-09T03:04:05Z') + 0.9;
    expect([formatDate(t, 'UTC'), formatClock(t, 'UTC')]).toEqual(['2026-03-09', '03:04:05']);
    expect([formatDate(t, 'America/New_York'), formatClock(t, 'America/New_York')]).toEqual([
      '2026-03-08',
      '23:04:05',
    ]);
    expect(formatDate(utc('2024-02-29T12:00:00Z'), 'UTC')).toBe('2024-02-29');
  });

  it('of dates are read only when the date exists', () => {
    expect(parseIsoDate('2024-02-29')).toEqual({ year: 2024, month: 2, day: 29 });
    expect(utcMidnightSeconds({ year: 2024, month: 2, day: 29 })).toBe(utc('2024-02-29'));
    for (const text of [
      '2023-02-29',
      '2024-13-01',
      '2024-00-10',
      '24-01-01',
      '2024-1-1',
      '',
      '0001-01-01',
      ' 2024-01-01',
    ]) {
      expect(parseIsoDate(text)).toBeUndefined();
    }
  });
});
