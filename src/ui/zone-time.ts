/**
 * Market time in words. Instants are ns since the epoch (bigint); zones are real IANA zones, so daylight saving
 * is that of the date shown, not a fixed offset.
 *
 * There is one rule for the clock: the header says h:MM:SS with AM or PM (vacuum-pressure.md section 22.1), everything
 * else HH:MM:SS of 24 hours (section 22.5), so that times on axes, cards and dialogs are of one width and can carry a
 * fraction. Where the user writes a time, both are understood.
 */
import type { ViewState } from '#app/model';

export type Zone = ViewState['zone'];

const IANA: Record<Zone, string | undefined> = {
  exchange: 'America/New_York',
  local: undefined,
  utc: 'UTC',
};

const NS_PER_MS = 1_000_000n;
const NS_PER_SECOND = 1_000_000_000n;

export type ZoneName = string | undefined;

/** The IANA name of a zone; `undefined` is the zone of the machine. */
export function ianaZone(zone: Zone): ZoneName {
  return IANA[zone];
}

interface Parts {
  date: string;
  hour: number;
  minute: number;
  second: number;
  name: string;
}

const partFormats = new Map<string, Intl.DateTimeFormat>();

function formatterOf(zone: ZoneName): Intl.DateTimeFormat {
  const key = zone ?? '';
  let format = partFormats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      ...(zone === undefined ? {} : { timeZone: zone }),
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
      timeZoneName: 'short',
    });
    partFormats.set(key, format);
  }
  return format;
}

function partsAt(tsNs: bigint, zone: ZoneName): Parts {
  const found: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
  for (const part of formatterOf(zone).formatToParts(new Date(Number(floorDiv(tsNs, NS_PER_MS))))) {
    found[part.type] = part.value;
  }
  return {
    date: `${found.year ?? ''}-${found.month ?? ''}-${found.day ?? ''}`,
    hour: Number(found.hour),
    minute: Number(found.minute),
    second: Number(found.second),
    name: found.timeZoneName ?? '',
  };
}

function floorDiv(a: bigint, b: bigint): bigint {
  const q = a / b;
  return a % b < 0n ? q - 1n : q;
}

function pad2(value: number): string {
  return String(value).padStart(2, '0');
}

/** Digits after the second: 0 none, 3 ms, 6 µs, 9 ns. */
export type SubSecond = 0 | 3 | 6 | 9;

function fraction(tsNs: bigint, digits: SubSecond): string {
  if (digits === 0) return '';
  const ns = tsNs - floorDiv(tsNs, NS_PER_SECOND) * NS_PER_SECOND;
  return `.${ns.toString().padStart(9, '0').slice(0, digits)}`;
}

/** `2:30:05 PM`, for the header alone. */
export function formatHeaderClock(tsNs: bigint, zone: ZoneName): string {
  const { hour, minute, second } = partsAt(tsNs, zone);
  return `${hour % 12 === 0 ? 12 : hour % 12}:${pad2(minute)}:${pad2(second)} ${hour < 12 ? 'AM' : 'PM'}`;
}

/** `14:30:05`, for everything but the header; with a fraction on demand: `14:30:05.123456789` */
export function formatClock(tsNs: bigint, zone: ZoneName, digits: SubSecond = 0): string {
  const { hour, minute, second } = partsAt(tsNs, zone);
  return `${pad2(hour)}:${pad2(minute)}:${pad2(second)}${fraction(tsNs, digits)}`;
}

/** `2026-02-06` */
export function formatDate(tsNs: bigint, zone: ZoneName): string {
  return partsAt(tsNs, zone).date;
}

/** Short name of the zone at that instant: `EST`, `EDT`, `UTC`. */
export function zoneName(tsNs: bigint, zone: ZoneName): string {
  return partsAt(tsNs, zone).name;
}

/** Digits after the second that tell neighbouring bins apart. */
export function subSecondOf(cellWidthNs: number): SubSecond {
  if (cellWidthNs % 1e9 === 0) return 0;
  if (cellWidthNs % 1e6 === 0) return 3;
  return cellWidthNs % 1e3 === 0 ? 6 : 9;
}

const CLOCK = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*([ap]m)?$/i;
const DATED = /^(\d{4}-\d{2}-\d{2})[ T]+(.+)$/;

/**
 * The instant that a user means by `14:30`, `2:30:05.25 pm` or `2026-02-06 14:30:05`; without a date it is the
 * date of `nearNs` in the zone. `undefined` for text that is no time. A clock time that the change to summer
 * time leaves out is read with the offset before the change; one that occurs twice is the first.
 */
export function parseTime(text: string, zone: ZoneName, nearNs: bigint): bigint | undefined {
  const trimmed = text.trim();
  const dated = DATED.exec(trimmed);
  const date = dated ? dated[1] : formatDate(nearNs, zone);
  const clock = CLOCK.exec(dated ? dated[2].trim() : trimmed);
  if (!clock) return undefined;
  const [, hourText, minuteText, secondText = '0', fractionText = '', half] = clock;
  const hour = hourOf(Number(hourText), half);
  const minute = Number(minuteText);
  const second = Number(secondText);
  if (hour === undefined || minute > 59 || second > 59) return undefined;
  const [year, month, day] = date.split('-').map(Number);
  const wallMs = Date.UTC(year, month - 1, day, hour, minute, second);
  const check = new Date(wallMs);
  if (check.getUTCMonth() !== month - 1 || check.getUTCDate() !== day) return undefined;
  return BigInt(instantOfWall(wallMs, zone)) * NS_PER_MS + BigInt(fractionText.padEnd(9, '0'));
}

function hourOf(hour: number, half: string | undefined): number | undefined {
  if (half === undefined) return hour < 24 ? hour : undefined;
  if (hour < 1 || hour > 12) return undefined;
  return (hour % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
}

function instantOfWall(wallMs: number, zone: ZoneName): number {
  const day = 86_400_000;
  const before = offsetMs(wallMs - day, zone);
  const after = offsetMs(wallMs + day, zone);
  if (offsetMs(wallMs - before, zone) === before) return wallMs - before;
  return offsetMs(wallMs - after, zone) === after ? wallMs - after : wallMs - before;
}

/** Wall clock minus UTC at an instant, ms. */
function offsetMs(utcMs: number, zone: ZoneName): number {
  const { date, hour, minute, second } = partsAt(BigInt(utcMs) * NS_PER_MS, zone);
  const [year, month, day] = date.split('-').map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second) - utcMs;
}
