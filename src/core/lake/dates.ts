/** Calendar dates as `YYYY-MM-DD` texts, which sort as they follow each other, and the days of the exchange month. */
import { parseIsoDate, utcMidnightSeconds, type CivilDate } from '#base/new-york-time';
import { fail } from '#base/problem';

const DAY_SECONDS = 86_400;

export const SUNDAY = 0;
export const FRIDAY = 5;
export const SATURDAY = 6;

/** @throws ProblemError `lake/bad-date` */
export function civilDate(date: string): CivilDate {
  return (
    parseIsoDate(date) ??
    fail('lake/bad-date', `A date must be YYYY-MM-DD in the years 1970 to 2199, got ${JSON.stringify(date)}`)
  );
}

/** @throws ProblemError `lake/bad-date` */
export function addDays(date: string, days: number): string {
  return dateOfDay(utcMidnightSeconds(civilDate(date)) / DAY_SECONDS + days);
}

/** 0 is Sunday. @throws ProblemError `lake/bad-date` */
export function weekday(date: string): number {
  return new Date(utcMidnightSeconds(civilDate(date)) * 1000).getUTCDay();
}

/** All dates from `first` to `last`, both included; none where they are the wrong way round. */
export function datesBetween(first: string, last: string): string[] {
  const dates: string[] = [];
  for (let date = first; date <= last; date = addDays(date, 1)) dates.push(date);
  return dates;
}

/** Third Friday of a month: expiry of the quarterly index futures. @param month 1..12 */
export function thirdFriday(year: number, month: number): string {
  const firstWeekday = new Date(Date.UTC(year, month - 1, 1)).getUTCDay();
  const day = 15 + ((FRIDAY - firstWeekday + 7) % 7);
  return new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10);
}

export function isThirdFriday(date: string): boolean {
  const { year, month } = civilDate(date);
  return date === thirdFriday(year, month);
}

function dateOfDay(day: number): string {
  return new Date(day * DAY_SECONDS * 1000).toISOString().slice(0, 10);
}
