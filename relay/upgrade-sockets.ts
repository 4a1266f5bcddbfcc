/** Connections that asked for an upgrade: the HTTP server counts them, but no longer ends them itself. */
import type { Duplex } from 'node:stream';
import { problem } from '#base/problem';
import type { Refusal } from '#relay/admission';

export class UpgradeSockets {
  readonly #open = new Set<Duplex>();

  take(socket: Duplex): void {
    this.#open.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#open.delete(socket));
  }

  /** Answers, and does not wait for the other side to close. */
  refuse(socket: Duplex, { status, code, message }: Refusal): void {
    const body = JSON.stringify({ problem: problem(code, message) });
    const answer =
      `HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    socket.end(answer, () => socket.destroy());
  }

  destroyAll(): void {
    for (const socket of this.#open) socket.destroy();
  }
}
