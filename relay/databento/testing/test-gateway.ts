/** A gateway on the loopback interface, with faults on demand. */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { rawBlock, zstdFrame } from '#core/io/testing/zstd-frames';
import {
  GatewaySession,
  type AskedSubscription,
  type GatewayEvent,
} from '#relay/databento/testing/gateway-session';
import { errorRecord } from '#relay/databento/testing/gateway-records';
import type { GatewaySource } from '#relay/databento/testing/gateway-source';

/** Of one connection. */
export interface Faults {
  /** Everything but the greeting goes out in pieces of this size, each on its own. */
  readonly fragmentBytes?: number;
  /** The connection is cut after so many bytes of everything. */
  readonly dropAfter?: number;
  /** Cut by a reset rather than an end. */
  readonly reset?: boolean;
  /** What the client says from this byte on is not heard, and the connection is cut. */
  readonly deafAfter?: number;
  /** Nothing is sent after the stream has ended, and the connection stays. */
  readonly staysOpen?: boolean;
  /** Changes a text before it is sent. */
  readonly rewrite?: (text: string) => string;
  /** Changes stream bytes before they are sent. @param offset of the first byte in the stream */
  readonly corrupt?: (bytes: Uint8Array, offset: number) => Uint8Array;
}

export interface GatewayOptions {
  readonly keys: readonly string[];
  readonly source: GatewaySource;
  readonly challenge?: (connection: number) => string;
  readonly sessionId?: (connection: number) => string;
  readonly refusal?: string | undefined;
  readonly faults?: (connection: number) => Faults;
}

export class TestGateway {
  readonly sessions: GatewaySession[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #options: GatewayOptions;

  private constructor(options: GatewayOptions) {
    this.#options = options;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => socket.destroy());
      new Connection(socket, this.#options, this.sessions).greet();
    });
  }

  static async start(options: GatewayOptions): Promise<TestGateway> {
    const gateway = new TestGateway(options);
    await new Promise<void>((resolve) => gateway.#server.listen(0, '127.0.0.1', resolve));
    return gateway;
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

class Connection {
  readonly #session: GatewaySession;
  readonly #faults: Faults;
  readonly #number: number;
  readonly #stop = new AbortController();
  #writing = Promise.resolve();
  #sent = 0;
  #heard = 0;
  #streamed = 0;
  /** The continuous frame of a compressed session has begun. */
  #isCompressed = false;
  readonly #late: AskedSubscription[] = [];
  #wakeLate: (() => void) | undefined;

  constructor(
    private readonly socket: Socket,
    private readonly options: GatewayOptions,
    sessions: GatewaySession[],
  ) {
    const { keys, refusal, challenge, sessionId, faults } = options;
    this.#number = sessions.length;
    this.#faults = faults?.(this.#number) ?? {};
    this.#session = new GatewaySession({
      keys,
      refusal,
      challenge: challenge?.(this.#number) ?? `ChallengeForTests${String(this.#number).padStart(15, '0')}`,
      sessionId: sessionId?.(this.#number) ?? String(1_700_000_001 + this.#number),
    });
    sessions.push(this.#session);
    socket.on('data', (bytes) => this.#receive(bytes));
    socket.on('close', () => this.#stop.abort());
    socket.on('end', () => socket.end());
  }

  greet(): void {
    const [greeting, challenge] = this.#session.greeting();
    void this.#text(greeting, true);
    void this.#text(challenge);
  }

  #receive(bytes: Uint8Array): void {
    const { deafAfter = Infinity } = this.#faults;
    const heard = bytes.subarray(0, Math.max(0, deafAfter - this.#heard));
    this.#heard += bytes.length;
    for (const event of this.#session.receive(heard)) this.#handle(event);
    if (this.#heard >= deafAfter) this.#cut();
  }

  #handle(event: GatewayEvent): void {
    switch (event.kind) {
      case 'send':
        void this.#text(event.text);
        break;
      case 'started':
        void this.#stream(event);
        break;
      case 'subscribed':
        this.#late.push(event.subscription);
        this.#wakeLate?.();
        break;
      case 'error':
        void this.#write(errorRecord(3, 5, event.text, 0n));
        break;
      case 'close':
        void this.#writing.then(() => this.socket.end());
    }
  }

  async #stream({ options, subscriptions }: Extract<GatewayEvent, { kind: 'started' }>): Promise<void> {
    this.#isCompressed = options.compression === 'zstd';
    if (this.#isCompressed) await this.#write(FRAME.subarray(0, -END_BYTES));
    const write = async (bytes: Uint8Array): Promise<void> => {
      const sent = this.#faults.corrupt?.(bytes.slice(), this.#streamed) ?? bytes;
      this.#streamed += bytes.length;
      await this.#write(this.#isCompressed ? rawBlock(sent) : sent);
    };
    const signal = this.#stop.signal;
    const subscribed = async (): Promise<AskedSubscription> => {
      while (this.#late.length === 0) await new Promise<void>((resolve) => (this.#wakeLate = resolve));
      return this.#late.shift()!;
    };
    await this.options.source({
      options,
      subscriptions,
      connection: this.#number,
      subscribed,
      write,
      signal,
    });
    if (this.#isCompressed) await this.#write(FRAME.subarray(-END_BYTES));
    // A reset could destroy what the other side has not read yet.
    if (!this.#faults.staysOpen) this.socket.end();
  }

  #text(text: string, whole = false): Promise<void> {
    return this.#write(Buffer.from(this.#faults.rewrite?.(text) ?? text), whole);
  }

  #write(bytes: Uint8Array, whole = false): Promise<void> {
    this.#writing = this.#writing.then(() => this.#writeNow(bytes, whole));
    return this.#writing;
  }

  async #writeNow(bytes: Uint8Array, whole: boolean): Promise<void> {
    const { dropAfter = Infinity, fragmentBytes = Infinity } = this.#faults;
    const step = whole ? Infinity : fragmentBytes;
    for (let at = 0; at < bytes.length && !this.socket.destroyed && !this.socket.writableEnded;) {
      const piece = bytes.subarray(at, Math.min(bytes.length, at + step, at + dropAfter - this.#sent));
      if (piece.length > 0) await new Promise<void>((resolve) => this.socket.write(piece, () => resolve()));
      this.#sent += piece.length;
      at += piece.length;
      if (this.#sent >= dropAfter) this.#cut();
    }
  }

  #cut(): void {
    if (this.#faults.reset) this.socket.resetAndDestroy();
    else this.socket.end();
  }
}

/** A frame without content: its header, and the block that ends it. */
const FRAME = zstdFrame(17, []);
const END_BYTES = 3;
