/**
 * A feed: an adapter on one side, clients on the other, the spool between them.
 *
 *   adapter ──sink──► spool of the epoch (disk + newest frames) ──cursors──► clients
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { toProblem, type Problem } from '#base/problem';
import type { RelayMark, StatusMessage } from '#protocol/relay-messages';
import type { Clock } from '#relay/clock';
import { DbnPrologue } from '#relay/dbn-prologue';
import type { EpochStart, FeedAdapter, FeedSink, StateDetails } from '#relay/feed-adapter';
import type { RelayLog } from '#relay/log';
import type { FeedMetrics } from '#relay/metrics';
import { Spool } from '#relay/spool';

/** What a feed tells its clients. */
export interface FeedListener {
  /** New frames, a new epoch, or the end. */
  grown(): void;
  status(message: StatusMessage): void;
}

export interface FeedOptions {
  readonly name: string;
  readonly adapter: FeedAdapter;
  /** Where spools are kept. */
  readonly folder: string;
  /** An epoch larger than this gives way to one that cannot be joined exactly. */
  readonly maxSpoolBytes: number;
  readonly clock: Clock;
  readonly log: RelayLog;
  readonly metrics: FeedMetrics;
}

export class Feed {
  readonly name: string;
  readonly adapter: FeedAdapter;
  /** Of this run; a feed that was stopped and started is another one. */
  session = '';
  readonly #options: FeedOptions;
  readonly #listeners = new Set<FeedListener>();
  #spool: Spool | undefined;
  #epochs = 0;
  #lastStart: EpochStart | undefined;
  #prologue = new DbnPrologue();
  #status: StatusMessage;
  #stop: AbortController | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(options: FeedOptions) {
    this.name = options.name;
    this.adapter = options.adapter;
    this.#options = options;
    this.#status = this.#statusOf('connecting');
  }

  get status(): StatusMessage {
    return this.#status;
  }

  get clients(): number {
    return this.#listeners.size;
  }

  /** The newest epoch, where clients begin. */
  get spool(): Spool | undefined {
    return this.#spool;
  }

  /** Runs the adapter; a feed on demand waits for its first client. */
  start(): void {
    if (!this.adapter.onDemand || this.#listeners.size > 0) this.prepare();
  }

  /** Before a client joins: a feed on demand begins its run, which `session` names. */
  prepare(): void {
    if (this.#stop) return;
    const stop = new AbortController();
    this.#stop = stop;
    this.session = newSession();
    this.#running = this.#running.then(() => this.#run(stop.signal));
  }

  async stop(): Promise<void> {
    this.#stop?.abort();
    await this.#running;
  }

  /** Removes what is on disk. */
  discard(): void {
    this.#spool?.discard();
    this.#spool = undefined;
  }

  join(listener: FeedListener): void {
    this.#listeners.add(listener);
    this.#options.metrics.clients(this.#listeners.size);
    this.prepare();
  }

  leave(listener: FeedListener): void {
    if (!this.#listeners.delete(listener)) return;
    this.#options.metrics.clients(this.#listeners.size);
    if (this.adapter.onDemand && this.#listeners.size === 0) this.#rewind();
  }

  /** Forgets a run on demand, so that the next client gets one from the beginning. */
  #rewind(): void {
    this.#stop?.abort();
    this.#stop = undefined;
    this.discard();
    this.#status = this.#statusOf('connecting');
  }

  async #run(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    this.#epochs = 0;
    let problem: Problem | undefined;
    try {
      await this.adapter.run(this.#sink(signal), signal);
    } catch (error) {
      problem = toProblem(error);
    }
    if (signal.aborted) return;
    this.#options.log[problem ? 'error' : 'info'](
      { feed: this.name, problem },
      problem ? 'feed failed' : 'feed ended',
    );
    try {
      this.#mark({ type: 'end', ...(problem ? { problem } : {}) });
    } catch (error) {
      this.#options.log.error({ feed: this.name, problem: toProblem(error) }, 'the end cannot be written');
    }
    if (this.#spool) this.#spool.isComplete = true;
    this.#set(problem ? 'failed' : 'ended', problem ? { problem } : {});
    for (const listener of this.#listeners) listener.grown();
  }

  #sink(signal: AbortSignal): FeedSink {
    const whileRunning = (act: () => void): void => {
      if (!signal.aborted) act();
    };
    return {
      begin: (start) => whileRunning(() => this.#begin(start)),
      dbn: (bytes, catchUp) => whileRunning(() => this.#data('dbn', bytes, catchUp)),
      message: (form, bytes) => whileRunning(() => this.#data(form, bytes, false)),
      gap: (gap) =>
        whileRunning(() => {
          this.#options.metrics.gap(gap.recovered);
          this.#options.log.warn({ feed: this.name, ...gap }, 'gap');
          this.#mark({ type: 'gap', ...gap });
          this.#grown();
        }),
      state: (state, details) =>
        whileRunning(() => {
          if (state !== this.#status.state || details) this.#set(state, details);
        }),
      lag: (ns) => this.#options.metrics.lag(ns),
    };
  }

  #begin(start: EpochStart): void {
    this.#lastStart = start;
    this.#prologue = new DbnPrologue();
    this.#newEpoch(start, false, 0);
  }

  #data(kind: 'dbn' | 'text' | 'binary', bytes: Uint8Array, catchUp: boolean): void {
    if (this.#spool && this.#spool.size + bytes.length > this.#options.maxSpoolBytes) this.#rotate();
    if (kind === 'dbn') this.#prologue.take(bytes);
    this.#spool!.append(kind, bytes, this.#options.clock.nowNs(), catchUp);
    this.#options.metrics.data(bytes.length);
    this.#grown();
  }

  #rotate(): void {
    const prologue = this.#prologue.bytes;
    this.#options.log.warn({ feed: this.name }, 'the spool is full; who joins now has no whole book');
    this.#newEpoch({ ...this.#lastStart!, reason: 'rotated', exact: false }, true, prologue.length);
    if (prologue.length > 0) this.#spool!.append('dbn', prologue, this.#options.clock.nowNs(), true);
  }

  #newEpoch(start: EpochStart, continues: boolean, skipBytes: number): void {
    const { folder } = this.#options;
    const epoch = this.#epochs++;
    const fresh = new Spool(join(folder, `${this.name}-${this.session}-${epoch}.frames`), epoch);
    const { reason, exact, dataset, symbols } = start;
    const more = { ...(dataset === undefined ? {} : { dataset }), ...(symbols ? { symbols } : {}) };
    const old = this.#spool;
    this.#spool = fresh;
    // Its readers hold it; who joins from now on begins with the new one.
    old?.continueIn(fresh);
    old?.discard();
    this.#mark({ type: 'epoch', epoch, reason, exact, continues, skip_bytes: skipBytes, ...more });
    this.#grown();
  }

  #mark(mark: RelayMark): void {
    this.#spool?.append('mark', Buffer.from(JSON.stringify(mark)), this.#options.clock.nowNs(), false);
  }

  #grown(): void {
    for (const listener of this.#listeners) listener.grown();
  }

  #set(state: StatusMessage['state'], details: StateDetails = {}): void {
    this.#status = this.#statusOf(state, details);
    this.#options.metrics.state(state);
    for (const listener of this.#listeners) listener.status(this.#status);
  }

  #statusOf(state: StatusMessage['state'], details: StateDetails = {}): StatusMessage {
    return {
      type: 'status',
      state,
      relay_time_ns: String(this.#options.clock.nowNs()),
      ...(details.attempt === undefined ? {} : { attempt: details.attempt }),
      ...(details.retryInMs === undefined ? {} : { retry_in_ms: Math.round(details.retryInMs) }),
      ...(details.problem ? { problem: details.problem } : {}),
    };
  }
}

function newSession(): string {
  return randomBytes(8).toString('hex');
}
