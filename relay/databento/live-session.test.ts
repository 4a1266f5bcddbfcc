import { describe, expect, it } from 'vitest';
import { DbnDecoder } from '#core/dbn/dbn-decoder';
import { createZstdDecompressor } from '#core/io/zstd';
import { readMbo } from '#core/mbo/mbo-block';
import { Random } from '#base/random';
import { ApiKey } from '#relay/databento/api-key';
import { LiveSession, type LiveEvent, type LiveOptions } from '#relay/databento/live-session';
import type { LiveStype, Subscription } from '#relay/databento/subscription';
import { problemOf } from '#relay/testing/problems';
import {
  fieldSet,
  readTranscript,
  TRANSCRIPT_NAMES,
  type Dialogue,
} from '#relay/databento/testing/transcripts';
import { parseFields } from '#relay/databento/control-line';

const KEY = new ApiKey('db-EXAMPLEexampleEXAMPLEexa1ab2c');

/** The options under which a client says what a recorded one said. */
async function optionsOf(dialogue: Dialogue, key: string): Promise<LiveOptions & { late: Subscription[] }> {
  const lines = dialogue.steps.flatMap((step) => (step.by === 'C' ? [step.text.trimEnd()] : []));
  const auth = parseFields(lines[0]);
  const started = lines.indexOf('start_session');
  const subscriptions = new Map<string, Subscription & { late: boolean }>();
  lines.slice(1).forEach((line, i) => {
    if (line === 'start_session') return;
    const fields = parseFields(line);
    const id = fields.get('id')!;
    const start = fields.get('start');
    const before = subscriptions.get(id)?.symbols ?? [];
    subscriptions.set(id, {
      schema: fields.get('schema')!,
      stypeIn: fields.get('stype_in') as LiveStype,
      symbols: [...before, ...fields.get('symbols')!.split(',')],
      // The gateway refuses it; this client does not even ask.
      snapshot: fields.get('snapshot') === '1' && fields.get('schema') === 'mbo',
      start: start !== undefined && /^\d+$/.test(start) ? BigInt(start) : start,
      late: i + 1 > started,
    });
  });
  const all = [...subscriptions.values()];
  const plain = ({ late: _, ...subscription }: Subscription & { late: boolean }): Subscription =>
    subscription;
  const heartbeat = auth.get('heartbeat_interval_s');
  return {
    key: new ApiKey(key),
    dataset: auth.get('dataset')!,
    subscriptions: all.filter((s) => !s.late).map(plain),
    late: all.filter((s) => s.late).map(plain),
    client: auth.get('client')!,
    tsOut: auth.get('ts_out') === '1',
    heartbeatSeconds: heartbeat === undefined ? undefined : Number(heartbeat),
    slowReader: auth.get('slow_reader_behavior') as 'skip' | undefined,
    zstd: auth.get('compression') === 'zstd' ? await createZstdDecompressor() : undefined,
  };
}

interface Heard {
  readonly said: string[];
  readonly stream: Buffer;
  readonly failures: string[];
  readonly started: string[];
}

/** Plays the gateway's side of a dialogue, in pieces of any size. */
async function play(dialogue: Dialogue, key: string, sizeOf: () => number): Promise<Heard> {
  const { late, ...options } = await optionsOf(dialogue, key);
  const session = new LiveSession(options, 0);
  const heard = {
    said: [] as string[],
    stream: [] as Buffer[],
    failures: [] as string[],
    started: [] as string[],
  };
  const take = (events: readonly LiveEvent[]): void => {
    for (const event of events) {
      if (event.kind === 'send') heard.said.push(...event.text.split('\n').slice(0, -1));
      else if (event.kind === 'started') heard.started.push(event.sessionId);
      else if (event.kind === 'failed') heard.failures.push(event.failure.problem.code);
      else heard.stream.push(Buffer.from(event.bytes));
    }
  };
  const send = (bytes: Uint8Array): void => {
    for (let at = 0; at < bytes.length;) {
      const size = sizeOf();
      take(session.receive(bytes.subarray(at, at + size), 1));
      at += size;
    }
  };
  const isCompressed = dialogue.wire !== dialogue.stream;
  let saysLate = false;
  for (const step of dialogue.steps) {
    if (step.by === 'S') send(Buffer.from(step.text));
    else if (step.by === 'D' && !isCompressed) {
      send(dialogue.stream.subarray(step.from, step.to));
      saysLate = true;
    } else if (step.by === 'C' && saysLate) take([session.subscribe(late.shift()!)]);
  }
  if (isCompressed) send(dialogue.wire);
  take(session.closed());
  return { ...heard, stream: Buffer.concat(heard.stream) };
}

const whole = () => 1 << 20;

describe('the recorded dialogues', () => {
  it.each(TRANSCRIPT_NAMES)('%s: says what the vendor’s client said, and hears every byte', async (name) => {
    const transcript = readTranscript(name);
    for (const dialogue of transcript.connections) {
      const wanted = dialogue.steps.flatMap((step) => (step.by === 'C' ? [step.text] : []));
      const random = new Random(3);
      for (const sizeOf of [whole, () => 1, () => 7, () => 13, () => 1 + random.below(60)]) {
        const heard = await play(dialogue, transcript.key, sizeOf);
        const refused = name.startsWith('08') ? 'snapshot=1' : '';
        const kept = (line: string) => (refused ? line.replace(refused, 'snapshot=0') : line);
        expect(heard.said.map(fieldSet)).toEqual(wanted.map(kept).map(fieldSet));
        expect(heard.said[0]).toMatch(/^auth=/);
        // What is left of a cut record is not handed on.
        const rest = dialogue.stream.length - heard.stream.length;
        expect(heard.stream.equals(dialogue.stream.subarray(0, heard.stream.length))).toBe(true);
        expect(rest).toBe(name.startsWith('11') && dialogue.stream.length === 748 ? 20 : 0);
      }
    }
  });

  it.each([
    ['02-wrong-key', 'live/key-refused'],
    ['13-connection-limit', 'live/connection-limit'],
    ['14-no-licence', 'live/no-licence'],
    ['01-raw-symbols-mbo', 'live/closed'],
  ])('%s: ends with %s', async (name, code) => {
    const transcript = readTranscript(name);
    expect((await play(transcript.connections[0], transcript.key, whole)).failures).toEqual([code]);
  });

  it.each(['01-raw-symbols-mbo', '04-parent-snapshot', '06-replay', '07-options-zstd-tsout'])(
    '%s: decodes to what the vendor’s client reported',
    async (name) => {
      const { connections, key, reported } = readTranscript(name);
      const { stream, started } = await play(connections[0], key, whole);
      expect(reported[0]).toBe(`R session_id=${started[0]}`);
      const decoder = new DbnDecoder();
      decoder.push(stream);
      const records: string[] = [];
      for (let part; (part = decoder.end()) !== undefined;) {
        if (part.kind !== 'mbo') continue;
        for (let i = 0; i < part.block.count; i++) {
          const r = readMbo(part.block, i);
          const [act, side] = [r.action, r.side].map((code) => String.fromCharCode(code));
          records.push(
            `iid=${r.instrumentId} ts_event=${r.tsEvent} mbo id=${r.orderId} px=${r.price} sz=${r.size} act=${act} side=${side} flags=${r.flags} seq=${r.sequence} ts_recv=${r.tsRecv}`,
          );
        }
      }
      const wanted = reported.filter((line) => line.includes('rtype=160'));
      expect(records.length).toBeGreaterThan(7);
      expect(records).toEqual(wanted.map((line) => line.replace(/^R rec \d+ rtype=160 size=\d+ /, '')));
    },
  );
});

describe('a session', () => {
  const OPTIONS: LiveOptions = {
    key: KEY,
    dataset: 'GLBX.MDP3',
    subscriptions: [{ schema: 'mbo', stypeIn: 'raw_symbol', symbols: ['ESH6'], snapshot: false }],
    client: 'test',
    tsOut: false,
    heartbeatSeconds: 10,
  };
  const GREETING = 'lsg_version=x\ncram=abc\n';
  const hear = (text: string) => {
    const session = new LiveSession(OPTIONS, 0);
    const events = session.receive(Buffer.from(text), 0);
    return { session, codes: events.map((e) => (e.kind === 'failed' ? e.failure.problem.code : e.kind)) };
  };

  it.each([
    ['HTTP/1.1 400 Bad Request\n', ['live/not-a-gateway']],
    ['lsg_version=1\nmoo=1\n', ['live/not-a-gateway']],
    ['lsg_version=1\ncram=\n', ['live/not-a-gateway']],
    [`${GREETING}success=2|session_id=1\n`, ['send', 'live/refused']],
    [`${GREETING}session_id=1\n`, ['send', 'live/refused']],
    [`${GREETING}success=0|error=Sorry.\n`, ['send', 'live/refused']],
    [`${GREETING}success=1|session_id=1|more=2|\n`, ['send', 'send', 'started']],
    [`lsg_version=${'x'.repeat(70_000)}`, ['live/line-too-long']],
  ])('hears %j', (text, codes) => {
    expect(hear(text).codes).toEqual(codes);
  });

  it('takes a challenge with = in it whole', () => {
    const session = new LiveSession(OPTIONS, 0);
    const [event] = session.receive(Buffer.from('lsg_version=1\ncram=a=b=c\n'), 0);
    expect(event).toMatchObject({
      kind: 'send',
      text: expect.stringContaining(`auth=${KEY.answer('a=b=c')}|`) as string,
    });
  });

  it('has limits: 30 s for authentication, then the heartbeat and 5 s', () => {
    const { session } = hear('lsg_version=1\n');
    expect(session.expire(29_999)).toEqual([]);
    expect(session.expire(30_000)).toMatchObject([
      { failure: { problem: { code: 'live/slow-authentication' } } },
    ]);
    const started = new LiveSession(OPTIONS, 0);
    started.receive(Buffer.from(`${GREETING}success=1|session_id=1\n`), 100);
    expect(started.deadlineMs).toBe(15_100);
    started.receive(Uint8Array.of(0x44), 5000);
    expect(started.expire(19_999)).toEqual([]);
    expect(started.expire(20_000)).toMatchObject([
      { failure: { problem: { code: 'live/silence' }, retry: 'backoff' } },
    ]);
    expect(started.receive(Uint8Array.of(1), 20_001)).toEqual([]);
  });

  it('ends a stream that is no DBN, with what was whole before', () => {
    const { stream } = readTranscript('01-raw-symbols-mbo').connections[0];
    for (const [at, value, code] of [
      [3, 4, 'dbn/unsupported-version'],
      [0, 0, 'dbn/bad-magic'],
      [7, 0x7f, 'dbn/metadata-length'],
      [800, 0, 'dbn/record-length'],
      [800, 3, 'dbn/record-length'],
    ] as const) {
      const session = new LiveSession(OPTIONS, 0);
      const damaged = Buffer.from(stream);
      damaged[at] = value;
      const text = Buffer.from(`${GREETING}success=1|session_id=1\n`);
      const events = session.receive(Buffer.concat([text, damaged]), 0);
      expect(events.at(-1)).toMatchObject({ kind: 'failed', failure: { problem: { code } } });
      const bytes = events.flatMap((e) =>
        e.kind === 'metadata' || e.kind === 'records' ? [...e.bytes] : [],
      );
      expect(bytes.length).toBe(at === 800 ? 800 : 0);
    }
  });

  it('survives every mutation of a dialogue', () => {
    const { stream } = readTranscript('04-parent-snapshot').connections[0];
    const dialogue = Buffer.concat([Buffer.from(`${GREETING}success=1|session_id=1\n`), stream]);
    const random = new Random(9);
    for (let i = 0; i < 2000; i++) {
      const damaged = Buffer.from(dialogue);
      for (let k = random.below(4); k >= 0; k--) damaged[random.below(damaged.length)] = random.below(256);
      const session = new LiveSession(OPTIONS, 0);
      for (let at = 0; at < damaged.length; at += 97) session.receive(damaged.subarray(at, at + 97), 0);
      session.closed();
      expect(session.deadlineMs).toBe(Infinity);
    }
  });
});

describe('a key', () => {
  it('answers the challenge as the vendor’s client does', () => {
    expect(KEY.answer('t0K3nChallengeForTests0123456789')).toBe(
      '21548ed6a4e07b3ff0b6076ac4a823608498f018030e140cd8d14cb5470526de-1ab2c',
    );
  });

  it.each([
    '',
    'db-',
    'db-short',
    'xx-EXAMPLEexampleEXAMPLEexa1ab2c',
    `db-${'x'.repeat(29)}`,
    `db-${'é'.repeat(29)}`,
  ])('%j is none', (text) => {
    const told = problemOf(() => new ApiKey(text));
    expect(told).toContain('live/bad-key');
    if (text.length > 4) expect(told).not.toContain(text);
  });

  it('is shown by its last characters only', () => {
    const shown = [String(KEY), JSON.stringify({ KEY }), Object.values(KEY).join()].join();
    expect(shown).not.toContain('EXAMPLE');
    expect(shown).toContain('1ab2c');
  });
});

describe('a subscription', () => {
  const GOOD: Subscription = { schema: 'mbo', stypeIn: 'raw_symbol', symbols: ['ESH6'], snapshot: false };
  it.each([
    [{ schema: 'mob' }, 'no schema'],
    [{ symbols: [] }, 'needs symbols'],
    [{ symbols: ['A,B'] }, 'a comma'],
    [{ symbols: ['A|B'] }, 'a bar'],
    [{ symbols: ['A\nstart_session'] }, 'a blank'],
    [{ symbols: ['ALL_SYMBOLS', 'A'] }, 'stands alone'],
    [{ symbols: Array.from({ length: 2001 }, (_, i) => `S${i}`) }, 'at most 2000'],
    [{ schema: 'trades', snapshot: true }, 'for the schema mbo'],
    [{ snapshot: true, start: 0n }, 'not both'],
  ])('number %# is refused before anything is written', (changes, message) => {
    const options = {
      key: KEY,
      dataset: 'X',
      client: 't',
      tsOut: false,
      subscriptions: [{ ...GOOD, ...changes }],
    };
    expect(problemOf(() => new LiveSession(options, 0))).toContain(message);
  });
});
