/** Instants as people write them, exact to the nanosecond. */

/**
 * Nanoseconds since 1970 as digits, or ISO 8601 with up to nine decimals (UTC without a zone).
 *
 * @returns `undefined` for what is neither
 */
export function parseInstant(text: string): bigint | undefined {
  if (/^\d{1,20}$/.test(text)) return BigInt(text);
  const match = /^(\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?)?)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)?$/.exec(text);
  const ms = match ? Date.parse(`${withTime(match[1])}${match[3] ?? 'Z'}`) : NaN;
  if (!match || Number.isNaN(ms)) return undefined;
  return BigInt(ms) * 1_000_000n + BigInt((match[2] ?? '').padEnd(9, '0'));
}

function withTime(date: string): string {
  return date.includes('T') ? date : `${date}T00:00:00`;
}
