import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '#base/problem';
import { decodeFrames, encodeFrame, FRAME_HEADER_BYTES, type FrameKind } from '#protocol/relay-frames';
import {
  parseClientMessage,
  parseRelayMark,
  parseRelayMessage,
  type RelayMark,
} from '#protocol/relay-messages';
import { RelayStreamReader, type RelayEvent } from '#protocol/relay-stream-reader';

const HELLO = JSON.stringify({
  type: 'hello',
  protocol: 1,
  session: 's1',
  relay_time_ns: '5',
  heartbeat_ms: 1000,
  feed: { name: 'es', adapter: 'replay', encoding: 'dbn', description: '' },
});

/** The frames of an epoch, as a relay lays them out. */
class Epoch {
  readonly frames: Uint8Array[] = [];
  #position = 0n;

  constructor(epoch: number, more: Partial<Extract<RelayMark, { type: 'epoch' }>> = {}) {
    this.mark({
      type: 'epoch',
      epoch,
      reason: 'start',
      exact: true,
      continues: false,
      skip_bytes: 0,
      ...more,
    });
  }

  add(kind: FrameKind, payload: Uint8Array, catchUp = false): this {
    this.frames.push(encodeFrame({ kind, catchUp, position: this.#position, timeNs: 7n, payload }));
    this.#position += BigInt(FRAME_HEADER_BYTES + payload.length);
    return this;
  }

  mark(mark: RelayMark): this {
    return this.add('mark', new TextEncoder().encode(JSON.stringify(mark)));
  }

  dbn(...bytes: number[]): this {
    return this.add('dbn', Uint8Array.from(bytes));
  }
}

function message(...frames: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(frames));
}

function started(from?: RelayStreamReader): RelayStreamReader {
  const reader = new RelayStreamReader(from?.point);
  reader.text(HELLO);
  return reader;
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof ProblemError) return error.problem.code;
    throw error;
  }
  return 'none';
}

function bytesOf(events: readonly RelayEvent[]): number[] {
  return events.flatMap((event) => (event.kind === 'data' ? [...event.payload] : []));
}

describe('frames', () => {
  it('are read back as they were written, however many share a message', () => {
    const frame = fc.record({
      kind: fc.constantFrom<FrameKind>('dbn', 'text', 'binary', 'mark'),
      catchUp: fc.boolean(),
      position: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      timeNs: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      payload: fc.uint8Array({ maxLength: 50 }),
    });
    fc.assert(
      fc.property(fc.array(frame), (frames) => {
        expect(decodeFrames(message(...frames.map(encodeFrame)))).toEqual(frames);
      }),
    );
  });

  it('are refused when cut anywhere, of an unknown kind, or too long', () => {
    const bytes = encodeFrame({
      kind: 'dbn',
      catchUp: false,
      position: 1n,
      timeNs: 2n,
      payload: new Uint8Array(9),
    });
    for (let end = 1; end < bytes.length; end++) {
      expect(codeOf(() => decodeFrames(bytes.subarray(0, end)))).toBe('relay-stream/bad-frame');
    }
    for (const [at, value] of [
      [3, 1],
      [4, 0],
      [4, 5],
      [5, 2],
      [6, 1],
    ]) {
      const damaged = bytes.slice();
      damaged[at] = value;
      expect(codeOf(() => decodeFrames(damaged))).toBe('relay-stream/bad-frame');
    }
    const payload = new Uint8Array((1 << 20) + 1);
    expect(() => encodeFrame({ kind: 'dbn', catchUp: false, position: 0n, timeNs: 0n, payload })).toThrow(
      RangeError,
    );
  });
});

describe('messages', () => {
  it.each([
    '',
    '[]',
    'null',
    '{}',
    '{"type":"toString"}',
    HELLO.replace('"protocol":1', '"protocol":2'),
    HELLO.replace('"encoding":"dbn"', '"encoding":"csv"'),
    HELLO.replace('"5"', '5'),
    '{"type":"status","state":"fine","relay_time_ns":"1"}',
    '{"type":"status","state":"live","relay_time_ns":"1","retry_in_ms":-1}',
    '{"type":"error","problem":{"code":"a/b"}}',
  ])('are refused when they are not what they say: %s', (text) => {
    expect(codeOf(() => parseRelayMessage(text))).toBe('relay-stream/bad-message');
  });

  it('of a newer relay may say more', () => {
    expect(parseRelayMessage('{"type":"lag","behind_bytes":1,"limit_bytes":2,"more":3}').type).toBe('lag');
    expect(parseRelayMark('{"type":"end"}')).toEqual({ type: 'end' });
  });

  it('of a client are start and resume', () => {
    expect(parseClientMessage('{"type":"start"}')).toEqual({ type: 'start' });
    const reader = started();
    reader.binary(message(...new Epoch(3).dbn(1).frames));
    expect(parseClientMessage(JSON.stringify(started(reader).opening()))).toMatchObject({
      type: 'resume',
      epoch: 3,
    });
    for (const text of [
      '{"type":"resume"}',
      '{"type":"resume","session":"a","epoch":0,"position":"-1"}',
      'x',
    ]) {
      expect(codeOf(() => parseClientMessage(text))).toBe('relay-stream/bad-message');
    }
  });
});

describe('the stream', () => {
  it('is hello, then epochs of data and marks, then the end', () => {
    const epoch = new Epoch(0, { dataset: 'X', symbols: ['A'] })
      .dbn(1, 2)
      .mark({ type: 'gap', from_ns: '1', to_ns: null, recovered: 'no', reason: 'lost' })
      .dbn(3)
      .mark({ type: 'end' });
    const reader = started();
    expect(reader.opening()).toEqual({ type: 'start' });
    const events = reader.binary(message(...epoch.frames));
    expect(events.map((e) => e.kind)).toEqual(['epoch', 'data', 'gap', 'data', 'end']);
    expect(events[0]).toMatchObject({ isNew: true, mark: { symbols: ['A'] } });
    expect(bytesOf(events)).toEqual([1, 2, 3]);
    expect(codeOf(() => reader.binary(epoch.frames[0]))).toBe('relay-stream/order');
  });

  it('is refused out of order', () => {
    const { frames } = new Epoch(0).dbn(1).dbn(2).dbn(3);
    expect(codeOf(() => new RelayStreamReader().binary(frames[0]))).toBe('relay-stream/order');
    expect(codeOf(() => new RelayStreamReader().text('{"type":"heartbeat","relay_time_ns":"1"}'))).toBe(
      'relay-stream/order',
    );
    expect(codeOf(() => started().text(HELLO))).toBe('relay-stream/order');
    expect(codeOf(() => started().binary(frames[1]))).toBe('relay-stream/order');
    expect(codeOf(() => started().binary(message(frames[0], frames[2])))).toBe('relay-stream/lost');
    expect(codeOf(() => started().binary(message(frames[0], frames[1], frames[1])))).toBe(
      'relay-stream/lost',
    );
    const unmarked = encodeFrame({
      kind: 'dbn',
      catchUp: false,
      position: 0n,
      timeNs: 0n,
      payload: new Uint8Array(1),
    });
    expect(codeOf(() => started().binary(unmarked))).toBe('relay-stream/order');
  });

  it('goes on after a lost connection where it stopped', () => {
    const { frames } = new Epoch(0).dbn(1).dbn(2).dbn(3);
    for (let cut = 1; cut < frames.length; cut++) {
      const before = started();
      const seen = bytesOf(before.binary(message(...frames.slice(0, cut))));
      const after = started(before);
      expect(after.opening()).toMatchObject({ type: 'resume', session: 's1', epoch: 0 });
      seen.push(...bytesOf(after.binary(message(...frames.slice(cut)))));
      expect(seen).toEqual([1, 2, 3]);
    }
  });

  it('begins anew where the relay no longer has the place, and with another run of the feed', () => {
    const before = started();
    before.binary(message(...new Epoch(0).dbn(1).frames));
    const gone = started(before).binary(
      message(...new Epoch(1, { continues: true, skip_bytes: 1 }).dbn(8, 9).frames),
    );
    expect(gone[0]).toMatchObject({ kind: 'epoch', isNew: true });
    expect(bytesOf(gone)).toEqual([8, 9]);
    const other = new RelayStreamReader({ ...before.point!, session: 'other' });
    other.text(HELLO);
    expect(other.opening()).toEqual({ type: 'start' });
  });

  it('continues into an epoch that only takes over, without what it repeats', () => {
    const reader = started();
    reader.binary(message(...new Epoch(0).dbn(1, 2, 3).frames));
    const next = new Epoch(1, { reason: 'rotated', continues: true, skip_bytes: 3 })
      .dbn(1, 2)
      .dbn(3, 4)
      .dbn(5);
    const events = reader.binary(message(...next.frames));
    expect(events[0]).toMatchObject({ kind: 'epoch', isNew: false });
    expect(bytesOf(events)).toEqual([4, 5]);
    const late = started();
    expect(bytesOf(late.binary(message(...next.frames)))).toEqual([1, 2, 3, 4, 5]);
  });

  it('never throws anything but a problem, whatever arrives', () => {
    const { frames } = new Epoch(0).dbn(1, 2).mark({ type: 'end' });
    const whole = message(...frames);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.string(), (at, value, text) => {
        const damaged = whole.slice();
        damaged[at] = value;
        const reader = started();
        expect(codeOf(() => reader.binary(damaged))).toMatch(/^(none|relay-stream\/.*)$/);
        expect(codeOf(() => reader.text(text))).toMatch(/^(none|relay-stream\/.*)$/);
      }),
    );
  });
});
