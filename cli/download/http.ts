/** One HTTP exchange: no redirects, no repetition, no total time limit, an end to silence. */
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { problem, ProblemError } from '#base/problem';

/** The connection failed or was too slow: what was sent may or may not have been seen. */
export class ConnectionError extends ProblemError {
  /** Whether another attempt may fare better. */
  readonly isPassing: boolean;

  constructor(code: string, message: string, tip: string, isPassing = true) {
    super(problem(code, message, { tip }));
    this.isPassing = isPassing;
  }
}

export interface Exchange {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly idleMs: number;
}

/** Resolves with the head of the answer. @throws ConnectionError */
export function exchange({ method, url, headers, body, idleMs }: Exchange): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    const request = send(url, { method, headers }, resolve);
    request.on('error', (error) => {
      reject(connectionError(error));
    });
    request.setTimeout(idleMs, () => request.destroy(new Silence(idleMs)));
    request.end(body);
  });
}

/** So much of a body waits for a slow consumer. */
const MAX_HELD_BYTES = 1 << 20;

/**
 * The pieces of a body as they come, all that came before it broke off included: a stream that is iterated drops what it
 * holds when the connection fails. Listens from the call on, which must follow the head at once.
 * @throws ConnectionError, while iterating, where the body breaks off
 */
export function bodyOf(answer: IncomingMessage): AsyncGenerator<Uint8Array, void, void> {
  const pieces: Uint8Array[] = [];
  let held = 0;
  let isWhole = false;
  let failure: Error | undefined;
  let wake = (): void => undefined;
  const fail = (error: Error): void => {
    if (!isWhole) failure ??= connectionError(error);
    wake();
  };
  answer.on('data', (piece: Uint8Array) => {
    pieces.push(piece);
    held += piece.length;
    if (held > MAX_HELD_BYTES) answer.pause();
    wake();
  });
  answer.on('end', () => {
    isWhole = true;
    wake();
  });
  answer.on('error', fail);
  answer.on('close', () => {
    fail(closed());
  });
  if (answer.destroyed) fail(answer.errored ?? closed());

  async function* read(): AsyncGenerator<Uint8Array, void, void> {
    for (;;) {
      for (let piece = pieces.shift(); piece; piece = pieces.shift()) {
        held -= piece.length;
        yield piece;
      }
      if (isWhole) return;
      if (failure) throw failure;
      const more = new Promise<void>((resolve) => (wake = resolve));
      answer.resume();
      await more;
    }
  }
  return read();
}

function closed(): Error {
  return Object.assign(new Error('closed'), { code: 'ECONNRESET' });
}

const MAX_TEXT_BYTES = 1 << 26;

/** A whole body as text. @throws ConnectionError */
export async function textOf(answer: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of bodyOf(answer)) {
    bytes += chunk.length;
    if (bytes > MAX_TEXT_BYTES) {
      answer.destroy();
      throw new ConnectionError(
        'databento/unreadable',
        `The answer is longer than ${MAX_TEXT_BYTES} bytes.`,
        'Something else than the service may have answered.',
        false,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

class Silence extends Error {
  constructor(readonly ms: number) {
    super('silence');
  }
}

function connectionError(error: unknown): Error {
  if (error instanceof Silence) {
    return new ConnectionError(
      'databento/silent',
      `Nothing came from the service for ${error.ms / 1000} s.`,
      'Check the network and try again.',
    );
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  if (code === undefined) return error instanceof Error ? error : new Error(String(error));
  if (/CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME|ERR_TLS|ERR_SSL/.test(code)) {
    return new ConnectionError(
      'databento/certificate',
      `The service cannot prove who it is (${code}).`,
      'Check the clock of this machine, and whether a proxy stands between.',
      false,
    );
  }
  return new ConnectionError(
    'databento/unreachable',
    `The connection to the service failed (${code}).`,
    'Check the network and try again: what has arrived is kept.',
  );
}
