/** System and error records: what the gateway says among the data. Version 1 has no codes: they follow from the text. */
import type { DbnVersion } from '#core/dbn/dbn-types';
import { readRow } from '#core/dbn/read-row';
import { recordLayout } from '#core/dbn/record-layouts';
import { RTYPE } from '#core/dbn/rtype';

export const SYSTEM = {
  heartbeat: 0,
  acknowledged: 1,
  slowReader: 2,
  replayCompleted: 3,
  endOfInterval: 4,
} as const;
export const GATEWAY_ERROR = {
  authFailed: 1,
  keyDeactivated: 2,
  connectionLimit: 3,
  symbolNotResolved: 4,
  invalidSubscription: 5,
  internal: 6,
  skipped: 7,
  replayAgedOut: 8,
} as const;
const UNKNOWN = 255;

export interface GatewayMessage {
  readonly kind: 'system' | 'error';
  readonly code: number;
  readonly text: string;
}

/** @param offset of a whole system or error record; `undefined` for other types, or of a size that is not theirs */
export function readGatewayMessage(
  bytes: Uint8Array,
  offset: number,
  version: DbnVersion,
): GatewayMessage | undefined {
  const rtype = bytes[offset + 1];
  if (rtype !== RTYPE.system && rtype !== RTYPE.error) return undefined;
  const layout = recordLayout(rtype, version)!;
  if (bytes[offset] * 4 < layout.bytes) return undefined;
  const row = readRow(layout, bytes, offset);
  const kind = rtype === RTYPE.system ? 'system' : 'error';
  const text = String(row[kind === 'system' ? 'msg' : 'err']);
  const inferred = kind === 'system' ? systemCode(text) : errorCode(text);
  return { kind, code: version === 1 ? inferred : Number(row['code']), text };
}

/** The schema of `Finished <schema> replay`. */
export function replayedSchema(text: string): string | undefined {
  return /^Finished (\S+) replay$/.exec(text)?.[1];
}

function systemCode(text: string): number {
  if (text === 'Heartbeat') return SYSTEM.heartbeat;
  if (text.startsWith('End of interval for ')) return SYSTEM.endOfInterval;
  if (/^Subscription request .* succeeded$/.test(text)) return SYSTEM.acknowledged;
  if (text.startsWith('Warning: slow reading')) return SYSTEM.slowReader;
  return replayedSchema(text) === undefined ? UNKNOWN : SYSTEM.replayCompleted;
}

function errorCode(text: string): number {
  if (text === 'User or API key deactivated') return GATEWAY_ERROR.keyDeactivated;
  if (text === 'User has reached their open connection limit') return GATEWAY_ERROR.connectionLimit;
  if (text === 'Internal error') return GATEWAY_ERROR.internal;
  if (text.startsWith('Failed to resolve symbol')) return GATEWAY_ERROR.symbolNotResolved;
  return text.startsWith('Slow client detected for ') ? GATEWAY_ERROR.skipped : UNKNOWN;
}
