/** The adapter against a test gateway, over real sockets, with a clock that stands still. */
import pino from 'pino';
import type { Problem } from '#base/problem';
import { ConfigFields } from '#relay/config-fields';
import { databentoAdapter } from '#relay/databento/databento-adapter';
import { TestGateway, type GatewayOptions } from '#relay/databento/testing/test-gateway';
import type { EpochStart, FeedSink, StateDetails } from '#relay/feed-adapter';
import type { GapMark } from '#protocol/relay-messages';
import { ManualClock, until } from '#relay/testing/manual-clock';
import { ProblemError } from '#base/problem';

export const TEST_KEY = 'db-EXAMPLEexampleEXAMPLEexa1ab2c';

export class LiveSink implements FeedSink {
  readonly epochs: EpochStart[] = [];
  readonly gaps: Omit<GapMark, 'type'>[] = [];
  readonly states: { readonly state: string; readonly details: StateDetails | undefined }[] = [];
  /** Pieces of the epoch under way. */
  pieces: { readonly bytes: Uint8Array; readonly catchUp: boolean }[] = [];

  begin(start: EpochStart): void {
    this.epochs.push(start);
    this.pieces = [];
  }

  dbn(bytes: Uint8Array, catchUp: boolean): void {
    this.pieces.push({ bytes: bytes.slice(), catchUp });
  }

  gap(gap: Omit<GapMark, 'type'>): void {
    this.gaps.push(gap);
  }

  state(state: string, details?: StateDetails): void {
    if (details !== undefined || this.states.at(-1)?.state !== state) this.states.push({ state, details });
  }

  message(): void {
    throw new Error('this feed has no messages');
  }

  lag(): void {
    // Not looked at.
  }

  get bytes(): Buffer {
    return Buffer.concat(this.pieces.map((piece) => piece.bytes));
  }

  /** Data records of the epoch, without what the gateway says. @param metadataBytes before them */
  dataRecords(metadataBytes: number): Buffer {
    const { bytes } = this;
    const records: Buffer[] = [];
    for (let at = metadataBytes; at < bytes.length; at += bytes[at] * 4) {
      const rtype = bytes[at + 1];
      if (rtype < 0x15 || rtype > 0x17) records.push(bytes.subarray(at, at + bytes[at] * 4));
    }
    return Buffer.concat(records);
  }
}

export interface LiveRun {
  readonly gateway: TestGateway;
  readonly sink: LiveSink;
  readonly clock: ManualClock;
  readonly log: string[];
  readonly stop: AbortController;
  /** Of the adapter's run; `undefined` while it runs. */
  ended(): { readonly problem: Problem | undefined } | undefined;
  readonly done: Promise<void>;
}

/** On the day of the simulated captures, so that a replay reaches back to them. */
const DAY_NS = 1_791_295_300_000_000_000n;

const FIELDS = {
  dataset: 'GLBX.MDP3',
  subscriptions: [{ schema: 'mbo', symbols: 'ESH6' }],
  heartbeat_s: 10,
};

/** Starts a gateway and the adapter that connects to it. @param stopAtOnce before the run has come to connect */
export async function liveRun(
  options: GatewayOptions,
  fields: Readonly<Record<string, unknown>> = {},
  stopAtOnce = false,
): Promise<LiveRun> {
  const gateway = await TestGateway.start(options);
  const sink = new LiveSink();
  const clock = new ManualClock(undefined, DAY_NS);
  const log: string[] = [];
  const stop = new AbortController();
  const reader = new ConfigFields({ ...FIELDS, gateway: gateway.address, ...fields }, 'feeds.test');
  const adapter = databentoAdapter(reader, {
    folder: '/',
    env: { DATABENTO_API_KEY: TEST_KEY },
    clock,
    log: pino({ level: 'debug' }, { write: (line: string) => void log.push(line) }),
    random: () => 0.5,
  });
  reader.finish();
  let result: { problem: Problem | undefined } | undefined;
  const done = adapter.run(sink, stop.signal).then(
    () => void (result = { problem: undefined }),
    (error: unknown) => {
      if (!(error instanceof ProblemError)) throw error;
      result = { problem: error.problem };
    },
  );
  if (stopAtOnce) stop.abort();
  return { gateway, sink, clock, log, stop, ended: () => result, done };
}

/** Lets waits for a next attempt pass, until the condition holds. */
export async function throughRetries(run: LiveRun, condition: () => boolean): Promise<void> {
  for (;;) {
    await until(
      () => condition() || run.sink.states.at(-1)?.state === 'waiting' || run.ended() !== undefined,
    );
    if (condition() || run.ended()) return;
    const { details } = run.sink.states.at(-1)!;
    await run.clock.advance(details?.retryInMs ?? 0);
  }
}

export async function stopRun(run: LiveRun): Promise<void> {
  run.stop.abort();
  await run.done;
  await run.gateway.stop();
}
