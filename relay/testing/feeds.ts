/** Feeds for tests: an adapter that does what the test says, and what is around it. */
import pino from 'pino';
import type { FeedAdapter, FeedSink } from '#relay/feed-adapter';
import { Feed } from '#relay/feed';
import { RelayMetrics } from '#relay/metrics';
import type { Clock } from '#relay/clock';
import { settle } from '#relay/testing/manual-clock';

export const silentLog = pino({ level: 'silent' });

/** Runs until the test ends it. */
export class ScriptedAdapter implements FeedAdapter {
  readonly kind = 'scripted';
  readonly encoding = 'dbn';
  readonly description = 'test';
  runs = 0;
  #sink: FeedSink | undefined;
  #finish: ((error?: Error) => void) | undefined;

  constructor(readonly onDemand = false) {}

  run(sink: FeedSink, signal: AbortSignal): Promise<void> {
    this.runs++;
    this.#sink = sink;
    return new Promise((resolve, reject) => {
      this.#finish = (error) => (error ? reject(error) : resolve());
      signal.addEventListener('abort', () => resolve());
    });
  }

  get sink(): FeedSink {
    if (!this.#sink) throw new Error('the adapter does not run');
    return this.#sink;
  }

  async finish(error?: Error): Promise<void> {
    this.#finish?.(error);
    await settle();
  }
}

export function feedOf(adapter: FeedAdapter, folder: string, clock: Clock, maxSpoolBytes = 1 << 30): Feed {
  const metrics = new RelayMetrics().ofFeed('test');
  return new Feed({ name: 'test', adapter, folder, maxSpoolBytes, clock, log: silentLog, metrics });
}
