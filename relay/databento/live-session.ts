/**
 * The client's end of one session with the gateway, without I/O: is given bytes and the time, answers with what is to
 * be sent and what was received.
 *
 *   greeting → challenge ─auth→ reply ─subscriptions, start→ metadata, records … until the close
 */
import { ProblemError, type Problem } from '#base/problem';
import { DbnFramer, type FramedPart } from '#core/dbn/dbn-framer';
import type { Decompressor } from '#core/io/decompress';
import type { ApiKey } from '#relay/databento/api-key';
import { formatFields, LineReader, parseFields } from '#relay/databento/control-line';
import { closedByGateway, refusedAuthentication } from '#relay/databento/gateway-failure';
import { failure, type LiveFailure } from '#relay/live-failure';
import { subscriptionLines, type Subscription } from '#relay/databento/subscription';

export interface LiveOptions {
  readonly key: ApiKey;
  readonly dataset: string;
  readonly subscriptions: readonly Subscription[];
  /** Name and version of this program. */
  readonly client: string;
  readonly tsOut: boolean;
  readonly heartbeatSeconds?: number | undefined;
  readonly slowReader?: 'skip' | 'warn' | undefined;
  /** For a compressed session. */
  readonly zstd?: Decompressor | undefined;
}

export type LiveEvent =
  /** Whole lines. */
  | { readonly kind: 'send'; readonly text: string }
  /** The session id is text: it may exceed 2^53. */
  | { readonly kind: 'started'; readonly sessionId: string; readonly gateway: string }
  | FramedPart
  /** Nothing follows; the connection is to be closed. */
  | { readonly kind: 'failed'; readonly failure: LiveFailure };

/** Connecting has a limit of its own. */
const AUTHENTICATION_MS = 30_000;
/** What a gateway does that was not asked for an interval. */
const DEFAULT_HEARTBEAT_S = 30;
const SILENCE_MARGIN_MS = 5000;
const MAX_METADATA_BYTES = 16 << 20;

type State = 'greeting' | 'challenge' | 'reply' | 'streaming' | 'over';

export class LiveSession {
  readonly #options: LiveOptions;
  readonly #lines = new LineReader();
  readonly #framer = new DbnFramer(MAX_METADATA_BYTES);
  #state: State = 'greeting';
  #gateway = '';
  /** Of subscriptions, from 1. */
  #lastId: number;
  #deadlineMs: number;

  /** @throws ProblemError `live/bad-subscription` */
  constructor(options: LiveOptions, nowMs: number) {
    this.#options = options;
    this.#lastId = options.subscriptions.length;
    this.#deadlineMs = nowMs + AUTHENTICATION_MS;
    for (const subscription of options.subscriptions) subscriptionLines(subscription, 1);
  }

  /** When `expire` is to be called if nothing arrives before. */
  get deadlineMs(): number {
    return this.#deadlineMs;
  }

  /** Parts of the stream are views, valid until the next call. */
  receive(bytes: Uint8Array, nowMs: number): LiveEvent[] {
    if (this.#state === 'over') return [];
    try {
      if (this.#state === 'streaming') return this.#stream(bytes, nowMs);
      this.#lines.push(bytes);
      return this.#converse(nowMs);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      return [this.#fail({ problem: error.problem, retry: 'backoff' })];
    }
  }

  /** Asks for more in a session that has started; a start is not possible any more. @throws ProblemError `live/bad-subscription` */
  subscribe(subscription: Subscription): LiveEvent {
    const { start: _, ...now } = subscription;
    const lines = subscriptionLines(now, ++this.#lastId);
    return { kind: 'send', text: lines.map((line) => `${line}\n`).join('') };
  }

  /** The other side has closed. */
  closed(): LiveEvent[] {
    if (this.#state === 'over') return [];
    if (this.#state === 'streaming') return [this.#fail(closedByGateway([]))];
    const why = failure(
      'live/closed-early',
      'The gateway closed the connection during authentication',
      'backoff',
    );
    return [this.#fail(why)];
  }

  /** To be called at the deadline. */
  expire(nowMs: number): LiveEvent[] {
    if (this.#state === 'over' || nowMs < this.#deadlineMs) return [];
    const why =
      this.#state === 'streaming'
        ? failure('live/silence', `The gateway was silent for ${this.#silenceMs / 1000} s`, 'backoff')
        : failure('live/slow-authentication', 'The gateway did not finish authentication in 30 s', 'backoff');
    return [this.#fail(why)];
  }

  #converse(nowMs: number): LiveEvent[] {
    const events: LiveEvent[] = [];
    while (!this.#is('streaming') && !this.#is('over')) {
      const line = this.#lines.next();
      if (line === undefined) return events;
      events.push(...this.#line(line, nowMs));
    }
    // What came with the reply belongs to the stream.
    const rest = this.#lines.takeRest();
    if (this.#is('streaming') && rest.length > 0) events.push(...this.#stream(rest, nowMs));
    return events;
  }

  #line(line: string, nowMs: number): LiveEvent[] {
    const fields = parseFields(line);
    switch (this.#state) {
      case 'greeting':
        if (!fields.has('lsg_version')) return [this.#notAGateway('its greeting')];
        this.#gateway = fields.get('lsg_version') ?? '';
        this.#state = 'challenge';
        return [];
      case 'challenge': {
        const challenge = fields.get('cram');
        if (challenge === undefined || challenge === '') return [this.#notAGateway('its challenge')];
        this.#state = 'reply';
        return [{ kind: 'send', text: this.#authLine(challenge) }];
      }
      default:
        return this.#reply(fields, nowMs);
    }
  }

  #reply(fields: ReadonlyMap<string, string>, nowMs: number): LiveEvent[] {
    if (fields.get('success') !== '1') {
      return [this.#fail(refusedAuthentication(fields.get('error') ?? 'without a reason'))];
    }
    this.#state = 'streaming';
    this.#deadlineMs = nowMs + this.#silenceMs;
    const lines = this.#options.subscriptions.flatMap((each, i) => subscriptionLines(each, i + 1));
    return [
      { kind: 'send', text: [...lines, 'start_session', ''].join('\n') },
      { kind: 'started', sessionId: fields.get('session_id') ?? '', gateway: this.#gateway },
    ];
  }

  #authLine(challenge: string): string {
    const { key, dataset, tsOut, client, heartbeatSeconds, slowReader, zstd } = this.#options;
    const fields = {
      auth: key.answer(challenge),
      dataset,
      encoding: 'dbn',
      ts_out: tsOut ? 1 : 0,
      compression: zstd ? 'zstd' : 'none',
      client,
      heartbeat_interval_s: heartbeatSeconds,
      slow_reader_behavior: slowReader,
    };
    return `${formatFields(fields)}\n`;
  }

  #stream(bytes: Uint8Array, nowMs: number): LiveEvent[] {
    this.#deadlineMs = nowMs + this.#silenceMs;
    const events: LiveEvent[] = [];
    const { zstd } = this.#options;
    const damage = zstd?.push(bytes, (piece) => events.push(...this.#framer.push(piece.slice())));
    if (!zstd) events.push(...this.#framer.push(bytes));
    const problem: Problem | undefined = this.#framer.problem ?? damage;
    if (problem) events.push(this.#fail({ problem, retry: 'backoff' }));
    return events;
  }

  #notAGateway(what: string): LiveEvent {
    const tip = 'Check host and port of the feed.';
    return this.#fail(
      failure('live/not-a-gateway', `The other side is no gateway: ${what} is not one`, 'once', tip),
    );
  }

  #fail(why: LiveFailure): LiveEvent {
    this.#state = 'over';
    this.#deadlineMs = Infinity;
    return { kind: 'failed', failure: why };
  }

  #is(state: State): boolean {
    return this.#state === state;
  }

  get #silenceMs(): number {
    return (this.#options.heartbeatSeconds ?? DEFAULT_HEARTBEAT_S) * 1000 + SILENCE_MARGIN_MS;
  }
}
