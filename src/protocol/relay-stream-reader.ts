/**
 * The client's end of a relay connection, without I/O: takes messages as they arrive, refuses what breaks the
 * protocol, and says what each means. The owner of the socket sends `reader.opening()` after `hello`.
 */
import { fail } from '#base/problem';
import { decodeFrames, FRAME_HEADER_BYTES, type RelayFrame } from '#protocol/relay-frames';
import {
  parseRelayMark,
  parseRelayMessage,
  type ClientMessage,
  type EpochMark,
  type GapMark,
  type EndMark,
  type RelayMessage,
} from '#protocol/relay-messages';

/** Where reading stands: enough to go on after a lost connection, where the relay still has it. */
export interface ResumePoint {
  readonly session: string;
  readonly epoch: number;
  readonly position: bigint;
}

export type RelayEvent =
  /** The payload is a view of the message it came in. */
  | {
      readonly kind: 'data';
      readonly form: 'dbn' | 'text' | 'binary';
      readonly payload: Uint8Array;
      readonly catchUp: boolean;
      readonly timeNs: bigint;
    }
  /** `isNew`: what was built before is void. Otherwise the stream goes on, and what the epoch repeats is left out. */
  | { readonly kind: 'epoch'; readonly mark: EpochMark; readonly isNew: boolean }
  | { readonly kind: 'gap'; readonly mark: GapMark }
  | { readonly kind: 'end'; readonly mark: EndMark };

export class RelayStreamReader {
  #session: string | undefined;
  #point: ResumePoint | undefined;
  /** Whether the next frame must be the one at the point, rather than the beginning of an epoch. */
  #resuming = false;
  /** Payload that repeats what was read in the epoch before. */
  #skip = 0;
  #ended = false;

  /** @param from where an earlier connection to the same feed stopped */
  constructor(from?: ResumePoint) {
    this.#point = from;
  }

  /** `undefined` until an epoch has begun. */
  get point(): ResumePoint | undefined {
    return this.#point;
  }

  /** @throws ProblemError `relay-stream/…`; the connection must be closed */
  text(message: string): RelayMessage {
    const parsed = parseRelayMessage(message);
    if (parsed.type === 'hello') {
      if (this.#session !== undefined) fail('relay-stream/order', 'The relay said hello twice');
      this.#session = parsed.session;
      if (this.#point?.session !== parsed.session) this.#point = undefined;
      this.#resuming = this.#point !== undefined;
    } else if (this.#session === undefined && parsed.type !== 'error') {
      fail('relay-stream/order', `The relay sent ${parsed.type} before hello`);
    }
    return parsed;
  }

  /** What to answer to `hello`. */
  opening(): ClientMessage {
    if (!this.#point) return { type: 'start' };
    const { session, epoch, position } = this.#point;
    return { type: 'resume', session, epoch, position: String(position) };
  }

  /** @throws ProblemError `relay-stream/…`; the connection must be closed */
  binary(message: Uint8Array): RelayEvent[] {
    const events: RelayEvent[] = [];
    for (const frame of decodeFrames(message)) {
      const event = this.#frame(frame);
      if (event) events.push(event);
    }
    return events;
  }

  #frame(frame: RelayFrame): RelayEvent | undefined {
    const session = this.#session;
    if (session === undefined) return fail('relay-stream/order', 'The relay sent data before hello');
    if (this.#ended) fail('relay-stream/order', 'The relay sent data after the end');
    const { kind, payload, position } = frame;
    if (position === 0n) return this.#begin(frame, session);
    if (!this.#point)
      return fail('relay-stream/order', 'The relay sent data before the beginning of an epoch');
    if (position !== this.#point.position) {
      fail('relay-stream/lost', `The relay sent position ${position}, where ${this.#point.position} follows`);
    }
    this.#resuming = false;
    this.#advance(payload);
    if (kind === 'mark') return this.#mark(payload);
    const kept = payload.subarray(Math.min(this.#skip, payload.length));
    this.#skip -= payload.length - kept.length;
    if (kept.length === 0 && payload.length > 0) return undefined;
    return { kind: 'data', form: kind, payload: kept, catchUp: frame.catchUp, timeNs: frame.timeNs };
  }

  #begin({ kind, payload }: RelayFrame, session: string): RelayEvent {
    const mark = kind === 'mark' ? parseRelayMark(decode(payload)) : undefined;
    if (mark?.type !== 'epoch') return fail('relay-stream/order', 'An epoch does not begin with its mark');
    // An epoch that replaces the place where this client wanted to resume is none that it has read up to.
    const isNew = !mark.continues || this.#resuming || this.#point?.epoch !== mark.epoch - 1;
    this.#point = { session, epoch: mark.epoch, position: 0n };
    this.#resuming = false;
    this.#skip = isNew ? 0 : mark.skip_bytes;
    this.#advance(payload);
    return { kind: 'epoch', mark, isNew };
  }

  #mark(payload: Uint8Array): RelayEvent {
    const mark = parseRelayMark(decode(payload));
    if (mark.type === 'epoch') return fail('relay-stream/order', 'An epoch begins in the middle of another');
    if (mark.type === 'gap') return { kind: 'gap', mark };
    this.#ended = true;
    return { kind: 'end', mark };
  }

  #advance(payload: Uint8Array): void {
    const point = this.#point!;
    this.#point = { ...point, position: point.position + BigInt(FRAME_HEADER_BYTES + payload.length) };
  }
}

function decode(payload: Uint8Array): string {
  return new TextDecoder().decode(payload);
}
