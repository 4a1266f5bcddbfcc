/** Who may speak to the relay at all, decided from the request before anything is upgraded or answered. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isIPv6 } from 'node:net';
import { RELAY_SUBPROTOCOL, TOKEN_SUBPROTOCOL } from '#protocol/relay-messages';

export interface AdmissionRules {
  /** Exactly as browsers write them: `http://localhost:5174`. */
  readonly origins: ReadonlySet<string>;
  /** `name:port` or, behind a proxy on a scheme's own port, `name`; lower case. */
  readonly hosts: ReadonlySet<string>;
  /** What every client must present, where the relay can be reached from other machines. */
  readonly token: string | undefined;
}

export interface Refusal {
  readonly status: 400 | 401 | 403 | 426 | 429 | 503;
  /** `relay/…`; a constant of ours, never text of the request. */
  readonly code: string;
  readonly message: string;
}

/** For every request, upgrade or not. */
export function refuseHost(headers: IncomingHttpHeaders, rules: AdmissionRules): Refusal | undefined {
  const host = headers.host?.toLowerCase();
  if (host !== undefined && rules.hosts.has(host)) return undefined;
  return { status: 403, code: 'relay/bad-host', message: 'The relay is not known by this name.' };
}

/** A browser names the origin of its page in every request to another one. */
export function refuseOrigin(headers: IncomingHttpHeaders, rules: AdmissionRules): Refusal | undefined {
  const { origin } = headers;
  if (origin !== undefined && rules.origins.has(origin)) return undefined;
  return { status: 403, code: 'relay/bad-origin', message: 'Pages of this origin may not use the relay.' };
}

export function refuseUpgrade(headers: IncomingHttpHeaders, rules: AdmissionRules): Refusal | undefined {
  return (
    refuseHost(headers, rules) ??
    refuseOrigin(headers, rules) ??
    refuseProtocol(headers) ??
    refuseToken(tokenAmong(offeredProtocols(headers)), rules.token)
  );
}

/** Requests that are no upgrade show the token as `Authorization: Bearer TOKEN`. */
export function refuseBearer(headers: IncomingHttpHeaders, rules: AdmissionRules): Refusal | undefined {
  return refuseToken(/^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1], rules.token);
}

function refuseProtocol(headers: IncomingHttpHeaders): Refusal | undefined {
  if (offeredProtocols(headers).includes(RELAY_SUBPROTOCOL)) return undefined;
  return {
    status: 426,
    code: 'relay/bad-protocol',
    message: `The client must offer the subprotocol ${RELAY_SUBPROTOCOL}.`,
  };
}

function tokenAmong(offered: readonly string[]): string | undefined {
  return offered.find((name) => name.startsWith(TOKEN_SUBPROTOCOL))?.slice(TOKEN_SUBPROTOCOL.length);
}

function refuseToken(shown: string | undefined, token: string | undefined): Refusal | undefined {
  if (token === undefined) return undefined;
  if (shown !== undefined && timingSafeEqual(digest(shown), digest(token))) return undefined;
  return { status: 401, code: 'relay/bad-token', message: 'The token is missing or wrong.' };
}

function offeredProtocols(headers: IncomingHttpHeaders): readonly string[] {
  return (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
}

/** Of equal length for every text, so that comparing takes the same time. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

const WITH_PORT = /^[^:]+:\d+$|\]:\d+$/;

/**
 * What `Host` may be for a server that listens on `host`.
 *
 * @param more further names, for a host that is not loopback: with a port that one only, without one the server's
 *   own and none, because a proxy in front of it is reached at the port of its scheme
 */
export function hostNames(host: string, port: number, more: readonly string[]): Set<string> {
  const own = isLoopback(host) ? ['localhost', '127.0.0.1', '::1', host] : [host];
  const further = isLoopback(host) ? [] : more;
  const names = [
    ...own.map((name) => `${bracketed(name)}:${port}`),
    ...further.flatMap((name) =>
      WITH_PORT.test(name) ? [name] : [bracketed(name), `${bracketed(name)}:${port}`],
    ),
  ];
  return new Set(names.map((name) => name.toLowerCase()));
}

function bracketed(name: string): string {
  return isIPv6(name) ? `[${name}]` : name;
}

const TRACEPARENT = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The trace that a client began, where the header is well-formed. */
export function traceparentOf(headers: IncomingHttpHeaders): string | undefined {
  const value = headers['traceparent'];
  return typeof value === 'string' && TRACEPARENT.test(value) ? value : undefined;
}

/** At most `limit` events per minute and address, counted in a sliding window. */
export class RateLimit {
  readonly #times = new Map<string, number[]>();

  constructor(private readonly limit: number) {}

  /** Counts one, unless there were too many. */
  allows(address: string, nowMs: number): boolean {
    if (this.#times.size > MAX_ADDRESSES) this.#times.clear();
    const recent = (this.#times.get(address) ?? []).filter((time) => nowMs - time < 60_000);
    this.#times.set(address, recent);
    if (recent.length >= this.limit) return false;
    recent.push(nowMs);
    return true;
  }
}

/** So many addresses are an attack, which shall not cost memory. */
const MAX_ADDRESSES = 10_000;
