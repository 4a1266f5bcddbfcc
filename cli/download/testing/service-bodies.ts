/** How the test service sends the content of a file, faults included. */
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface BodyFaults {
  /** The whole file with 200, whatever range was asked for. */
  readonly ignoresRange?: boolean;
  /** Breaks the connection after so many bytes of each answer. */
  readonly dropsAfter?: number;
  /** Ends each answer after so many bytes as if it were whole, without saying how long it is. */
  readonly endsAfter?: number;
  /** Sends so many bytes of the first answer and then nothing. */
  readonly stallsAfter?: number;
  /** So many answers have a wrong byte. */
  corrupted?: number;
  /** Bytes after the end. */
  readonly extra?: number;
  /** A 206 that begins elsewhere. */
  readonly rangeOffBy?: number;
  /** Any range is refused once. */
  refusesRange?: boolean;
  readonly redirectsTo?: string;
  /** Pieces of so many bytes, one each so many ms. */
  readonly slow?: { readonly bytes: number; readonly everyMs: number };
}

export interface Delivery {
  readonly name: string;
  from: number;
  /** Written to the socket. */
  bytes: number;
}

export function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  content: Uint8Array,
  faults: BodyFaults,
  delivery: Delivery,
  onPiece: () => void,
): void {
  if (faults.redirectsTo !== undefined) {
    response.writeHead(302, { location: faults.redirectsTo }).end();
    return;
  }
  const range = faults.ignoresRange ? undefined : /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
  const from = range ? Number(range[1]) : 0;
  if (range && (from >= content.length || faults.refusesRange)) {
    faults.refusesRange = false;
    response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end();
    return;
  }
  delivery.from = from;
  let body = content.slice(from);
  if ((faults.corrupted ?? 0) > 0) {
    faults.corrupted!--;
    body[body.length - 1] ^= 1;
  }
  if (faults.extra !== undefined) body = Buffer.concat([body, Buffer.alloc(faults.extra)]);
  const shown = from + (faults.rangeOffBy ?? 0);
  const length = faults.endsAfter === undefined ? { 'content-length': body.length } : {};
  const head = { 'accept-ranges': 'bytes', ...length };
  if (range) {
    const last = content.length - 1;
    response.writeHead(206, { ...head, 'content-range': `bytes ${shown}-${last}/${content.length}` });
  } else response.writeHead(200, head);
  void sendPieces(response, body, faults, delivery, onPiece);
}

async function sendPieces(
  response: ServerResponse,
  body: Uint8Array,
  faults: BodyFaults,
  delivery: Delivery,
  onPiece: () => void,
): Promise<void> {
  const { dropsAfter = Infinity, endsAfter = Infinity, stallsAfter = Infinity, slow } = faults;
  const limit = Math.min(dropsAfter, endsAfter, stallsAfter, body.length);
  const step = slow?.bytes ?? 1 << 16;
  for (let at = 0; at < limit; at += step) {
    const piece = body.subarray(at, Math.min(at + step, limit));
    await new Promise<void>((resolve) => {
      response.write(piece, () => {
        resolve();
      });
      if (response.destroyed) resolve();
    });
    if (response.destroyed) return;
    delivery.bytes += piece.length;
    onPiece();
    if (slow) await new Promise((resolve) => setTimeout(resolve, slow.everyMs));
  }
  if (stallsAfter < body.length && stallsAfter <= limit) return;
  if (dropsAfter < body.length && dropsAfter <= limit) {
    // A reset could destroy what the other side has not read yet.
    response.socket?.end();
    return;
  }
  response.end();
}
