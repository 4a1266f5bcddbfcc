/** Which records a stream takes and from when it emits (vacuum-pressure.md sections 2.3 and 7). */
import { newYorkToUtcSeconds, parseIsoDate, utcMidnightSeconds, type CivilDate } from '#base/new-york-time';
import { fail } from '#base/problem';
import type { ProductType } from '#core/config/runtime-fields';

const NS_PER_SECOND = 1_000_000_000n;
const HOUR_SECONDS = 3600;
/** Full processing without bins before the start time. */
const WARMUP_SECONDS = HOUR_SECONDS / 2;

/** Half-open `[startNs, endNs)`, UTC ns. */
export interface SessionWindow {
  readonly startNs: bigint;
  readonly endNs: bigint;
}

export interface EmissionLimits {
  /** Records before it only move the book. */
  readonly warmupStartNs: bigint;
  /** Records from it on are binned. Both are 0 without a start time. */
  readonly emitAfterNs: bigint;
}

/**
 * The session of a date: the UTC day for futures, 02:00 to 16:00 New York for equities. Clears and snapshot records are
 * exempt from it.
 *
 * @param dt `YYYY-MM-DD`
 * @throws ProblemError `config/bad-date`
 */
export function sessionWindow(productType: ProductType, dt: string): SessionWindow {
  const date = requireDate(dt);
  if (productType === 'equity_mbo') {
    return {
      startNs: toNs(newYorkToUtcSeconds(date, 2 * HOUR_SECONDS)),
      endNs: toNs(newYorkToUtcSeconds(date, 16 * HOUR_SECONDS)),
    };
  }
  const midnight = utcMidnightSeconds(date);
  return { startNs: toNs(midnight), endNs: toNs(midnight + 24 * HOUR_SECONDS) };
}

/**
 * @param dt `YYYY-MM-DD`
 * @param startTime `HH:MM` New York time; `undefined` emits from the first record on
 * @throws ProblemError `config/bad-date`, `config/bad-start-time`
 */
export function emissionLimits(dt: string, startTime: string | undefined): EmissionLimits {
  const date = requireDate(dt);
  if (startTime === undefined) return { warmupStartNs: 0n, emitAfterNs: 0n };
  const start = newYorkToUtcSeconds(date, requireClock(startTime));
  return { warmupStartNs: toNs(start - WARMUP_SECONDS), emitAfterNs: toNs(start) };
}

function requireDate(dt: string): CivilDate {
  return (
    parseIsoDate(dt) ?? fail('config/bad-date', `dt must be a date as YYYY-MM-DD, got ${JSON.stringify(dt)}`)
  );
}

const CLOCK = /^([01]\d|2[0-3]):([0-5]\d)$/;

function requireClock(startTime: string): number {
  const match = CLOCK.exec(startTime);
  if (!match) {
    fail(
      'config/bad-start-time',
      `start_time must be 00:00 to 23:59 as HH:MM, got ${JSON.stringify(startTime)}`,
    );
  }
  return Number(match[1]) * HOUR_SECONDS + Number(match[2]) * 60;
}

function toNs(seconds: number): bigint {
  return BigInt(seconds) * NS_PER_SECOND;
}
