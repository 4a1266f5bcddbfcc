/**
 * What the relay sends in binary WebSocket messages: one or more whole frames, each a header and a payload.
 *
 *   byte 0  u32 payload length          8  u64 position: bytes of frames before this one in its epoch
 *        4  u8  kind                   16  u64 relay time, ns since 1970: when the relay received the payload
 *        5  u8  flags                  24  payload
 *        6  u16 zero                                                       all little-endian
 *
 * An epoch is a stretch of the feed that can be understood from its first frame on. It begins at position 0 with a
 * mark; after it every frame follows the one before. Frames lie on the relay's disk exactly as they are sent, so a
 * position is also where a client may resume.
 */
import { fail } from '#base/problem';

export const FRAME_HEADER_BYTES = 24;
/** Larger payloads are refused by both sides. */
export const MAX_PAYLOAD_BYTES = 1 << 20;

/** `dbn`: a piece of a DBN stream, cut anywhere. `text`, `binary`: one whole message of a feed of messages. `mark`: JSON. */
export const FRAME_KINDS = { dbn: 1, text: 2, binary: 3, mark: 4 } as const;
export type FrameKind = keyof typeof FRAME_KINDS;

/** The payload is older than the feed: a replay or a snapshot that brings the book up to date. */
export const FRAME_CATCH_UP = 1;

const KIND_NAMES = new Map<number, FrameKind>(
  Object.entries(FRAME_KINDS).map(([name, code]) => [code, name as FrameKind]),
);

export interface RelayFrame {
  readonly kind: FrameKind;
  readonly catchUp: boolean;
  readonly position: bigint;
  readonly timeNs: bigint;
  /** A view of the message. */
  readonly payload: Uint8Array;
}

/** Header and payload in one buffer. @throws RangeError for a payload above `MAX_PAYLOAD_BYTES` */
export function encodeFrame({
  kind,
  catchUp,
  position,
  timeNs,
  payload,
}: RelayFrame): Uint8Array<ArrayBuffer> {
  if (payload.length > MAX_PAYLOAD_BYTES) throw new RangeError(`a payload of ${payload.length} bytes`);
  const bytes = new Uint8Array(FRAME_HEADER_BYTES + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, payload.length, true);
  view.setUint8(4, FRAME_KINDS[kind]);
  view.setUint8(5, catchUp ? FRAME_CATCH_UP : 0);
  view.setBigUint64(8, position, true);
  view.setBigUint64(16, timeNs, true);
  bytes.set(payload, FRAME_HEADER_BYTES);
  return bytes;
}

/** Whole length of the frame whose header starts at `offset`. @throws ProblemError `relay-stream/bad-frame` */
export function frameLength(bytes: Uint8Array, offset: number): number {
  if (bytes.length - offset < FRAME_HEADER_BYTES) badFrame('A frame is cut within its header', offset);
  const length = new DataView(bytes.buffer, bytes.byteOffset + offset).getUint32(0, true);
  if (length > MAX_PAYLOAD_BYTES) badFrame(`A frame claims ${length} bytes`, offset);
  return FRAME_HEADER_BYTES + length;
}

/** The frames of one message. @throws ProblemError `relay-stream/bad-frame` with the offset in the message */
export function decodeFrames(message: Uint8Array): RelayFrame[] {
  const frames: RelayFrame[] = [];
  for (let at = 0; at < message.length;) {
    const end = at + frameLength(message, at);
    if (end > message.length) badFrame('A frame is cut', at);
    const view = new DataView(message.buffer, message.byteOffset + at);
    const kind = KIND_NAMES.get(view.getUint8(4));
    const flags = view.getUint8(5);
    if (kind === undefined || flags > FRAME_CATCH_UP || view.getUint16(6, true) !== 0) {
      badFrame('A frame is of no known kind', at);
    }
    frames.push({
      kind,
      catchUp: flags === FRAME_CATCH_UP,
      position: view.getBigUint64(8, true),
      timeNs: view.getBigUint64(16, true),
      payload: message.subarray(at + FRAME_HEADER_BYTES, end),
    });
    at = end;
  }
  return frames;
}

function badFrame(what: string, offset: number): never {
  return fail('relay-stream/bad-frame', `${what} in a message of the relay`, { offset });
}
