import { afterEach, describe, expect, it } from 'vitest';
import { fail } from '#base/problem';
import { systemClock } from '#relay/clock';
import { ConfigFields } from '#relay/config-fields';
import type { FeedSink } from '#relay/feed-adapter';
import { gridAdapter } from '#relay/grid/grid-adapter';
import { GridServer } from '#relay/grid/grid-server';
import { silentLog } from '#relay/testing/feeds';
import { rejectionOf } from '#relay/testing/problems';

const MESSAGES = ['{"type":"runtime_config"}', Uint8Array.of(1, 2, 3)];
const servers: GridServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function follow(sink: FeedSink): Promise<void> {
  const server = new GridServer({
    host: '127.0.0.1',
    port: 0,
    origins: [],
    clients: 1,
    messages: async function* () {
      yield* await Promise.resolve(MESSAGES);
    },
  });
  servers.push(server);
  const fields = { url: `ws://127.0.0.1:${await server.listen()}`, serving: 'demo' };
  const parts = { folder: '/', env: {}, clock: systemClock, log: silentLog, random: () => 0.5 };
  await gridAdapter(new ConfigFields(fields, 'feeds.test'), parts).run(sink, new AbortController().signal);
}

function sinkInto(messages: unknown[]): FeedSink {
  return {
    begin: () => undefined,
    dbn: () => undefined,
    message: (form, bytes) => messages.push([form, Buffer.from(bytes).toString('latin1')]),
    gap: () => undefined,
    state: () => undefined,
    lag: () => undefined,
  };
}

describe('the grid of another server as a feed', () => {
  it('is handed on message by message', async () => {
    const messages: unknown[] = [];
    await follow(sinkInto(messages));
    expect(messages).toEqual([
      ['text', MESSAGES[0]],
      ['binary', '\x01\x02\x03'],
    ]);
  });

  it.each(['begin', 'message'])('fails, and nothing else does, where %s cannot be kept', async (call) => {
    const sink = { ...sinkInto([]), [call]: () => fail('file/no-space', 'The disk is full') };
    expect(await rejectionOf(follow(sink))).toContain('file/no-space');
  });
});
