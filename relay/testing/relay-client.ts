/** A client of the relay for tests, over real sockets. */
import WebSocket from 'ws';
import { RELAY_SUBPROTOCOL, type RelayMessage } from '#protocol/relay-messages';
import { RelayStreamReader, type RelayEvent, type ResumePoint } from '#protocol/relay-stream-reader';

export const TEST_ORIGIN = 'http://localhost:5174';

export interface ClientOptions {
  readonly origin?: string | undefined;
  readonly protocols?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly from?: ResumePoint | undefined;
  /** Does not say what it wants. */
  readonly silent?: boolean;
}

export class RelayClient {
  readonly socket: WebSocket;
  readonly reader: RelayStreamReader;
  readonly messages: RelayMessage[] = [];
  readonly events: RelayEvent[] = [];
  /** Everything that arrived, for looking for secrets. */
  readonly raw: Buffer[] = [];
  closed: { readonly code: number; readonly reason: string } | undefined;
  /** The answer to a refused upgrade. */
  refused: number | undefined;
  /** Bytes of data so far. */
  received = 0;
  readonly #waiting = new Set<() => void>();

  constructor(url: string, options: ClientOptions = {}) {
    const origin = 'origin' in options ? options.origin : TEST_ORIGIN;
    this.reader = new RelayStreamReader(options.from);
    this.socket = new WebSocket(url, [...(options.protocols ?? [RELAY_SUBPROTOCOL])], {
      perMessageDeflate: false,
      headers: { ...(origin === undefined ? {} : { origin }), ...options.headers },
    });
    this.socket.on('message', (data: Buffer, isBinary) => {
      this.raw.push(data);
      if (isBinary) this.#take(this.reader.binary(new Uint8Array(data)));
      else {
        const message = this.reader.text(data.toString('utf8'));
        this.messages.push(message);
        if (message.type === 'hello' && !options.silent)
          this.socket.send(JSON.stringify(this.reader.opening()));
      }
      this.#wake();
    });
    this.socket.on('unexpected-response', (request, response) => {
      this.refused = response.statusCode;
      response.resume();
      request.destroy();
      this.#wake();
    });
    this.socket.on('error', () => this.#wake());
    this.socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString('utf8') };
      this.#wake();
    });
  }

  /** Resolves once the condition holds; fails when the connection ends before. */
  async until(condition: (client: this) => unknown): Promise<this> {
    while (!condition(this)) {
      if (this.closed ?? this.refused) {
        if (condition(this)) break;
        throw new Error(
          `the connection ended first: ${JSON.stringify([this.closed, this.refused, this.messages.at(-1)])}`,
        );
      }
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
    return this;
  }

  /** Payload of all data so far. */
  get bytes(): Uint8Array {
    return new Uint8Array(
      Buffer.concat(this.events.map((event) => (event.kind === 'data' ? event.payload : new Uint8Array(0)))),
    );
  }

  get error(): string | undefined {
    const message = this.messages.find((each) => each.type === 'error');
    return message?.problem.code;
  }

  get ended(): boolean {
    return this.events.some((event) => event.kind === 'end');
  }

  #take(events: readonly RelayEvent[]): void {
    for (const event of events) {
      if (event.kind === 'data') this.received += event.payload.length;
      this.events.push(event);
    }
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }
}
