/** What the gateway's own reasons for ending a session mean. */
import { GATEWAY_ERROR, type GatewayMessage } from '#relay/databento/gateway-message';
import { failure, type LiveFailure, type Retry } from '#relay/live-failure';

/** @param text of the gateway's refusal */
export function refusedAuthentication(text: string): LiveFailure {
  const message = `The gateway refuses: ${text}`;
  if (text.includes('Authentication failed') || text.includes('deactivated')) {
    return failure('live/key-refused', message, 'no', 'Check the key in the environment of the relay.');
  }
  if (text.includes('license')) {
    return failure('live/no-licence', message, 'no', 'Live data needs a licence of its own for the dataset.');
  }
  if (text.includes('connection limit')) return failure('live/connection-limit', message, 'limit');
  return failure('live/refused', message, 'once');
}

const RETRIES: Readonly<Record<number, Retry>> = {
  [GATEWAY_ERROR.authFailed]: 'no',
  [GATEWAY_ERROR.keyDeactivated]: 'no',
  [GATEWAY_ERROR.connectionLimit]: 'limit',
  [GATEWAY_ERROR.invalidSubscription]: 'no',
  [GATEWAY_ERROR.replayAgedOut]: 'resync',
};

/** Errors after which the session goes on. */
export function isFatal({ kind, code }: GatewayMessage): boolean {
  return kind === 'error' && code !== GATEWAY_ERROR.symbolNotResolved && code !== GATEWAY_ERROR.skipped;
}

/** The connection ended. @param errors fatal ones that came before, oldest first */
export function closedByGateway(errors: readonly GatewayMessage[]): LiveFailure {
  if (errors.length === 0) return failure('live/closed', 'The gateway closed the session', 'backoff');
  const texts = errors.map(({ text }) => text).join('; ');
  const retries = errors.map(({ code }) => RETRIES[code] ?? 'backoff');
  const strictest = (['no', 'resync', 'limit', 'backoff'] as const).find((retry) => retries.includes(retry));
  return failure('live/gateway-error', `The gateway ended the session: ${texts}`, strictest ?? 'backoff');
}
