import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it, describe } from 'vitest';
import { GRID_STREAM_PATH } from '#protocol/grid-stream-path';
import { GridServer } from '#relay/grid/grid-server';

const servers: GridServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function listening(): Promise<{ server: GridServer; port: number }> {
  const server = new GridServer({
    host: '127.0.0.1',
    port: 0,
    origins: [],
    clients: 1,
    messages: async function* (_, signal) {
      yield '{"type":"runtime_config"}';
      await sleep(60_000, undefined, { signal }).catch(() => undefined);
    },
  });
  servers.push(server);
  return { server, port: await server.listen() };
}

/** A connection that says `text` and never closes by itself. */
function peer(port: number, text: string) {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => undefined);
  socket.write(text);
  const heard: Buffer[] = [];
  socket.on('data', (piece: Buffer) => heard.push(piece));
  return { socket, ended: new Promise((resolve) => socket.once('end', resolve)), heard };
}

const UPGRADE = 'Connection: Upgrade\r\nUpgrade: websocket\r\n';
const HANDSHAKE = `${UPGRADE}Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n`;

describe('a server of grids', () => {
  it('closes though refused, accepted and half-open peers stay', async () => {
    const { server, port } = await listening();
    const refused = peer(port, `GET / HTTP/1.1\r\nHost: x\r\n${UPGRADE}\r\n`);
    await refused.ended;
    expect(Buffer.concat(refused.heard).toString()).toMatch(/^HTTP\/1\.1 403 /);
    const path = `${GRID_STREAM_PATH}?serving=demo`;
    const accepted = peer(port, `GET ${path} HTTP/1.1\r\nHost: localhost:${port}\r\n${HANDSHAKE}\r\n`);
    const half = peer(port, 'GET / HTTP/1.1\r\nHost: ');
    while (!Buffer.concat(accepted.heard).includes('runtime_config')) await sleep(5);
    const before = performance.now();
    await server.close();
    expect(performance.now() - before).toBeLessThan(1500);
    for (const { socket } of [refused, accepted, half]) socket.destroy();
  });
});
