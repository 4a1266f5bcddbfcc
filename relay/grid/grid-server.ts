/**
 * Grids for other clients of the stream contract (vacuum-pressure.md section 17): one `runtime_config`, then per bin a
 * `grid_update` and its Arrow message; a setup failure is one error message and close code 1008. The messages are
 * made by the caller; here they are paced by the reader.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { fail, problem, ProblemError, toProblem } from '#base/problem';
import { GRID_STREAM_PATH } from '#protocol/grid-stream-path';
import { CLOSE } from '#protocol/relay-messages';
import { hostNames, refuseHost, refuseOrigin, type AdmissionRules, type Refusal } from '#relay/admission';
import { UpgradeSockets } from '#relay/upgrade-sockets';

/** Bytes that a reader may leave waiting before the stream waits for it. */
const WAITING_BYTES = 4 << 20;
const HEADER_BYTES = 8 << 10;
const REQUEST_MS = 5000;
/** Connections beyond those of clients: who is about to be one, or to be refused. */
const SPARE_CONNECTIONS = 64;

/** Messages of a stream, JSON as text; ends when the signal is aborted. */
export type GridMessages = (selector: string, signal: AbortSignal) => AsyncIterable<string | Uint8Array>;

export interface GridServerOptions {
  readonly host: string;
  readonly port: number;
  readonly origins: readonly string[];
  readonly clients: number;
  readonly messages: GridMessages;
  /** Told of every client that ends, with the problem if there was one. */
  readonly ended?: (code: string | undefined) => void;
}

export class GridServer {
  readonly #options: GridServerOptions;
  readonly #http: Server;
  readonly #sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 1024 });
  readonly #upgrades = new UpgradeSockets();
  readonly #stop = new AbortController();
  readonly #streams = new Set<Promise<void>>();
  #rules: AdmissionRules;

  constructor(options: GridServerOptions) {
    this.#options = options;
    this.#rules = { origins: new Set(options.origins), hosts: new Set(), token: undefined };
    this.#http = createServer(
      { maxHeaderSize: HEADER_BYTES, headersTimeout: REQUEST_MS, requestTimeout: REQUEST_MS },
      (_, response) => response.writeHead(426, { Upgrade: 'websocket' }).end(),
    );
    this.#http.maxConnections = options.clients + SPARE_CONNECTIONS;
    this.#http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  /** @returns the port. @throws ProblemError `relay/cannot-listen` */
  async listen(): Promise<number> {
    const { host, port } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#http.once('error', (error: NodeJS.ErrnoException) => {
        const why = `The server cannot listen on port ${port} (${error.code ?? 'error'})`;
        reject(new ProblemError(problem('relay/cannot-listen', why, { tip: 'Choose another port.' })));
      });
      this.#http.listen(port, host, resolve);
    });
    const actual = (this.#http.address() as AddressInfo).port;
    this.#rules = { ...this.#rules, hosts: hostNames(host, actual, []) };
    return actual;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    const closed = new Promise((resolve) => this.#http.close(resolve));
    this.#upgrades.destroyAll();
    this.#http.closeAllConnections();
    await Promise.all(this.#streams);
    await closed;
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#upgrades.take(socket);
    const refusal = this.#refuse(request);
    if (refusal) {
      this.#upgrades.refuse(socket, refusal);
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (client) => {
      const stream = this.#serve(client, request.url ?? '').finally(() => this.#streams.delete(stream));
      this.#streams.add(stream);
    });
  }

  /** A client that is no browser names no origin. */
  #refuse({ headers }: IncomingMessage): Refusal | undefined {
    const refusal =
      refuseHost(headers, this.#rules) ??
      (headers.origin === undefined ? undefined : refuseOrigin(headers, this.#rules));
    if (refusal || this.#streams.size < this.#options.clients) return refusal;
    return {
      status: 503,
      code: 'relay/too-many-clients',
      message: 'There are as many clients as there may be.',
    };
  }

  async #serve(client: WebSocket, url: string): Promise<void> {
    const gone = new AbortController();
    client.on('error', () => client.terminate());
    client.on('close', () => gone.abort());
    const signal = AbortSignal.any([gone.signal, this.#stop.signal]);
    try {
      for await (const message of this.#options.messages(selectorOf(url), signal)) {
        if (signal.aborted) return;
        await send(client, message, signal);
      }
      client.close(CLOSE.ended);
      this.#options.ended?.(undefined);
    } catch (error) {
      const why = toProblem(error);
      client.send(JSON.stringify({ type: 'error', message: `${why.code}: ${why.message}` }));
      client.close(CLOSE.refused, why.code);
      this.#options.ended?.(why.code);
    }
  }
}

/** @throws ProblemError `relay/not-found`, `serving/param-not-allowed`, `serving/missing` */
function selectorOf(url: string): string {
  const { pathname, searchParams } = new URL(url, 'http://relay');
  if (pathname !== GRID_STREAM_PATH) fail('relay/not-found', `Grids are at ${GRID_STREAM_PATH}?serving=NAME`);
  const extra = [...searchParams.keys()].filter((name) => name !== 'serving');
  if (extra.length > 0)
    fail('serving/param-not-allowed', `Parameters that are not allowed: ${extra.join(', ')}`);
  const [selector = '', ...more] = searchParams.getAll('serving');
  if (selector.trim() === '' || more.length > 0) fail('serving/missing', 'The address must name one serving');
  return selector;
}

/** Resolves when the next message may be made: at once, or when the reader has taken enough. */
async function send(client: WebSocket, message: string | Uint8Array, signal: AbortSignal): Promise<void> {
  const taken = new Promise<void>((resolve) => {
    client.send(message, () => resolve());
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  if (client.bufferedAmount > WAITING_BYTES) await taken;
}
