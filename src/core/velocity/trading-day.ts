import { formatDate, newYorkOffsetSeconds, utcMidnightSeconds, type CivilDate } from '#base/new-york-time';

const NS_PER_SECOND = 1_000_000_000n;
const DAY_SECONDS = 86_400;
/** Last second of which the wall clock is known, in years 1970 to 2199; definitions may say "never". */
const LAST_SECOND = Date.UTC(2199, 11, 31) / 1000;

/** Date in New York of a moment, as YYYY-MM-DD; empty for moments outside of the years 1970 to 2199. */
export function newYorkDate(ns: bigint): string {
  const seconds = Number(ns / NS_PER_SECOND);
  return seconds >= DAY_SECONDS && seconds <= LAST_SECOND ? formatDate(seconds, 'America/New_York') : '';
}

/** Seconds since midnight on the wall clock of New York. */
export function newYorkSecondOfDay(ns: bigint): number {
  const seconds = Number(ns / NS_PER_SECOND);
  const wall = seconds + newYorkOffsetSeconds(seconds);
  return wall - Math.floor(wall / DAY_SECONDS) * DAY_SECONDS;
}

/** 0 Sunday … 6 Saturday. */
export function dayOfWeek(date: CivilDate): number {
  const days = utcMidnightSeconds(date) / DAY_SECONDS;
  return (days + 4) % 7;
}

/** The third Friday of a month: expiry of quarterly futures. */
export function thirdFriday(year: number, month: number): CivilDate {
  const first = dayOfWeek({ year, month, day: 1 });
  return { year, month, day: 1 + ((5 - first + 7) % 7) + 14 };
}

export function isoDate({ year, month, day }: CivilDate): string {
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}
