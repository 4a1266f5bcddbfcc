import type { ClientSocket } from '#relay/client-session';

/** A socket whose network takes bytes only when told to. */
export class FakeSocket implements ClientSocket {
  readonly texts: { readonly type: string; readonly [key: string]: unknown }[] = [];
  readonly frames: Uint8Array[] = [];
  closed: { readonly code: number; readonly reason: string } | undefined;
  #waiting: { readonly bytes: number; readonly done: () => void }[] = [];
  #isOpen: boolean;

  /** @param takes whether bytes leave at once */
  constructor(takes: boolean) {
    this.#isOpen = takes;
  }

  get bufferedAmount(): number {
    return this.#waiting.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  send(data: string | Uint8Array, done: () => void): void {
    if (typeof data === 'string') this.texts.push(JSON.parse(data) as { type: string });
    else this.frames.push(data.slice());
    this.#waiting.push({ bytes: data.length, done });
    if (this.#isOpen) this.drain();
  }

  /** The network takes everything that waits. */
  drain(): void {
    const taken = this.#waiting;
    this.#waiting = [];
    queueMicrotask(() => {
      for (const { done } of taken) done();
    });
  }

  stall(): void {
    this.#isOpen = false;
  }

  close(code: number, reason: string): void {
    this.closed = { code, reason };
  }

  terminate(): void {
    this.closed = { code: 1006, reason: '' };
  }

  get types(): string[] {
    return this.texts.map(({ type }) => type);
  }
}
