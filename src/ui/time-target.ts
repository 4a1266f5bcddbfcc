import type { SessionState } from '#app/model';
import { parseTime, type ZoneName } from '#ui/zone-time';

export type TimeTarget =
  | { readonly kind: 'empty' }
  | { readonly kind: 'bin'; readonly bin: number }
  | { readonly kind: 'refused'; readonly reason: string };

/** The loaded bin that a typed time (`14:30:05`) or bin (`#1200`) means. */
export function timeTarget(
  text: string,
  zone: ZoneName,
  session: Pick<SessionState, 'firstBinStartNs' | 'cellWidthNs' | 'bins'>,
  playhead: number,
): TimeTarget {
  const trimmed = text.trim();
  if (trimmed === '') return { kind: 'empty' };
  const { firstBinStartNs, cellWidthNs, bins } = session;
  const cell = BigInt(cellWidthNs);
  const numbered = /^#(\d{1,9})$/.exec(trimmed);
  if (numbered) return inRange(Number(numbered[1]), bins);
  const nearNs = firstBinStartNs + BigInt(Math.max(0, playhead)) * cell;
  const tsNs = parseTime(trimmed, zone, nearNs);
  if (tsNs === undefined) return { kind: 'refused', reason: 'Not a time' };
  if (tsNs < firstBinStartNs) return { kind: 'refused', reason: 'Before the first bin' };
  return inRange(Number((tsNs - firstBinStartNs) / cell), bins);
}

function inRange(bin: number, bins: number): TimeTarget {
  return bin < bins ? { kind: 'bin', bin } : { kind: 'refused', reason: 'After the last loaded bin' };
}
