/** Times as the service writes them: `2026-01-06T00:00:00.000000000Z`, `2026-01-06 00:00:00+00:00`, `2026-01-06`. */
const TIME = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)?$/;

/** UTC ns; `undefined` for anything else. Without a zone UTC is meant. */
export function parseApiTime(text: string): bigint | undefined {
  const match = TIME.exec(text);
  if (!match) return undefined;
  const [, date, clock = '00:00', decimals = '', zone = 'Z'] = match;
  const colons = zone.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2');
  const ms = Date.parse(`${date}T${clock}${colons}`);
  // `Date.parse` takes 31 June for 1 July.
  if (Number.isNaN(ms) || new Date(`${date}T00:00Z`).toISOString().slice(0, 10) !== date) return undefined;
  return BigInt(ms) * 1_000_000n + BigInt(decimals.padEnd(9, '0'));
}
