/**
 * The vendor's live gateway as a feed: a socket around `LiveSession`, and when to try again.
 *
 * Fields: `dataset`, `subscriptions` (list of `schema`, `symbols`, `stype_in`, `snapshot`, `start`), `key_env`,
 * `gateway` (host:port), `heartbeat_s`, `compression`, `ts_out`, `slow_reader`, `on_demand`, `description`.
 */
import { connect, type Socket } from 'node:net';
import { ProblemError, toProblem } from '#base/problem';
import { createZstdDecompressor } from '#core/io/zstd';
import type { AdapterFactory, AdapterParts } from '#relay/adapters';
import { badConfig, type ConfigFields } from '#relay/config-fields';
import { ApiKey } from '#relay/databento/api-key';
import { GATEWAY_ERROR, SYSTEM, type GatewayMessage } from '#relay/databento/gateway-message';
import { closedByGateway } from '#relay/databento/gateway-failure';
import { LiveSession, type LiveEvent, type LiveOptions } from '#relay/databento/live-session';
import { LiveStream } from '#relay/databento/live-stream';
import { checkSubscription, LIVE_STYPES, type Subscription } from '#relay/databento/subscription';
import type { FeedAdapter, FeedSink } from '#relay/feed-adapter';
import { failure, type LiveFailure } from '#relay/live-failure';
import { RetryPolicy } from '#relay/retry-policy';
import { secretOf } from '#relay/secret';

const STOPPED = failure('live/stopped', 'The feed was stopped', 'no');
const CONNECT_MS = 10_000;
const WATCH_MS = 250;
const CLIENT = 'Spymaster relay/0.1';
const PORT = 13_000;
const HOST_LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

interface Settings extends Omit<LiveOptions, 'subscriptions' | 'zstd' | 'client'> {
  readonly host: string;
  readonly port: number;
  readonly subscriptions: readonly Subscription[];
  readonly zstd: boolean;
}

export const databentoAdapter: AdapterFactory = (fields, parts) => {
  const settings = readSettings(fields, parts);
  const onDemand = fields.flag('on_demand', false);
  const asked = settings.subscriptions.map(
    ({ schema, symbols }) => `${schema} of ${symbols.slice(0, 3).join(', ')}`,
  );
  const description = fields.text('description', `${settings.dataset}: ${asked.join('; ')}`);
  return {
    kind: 'databento',
    encoding: 'dbn',
    description,
    onDemand,
    run: (sink, signal) => new Running(settings, parts, sink, signal).run(),
  } satisfies FeedAdapter;
};

function readSettings(fields: ConfigFields, { env }: AdapterParts): Settings {
  const dataset = fields.text('dataset');
  const label = dataset.toLowerCase().replaceAll('.', '-');
  if (!HOST_LABEL.test(label)) badConfig(fields.pathOf('dataset'), 'a dataset such as GLBX.MDP3', dataset);
  const gateway = fields.text('gateway', `${label}.lsg.databento.com:${PORT}`);
  const address = /^(.+):(\d{1,5})$/.exec(gateway);
  if (!address) return badConfig(fields.pathOf('gateway'), 'host:port', gateway);
  const subscriptions = fields.list('subscriptions').map(readSubscription);
  return {
    host: address[1].replace(/^\[(.*)\]$/, '$1'),
    port: Number(address[2]),
    key: new ApiKey(secretOf(env, fields.text('key_env', 'DATABENTO_API_KEY'))),
    dataset,
    subscriptions,
    tsOut: fields.flag('ts_out', false),
    heartbeatSeconds: fields.whole('heartbeat_s', 5, 1800, 10),
    slowReader: fields.has('slow_reader')
      ? fields.choice<'skip' | 'warn'>('slow_reader', ['skip', 'warn'])
      : undefined,
    zstd: fields.choice('compression', ['none', 'zstd'], 'none') === 'zstd',
  };
}

function readSubscription(fields: ConfigFields): Subscription {
  const start = fields.optionalRaw('start');
  const subscription: Subscription = {
    schema: fields.text('schema', 'mbo'),
    symbols: fields.texts('symbols'),
    stypeIn: fields.choice('stype_in', LIVE_STYPES, 'raw_symbol'),
    snapshot: fields.flag('snapshot', false),
    start: Number.isSafeInteger(start) ? BigInt(start as number) : fields.optionalText('start'),
  };
  fields.finish();
  checkSubscription(subscription);
  return subscription;
}

/** The feed from its start to its end, over as many sessions as it takes. */
class Running {
  readonly #stream: LiveStream;
  readonly #retries: RetryPolicy;

  constructor(
    private readonly settings: Settings,
    private readonly parts: AdapterParts,
    private readonly sink: FeedSink,
    private readonly signal: AbortSignal,
  ) {
    this.#retries = new RetryPolicy(parts.random);
    this.#stream = new LiveStream({
      dataset: settings.dataset,
      subscriptions: settings.subscriptions,
      sink,
      heard: (message) => this.#heard(message),
    });
  }

  async run(): Promise<void> {
    const { clock, log } = this.parts;
    let anew = false;
    for (let attempt = 1; ; attempt++) {
      this.sink.state('connecting', { attempt });
      const startedMs = clock.nowMs();
      const why = await this.#session(this.#stream.plan(clock.nowNs(), anew));
      if (this.signal.aborted) return;
      const delayMs = this.#retries.delayAfter(why.retry, clock.nowMs() - startedMs);
      log.warn({ problem: why.problem, retryInMs: delayMs }, 'session ended');
      if (delayMs === undefined) throw new ProblemError(why.problem);
      anew = why.retry === 'resync';
      this.sink.state('waiting', { attempt, retryInMs: delayMs, problem: why.problem });
      await clock.sleep(delayMs, this.signal);
      if (this.signal.aborted) return;
    }
  }

  /** One connection from beginning to end. */
  async #session(subscriptions: readonly Subscription[]): Promise<LiveFailure> {
    const { settings, signal } = this;
    const zstd = settings.zstd ? await createZstdDecompressor() : undefined;
    if (signal.aborted) {
      zstd?.close();
      return STOPPED;
    }
    const session = new LiveSession(
      { ...settings, subscriptions, client: CLIENT, zstd },
      this.parts.clock.nowMs(),
    );
    const over = new AbortController();
    const socket = connect({ host: settings.host, port: settings.port });
    const ended = new Promise<LiveFailure>((resolve) => {
      const end = (why: LiveFailure) => {
        resolve(why);
        over.abort();
        socket.destroy();
      };
      // Nobody above an event of a socket could catch what the sink throws, such as that the disk is full.
      const handle = (next: () => readonly LiveEvent[]) => {
        try {
          for (const event of next()) {
            if (event.kind === 'failed') end(this.#withErrors(event.failure));
            else this.#handle(event, socket);
          }
        } catch (error) {
          end({ problem: toProblem(error), retry: 'no' });
        }
      };
      const isWaiting = AbortSignal.any([over.signal, signal]);
      signal.addEventListener('abort', () => end(STOPPED), { signal: over.signal });
      socket.on('data', (bytes) => handle(() => session.receive(bytes, this.parts.clock.nowMs())));
      socket.on('error', () =>
        end(failure('live/connection', 'The connection to the gateway failed', 'backoff')),
      );
      socket.on('close', () => handle(() => session.closed()));
      void this.#watch(socket, session, isWaiting, end, handle);
    });
    return ended.finally(() => zstd?.close());
  }

  /** Time limits: of connecting, of authentication, of silence. */
  async #watch(
    socket: Socket,
    session: LiveSession,
    isOver: AbortSignal,
    end: (why: LiveFailure) => void,
    handle: (next: () => readonly LiveEvent[]) => void,
  ): Promise<void> {
    const { clock } = this.parts;
    await Promise.race([
      clock.sleep(CONNECT_MS, isOver),
      new Promise((resolve) => socket.once('connect', resolve)),
    ]);
    if (socket.connecting && !isOver.aborted)
      end(failure('live/connect-timeout', 'The gateway did not answer', 'backoff'));
    while (!isOver.aborted) {
      // In short steps, because what arrives moves the deadline, also to earlier.
      await clock.sleep(Math.min(WATCH_MS, Math.max(0, session.deadlineMs - clock.nowMs())), isOver);
      if (!isOver.aborted) handle(() => session.expire(clock.nowMs()));
    }
  }

  #handle(event: Exclude<LiveEvent, { kind: 'failed' }>, socket: Socket): void {
    switch (event.kind) {
      case 'send':
        socket.write(event.text);
        break;
      case 'started':
        this.parts.log.info(
          { session: event.sessionId, gateway: event.gateway, key: this.settings.key.bucket },
          'session started',
        );
        break;
      default:
        this.#stream.take(event);
    }
  }

  /** What the gateway had said before it closed is why. */
  #withErrors(why: LiveFailure): LiveFailure {
    const errors = this.#stream.fatalErrors;
    return errors.length === 0 ? why : closedByGateway(errors);
  }

  #heard({ kind, code, text }: GatewayMessage): void {
    if (kind === 'system' && code === SYSTEM.heartbeat) return;
    const isBad = kind === 'error' || code === SYSTEM.slowReader;
    this.parts.log[isBad ? 'warn' : 'info']({ kind, code, text }, 'gateway');
    if (kind === 'error' && code === GATEWAY_ERROR.skipped) {
      this.sink.gap({ from_ns: null, to_ns: null, recovered: 'no', reason: 'the gateway skipped records' });
    }
  }
}
