/** The stream contract, served by the program and read by its strict consumer, directly and through the relay. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { GridStreamReader } from '#protocol/grid-stream-reader';
import { startRelay, type RunningRelay } from '#relay/relay';
import { silentLog } from '#relay/testing/feeds';
import { RelayClient } from '#relay/testing/relay-client';
import { runCli } from '#cli/testing/memory-io';
import { programs } from '#cli/testing/programs';

const SAMPLE = 'public/samples/demo.dbn.gz';
const REGISTRY = 'public/servings/registry.json';
const BINS = 20;

const start = programs();
const relays: RunningRelay[] = [];
const sockets: WebSocket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  for (const relay of relays.splice(0)) await relay.stop();
});

async function serveGrid(): Promise<string> {
  const program = start(['serve-grid', SAMPLE, '--registry', REGISTRY, '--speed', 'max', '--port', '0']);
  return (JSON.parse(await program.line) as { url: string }).url;
}

/** Takes messages until there are enough bins. @returns the hash of their columns */
class Consumer {
  readonly reader = new GridStreamReader();
  readonly #hash = createHash('sha256');
  bins = 0;

  take(data: Uint8Array, isBinary: boolean): void {
    if (this.bins === BINS) return;
    if (!isBinary) this.reader.json(Buffer.from(data).toString('utf8'));
    else {
      expect(this.reader.arrow(new Uint8Array(data)).update.bin_seq).toBe(this.bins++);
      this.#hash.update(data);
    }
  }

  get digest(): string {
    return this.#hash.copy().digest('hex');
  }
}

/** What the grid command computes of the same bins. */
async function wantedDigest(): Promise<string> {
  const { versions } = JSON.parse(readFileSync(REGISTRY, 'utf8')) as {
    versions: { runtime_snapshot: unknown }[];
  };
  const files = { 'c.json': JSON.stringify(versions[0].runtime_snapshot) };
  const { status, io } = await runCli(
    ['grid', SAMPLE, '--config', 'c.json', '--digest', '--bins', `0:${BINS}`],
    files,
  );
  expect(status).toBe(0);
  return (JSON.parse(io.text()) as { grid_sha256: string }).grid_sha256;
}

async function refusedBy(url: string, headers: Record<string, string> = {}) {
  const socket = new WebSocket(url, { headers });
  sockets.push(socket);
  const texts: string[] = [];
  socket.on('message', (data: Buffer) => texts.push(data.toString('utf8')));
  socket.on('error', () => undefined);
  const code = await new Promise<number>((resolve) => socket.on('close', resolve));
  return { code, message: texts[0] };
}

describe.skipIf(process.platform === 'win32')('serve-grid', () => {
  it('sends what the grid command computes, to the bit, also through the relay', async () => {
    const url = await serveGrid();
    const direct = new Consumer();
    const socket = new WebSocket(`${url}?serving=demo`);
    sockets.push(socket);
    await new Promise<void>((resolve) => {
      socket.on('message', (data: Buffer, isBinary) => {
        direct.take(data, isBinary);
        if (direct.bins === BINS) resolve();
      });
    });
    expect(direct.reader.config).toMatchObject({
      config_version: 'bb6c85c69165',
      serving: { serving_name: 'demo' },
    });
    const wanted = await wantedDigest();
    expect(direct.digest).toBe(wanted);
    socket.terminate();

    const feed = { adapter: 'grid', url: url.replace(/\/v1.*/, ''), serving: 'demo' };
    const relay = await startRelay(
      { port: 0, feeds: { grid: feed } },
      { folder: '.', env: {}, log: silentLog },
    );
    relays.push(relay);
    const client = new RelayClient(`${relay.url}/v1/feeds/grid`);
    sockets.push(client.socket);
    await client.until(
      (c) => c.events.filter((e) => e.kind === 'data' && e.form === 'binary').length >= BINS,
    );
    const relayed = new Consumer();
    for (const event of client.events) {
      if (event.kind === 'data') relayed.take(event.payload, event.form === 'binary');
    }
    expect(relayed.digest).toBe(wanted);
    expect(client.messages[0]).toMatchObject({ feed: { adapter: 'grid', encoding: 'messages' } });
  });

  it('says what is wrong with an address, and lets no strange page in', async () => {
    const url = await serveGrid();
    for (const [query, message] of [
      ['', 'serving/missing'],
      ['?serving=nope', 'serving/unknown'],
      ['?serving=demo&speed=2', 'serving/param-not-allowed'],
    ]) {
      const refused = await refusedBy(url + query);
      expect(refused.code).toBe(1008);
      expect(JSON.parse(refused.message)).toEqual({
        type: 'error',
        message: expect.stringContaining(message) as string,
      });
    }
    expect((await refusedBy(`${url}?serving=demo`, { origin: 'http://evil.example' })).code).toBe(1006);
    expect((await refusedBy(`${url}?serving=demo`, { host: 'evil.example' })).code).toBe(1006);

    const feed = { adapter: 'grid', url: url.replace(/\/v1.*/, ''), serving: 'nope' };
    const relay = await startRelay(
      { port: 0, feeds: { grid: feed } },
      { folder: '.', env: {}, log: silentLog },
    );
    relays.push(relay);
    const client = new RelayClient(`${relay.url}/v1/feeds/grid`);
    sockets.push(client.socket);
    await client.until((c) => c.ended);
    expect(client.events.at(-1)).toMatchObject({ mark: { problem: { code: 'grid/refused' } } });
  });

  it('holds a serving to its instrument', async () => {
    const capture = 'testdata/fixtures/live/01-raw-symbols-mbo.dbn';
    const program = start(['serve-grid', capture, '--registry', REGISTRY, '--port', '0']);
    const { url } = JSON.parse(await program.line) as { url: string };
    const refused = await refusedBy(`${url}?serving=demo`);
    expect([refused.code, refused.message]).toEqual([
      1008,
      expect.stringContaining('serving/instrument-lock') as string,
    ]);
  });

  it.each([
    [[SAMPLE], '--registry'],
    [['--registry', REGISTRY], 'FILE'],
    [['-', '--registry', REGISTRY], 'Standard input'],
    [[SAMPLE, '--registry', REGISTRY, '--speed', '0'], '--speed'],
  ])('says what is wrong with %j', async (args, message) => {
    const { status, io } = await runCli(['serve-grid', ...args]);
    expect([status, io.errors]).toEqual([2, expect.stringContaining(message) as string]);
  });
});
