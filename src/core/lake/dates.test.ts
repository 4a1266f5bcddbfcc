import { describe, expect, it } from 'vitest';
import { addDays, civilDate, datesBetween, isThirdFriday, thirdFriday, weekday } from '#core/lake/dates';

describe('dates of the lake', () => {
  it('knows third Fridays, which are Fridays from the 15th to the 21st', () => {
    expect(thirdFriday(2026, 3)).toBe('2026-03-20');
    expect(thirdFriday(2025, 12)).toBe('2025-12-19');
    expect(thirdFriday(2026, 5)).toBe('2026-05-15');
    for (let year = 2020; year < 2040; year++) {
      for (let month = 1; month <= 12; month++) {
        const date = thirdFriday(year, month);
        expect(weekday(date)).toBe(5);
        expect(civilDate(date).month).toBe(month);
        expect(civilDate(date).day).toBeGreaterThanOrEqual(15);
        expect(civilDate(date).day).toBeLessThanOrEqual(21);
        expect(isThirdFriday(date)).toBe(true);
        expect(isThirdFriday(addDays(date, 7))).toBe(false);
      }
    }
  });

  it('lists dates over months and leap days, both ends included', () => {
    expect(datesBetween('2024-02-28', '2024-03-01')).toEqual(['2024-02-28', '2024-02-29', '2024-03-01']);
    expect(datesBetween('2026-01-02', '2026-01-01')).toEqual([]);
    expect(addDays('2025-12-31', 1)).toBe('2026-01-01');
    expect(weekday('2026-01-04')).toBe(0);
  });

  it('refuses what is no date', () => {
    for (const text of ['2026-02-30', '20260101', '2026-1-1', '', 'today']) {
      expect(() => civilDate(text)).toThrow(/YYYY-MM-DD/);
    }
  });
});
