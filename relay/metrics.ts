/** What `/metrics` shows, in the text form of Prometheus. Labels are names of feeds and nothing that a client chose. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { FeedState, GapMark } from '#protocol/relay-messages';

export interface FeedMetrics {
  data(bytes: number): void;
  /** Of the feed against the exchange. */
  lag(ns: bigint): void;
  gap(recovered: GapMark['recovered']): void;
  state(state: FeedState): void;
  clients(count: number): void;
  sent(bytes: number): void;
  /** A client was cut off because it read too slowly. */
  dropped(): void;
}

const STATES: readonly FeedState[] = [
  'connecting',
  'catching-up',
  'live',
  'stale',
  'waiting',
  'ended',
  'failed',
];
const LAG_SECONDS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 60];

export class RelayMetrics {
  readonly #registry = new Registry();
  readonly #messages = this.#counter('messages_total', 'Pieces received from the source', ['feed']);
  readonly #bytes = this.#counter('received_bytes_total', 'Bytes received from the source', ['feed']);
  readonly #sent = this.#counter('sent_bytes_total', 'Bytes handed to clients', ['feed']);
  readonly #gaps = this.#counter('gaps_total', 'Gaps, and how they were filled', ['feed', 'recovered']);
  readonly #drops = this.#counter('slow_clients_total', 'Clients cut off because they read too slowly', [
    'feed',
  ]);
  readonly #reconnects = this.#counter('reconnects_total', 'Times the source was lost', ['feed']);
  readonly #refused = this.#counter('refused_total', 'Requests refused before they became a client', [
    'reason',
  ]);
  readonly #clients = this.#gauge('clients', 'Connected clients', ['feed']);
  readonly #state = this.#gauge('state', '1 for the state the feed is in', ['feed', 'state']);
  readonly #lastData = this.#gauge('last_data_seconds', 'When the source last sent something, unix time', [
    'feed',
  ]);
  readonly #lag = new Histogram({
    name: 'spymaster_relay_lag_seconds',
    help: 'From the exchange to the relay',
    labelNames: ['feed'],
    buckets: LAG_SECONDS,
    registers: [this.#registry],
  });

  ofFeed(feed: string): FeedMetrics {
    return {
      data: (bytes) => {
        this.#messages.inc({ feed });
        this.#bytes.inc({ feed }, bytes);
        this.#lastData.set({ feed }, Date.now() / 1000);
      },
      lag: (ns) => this.#lag.observe({ feed }, Number(ns) / 1e9),
      gap: (recovered) => this.#gaps.inc({ feed, recovered }),
      state: (state) => {
        if (state === 'waiting') this.#reconnects.inc({ feed });
        for (const each of STATES) this.#state.set({ feed, state: each }, each === state ? 1 : 0);
      },
      clients: (count) => this.#clients.set({ feed }, count),
      sent: (bytes) => this.#sent.inc({ feed }, bytes),
      dropped: () => this.#drops.inc({ feed }),
    };
  }

  /** @param reason a code of ours, never text of the request */
  refused(reason: string): void {
    this.#refused.inc({ reason });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  #counter<L extends string>(name: string, help: string, labelNames: readonly L[]): Counter<L> {
    return new Counter({ name: `spymaster_relay_${name}`, help, labelNames, registers: [this.#registry] });
  }

  #gauge<L extends string>(name: string, help: string, labelNames: readonly L[]): Gauge<L> {
    return new Gauge({ name: `spymaster_relay_${name}`, help, labelNames, registers: [this.#registry] });
  }
}
