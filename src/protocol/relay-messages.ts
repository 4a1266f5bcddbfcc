/**
 * The text messages between relay and page, and the marks among its frames. Everything is JSON; 64-bit numbers are
 * decimal text.
 *
 *   relay: hello ──────────────> page       then at any time: status, lag, heartbeat; an error before it closes
 *   page:  start or resume ────> relay      once, and nothing else ever
 *   relay: binary frames ──────> page       marks stand among them where they happened
 */
import { fail, type Problem } from '#base/problem';
import type { PublishedServingSpec } from '#core/config/serving-spec';

/** Asked for and confirmed in the handshake; another version has another name. */
export const RELAY_SUBPROTOCOL = 'spymaster.relay.v1';
/** A second subprotocol of this beginning carries the token, so that it stands in no address. */
export const TOKEN_SUBPROTOCOL = 'spymaster.token.';
/** `…?serving=<alias or id>`: the feed of a serving. */
export const STREAM_PATH = '/v1/stream';
/** `…/<name>`: a feed by its own name, without a serving. */
export const FEEDS_PATH = '/v1/feeds';
/** The registry as a catalogue, JSON. */
export const SERVINGS_PATH = '/v1/servings';

/** WebSocket close codes as the relay uses them. */
export const CLOSE = {
  /** The feed has ended and everything was sent. */
  ended: 1000,
  /** The relay stops. */
  goingAway: 1001,
  /** The client broke the protocol or asked for what there is not: it must not simply try again. */
  refused: 1008,
  /** The feed failed, or the relay did. */
  failed: 1011,
  /** The client reads too slowly, or there are too many: try again later. */
  overloaded: 1013,
} as const;

/** `dbn`: the payloads are one DBN stream. `messages`: each payload is a message of the exchange or server. */
export type FeedEncoding = 'dbn' | 'messages';

export interface HelloMessage {
  readonly type: 'hello';
  readonly protocol: 1;
  /** Of this run of the feed: positions mean something only within it. */
  readonly session: string;
  readonly relay_time_ns: string;
  /** A client that receives nothing for three times as long should reconnect. */
  readonly heartbeat_ms: number;
  readonly feed: {
    readonly name: string;
    readonly adapter: string;
    readonly encoding: FeedEncoding;
    readonly description: string;
  };
  /** Where a serving was asked for: under which name, and the whole spec. */
  readonly serving?: { readonly serving_name: string; readonly spec: PublishedServingSpec };
  /** The trace that the client began, if it sent one. */
  readonly traceparent?: string;
}

export type FeedState =
  /** Reaching for the source. */
  | 'connecting'
  /** Receiving a snapshot or what happened before now. */
  | 'catching-up'
  | 'live'
  /** The source says nothing for longer than it may. */
  | 'stale'
  /** Lost; the next attempt is in `retry_in_ms`. */
  | 'waiting'
  | 'ended'
  /** Given up: `problem` says why. */
  | 'failed';

export interface StatusMessage {
  readonly type: 'status';
  readonly state: FeedState;
  readonly relay_time_ns: string;
  readonly attempt?: number;
  readonly retry_in_ms?: number;
  readonly problem?: Problem;
}

/** The client is behind; at `limit_bytes` it is cut off. */
export interface LagMessage {
  readonly type: 'lag';
  readonly behind_bytes: number;
  readonly limit_bytes: number;
}

export interface HeartbeatMessage {
  readonly type: 'heartbeat';
  readonly relay_time_ns: string;
}

/** Why the connection is about to be closed. */
export interface ErrorMessage {
  readonly type: 'error';
  readonly problem: Problem;
}

export type RelayMessage = HelloMessage | StatusMessage | LagMessage | HeartbeatMessage | ErrorMessage;

/** The beginning of an epoch: what was known before is to be forgotten, unless it `continues`. */
export interface EpochMark {
  readonly type: 'epoch';
  readonly epoch: number;
  readonly reason: 'start' | 'loop' | 'resync' | 'rotated';
  /** Whether a book built from here on is the whole book. */
  readonly exact: boolean;
  /** Who has read the epoch before to its end may go on and skip what this one repeats, `skip_bytes` of payload. */
  readonly continues: boolean;
  readonly skip_bytes: number;
  readonly dataset?: string;
  readonly symbols?: readonly string[];
}

/** Something is missing or was fetched again. Times are of the exchange, ns since 1970; `null` where not known. */
export interface GapMark {
  readonly type: 'gap';
  readonly from_ns: string | null;
  readonly to_ns: string | null;
  /** How what was missed came back: `no` is a hole. */
  readonly recovered: 'replay' | 'snapshot' | 'no';
  readonly reason: string;
}

/** The feed is over; nothing follows. */
export interface EndMark {
  readonly type: 'end';
  readonly problem?: Problem;
}

export type RelayMark = EpochMark | GapMark | EndMark;

/** What a client says, once, after `hello`. A place that is gone begins anew: the client sees it from the mark. */
export type ClientMessage =
  | { readonly type: 'start' }
  | { readonly type: 'resume'; readonly session: string; readonly epoch: number; readonly position: string };

/** How an object of a type must look: name of a field to what its value is. */
type Shape = Readonly<Record<string, (value: unknown) => boolean>>;

const isText = (value: unknown): boolean => typeof value === 'string';
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isFlag = (value: unknown): boolean => typeof value === 'boolean';
const isNs = (value: unknown): boolean => typeof value === 'string' && /^\d{1,20}$/.test(value);
const isProblem = (value: unknown): boolean =>
  isObject(value) && isText(value['code']) && isText(value['message']);
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
const optional = (check: (value: unknown) => boolean) => (value: unknown) =>
  value === undefined || check(value);
const oneOf =
  (...values: unknown[]) =>
  (value: unknown) =>
    values.includes(value);

const STATES = oneOf('connecting', 'catching-up', 'live', 'stale', 'waiting', 'ended', 'failed');

const MESSAGES: Readonly<Record<RelayMessage['type'], Shape>> = {
  hello: {
    protocol: oneOf(1),
    session: isText,
    relay_time_ns: isNs,
    heartbeat_ms: isCount,
    feed: (value) =>
      isObject(value) &&
      isText(value['name']) &&
      isText(value['adapter']) &&
      oneOf('dbn', 'messages')(value['encoding']),
    serving: optional((value) => isObject(value) && isText(value['serving_name']) && isObject(value['spec'])),
    traceparent: optional(isText),
  },
  status: {
    state: STATES,
    relay_time_ns: isNs,
    attempt: optional(isCount),
    retry_in_ms: optional(isCount),
    problem: optional(isProblem),
  },
  lag: { behind_bytes: isCount, limit_bytes: isCount },
  heartbeat: { relay_time_ns: isNs },
  error: { problem: isProblem },
};

const MARKS: Readonly<Record<RelayMark['type'], Shape>> = {
  epoch: {
    epoch: isCount,
    reason: oneOf('start', 'loop', 'resync', 'rotated'),
    exact: isFlag,
    continues: isFlag,
    skip_bytes: isCount,
    dataset: optional(isText),
    symbols: optional(isTexts),
  },
  gap: {
    from_ns: (value) => value === null || isNs(value),
    to_ns: (value) => value === null || isNs(value),
    recovered: oneOf('replay', 'snapshot', 'no'),
    reason: isText,
  },
  end: { problem: optional(isProblem) },
};

const CLIENT_MESSAGES: Readonly<Record<ClientMessage['type'], Shape>> = {
  start: {},
  resume: { session: isText, epoch: isCount, position: isNs },
};

/** @throws ProblemError `relay-stream/bad-message` */
export function parseRelayMessage(text: string): RelayMessage {
  return parse<RelayMessage>(text, MESSAGES, 'A message of the relay');
}

/** @throws ProblemError `relay-stream/bad-message` */
export function parseRelayMark(text: string): RelayMark {
  return parse<RelayMark>(text, MARKS, 'A mark of the relay');
}

/** @throws ProblemError `relay-stream/bad-message` */
export function parseClientMessage(text: string): ClientMessage {
  return parse<ClientMessage>(text, CLIENT_MESSAGES, 'A message of the client');
}

/** Fields that are not known are let through: a newer relay may say more. */
function parse<T extends { readonly type: string }>(
  text: string,
  shapes: Readonly<Record<T['type'], Shape>>,
  what: string,
): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return bad(`${what} is not JSON`);
  }
  const type = isObject(value) ? value['type'] : undefined;
  if (!isObject(value) || typeof type !== 'string' || !Object.hasOwn(shapes, type)) {
    return bad(`${what} is of no known type`);
  }
  for (const [name, fits] of Object.entries(shapes[type as T['type']])) {
    if (!fits(value[name])) bad(`${what} of type ${type} has no usable ${name}`);
  }
  return value as unknown as T;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function bad(what: string): never {
  return fail('relay-stream/bad-message', what);
}
