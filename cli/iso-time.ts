/** ISO 8601 in UTC with nanoseconds. @param ns since 1970 */
export function isoTime(ns: bigint): string {
  const whole = ns / 1_000_000_000n;
  return `${new Date(Number(whole) * 1000).toISOString().slice(0, 19)}.${String(ns % 1_000_000_000n).padStart(9, '0')}Z`;
}
