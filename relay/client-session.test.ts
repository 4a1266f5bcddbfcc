import { describe, expect, it } from 'vitest';
import { decodeFrames } from '#protocol/relay-frames';
import type { HelloMessage } from '#protocol/relay-messages';
import { RelayStreamReader, type RelayEvent } from '#protocol/relay-stream-reader';
import { ClientSession, type ClientLimits } from '#relay/client-session';
import type { Feed } from '#relay/feed';
import { RelayMetrics } from '#relay/metrics';
import { FakeSocket } from '#relay/testing/fake-socket';
import { feedOf, ScriptedAdapter } from '#relay/testing/feeds';
import { ManualClock, settle } from '#relay/testing/manual-clock';
import { temporaryFolders } from '#relay/testing/temporary-folder';

const newFolder = temporaryFolders();
const LIMITS: ClientLimits = { bufferBytes: 10_000, behindBytes: 40_000, stallMs: 15_000, openingMs: 5000 };
const EXACT = { reason: 'start', exact: true } as const;

class Rig {
  readonly clock = new ManualClock();
  readonly adapter: ScriptedAdapter;
  readonly feed: Feed;

  constructor(onDemand = false, maxSpoolBytes?: number) {
    this.adapter = new ScriptedAdapter(onDemand);
    this.feed = feedOf(this.adapter, newFolder(), this.clock, maxSpoolBytes);
    this.feed.start();
  }

  client(socket = new FakeSocket(true)) {
    this.feed.prepare();
    const hello: HelloMessage = {
      type: 'hello',
      protocol: 1,
      session: this.feed.session,
      relay_time_ns: '1',
      heartbeat_ms: 5000,
      feed: { name: 'test', adapter: 'scripted', encoding: 'dbn', description: '' },
    };
    const reasons: string[] = [];
    const metrics = new RelayMetrics().ofFeed('test');
    const session = new ClientSession({
      feed: this.feed,
      socket,
      limits: LIMITS,
      metrics,
      clock: this.clock,
      hello,
      onClosed: (reason) => reasons.push(reason),
    });
    return { session, socket, reasons };
  }

  async started(socket?: FakeSocket) {
    const client = this.client(socket);
    client.session.received('{"type":"start"}');
    await settle();
    return client;
  }
}

/** What a reader makes of all that a socket got. */
function eventsOf({ texts, frames }: FakeSocket, reader = new RelayStreamReader()): RelayEvent[] {
  reader.text(JSON.stringify(texts[0]));
  return frames.flatMap((message) => reader.binary(message));
}

function payloadOf(socket: FakeSocket): Buffer {
  return Buffer.concat(eventsOf(socket).map((e) => (e.kind === 'data' ? e.payload : new Uint8Array(0))));
}

describe('a client', () => {
  it('hears hello and the state, and gets everything from the beginning, early or late', async () => {
    const rig = new Rig();
    await settle();
    const early = await rig.started();
    rig.adapter.sink.begin(EXACT);
    rig.adapter.sink.state('live');
    for (let i = 0; i < 50; i++) {
      rig.adapter.sink.dbn(new Uint8Array(300).fill(i), i < 10);
      if (i % 7 === 0) await settle();
    }
    const late = await rig.started();
    await rig.adapter.finish();
    const expected = Buffer.concat(Array.from({ length: 50 }, (_, i) => new Uint8Array(300).fill(i)));
    for (const { socket, reasons } of [early, late]) {
      expect(payloadOf(socket).equals(expected)).toBe(true);
      expect(eventsOf(socket).at(-1)).toMatchObject({ kind: 'end', mark: { type: 'end' } });
      expect([socket.closed, reasons]).toEqual([{ code: 1000, reason: 'ended' }, ['ended']]);
    }
    expect(early.socket.types).toEqual(['hello', 'status', 'status', 'status']);
    rig.feed.discard();
  });

  it('goes through every epoch that began while it was held up in an older one', async () => {
    const rig = new Rig();
    await settle();
    const pieces = [1, 2, 3, 4].map((value) => new Uint8Array(15_000).fill(value));
    const slow = rig.client(new FakeSocket(false));
    for (const piece of pieces) {
      rig.adapter.sink.begin(EXACT);
      rig.adapter.sink.dbn(piece, false);
      if (piece === pieces[0]) slow.session.received('{"type":"start"}');
      await settle();
    }
    expect(slow.socket.frames.length).toBeLessThan(pieces.length);
    await rig.adapter.finish();
    for (let i = 0; i < 20; i++) {
      slow.socket.drain();
      await settle();
    }
    const events = eventsOf(slow.socket);
    const data = events.flatMap((event) => (event.kind === 'data' ? [event.payload] : []));
    expect(Buffer.concat(data).equals(Buffer.concat(pieces))).toBe(true);
    expect(slow.socket.closed).toEqual({ code: 1000, reason: 'ended' });
    rig.feed.discard();
  });

  it('resumes where it stopped, in every place', async () => {
    const rig = new Rig();
    await settle();
    rig.adapter.sink.begin(EXACT);
    for (let i = 0; i < 5; i++) rig.adapter.sink.dbn(Uint8Array.of(i), false);
    const whole = await rig.started();
    const frames = whole.socket.frames.flatMap((message) => decodeFrames(message));
    for (const { position } of [...frames, { position: BigInt(rig.feed.spool!.size) }]) {
      const client = rig.client();
      const place = { type: 'resume', session: rig.feed.session, epoch: 0, position: String(position) };
      client.session.received(JSON.stringify(place));
      await settle();
      const sent = client.socket.frames.flatMap((message) => decodeFrames(message)).map((f) => f.position);
      expect(sent).toEqual(frames.map((f) => f.position).filter((p) => p >= position));
    }
    for (const wrong of [
      { position: '1' },
      { epoch: 1 },
      { session: 'x' },
      { position: '99999999999999999999' },
    ]) {
      const client = rig.client();
      const place = { type: 'resume', session: rig.feed.session, epoch: 0, position: '0', ...wrong };
      client.session.received(JSON.stringify(place));
      await settle();
      expect(decodeFrames(client.socket.frames[0])[0].position).toBe(0n);
    }
    rig.feed.discard();
  });

  it('that reads slowly is told, then cut off; others are not disturbed', async () => {
    const rig = new Rig();
    await settle();
    rig.adapter.sink.begin(EXACT);
    const slow = await rig.started();
    const healthy = await rig.started();
    slow.socket.stall();
    let sent = 0;
    while (!slow.socket.closed) {
      rig.adapter.sink.dbn(new Uint8Array(1000), false);
      await settle();
      expect(++sent).toBeLessThan(100);
    }
    expect(slow.socket.closed).toEqual({ code: 1013, reason: 'relay/slow-reader' });
    expect(slow.socket.types.slice(2)).toEqual(['lag', 'error']);
    expect(slow.reasons).toEqual(['relay/slow-reader']);
    // No more was handed to its socket than its buffer allows, and one message.
    expect(slow.socket.bufferedAmount).toBeLessThan(LIMITS.bufferBytes + 5000);
    expect(payloadOf(healthy.socket).length).toBe(sent * 1000);
    expect(healthy.socket.types).not.toContain('lag');
    expect(rig.feed.clients).toBe(1);
    rig.feed.discard();
  });

  it('that comes late may be far behind, as long as it reads', async () => {
    const rig = new Rig();
    await settle();
    rig.adapter.sink.begin(EXACT);
    for (let i = 0; i < 200; i++) rig.adapter.sink.dbn(new Uint8Array(1000).fill(i), false);
    const late = await rig.started(new FakeSocket(false));
    while (!late.socket.closed && payloadOf(late.socket).length < 200_000) {
      rig.adapter.sink.dbn(new Uint8Array(1), false);
      late.socket.drain();
      await settle();
    }
    expect(late.socket.closed).toBeUndefined();
    late.socket.drain();
    await settle();
    rig.feed.discard();
  });

  it('that takes nothing for too long is cut off, whatever it has to catch up', async () => {
    const rig = new Rig();
    await settle();
    rig.adapter.sink.begin(EXACT);
    rig.adapter.sink.dbn(new Uint8Array(100_000), false);
    const stuck = await rig.started(new FakeSocket(false));
    await rig.clock.advance(LIMITS.stallMs);
    stuck.session.tick();
    expect(stuck.socket.closed).toBeUndefined();
    await rig.clock.advance(1);
    stuck.session.tick();
    expect(stuck.socket.closed?.code).toBe(1013);
    rig.feed.discard();
  });

  it('hears a heartbeat where nothing else is to be said', async () => {
    const rig = new Rig();
    const { session, socket } = await rig.started();
    for (let second = 0; second < 20; second++) {
      await rig.clock.advance(1000);
      session.tick();
    }
    expect(socket.types.filter((type) => type === 'heartbeat')).toHaveLength(4);
    expect(socket.closed).toBeUndefined();
  });

  it.each([
    ['nonsense', 'relay-stream/bad-message'],
    ['{"type":"stop"}', 'relay-stream/bad-message'],
    [undefined, 'relay/unexpected-message'],
  ])('that says %j is refused', async (data, code) => {
    const rig = new Rig();
    const { session, socket } = rig.client();
    session.received(data);
    await settle();
    expect(socket.closed).toEqual({ code: 1008, reason: code });
    expect(socket.frames).toEqual([]);
  });

  it('that says nothing, or speaks twice, is refused', async () => {
    const rig = new Rig();
    const silent = rig.client();
    await rig.clock.advance(LIMITS.openingMs + 1);
    silent.session.tick();
    expect(silent.socket.closed).toEqual({ code: 1008, reason: 'relay/no-opening' });
    const talkative = await rig.started();
    talkative.session.received('{"type":"start"}');
    expect(talkative.socket.closed).toEqual({ code: 1008, reason: 'relay/unexpected-message' });
  });
});

describe('a feed', () => {
  it('on demand runs while there are clients, from the beginning each time', async () => {
    const rig = new Rig(true);
    await settle();
    expect(rig.adapter.runs).toBe(0);
    const first = await rig.started();
    rig.adapter.sink.begin(EXACT);
    rig.adapter.sink.dbn(Uint8Array.of(1), false);
    await settle();
    const session = rig.feed.session;
    const old = rig.adapter.sink;
    first.session.closed();
    const second = await rig.started();
    old.dbn(Uint8Array.of(9), false);
    rig.adapter.sink.begin(EXACT);
    rig.adapter.sink.dbn(Uint8Array.of(2), false);
    await settle();
    expect([rig.adapter.runs, rig.feed.session === session]).toEqual([2, false]);
    expect([...payloadOf(second.socket)]).toEqual([2]);
    second.session.closed();
  });

  it('that fails says why, to who is there and who comes', async () => {
    const rig = new Rig();
    await settle();
    const early = await rig.started();
    rig.adapter.sink.begin(EXACT);
    await rig.adapter.finish(new Error('boom'));
    const late = await rig.started();
    for (const { socket } of [early, late]) {
      expect(eventsOf(socket).at(-1)).toMatchObject({ kind: 'end', mark: { problem: { message: 'boom' } } });
      expect(socket.texts.at(-1)).toMatchObject({ type: 'status', state: 'failed' });
      expect(socket.closed?.code).toBe(1000);
    }
    rig.feed.discard();
  });

  it('takes clients along into its next epoch; who joins begins there', async () => {
    const rig = new Rig();
    await settle();
    rig.adapter.sink.begin(EXACT);
    const early = await rig.started();
    rig.adapter.sink.dbn(Uint8Array.of(1, 2), false);
    rig.adapter.sink.begin({ reason: 'loop', exact: true });
    rig.adapter.sink.dbn(Uint8Array.of(3), false);
    rig.adapter.sink.gap({ from_ns: '1', to_ns: '2', recovered: 'no', reason: 'lost' });
    const late = await rig.started();
    await rig.adapter.finish();
    expect(eventsOf(early.socket).map((e) => e.kind)).toEqual([
      'epoch',
      'data',
      'epoch',
      'data',
      'gap',
      'end',
    ]);
    expect(eventsOf(late.socket).map((e) => e.kind)).toEqual(['epoch', 'data', 'gap', 'end']);
    rig.feed.discard();
  });

  it('whose spool is full goes on for its clients and tells who joins that the book is not whole', async () => {
    const rig = new Rig(false, 4000);
    await settle();
    rig.adapter.sink.begin({ ...EXACT, dataset: 'X' });
    const early = await rig.started();
    // Metadata of 28 bytes, then records.
    const metadata = Buffer.concat([
      Buffer.from('DBN\x03'),
      Uint8Array.of(20, 0, 0, 0),
      new Uint8Array(20).fill(7),
    ]);
    rig.adapter.sink.dbn(metadata, true);
    const sent = [metadata];
    for (let i = 0; i < 60; i++) {
      sent.push(Buffer.alloc(100, i));
      rig.adapter.sink.dbn(sent.at(-1)!, false);
      await settle();
    }
    const late = await rig.started();
    expect(payloadOf(early.socket).equals(Buffer.concat(sent))).toBe(true);
    expect(eventsOf(early.socket).filter((e) => e.kind === 'epoch' && e.isNew)).toHaveLength(1);
    const [epoch] = eventsOf(late.socket);
    expect(epoch).toMatchObject({
      kind: 'epoch',
      isNew: true,
      mark: { exact: false, reason: 'rotated', dataset: 'X' },
    });
    const joined = payloadOf(late.socket);
    expect(joined.subarray(0, 28).equals(metadata)).toBe(true);
    expect(
      Buffer.concat(sent)
        .subarray(-(joined.length - 28))
        .equals(joined.subarray(28)),
    ).toBe(true);
    rig.feed.discard();
  });
});
