/**
 * The HTTP and WebSocket end of the relay.
 *
 *   GET /health, /metrics, /v1/servings        upgrade /v1/stream?serving=NAME, /v1/feeds/NAME
 *
 * Host, origin, token and limits are checked before an upgrade; what is wrong with the address itself is told over
 * the opened connection, because a page cannot read the answer to a refused upgrade.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type ServerOptions, type WebSocket } from 'ws';
import { problem, ProblemError, toProblem, type Problem } from '#base/problem';
import { servingCatalog } from '#core/config/serving-catalog';
import type { ServingRegistry } from '#core/config/serving-registry';
import { CLOSE, RELAY_SUBPROTOCOL, SERVINGS_PATH, type HelloMessage } from '#protocol/relay-messages';
import {
  hostNames,
  RateLimit,
  refuseBearer,
  refuseHost,
  refuseOrigin,
  refuseUpgrade,
  traceparentOf,
  type AdmissionRules,
  type Refusal,
} from '#relay/admission';
import { ClientSession, type ClientSocket } from '#relay/client-session';
import type { Clock } from '#relay/clock';
import type { Feed } from '#relay/feed';
import type { RelayLog } from '#relay/log';
import type { RelayMetrics } from '#relay/metrics';
import type { RelayConfig } from '#relay/relay-config';
import { routeStream } from '#relay/stream-route';
import { UpgradeSockets } from '#relay/upgrade-sockets';

/** What clients send is small and rare. */
const CLIENT_MESSAGE_BYTES = 1024;
const CLIENT_FRAGMENTS = 4;
const CLIENT_CHUNKS = 64;
const PINGS_PER_SECOND = 10;
const HEADER_BYTES = 8 << 10;
const REQUEST_MS = 5000;
const TICK_MS = 500;
/** What watches over a service has no token. */
const HEALTH_PATH = '/health';
/** After a close was asked for, the other side has so long to answer. */
const CLOSE_MS = 2000;

export interface ServerParts {
  readonly config: RelayConfig;
  readonly token: string | undefined;
  readonly feeds: ReadonlyMap<string, Feed>;
  /** Read anew for every client, so that a moved alias counts at once. */
  readonly registry: () => ServingRegistry;
  readonly clock: Clock;
  readonly log: RelayLog;
  readonly metrics: RelayMetrics;
}

export class RelayServer {
  readonly #parts: ServerParts;
  readonly #http: Server;
  readonly #sockets: WebSocketServer;
  readonly #upgrades = new UpgradeSockets();
  readonly #sessions = new Map<ClientSession, string>();
  readonly #rate: RateLimit;
  readonly #startedMs: number;
  #rules: AdmissionRules;
  #ticker: NodeJS.Timeout | undefined;

  constructor(parts: ServerParts) {
    this.#parts = parts;
    this.#startedMs = parts.clock.nowMs();
    this.#rate = new RateLimit(parts.config.limits.connectsPerMinute);
    this.#rules = { origins: new Set(parts.config.origins), hosts: new Set(), token: parts.token };
    this.#http = createServer(
      {
        maxHeaderSize: HEADER_BYTES,
        headersTimeout: REQUEST_MS,
        requestTimeout: REQUEST_MS,
        connectionsCheckingInterval: 1000,
      },
      (request, response) => void this.#answer(request, response),
    );
    this.#http.maxConnections = parts.config.limits.clients + 64;
    this.#http.on('upgrade', (request, socket, head) => {
      this.#upgrade(request, socket, head);
    });
    // The types of ws do not know its closeTimeout yet.
    const options: ServerOptions & { closeTimeout: number } = {
      noServer: true,
      perMessageDeflate: false,
      maxPayload: CLIENT_MESSAGE_BYTES,
      maxFragments: CLIENT_FRAGMENTS,
      maxBufferedChunks: CLIENT_CHUNKS,
      closeTimeout: CLOSE_MS,
      handleProtocols: () => RELAY_SUBPROTOCOL,
    };
    this.#sockets = new WebSocketServer(options);
  }

  /** @returns the port. @throws ProblemError `relay/cannot-listen` */
  async listen(): Promise<number> {
    const { host, port, hosts } = this.#parts.config;
    await new Promise<void>((resolve, reject) => {
      this.#http.once('error', (error: NodeJS.ErrnoException) => {
        const why = problem(
          'relay/cannot-listen',
          `The relay cannot listen on port ${port} (${error.code ?? 'error'})`,
          {
            tip: 'Is a relay running already? Otherwise choose another port or host.',
          },
        );
        reject(new ProblemError(why));
      });
      this.#http.listen(port, host, resolve);
    });
    const actual = (this.#http.address() as AddressInfo).port;
    this.#rules = { ...this.#rules, hosts: hostNames(host, actual, hosts) };
    this.#ticker = setInterval(() => {
      for (const session of this.#sessions.keys()) session.tick();
    }, TICK_MS);
    return actual;
  }

  /** Tells every client, and waits for none of them longer than a moment. */
  async close(): Promise<void> {
    clearInterval(this.#ticker);
    for (const session of [...this.#sessions.keys()]) {
      session.refuse(problem('relay/stopping', 'The relay stops'), CLOSE.goingAway);
    }
    const closed = new Promise<void>((resolve) => this.#http.close(() => resolve()));
    this.#http.closeIdleConnections();
    const forced = setTimeout(() => {
      this.#upgrades.destroyAll();
      this.#http.closeAllConnections();
    }, CLOSE_MS);
    await closed;
    clearTimeout(forced);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, headers } = request;
    const { origin } = headers;
    const refusal =
      refuseHost(headers, this.#rules) ??
      (origin === undefined ? undefined : refuseOrigin(headers, this.#rules));
    if (refusal) {
      this.#count(refusal);
      sendJson(response, refusal.status, { problem: problem(refusal.code, refusal.message) });
      return;
    }
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('Vary', 'Origin');
    if (origin !== undefined) response.setHeader('Access-Control-Allow-Origin', origin);
    if (method === 'OPTIONS' && origin !== undefined) {
      // A browser asks before it shows the token of a page.
      response.writeHead(204, { 'Access-Control-Allow-Headers': 'Authorization' }).end();
      return;
    }
    if (method !== 'GET') {
      response.writeHead(405, { Allow: 'GET' }).end();
      return;
    }
    try {
      const path = new URL(request.url ?? '', 'http://relay').pathname;
      const withoutToken = path === HEALTH_PATH ? undefined : refuseBearer(headers, this.#rules);
      if (withoutToken) {
        this.#count(withoutToken);
        response.setHeader('WWW-Authenticate', 'Bearer');
        sendJson(response, withoutToken.status, {
          problem: problem(withoutToken.code, withoutToken.message),
        });
        return;
      }
      await this.#page(path, response);
    } catch (error) {
      sendJson(response, 500, { problem: toProblem(error) });
    }
  }

  async #page(path: string, response: ServerResponse): Promise<void> {
    const { metrics, registry } = this.#parts;
    if (path === HEALTH_PATH) sendJson(response, 200, this.#health());
    else if (path === SERVINGS_PATH) sendJson(response, 200, servingCatalog(registry()));
    else if (path === '/metrics') {
      response.setHeader('Content-Type', metrics.contentType);
      response.end(await metrics.text());
    } else
      sendJson(response, 404, { problem: problem('relay/not-found', 'There is nothing at this address') });
  }

  #health() {
    const feeds = [...this.#parts.feeds.values()].map(({ name, adapter, status, clients }) => ({
      name,
      adapter: adapter.kind,
      state: status.state,
      ...(status.problem ? { problem: status.problem } : {}),
      clients,
    }));
    const failed = feeds.some((feed) => feed.state === 'failed');
    const uptimeSeconds = (this.#parts.clock.nowMs() - this.#startedMs) / 1000;
    return {
      status: failed ? 'degraded' : 'ok',
      uptime_s: uptimeSeconds,
      clients: this.#sessions.size,
      feeds,
    };
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#upgrades.take(socket);
    const refusal = refuseUpgrade(request.headers, this.#rules) ?? this.#refuseLoad(addressOf(request));
    if (refusal) {
      this.#count(refusal);
      this.#upgrades.refuse(socket, refusal);
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (client) => this.#accept(client, request));
  }

  #refuseLoad(address: string): Refusal | undefined {
    const { limits } = this.#parts.config;
    if (!this.#rate.allows(address, this.#parts.clock.nowMs())) {
      return {
        status: 429,
        code: 'relay/too-many-attempts',
        message: 'Too many connections were opened in a minute.',
      };
    }
    const ofAddress = [...this.#sessions.values()].filter((other) => other === address).length;
    if (this.#sessions.size < limits.clients && ofAddress < limits.clientsPerAddress) return undefined;
    return {
      status: 503,
      code: 'relay/too-many-clients',
      message: 'The relay has as many clients as it may have.',
    };
  }

  #accept(client: WebSocket, request: IncomingMessage): void {
    const { feeds, registry, config, clock, log, metrics } = this.#parts;
    const traceparent = traceparentOf(request.headers);
    try {
      const { feed, serving } = routeStream(request.url ?? '', feeds, registry);
      // Joining starts a feed on demand, and with it the session that hello names.
      feed.prepare();
      const hello: HelloMessage = {
        type: 'hello',
        protocol: 1,
        session: feed.session,
        relay_time_ns: String(clock.nowNs()),
        heartbeat_ms: config.limits.heartbeatMs,
        feed: {
          name: feed.name,
          adapter: feed.adapter.kind,
          encoding: feed.adapter.encoding,
          description: feed.adapter.description,
        },
        ...(serving ? { serving } : {}),
        ...(traceparent === undefined ? {} : { traceparent }),
      };
      const about = { feed: feed.name, serving: serving?.serving_name, traceparent };
      const session: ClientSession = new ClientSession({
        feed,
        socket: socketOf(client),
        limits: config.limits,
        metrics: metrics.ofFeed(feed.name),
        clock,
        hello,
        onClosed: (reason) => {
          this.#sessions.delete(session);
          log.info({ ...about, reason }, 'client gone');
        },
      });
      this.#sessions.set(session, addressOf(request));
      log.info(about, 'client');
      connect(client, session, clock);
    } catch (error) {
      this.#refuseOpened(client, toProblem(error), traceparent);
    }
  }

  #refuseOpened(client: WebSocket, why: Problem, traceparent: string | undefined): void {
    this.#parts.metrics.refused(why.code);
    this.#parts.log.info({ code: why.code, traceparent }, 'client refused');
    client.on('error', () => client.terminate());
    client.send(JSON.stringify({ type: 'error', problem: why }));
    client.close(CLOSE.refused, why.code);
  }

  #count(refusal: Refusal): void {
    this.#parts.metrics.refused(refusal.code);
    this.#parts.log.info({ code: refusal.code }, 'request refused');
  }
}

function connect(client: WebSocket, session: ClientSession, clock: Clock): void {
  let pings: number[] = [];
  client.on('message', (data, isBinary) => {
    session.received(isBinary ? undefined : (data as Buffer).toString('utf8'));
  });
  client.on('ping', () => {
    const now = clock.nowMs();
    pings = [...pings.filter((time) => now - time < 1000), now];
    if (pings.length > PINGS_PER_SECOND) client.terminate();
  });
  client.on('error', () => client.terminate());
  client.on('close', () => session.closed());
}

function socketOf(client: WebSocket): ClientSocket {
  return {
    get bufferedAmount() {
      return client.bufferedAmount;
    },
    send: (data, done) => client.send(data, done),
    close: (code, reason) => client.close(code, reason),
    terminate: () => client.terminate(),
  };
}

function addressOf(request: IncomingMessage): string {
  return request.socket.remoteAddress ?? '';
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response
    .writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' })
    .end(JSON.stringify(value));
}
