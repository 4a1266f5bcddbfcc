/**
 * The gateway's end of a session, without I/O: greets, checks the answer, reads subscriptions, and says when to
 * stream. Conforms to what the vendor's own clients expect: exactly the keys of the protocol, no trailing bar.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { LineReader, parseFields } from '#relay/databento/control-line';
import { LIVE_STYPES, type LiveStype } from '#relay/databento/subscription';

export interface GatewayRules {
  readonly keys: readonly string[];
  readonly challenge: string;
  readonly sessionId: string;
  /** Says no to everyone, with this text. */
  readonly refusal?: string | undefined;
}

/** As asked for; chunks are joined. */
export interface AskedSubscription {
  readonly schema: string;
  readonly stypeIn: LiveStype;
  readonly id: number;
  readonly symbols: readonly string[];
  readonly snapshot: boolean;
  readonly start: string | undefined;
}

export interface SessionOptions {
  readonly dataset: string;
  readonly tsOut: boolean;
  readonly compression: string;
  readonly heartbeatSeconds: number;
  readonly client: string;
}

export type GatewayEvent =
  | { readonly kind: 'send'; readonly text: string }
  | {
      readonly kind: 'started';
      readonly options: SessionOptions;
      readonly subscriptions: readonly AskedSubscription[];
    }
  | { readonly kind: 'subscribed'; readonly subscription: AskedSubscription }
  /** After the start there are only records: an error record of this text, then the close. */
  | { readonly kind: 'error'; readonly text: string }
  | { readonly kind: 'close' };

type State = 'greeted' | 'authenticated' | 'started' | 'closed';

const AUTH_FIELDS = [
  'auth',
  'dataset',
  'encoding',
  'ts_out',
  'compression',
  'client',
  'heartbeat_interval_s',
  'slow_reader_behavior',
];
const SUBSCRIPTION_FIELDS = ['schema', 'stype_in', 'start', 'id', 'symbols', 'snapshot', 'is_last'];
const DEFAULT_HEARTBEAT_S = 30;

export class GatewaySession {
  readonly #rules: GatewayRules;
  readonly #lines = new LineReader();
  #state: State = 'greeted';
  #options: SessionOptions | undefined;
  readonly #subscriptions: AskedSubscription[] = [];
  /** Chunks of a subscription that is not complete. */
  #partial: AskedSubscription | undefined;
  /** Everything the client said. */
  readonly received: string[] = [];

  constructor(rules: GatewayRules) {
    this.#rules = rules;
  }

  /** The first line, to be written in one piece, and the second. */
  greeting(): readonly [greeting: string, challenge: string] {
    return ['lsg_version=0.8.0\n', `cram=${this.#rules.challenge}\n`];
  }

  receive(bytes: Uint8Array): GatewayEvent[] {
    this.#lines.push(bytes);
    const events: GatewayEvent[] = [];
    for (let line; this.#state !== 'closed' && (line = this.#lines.next()) !== undefined;) {
      this.received.push(line);
      events.push(...this.#line(line));
    }
    return events;
  }

  #line(line: string): GatewayEvent[] {
    const fields = parseFields(line);
    if (this.#state === 'greeted') return this.#authenticate(fields);
    if (fields.has('start_session')) return this.#start();
    const unknown = [...fields.keys()].find((key) => !SUBSCRIPTION_FIELDS.includes(key));
    return unknown === undefined
      ? this.#subscribe(fields)
      : this.#refuse(`Unknown subscription param '${unknown}'`);
  }

  #authenticate(fields: ReadonlyMap<string, string>): GatewayEvent[] {
    const unknown = [...fields.keys()].find((key) => !AUTH_FIELDS.includes(key));
    if (unknown !== undefined) return this.#refuse(`Unknown subscription param '${unknown}'`);
    if (!this.#isKnown(fields.get('auth') ?? '')) return this.#refuse('Authentication failed.');
    if (this.#rules.refusal !== undefined) return this.#refuse(this.#rules.refusal);
    this.#options = {
      dataset: fields.get('dataset') ?? '',
      tsOut: fields.get('ts_out') === '1',
      compression: fields.get('compression') ?? 'none',
      heartbeatSeconds: Number(fields.get('heartbeat_interval_s') ?? DEFAULT_HEARTBEAT_S),
      client: fields.get('client') ?? '',
    };
    this.#state = 'authenticated';
    return [{ kind: 'send', text: `success=1|session_id=${this.#rules.sessionId}\n` }];
  }

  #isKnown(answer: string): boolean {
    const given = createHash('sha256').update(answer).digest();
    let isKnown = false;
    for (const key of this.#rules.keys) {
      const hash = createHash('sha256').update(`${this.#rules.challenge}|${key}`).digest('hex');
      const wanted = createHash('sha256')
        .update(`${hash}-${key.slice(-5)}`)
        .digest();
      if (timingSafeEqual(given, wanted)) isKnown = true;
    }
    return isKnown;
  }

  #subscribe(fields: ReadonlyMap<string, string>): GatewayEvent[] {
    const chunk: AskedSubscription = {
      schema: fields.get('schema') ?? '',
      stypeIn: LIVE_STYPES.find((stype) => stype === fields.get('stype_in')) ?? 'raw_symbol',
      id: Number(fields.get('id') ?? 0),
      symbols: (fields.get('symbols') ?? '').split(','),
      snapshot: fields.get('snapshot') === '1',
      start: fields.get('start'),
    };
    const before = this.#partial;
    const joined = before ? { ...chunk, symbols: [...before.symbols, ...chunk.symbols] } : chunk;
    this.#partial = fields.get('is_last') === '0' ? joined : undefined;
    if (this.#partial) return [];
    if (this.#state === 'started') {
      return joined.start === undefined
        ? [{ kind: 'subscribed', subscription: joined }]
        : this.#refuse('A subscription after the start cannot have a start');
    }
    this.#subscriptions.push(joined);
    return [];
  }

  #start(): GatewayEvent[] {
    if (this.#state === 'started') return this.#refuse('The session was started already');
    this.#state = 'started';
    return [{ kind: 'started', options: this.#options!, subscriptions: this.#subscriptions }];
  }

  #refuse(text: string): GatewayEvent[] {
    const wasStarted = this.#state === 'started';
    this.#state = 'closed';
    return [
      wasStarted ? { kind: 'error', text } : { kind: 'send', text: `success=0|error=${text}\n` },
      { kind: 'close' },
    ];
  }
}
