/**
 * One client: a cursor into the spools of its feed. Frames are handed to the socket only while it takes them, so a
 * slow client holds back nothing but itself: it is told when it falls behind and cut off when it is too far behind
 * or takes nothing at all.
 */
import { toProblem, problem, type Problem } from '#base/problem';
import {
  CLOSE,
  parseClientMessage,
  type ClientMessage,
  type HelloMessage,
  type RelayMessage,
  type StatusMessage,
} from '#protocol/relay-messages';
import type { Clock } from '#relay/clock';
import type { Feed, FeedListener } from '#relay/feed';
import type { FeedMetrics } from '#relay/metrics';
import type { Spool } from '#relay/spool';

/** What is needed of a WebSocket. */
export interface ClientSocket {
  /** Bytes handed over that the network has not taken yet. */
  readonly bufferedAmount: number;
  /** `done` is called when the network has taken it. */
  send(data: string | Uint8Array, done: () => void): void;
  close(code: number, reason: string): void;
  /** Without a farewell. */
  terminate(): void;
}

export interface ClientLimits {
  /** No more is handed to the socket above this. */
  readonly bufferBytes: number;
  /** Who has caught up and falls this far behind is cut off. */
  readonly behindBytes: number;
  /** Who takes nothing for so long although there is something is cut off. */
  readonly stallMs: number;
  /** Within this the client must say what it wants. */
  readonly openingMs: number;
}

export interface SessionOptions {
  readonly feed: Feed;
  readonly socket: ClientSocket;
  readonly limits: ClientLimits;
  readonly metrics: FeedMetrics;
  readonly clock: Clock;
  readonly hello: HelloMessage;
  /** Called once, with why: a code of ours, or `left`. */
  readonly onClosed: (reason: string) => void;
}

export class ClientSession implements FeedListener {
  readonly #options: SessionOptions;
  #spool: Spool | undefined;
  #position = 0;
  #isOpened = false;
  /** The place to begin at is known. */
  #isReady = false;
  #isPumping = false;
  #isClosed = false;
  /** Once it has had everything there was. */
  #hasCaughtUp = false;
  #isToldBehind = false;
  #heartbeatMs: number;
  #openedMs: number;
  #takenMs: number;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#openedMs = this.#takenMs = this.#heartbeatMs = options.clock.nowMs();
    this.#say(options.hello);
    this.#say(options.feed.status);
    options.feed.join(this);
  }

  grown(): void {
    void this.#pump();
    this.#checkBehind();
  }

  status(message: StatusMessage): void {
    this.#say(message);
  }

  /** A message of the client. */
  received(data: string | undefined): void {
    if (this.#isClosed) return;
    try {
      if (data === undefined || this.#isOpened) {
        this.refuse(
          problem('relay/unexpected-message', 'A client says one thing, once, in text: start or resume'),
        );
        return;
      }
      this.#isOpened = true;
      void this.#open(parseClientMessage(data)).catch((error: unknown) => this.#fail(error));
    } catch (error) {
      this.refuse(toProblem(error));
    }
  }

  /** The connection is gone. */
  closed(): void {
    this.#finish('left');
  }

  /** To be called about every second. */
  tick(): void {
    if (this.#isClosed) return;
    const now = this.#options.clock.nowMs();
    const { openingMs, stallMs } = this.#options.limits;
    if (!this.#isOpened && now - this.#openedMs > openingMs) {
      this.refuse(problem('relay/no-opening', 'The client did not say what it wants: start or resume'));
    } else if (this.#options.socket.bufferedAmount > 0 && now - this.#takenMs > stallMs) {
      this.#dropSlow(`took nothing for ${stallMs} ms`);
    } else if (now - this.#heartbeatMs >= this.#options.hello.heartbeat_ms) {
      this.#heartbeatMs = now;
      this.#say({ type: 'heartbeat', relay_time_ns: String(this.#options.clock.nowNs()) });
    }
  }

  /** Says why, and closes. */
  refuse(why: Problem, code: number = CLOSE.refused): void {
    if (this.#isClosed) return;
    this.#say({ type: 'error', problem: why });
    this.#close(code, why.code);
  }

  async #open(message: ClientMessage): Promise<void> {
    const { feed } = this.#options;
    const spool = feed.spool;
    if (message.type === 'resume' && spool?.epoch === message.epoch && message.session === feed.session) {
      const position = Number(message.position);
      spool.retain();
      const isHere = await spool.isBoundary(position).catch(() => false);
      if (isHere) this.#position = position;
      this.#spool = spool;
      if (this.#isClosed) this.#leaveSpool();
    }
    this.#isReady = true;
    await this.#pump();
  }

  async #pump(): Promise<void> {
    if (this.#isPumping || !this.#isReady || this.#isClosed) return;
    this.#isPumping = true;
    try {
      while (this.#canTake() && this.#enterSpool()) {
        const spool = this.#spool!;
        const bytes = await spool.read(this.#position);
        if (this.#isClosed) return;
        if (bytes.length > 0) {
          this.#position += bytes.length;
          this.#send(bytes);
        } else if (spool.size > this.#position) {
          continue; // written while the answer was under way
        } else if (spool.next) {
          this.#moveTo(spool.next);
        } else if (spool.isComplete) {
          this.#close(CLOSE.ended, 'ended');
          return;
        } else {
          this.#hasCaughtUp = true;
          this.#isToldBehind = false;
          return;
        }
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#isPumping = false;
    }
  }

  #canTake(): boolean {
    return !this.#isClosed && this.#options.socket.bufferedAmount < this.#options.limits.bufferBytes;
  }

  /** Clients begin with the newest epoch. */
  #enterSpool(): boolean {
    const newest = this.#options.feed.spool;
    if (!this.#spool && newest) this.#moveTo(newest);
    return this.#spool !== undefined;
  }

  #moveTo(spool: Spool): void {
    spool.retain();
    this.#leaveSpool();
    this.#spool = spool;
    this.#position = 0;
  }

  #leaveSpool(): void {
    const spool = this.#spool;
    this.#spool = undefined;
    spool?.release();
  }

  #send(bytes: Uint8Array): void {
    const { socket, metrics, clock } = this.#options;
    metrics.sent(bytes.length);
    if (socket.bufferedAmount === 0) this.#takenMs = clock.nowMs();
    socket.send(bytes, () => {
      this.#takenMs = clock.nowMs();
      void this.#pump();
    });
  }

  #checkBehind(): void {
    if (!this.#hasCaughtUp || this.#isClosed) return;
    const { behindBytes } = this.#options.limits;
    let behind = this.#options.socket.bufferedAmount - this.#position;
    for (let spool = this.#spool; spool; spool = spool.next) behind += spool.size;
    if (behind > behindBytes) this.#dropSlow(`fell ${behind} bytes behind`);
    else if (behind > behindBytes / 2 && !this.#isToldBehind) {
      this.#isToldBehind = true;
      this.#say({ type: 'lag', behind_bytes: behind, limit_bytes: behindBytes });
    }
  }

  #dropSlow(how: string): void {
    this.#options.metrics.dropped();
    this.refuse(
      problem('relay/slow-reader', `This client ${how}`, {
        tip: 'Connect again: the relay sends what was missed, as long as it still has it.',
      }),
      CLOSE.overloaded,
    );
  }

  #say(message: RelayMessage): void {
    if (!this.#isClosed) this.#options.socket.send(JSON.stringify(message), () => void this.#pump());
  }

  /** Ends this client and nothing else: nobody waits for the work that failed. */
  #fail(error: unknown): void {
    try {
      this.refuse(toProblem(error), CLOSE.failed);
    } catch {
      this.#options.socket.terminate();
    }
  }

  #close(code: number, reason: string): void {
    this.#options.socket.close(code, reason);
    this.#finish(reason);
  }

  #finish(reason: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#options.feed.leave(this);
    this.#options.onClosed(reason);
    this.#leaveSpool();
  }
}
