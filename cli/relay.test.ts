/** The relay as a process: what it prints, and that signals end it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from '#cli/testing/memory-io';
import { programs } from '#cli/testing/programs';
import { RelayClient } from '#relay/testing/relay-client';
import { temporaryFolders } from '#relay/testing/temporary-folder';

const newFolder = temporaryFolders();
const start = programs();
describe.skipIf(process.platform === 'win32')('the program relay', () => {
  it('serves the shipped sample under its serving until it is told to end', async () => {
    const { child, exit, line, errors } = start([
      'relay',
      '--config',
      'relay/demo/relay.yaml',
      '--port',
      '0',
    ]);
    const { url } = JSON.parse(await line) as { url: string };
    const client = await new RelayClient(`${url}/v1/stream?serving=demo_live`).until((c) => c.received > 0);
    expect(client.messages[0]).toMatchObject({
      feed: { name: 'demo' },
      serving: { serving_name: 'demo_live' },
    });
    child.kill('SIGTERM');
    await client.until((c) => c.closed);
    expect([client.closed?.code, await exit]).toEqual([1001, 0]);
    const messages = errors()
      .trim()
      .split('\n')
      .map((text) => (JSON.parse(text) as { msg: string }).msg);
    expect(messages).toContain('relay listens');
    expect(messages.at(-1)).toBe('relay stopped');
  });

  it('says what is wrong with its configuration', async () => {
    const path = join(newFolder(), 'relay.yaml');
    writeFileSync(path, 'feeds: {x: {adapter: replay}}');
    const { exit, line, errors } = start(['relay', '--config', path]);
    await expect(line).rejects.toThrow();
    expect([await exit, errors()]).toEqual([
      1,
      expect.stringContaining('feeds.x.path must be text') as string,
    ]);
  });
});

describe('spymaster relay', () => {
  it.each([
    [[], '--config'],
    [['x', '--config', 'y'], 'no operand'],
    [['--config', 'y', '--port', '-1'], '--port'],
  ])('says what is wrong with %j', async (args, message) => {
    const { status, io } = await runCli(['relay', ...args]);
    expect([status, io.errors]).toEqual([2, expect.stringContaining(message) as string]);
  });
});
