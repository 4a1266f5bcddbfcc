import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import {
  formatHeaderClock,
  formatClock,
  formatDate,
  ianaZone,
  parseTime,
  subSecondOf,
  zoneName,
} from '#ui/zone-time';

const NEW_YORK = ianaZone('exchange');
const WINTER = 1770388205123456789n; // 2026-02-06T14:30:05.123456789Z
const SUMMER = 1783521005000000000n; // 2026-07-08T14:30:05Z

describe('market time in a zone', () => {
  it('shows New York time with its daylight saving', () => {
    expect(formatHeaderClock(WINTER, NEW_YORK)).toBe('9:30:05 AM');
    expect(formatHeaderClock(SUMMER, NEW_YORK)).toBe('10:30:05 AM');
    expect(zoneName(WINTER, NEW_YORK)).toBe('EST');
    expect(zoneName(SUMMER, NEW_YORK)).toBe('EDT');
    expect(zoneName(WINTER, ianaZone('utc'))).toBe('UTC');
  });

  it('prints midnight and noon on the twelve-hour clock', () => {
    expect(formatHeaderClock(1770336000000000000n, 'UTC')).toBe('12:00:00 AM');
    expect(formatHeaderClock(1770379200000000000n, 'UTC')).toBe('12:00:00 PM');
  });

  it('reads both clocks back to the same second', () => {
    for (let hour = 0n; hour < 24n; hour++) {
      const tsNs = 1770336000000000000n + hour * 3_600_000_000_000n;
      expect(parseTime(formatHeaderClock(tsNs, 'UTC'), 'UTC', tsNs)).toBe(tsNs);
      expect(parseTime(formatClock(tsNs, 'UTC'), 'UTC', tsNs)).toBe(tsNs);
    }
  });

  it('keeps every nanosecond', () => {
    expect(formatClock(WINTER, 'UTC', 9)).toBe('14:30:05.123456789');
    expect(formatClock(WINTER, 'UTC', 3)).toBe('14:30:05.123');
    expect(formatClock(-1n, 'UTC', 9)).toBe('23:59:59.999999999');
    expect(formatDate(WINTER, 'UTC')).toBe('2026-02-06');
  });

  it('shows as many digits as neighbouring bins need', () => {
    expect(subSecondOf(1e9)).toBe(0);
    expect(subSecondOf(1e8)).toBe(3);
    expect(subSecondOf(250_000)).toBe(6);
    expect(subSecondOf(1)).toBe(9);
  });
});

describe('times typed by the user', () => {
  it('takes the date from the session', () => {
    expect(parseTime('9:30:05.123456789', NEW_YORK, WINTER)).toBe(WINTER);
    expect(parseTime(' 2:30 pm ', NEW_YORK, SUMMER)).toBe(1783535400000000000n);
    expect(parseTime('12:00 am', 'UTC', WINTER)).toBe(1770336000000000000n);
  });

  it('takes a date of its own', () => {
    expect(parseTime('2026-07-08 10:30:05', NEW_YORK, WINTER)).toBe(SUMMER);
    expect(parseTime('2026-07-08T14:30:05', 'UTC', WINTER)).toBe(SUMMER);
  });

  it.each(['', 'noon', '25:00', '9:60', '13:00 pm', '0:10 am', '2026-02-30 10:00', '9:30:05.1234567890'])(
    'refuses %o',
    (text) => {
      expect(parseTime(text, NEW_YORK, WINTER)).toBeUndefined();
    },
  );

  it('reads the hour that summer time leaves out with the offset before, and a double hour as its first', () => {
    expect(parseTime('2026-03-08 02:30', NEW_YORK, WINTER)).toBe(1772955000000000000n); // 07:30Z = 03:30 EDT
    expect(parseTime('2026-11-01 01:30', NEW_YORK, WINTER)).toBe(1793511000000000000n); // 05:30Z = 01:30 EDT
  });

  it('reads back what it prints', () => {
    const instants = fc.bigInt({ min: 1_400_000_000_000_000_000n, max: 1_900_000_000_000_000_000n });
    fc.assert(
      fc.property(
        instants,
        fc.constantFrom('America/New_York', 'UTC', 'Asia/Kolkata', 'Europe/Berlin'),
        (ts, zone) => {
          const text = `${formatDate(ts, zone)} ${formatClock(ts, zone, 9)}`;
          const back = parseTime(text, zone, 0n)!;
          const again = `${formatDate(back, zone)} ${formatClock(back, zone, 9)}`;
          expect(again).toBe(text);
          expect(back === ts || back === ts - 3_600_000_000_000n).toBe(true);
        },
      ),
    );
  });
});
