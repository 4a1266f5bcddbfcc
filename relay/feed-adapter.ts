/** What a source of data looks like to the relay. A new kind of feed is one module with one such object. */
import type { Problem } from '#base/problem';
import type { EpochMark, FeedEncoding, FeedState, GapMark } from '#protocol/relay-messages';

export interface EpochStart {
  readonly reason: EpochMark['reason'];
  /** Whether a book built from here on is the whole book. */
  readonly exact: boolean;
  readonly dataset?: string;
  readonly symbols?: readonly string[];
}

export interface StateDetails {
  readonly attempt?: number;
  readonly retryInMs?: number;
  readonly problem?: Problem;
}

/** Where an adapter puts what it receives. All calls return at once and copy what they are given. */
export interface FeedSink {
  /** Everything after it can be understood without what came before. Must come first. */
  begin(start: EpochStart): void;
  /** DBN bytes as they came. @param catchUp they are older than the feed: a replay or a snapshot */
  dbn(bytes: Uint8Array, catchUp: boolean): void;
  /** One message as it came. */
  message(form: 'text' | 'binary', bytes: Uint8Array): void;
  gap(gap: Omit<GapMark, 'type'>): void;
  state(state: Exclude<FeedState, 'ended' | 'failed'>, details?: StateDetails): void;
  /** For metrics: how long ago, in ns, the exchange sent what was just put out. */
  lag(ns: bigint): void;
}

export interface FeedAdapter {
  /** `replay`, `databento`, … */
  readonly kind: string;
  readonly encoding: FeedEncoding;
  /** For people, without secrets. */
  readonly description: string;
  /** Runs only while there are clients, and from the beginning again when they return. */
  readonly onDemand: boolean;
  /**
   * Puts out until the source ends or the signal is aborted; connects again by itself.
   *
   * @throws ProblemError where it gives up
   */
  run(sink: FeedSink, signal: AbortSignal): Promise<void>;
}
