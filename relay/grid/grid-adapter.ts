/**
 * Another server's grid as a feed: every message of its stream, in order and untouched.
 *
 * Fields: `url` (`ws://host:port`), `serving`, `on_demand`, `description`.
 */
import WebSocket from 'ws';
import { ProblemError, toProblem, type Problem } from '#base/problem';
import { servingName } from '#core/config/serving-spec';
import { GRID_STREAM_PATH } from '#protocol/grid-stream-path';
import { MAX_PAYLOAD_BYTES } from '#protocol/relay-frames';
import type { AdapterFactory, AdapterParts } from '#relay/adapters';
import { badConfig } from '#relay/config-fields';
import { failure, type LiveFailure } from '#relay/live-failure';
import type { FeedSink } from '#relay/feed-adapter';
import { RetryPolicy } from '#relay/retry-policy';

const SERVER = /^wss?:\/\/[^/?#@\s]+$/;
const CONNECT_MS = 10_000;
/** The stream itself may be silent: the connection is asked whether it still lives. */
const PING_MS = 10_000;
const SILENCE_MS = 30_000;
const SETUP_FAILED = 1008;
const ENDED = 1000;

export const gridAdapter: AdapterFactory = (fields, parts) => {
  const server = fields.text('url');
  if (!SERVER.test(server)) badConfig(fields.pathOf('url'), 'ws://host:port, without a path or user', server);
  const serving = servingName(fields.text('serving'));
  const url = `${server}${GRID_STREAM_PATH}?serving=${serving}`;
  return {
    kind: 'grid',
    encoding: 'messages',
    description: fields.text('description', `grid of the serving ${serving}`),
    onDemand: fields.flag('on_demand', true),
    run: (sink, signal) => follow(url, parts, sink, signal),
  };
};

/** Until the stream has ended, or is refused. */
async function follow(url: string, parts: AdapterParts, sink: FeedSink, signal: AbortSignal): Promise<void> {
  const { clock, log } = parts;
  const retries = new RetryPolicy(parts.random);
  let hadData = false;
  for (let attempt = 1; ; attempt++) {
    sink.state('connecting', { attempt });
    const startedMs = clock.nowMs();
    const began = () => {
      // A grid is a whole story: the server begins it anew for every connection.
      sink.begin({ reason: hadData ? 'resync' : 'start', exact: true });
      if (hadData)
        sink.gap({ from_ns: null, to_ns: null, recovered: 'no', reason: 'the connection was lost' });
      sink.state('live');
      hadData = true;
    };
    const why = await connection(url, parts, sink, signal, began);
    if (signal.aborted || why === undefined) return;
    const delayMs = retries.delayAfter(why.retry, clock.nowMs() - startedMs);
    log.warn({ problem: why.problem, retryInMs: delayMs }, 'stream ended');
    if (delayMs === undefined) throw new ProblemError(why.problem);
    sink.state('waiting', { attempt, retryInMs: delayMs, problem: why.problem });
    await clock.sleep(delayMs, signal);
    if (signal.aborted) return;
  }
}

/** @returns why it ended; `undefined` when there is no more to come */
async function connection(
  url: string,
  { clock }: AdapterParts,
  sink: FeedSink,
  signal: AbortSignal,
  began: () => void,
): Promise<LiveFailure | undefined> {
  const socket = new WebSocket(url, {
    perMessageDeflate: false,
    maxPayload: MAX_PAYLOAD_BYTES,
    handshakeTimeout: CONNECT_MS,
  });
  const over = new AbortController();
  const isOver = AbortSignal.any([over.signal, signal]);
  let heardMs = clock.nowMs();
  let hasBegun = false;
  let refusal: string | undefined;
  let broken: Problem | undefined;
  isOver.addEventListener('abort', () => socket.terminate());
  socket.on('pong', () => (heardMs = clock.nowMs()));
  socket.on('message', (data: Buffer, isBinary) => {
    if (broken) return;
    heardMs = clock.nowMs();
    refusal ??= isBinary ? undefined : errorIn(data);
    try {
      if (!hasBegun) began();
      hasBegun = true;
      sink.message(isBinary ? 'binary' : 'text', data);
    } catch (error) {
      // Nobody above an event of a socket could catch it, such as that the disk is full.
      broken = toProblem(error);
      socket.terminate();
    }
  });
  void (async () => {
    while (!isOver.aborted) {
      await clock.sleep(PING_MS, isOver);
      if (socket.readyState === WebSocket.OPEN) socket.ping();
      if (clock.nowMs() - heardMs > SILENCE_MS) socket.terminate();
    }
  })();
  const code = await new Promise<number>((resolve) => {
    socket.on('error', () => undefined);
    socket.on('close', resolve);
  });
  over.abort();
  if (broken) return { problem: broken, retry: 'no' };
  if (refusal !== undefined) {
    return failure(
      'grid/refused',
      `The server of the grid reports: ${refusal}`,
      code === SETUP_FAILED ? 'no' : 'backoff',
    );
  }
  if (code === ENDED) return undefined;
  return failure('grid/connection', 'The connection to the server of the grid was lost', 'backoff');
}

/** The text of `{"type":"error"}`; data messages are long and begin otherwise. */
function errorIn(data: Buffer): string | undefined {
  if (data.length > ERROR_BYTES || !data.includes('"error"')) return undefined;
  try {
    const { type, message } = JSON.parse(data.toString('utf8')) as { type?: unknown; message?: unknown };
    return type === 'error' ? String(message) : undefined;
  } catch {
    return undefined;
  }
}

const ERROR_BYTES = 4096;
