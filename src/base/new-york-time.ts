/**
 * Wall-clock time of America/New_York and back, daylight saving included, and clock texts for labels.
 *
 * The rules come from the time-zone data of the JavaScript engine. They are read once per calendar year, as that year's
 * offset changes; conversions are then plain arithmetic and safe to call per label or per record.
 */
import { fail } from '#base/problem';

export type ClockZone = 'America/New_York' | 'UTC';

export interface CivilDate {
  readonly year: number;
  /** 1..12 */
  readonly month: number;
  /** 1..31 */
  readonly day: number;
}

const DAY_SECONDS = 86_400;
const MIN_YEAR = 1970;
const MAX_YEAR = 2199;

/** Offsets within one UTC year: `offsets[i]` holds from `starts[i]` (UTC s) until the next start. */
interface YearOffsets {
  readonly endSeconds: number;
  readonly starts: readonly number[];
  readonly offsets: readonly number[];
}

const yearOffsets = new Map<number, YearOffsets>();

/**
 * New York time minus UTC, in seconds: -18000 or -14400 in our days.
 *
 * @param utcSeconds seconds since the Unix epoch, fractions allowed; years 1970 to 2199
 * @throws ProblemError `time/out-of-range`
 */
export function newYorkOffsetSeconds(utcSeconds: number): number {
  const { starts, offsets } = offsetsAt(utcSeconds);
  let i = starts.length - 1;
  while (utcSeconds < starts[i]) i--;
  return offsets[i];
}

/**
 * UTC seconds of a New York wall-clock time. Of a time that occurs twice (autumn) the first is meant; a time that is
 * skipped (spring) is read with the offset before the change, so 02:30 becomes 03:30.
 *
 * @param secondsOfDay wall-clock seconds since midnight
 */
export function newYorkToUtcSeconds(date: CivilDate, secondsOfDay: number): number {
  const wall = utcMidnightSeconds(date) + secondsOfDay;
  // Offsets change by an hour at most twice a year: both candidates are within a day of the instant asked for.
  const before = newYorkOffsetSeconds(wall - DAY_SECONDS);
  const after = newYorkOffsetSeconds(wall + DAY_SECONDS);
  const early = wall - before;
  if (newYorkOffsetSeconds(early) === before) return early;
  const late = wall - after;
  return newYorkOffsetSeconds(late) === after ? late : early;
}

/** UTC seconds of midnight UTC of a date. */
export function utcMidnightSeconds(date: CivilDate): number {
  return Date.UTC(date.year, date.month - 1, date.day) / 1000;
}

const ISO_DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

/** A `YYYY-MM-DD` text as a date that exists, in the years 1970 to 2199; `undefined` for anything else. */
export function parseIsoDate(text: string): CivilDate | undefined {
  const match = ISO_DATE.exec(text);
  if (!match) return undefined;
  const date = { year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) };
  const inRange = date.year >= MIN_YEAR && date.year <= MAX_YEAR;
  return inRange && new Date(utcMidnightSeconds(date) * 1000).toISOString().startsWith(text)
    ? date
    : undefined;
}

const TWO_DIGITS = Array.from({ length: 100 }, (_, i) => String(i).padStart(2, '0'));

/** `HH:MM:SS` of an instant (UTC seconds, fractions cut off). */
export function formatClock(utcSeconds: number, zone: ClockZone): string {
  const wall = wallSeconds(utcSeconds, zone);
  const s = wall - Math.floor(wall / DAY_SECONDS) * DAY_SECONDS;
  return `${TWO_DIGITS[Math.floor(s / 3600)]}:${TWO_DIGITS[Math.floor(s / 60) % 60]}:${TWO_DIGITS[s % 60]}`;
}

/** `YYYY-MM-DD` of an instant (UTC seconds). */
export function formatDate(utcSeconds: number, zone: ClockZone): string {
  return isoDay(Math.floor(wallSeconds(utcSeconds, zone) / DAY_SECONDS));
}

/** Most instants of a session share a date, so the last text is kept. */
let lastDay = NaN;
let lastDayText = '';

function isoDay(day: number): string {
  if (day !== lastDay) {
    lastDay = day;
    lastDayText = new Date(day * DAY_SECONDS * 1000).toISOString().slice(0, 10);
  }
  return lastDayText;
}

function wallSeconds(utcSeconds: number, zone: ClockZone): number {
  const offset = zone === 'UTC' ? 0 : newYorkOffsetSeconds(utcSeconds);
  return Math.floor(utcSeconds) + offset;
}

let lastYear: YearOffsets | undefined;

function offsetsAt(utcSeconds: number): YearOffsets {
  if (lastYear && utcSeconds >= lastYear.starts[0] && utcSeconds < lastYear.endSeconds) return lastYear;
  const year = new Date(utcSeconds * 1000).getUTCFullYear();
  if (!(year >= MIN_YEAR - 1 && year <= MAX_YEAR + 1)) {
    fail('time/out-of-range', `Times must lie in the years ${MIN_YEAR} to ${MAX_YEAR}, got ${utcSeconds} s`);
  }
  let found = yearOffsets.get(year);
  if (!found) {
    found = readYear(year);
    yearOffsets.set(year, found);
  }
  lastYear = found;
  return found;
}

/** Finds a year's offset changes: sampled monthly, then bisected to the second. */
function readYear(year: number): YearOffsets {
  const endSeconds = Date.UTC(year + 1, 0) / 1000;
  const starts = [Date.UTC(year, 0) / 1000];
  const offsets = [readOffset(starts[0])];
  for (let month = 1; month <= 12; month++) {
    let high = Date.UTC(year, month) / 1000;
    const offset = readOffset(high);
    if (offset === offsets[offsets.length - 1]) continue;
    let low = Date.UTC(year, month - 1) / 1000;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (readOffset(middle) === offset) high = middle;
      else low = middle;
    }
    starts.push(high);
    offsets.push(offset);
  }
  return { endSeconds, starts, offsets };
}

let wallClock: Intl.DateTimeFormat | undefined;

/** The offset as the engine's time-zone data has it. Slow: a few microseconds and many objects. */
function readOffset(utcSeconds: number): number {
  wallClock ??= new Intl.DateTimeFormat('en-US', {
    timeZone: 'America/New_York',
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const part: Record<string, number> = {};
  for (const { type, value } of wallClock.formatToParts(utcSeconds * 1000)) part[type] = Number(value);
  const wall = Date.UTC(
    part['year'],
    part['month'] - 1,
    part['day'],
    part['hour'],
    part['minute'],
    part['second'],
  );
  return wall / 1000 - utcSeconds;
}
