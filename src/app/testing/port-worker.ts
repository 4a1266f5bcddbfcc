import { expose } from 'comlink';

/** A `Worker` whose API runs in the same thread, behind a port as a real one would be. */
export class PortWorker extends EventTarget {
  readonly #channel = new MessageChannel();
  /** False once it was terminated or died. */
  alive = true;

  constructor(api: object) {
    super();
    expose(api, this.#channel.port2);
    this.#channel.port1.addEventListener('message', (event) => {
      if (this.alive) this.dispatchEvent(new MessageEvent('message', { data: event.data as unknown }));
    });
    this.#channel.port1.start();
  }

  postMessage(message: unknown, transfers: Transferable[] = []): void {
    if (this.alive) this.#channel.port1.postMessage(message, transfers);
  }

  terminate(): void {
    this.alive = false;
    this.#channel.port1.close();
    this.#channel.port2.close();
  }

  /** Ends it as an uncaught exception would. */
  crash(message: string): void {
    this.terminate();
    this.dispatchEvent(Object.assign(new Event('error'), { message }));
  }
}

/** For the factories, which return what a browser makes. */
export function asWorker(worker: PortWorker): Worker {
  return worker as unknown as Worker;
}
