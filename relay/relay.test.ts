import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { get } from 'node:http';
import { connect } from 'node:net';
import { gunzipSync } from 'node:zlib';
import pino from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { RELAY_SUBPROTOCOL, TOKEN_SUBPROTOCOL } from '#protocol/relay-messages';
import { systemClock, type Clock } from '#relay/clock';
import { ApiKey } from '#relay/databento/api-key';
import { recordedSource } from '#relay/databento/testing/gateway-source';
import { TEST_KEY } from '#relay/databento/testing/live-rig';
import { TestGateway } from '#relay/databento/testing/test-gateway';
import { readTranscript } from '#relay/databento/testing/transcripts';
import { startRelay, type RunningRelay } from '#relay/relay';
import { publishServing } from '#relay/serving-folder';
import { silentLog } from '#relay/testing/feeds';
import { ManualClock } from '#relay/testing/manual-clock';
import { rejectionOf } from '#relay/testing/problems';
import { RelayClient, TEST_ORIGIN, type ClientOptions } from '#relay/testing/relay-client';
import { rawSpec } from '#relay/testing/servings';
import { temporaryFolders } from '#relay/testing/temporary-folder';

const newFolder = temporaryFolders();
const running: RunningRelay[] = [];
const sockets: WebSocket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  for (const relay of running.splice(0)) await relay.stop();
});

const SAMPLE = 'public/samples/demo.dbn.gz';
const SAMPLE_BYTES = new Uint8Array(gunzipSync(readFileSync(SAMPLE)));
const DEMO = { adapter: 'replay', path: SAMPLE, speed: 'max' };

async function relayWith(
  mapping: Record<string, unknown> = {},
  env: Record<string, string> = {},
  log = silentLog,
  clock: Clock = systemClock,
): Promise<RunningRelay> {
  const config = { port: 0, feeds: { demo: DEMO }, ...mapping };
  const relay = await startRelay(config, { folder: process.cwd(), env, log, clock });
  running.push(relay);
  return relay;
}

function client(relay: RunningRelay, path: string, options: ClientOptions = {}): RelayClient {
  const made = new RelayClient(relay.url + path, options);
  sockets.push(made.socket);
  return made;
}

function registryWith(feed: Record<string, unknown>): string {
  const folder = newFolder();
  const promotion = { alias: 'demo_live', actor: 'test', reason: '', now: new Date(0) };
  publishServing(folder, rawSpec({ feed }), promotion);
  return folder;
}

function fetchText(relay: RunningRelay, path: string, headers: Record<string, string> = {}) {
  return new Promise<{ status: number; body: string; headers: Record<string, unknown> }>(
    (resolve, reject) => {
      get(`http://127.0.0.1:${relay.port}${path}`, { headers }, (response) => {
        const pieces: Buffer[] = [];
        response.on('data', (piece: Buffer) => pieces.push(piece));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            body: Buffer.concat(pieces).toString(),
            headers: response.headers,
          }),
        );
      }).on('error', reject);
    },
  );
}

describe('a relay', () => {
  it('serves a recording byte for byte, to who comes first and who comes late', async () => {
    const relay = await relayWith();
    const early = await client(relay, '/v1/feeds/demo').until((c) => c.ended);
    const late = client(relay, '/v1/feeds/demo');
    await late.until((c) => c.ended && c.closed);
    expect(sha(early.bytes)).toBe(sha(SAMPLE_BYTES));
    expect(sha(late.bytes)).toBe(sha(SAMPLE_BYTES));
    expect(late.closed).toEqual({ code: 1000, reason: 'ended' });
    expect(early.messages[0]).toMatchObject({
      type: 'hello',
      feed: { name: 'demo', adapter: 'replay', encoding: 'dbn', description: 'demo.dbn.gz' },
    });
    expect(early.socket.protocol).toBe(RELAY_SUBPROTOCOL);
  });

  it('goes on where a client was cut off', async () => {
    const relay = await relayWith({ limits: { buffer_bytes: 65_536 } });
    const whole = client(relay, '/v1/feeds/demo');
    await whole.until((c) => c.received > 1_000_000);
    const other = client(relay, '/v1/feeds/demo');
    await other.until((c) => c.received > 3_000_000);
    const seen = other.bytes;
    other.socket.terminate();
    const resumed = client(relay, '/v1/feeds/demo', { from: other.reader.point });
    await resumed.until((c) => c.ended);
    const joined = Buffer.concat([other.bytes.length > seen.length ? other.bytes : seen, resumed.bytes]);
    expect(sha(joined)).toBe(sha(SAMPLE_BYTES));
  });

  it('resolves servings, and refuses every address but theirs with the reason', async () => {
    const relay = await relayWith({ registry: registryWith({ kind: 'relay', name: 'demo' }) });
    const good = await client(relay, '/v1/stream?serving=%20DEMO_live').until((c) => c.messages.length > 0);
    expect(good.messages[0]).toMatchObject({
      serving: { serving_name: 'demo_live', spec: { serving_id: 'srv_demo_run00001_cfg00001' } },
    });
    for (const [path, code] of [
      ['/v1/stream', 'serving/missing'],
      ['/v1/stream?serving=', 'serving/missing'],
      ['/v1/stream?serving=nope', 'serving/unknown'],
      ['/v1/stream?serving=a-b', 'serving/bad-name'],
      ['/v1/stream?serving=demo_live&speed=2', 'serving/param-not-allowed'],
      ['/v1/stream?serving=demo_live&serving=demo_live', 'serving/repeated'],
      ['/v1/feeds/demo?serving=demo_live', 'serving/param-not-allowed'],
      ['/v1/feeds/none', 'relay/not-found'],
      ['/elsewhere', 'relay/not-found'],
    ]) {
      const refused = client(relay, path);
      await refused.until((c) => c.closed);
      expect([path, refused.error, refused.closed?.code]).toEqual([path, code, 1008]);
    }
    const sample = await relayWith({ registry: registryWith({ kind: 'sample', name: 'demo' }) });
    expect((await client(sample, '/v1/stream?serving=demo_live').until((c) => c.closed)).error).toBe(
      'serving/no-feed',
    );
  });

  it('refuses pages of other origins before they are connected', async () => {
    const relay = await relayWith();
    for (const origin of [undefined, 'null', 'http://localhost:5174.evil.example', 'http://localhost:1']) {
      expect((await client(relay, '/v1/feeds/demo', { origin }).until((c) => c.refused)).refused).toBe(403);
    }
    expect(
      (await client(relay, '/v1/feeds/demo', { headers: { host: 'evil.example' } }).until((c) => c.refused))
        .refused,
    ).toBe(403);
    expect(
      (await client(relay, '/v1/feeds/demo', { protocols: ['other'] }).until((c) => c.refused)).refused,
    ).toBe(426);
    expect((await fetchText(relay, '/health', { origin: 'http://evil.example' })).status).toBe(403);
    expect((await fetchText(relay, '/health', { host: 'evil.example' })).status).toBe(403);
    const { status, headers } = await fetchText(relay, '/v1/servings', { origin: TEST_ORIGIN });
    expect([status, headers['access-control-allow-origin']]).toEqual([200, TEST_ORIGIN]);
    expect((await fetchText(relay, '/')).status).toBe(404);
  });

  it('has room for so many clients and attempts', async () => {
    const relay = await relayWith({ limits: { clients: 2, connects_per_minute: 4 } });
    const two = [client(relay, '/v1/feeds/demo'), client(relay, '/v1/feeds/demo')];
    for (const each of two) await each.until((c) => c.messages.length > 0);
    expect((await client(relay, '/v1/feeds/demo').until((c) => c.refused)).refused).toBe(503);
    for (const each of two) each.socket.terminate();
    await client(relay, '/v1/feeds/demo').until((c) => c.refused ?? c.messages.length > 0);
    expect((await client(relay, '/v1/feeds/demo').until((c) => c.refused)).refused).toBe(429);
  });

  it('says how it is', async () => {
    const relay = await relayWith();
    const one = await client(relay, '/v1/feeds/demo').until((c) =>
      c.messages.some((m) => m.type === 'status' && m.state === 'live'),
    );
    expect(JSON.parse((await fetchText(relay, '/health')).body)).toMatchObject({
      status: 'ok',
      clients: 1,
      feeds: [{ name: 'demo', adapter: 'replay', clients: 1 }],
    });
    await one.until((c) => c.ended);
    const { body } = await fetchText(relay, '/metrics');
    expect(body).toContain(`spymaster_relay_received_bytes_total{feed="demo"} ${SAMPLE_BYTES.length}`);
    expect(body).toContain('spymaster_relay_state{feed="demo",state="ended"} 1');
  });

  it('is disturbed by nobody: oversized and binary messages, many fragments, bad UTF-8, half requests', async () => {
    const relay = await relayWith();
    const healthy = client(relay, '/v1/feeds/demo');
    await healthy.until((c) => c.messages.length > 0);
    const codes: (number | undefined)[] = [];
    const misuse: ((socket: WebSocket) => void)[] = [
      (socket) => socket.send('x'.repeat(5000)),
      (socket) => socket.send(randomBytes(10)),
      (socket) => {
        for (let i = 0; i < 100; i++) socket.send('{', { fin: false });
      },
      (socket) => socket.send(Buffer.from([0xff, 0xfe, 0x80]), { binary: false }),
      (socket) => {
        for (let i = 0; i < 100; i++) socket.ping();
      },
    ];
    for (const misbehave of misuse) {
      const bad = client(relay, '/v1/feeds/demo', { silent: true });
      await bad.until((c) => c.messages.length > 0);
      misbehave(bad.socket);
      codes.push((await bad.until((c) => c.closed)).closed?.code);
    }
    expect(codes).toEqual([1009, 1008, 1008, 1007, 1006]);
    const half = connect(relay.port, '127.0.0.1');
    half.write('GET /v1/feeds/demo HTTP/1.1\r\nHost: ');
    await healthy.until((c) => c.ended);
    expect(sha(healthy.bytes)).toBe(sha(SAMPLE_BYTES));
    half.destroy();
  });

  it('ends the connections that it refuses, though the other side stays', async () => {
    const relay = await relayWith();
    const refused = connect({ port: relay.port, host: '127.0.0.1', allowHalfOpen: true });
    refused.on('error', () => undefined);
    refused.write(`GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
    const pieces: Buffer[] = [];
    refused.on('data', (piece: Buffer) => pieces.push(piece));
    await new Promise((resolve) => refused.once('end', resolve));
    expect(Buffer.concat(pieces).toString()).toMatch(/^HTTP\/1\.1 403 [^]*relay\/bad-host/);
    const before = performance.now();
    await running.pop()?.stop();
    expect(performance.now() - before).toBeLessThan(1500);
    refused.destroy();
  });

  it('cuts off who does not read, and nobody else', async () => {
    const clock = new ManualClock();
    const relay = await relayWith({ limits: { buffer_bytes: 65_536 } }, {}, silentLog, clock);
    const stuck = client(relay, '/v1/feeds/demo');
    await stuck.until((c) => c.received > 0);
    stuck.socket.pause();
    const healthy = await client(relay, '/v1/feeds/demo').until((c) => c.ended && c.closed);
    expect(sha(healthy.bytes)).toBe(sha(SAMPLE_BYTES));
    await clock.advance(15_001);
    const dropped = 'spymaster_relay_slow_clients_total{feed="demo"} 1';
    while (!(await fetchText(relay, '/metrics')).body.includes(dropped));
    stuck.socket.resume();
    await stuck.until((c) => c.closed);
    expect(stuck.ended).toBe(false);
  });

  it('needs a token where other machines may come in', async () => {
    const token = randomBytes(16).toString('hex');
    const lines: string[] = [];
    const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) });
    const mapping = { host: '0.0.0.0', hosts: ['127.0.0.1'], token_env: 'RELAY_TOKEN' };
    expect(await rejectionOf(relayWith(mapping))).toContain('relay/no-secret');
    const relay = await relayWith(mapping, { RELAY_TOKEN: token }, log);
    const url = `ws://127.0.0.1:${relay.port}/v1/feeds/demo`;
    const protocols = [RELAY_SUBPROTOCOL, TOKEN_SUBPROTOCOL + token];
    const good = new RelayClient(url, { protocols });
    const bad = new RelayClient(url, { protocols: [RELAY_SUBPROTOCOL, `${TOKEN_SUBPROTOCOL}x`] });
    sockets.push(good.socket, bad.socket);
    await good.until((c) => c.ended);
    expect((await bad.until((c) => c.refused)).refused).toBe(401);
    expect(good.socket.protocol).toBe(RELAY_SUBPROTOCOL);
    const authorization = `Bearer ${token}`;
    for (const path of ['/metrics', '/v1/servings', '/none']) {
      expect((await fetchText(relay, path)).status).toBe(401);
      expect((await fetchText(relay, path, { authorization: `${authorization}x` })).status).toBe(401);
      const { status } = await fetchText(relay, path, { authorization });
      expect(status).toBe(path === '/none' ? 404 : 200);
    }
    expect((await fetchText(relay, '/health')).status).toBe(200);
    const preflight = await fetch(`http://127.0.0.1:${relay.port}/v1/servings`, {
      method: 'OPTIONS',
      headers: { origin: TEST_ORIGIN },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe(TEST_ORIGIN);
    expect(preflight.headers.get('access-control-allow-headers')).toBe('Authorization');
    const metrics = (await fetchText(relay, '/metrics', { authorization })).body;
    const told = [...lines, ...good.raw.map(String), metrics].join('\n');
    expect(lines.length).toBeGreaterThan(2);
    expect(told).not.toContain(token);
  });

  it('keeps the key of a live feed to itself', async () => {
    const { stream } = readTranscript('01-raw-symbols-mbo').connections[0];
    const source = recordedSource(stream, [], new Set());
    const gateway = await TestGateway.start({
      keys: [TEST_KEY],
      source,
      faults: () => ({ staysOpen: true }),
    });
    const lines: string[] = [];
    const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) });
    const subscriptions = [{ symbols: ['ESH6', 'NQH6'] }];
    const es = { adapter: 'databento', dataset: 'GLBX.MDP3', gateway: gateway.address, subscriptions };
    const relay = await relayWith({ feeds: { es } }, { DATABENTO_API_KEY: TEST_KEY }, log);
    const live = await client(relay, '/v1/feeds/es').until((c) => c.received === stream.length);
    expect(sha(live.bytes)).toBe(sha(stream));
    const health = (await fetchText(relay, '/health')).body;
    const told = [
      ...lines,
      ...live.raw.map((m) => m.toString('latin1')),
      health,
      (await fetchText(relay, '/metrics')).body,
    ];
    const challenge = 'ChallengeForTests000000000000000';
    const hash = new ApiKey(TEST_KEY).answer(challenge);
    expect(gateway.sessions[0].received[0]).toContain(hash);
    for (const hidden of [
      TEST_KEY,
      TEST_KEY.slice(3, 27),
      Buffer.from(TEST_KEY).toString('base64'),
      hash.slice(0, 64),
    ]) {
      expect(told.join('\n')).not.toContain(hidden);
    }
    expect(lines.join()).toContain('"key":"1ab2c"');
    await gateway.stop();
  });

  it('carries traces', async () => {
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const traced = client(await relayWith(), '/v1/feeds/demo', { headers: { traceparent } });
    expect((await traced.until((c) => c.messages.length > 0)).messages[0]).toMatchObject({ traceparent });
  });

  it('says goodbye and leaves nothing behind', async () => {
    const spools = newFolder();
    const relay = await relayWith({ spool_folder: spools, feeds: { demo: { ...DEMO, speed: 1 } } });
    const one = await client(relay, '/v1/feeds/demo').until((c) => c.received > 0);
    expect(readdirSync(spools)).toHaveLength(1);
    await running.pop()?.stop();
    await one.until((c) => c.closed);
    expect([one.error, one.closed?.code]).toEqual(['relay/stopping', 1001]);
    expect(readdirSync(spools)).toEqual([]);
  });

  it('does not start where it cannot: a taken port, an unknown adapter, a broken registry', async () => {
    const relay = await relayWith();
    expect(await rejectionOf(relayWith({ port: relay.port }))).toContain('relay/cannot-listen');
    expect(await rejectionOf(relayWith({ feeds: { x: { adapter: 'magic' } } }))).toContain(
      'feeds.x.adapter must be',
    );
    expect(await rejectionOf(relayWith({ registry: 'package.json' }))).toContain('serving/malformed');
  });
});

function sha(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
