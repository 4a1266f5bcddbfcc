import { describe, expect, it } from 'vitest';
import { runCli } from '#cli/testing/memory-io';
import { rawSpec } from '#relay/testing/servings';
import { temporaryFolders } from '#relay/testing/temporary-folder';

const newFolder = temporaryFolders();
const SHIPPED = ['--registry', 'public/servings/registry.json'];
const SHIPPED_ID = 'srv_synthetic_demo_sample_bb6c85c6';

async function serving(args: readonly string[], files: Record<string, string> = {}) {
  const { status, io } = await runCli(['serving', ...args], files);
  return { status, errors: io.errors, json: status === 0 ? (JSON.parse(io.text()) as unknown) : undefined };
}

describe('spymaster serving', () => {
  it('lists, shows and resolves a catalogue', async () => {
    expect((await serving(['list', ...SHIPPED])).json).toMatchObject({
      aliases: [{ alias: 'demo', serving_id: SHIPPED_ID }],
      versions: [{ serving_id: SHIPPED_ID, symbol: 'SIMZ6', proven: false, feed: { kind: 'sample' } }],
      orphans: [],
    });
    expect((await serving(['show', 'demo', ...SHIPPED])).json).toMatchObject({ serving_id: SHIPPED_ID });
    expect((await serving(['resolve', 'DEMO', ...SHIPPED])).json).toMatchObject({
      serving_name: 'demo',
      stream_dt: '2026-10-06',
      runtime_config: { config_version: 'bb6c85c69165', symbol: 'SIMZ6' },
    });
  });

  it('holds a serving to its instrument', async () => {
    const lock = ['--product', 'future_mbo', '--symbol'];
    expect((await serving(['resolve', 'demo', ...SHIPPED, ...lock, 'SIMZ6'])).status).toBe(0);
    const other = await serving(['resolve', 'demo', ...SHIPPED, ...lock, 'ESH6']);
    expect([other.status, other.errors]).toEqual([
      1,
      expect.stringContaining('serving/instrument-lock') as string,
    ]);
  });

  it('publishes, compares, moves aliases, and logs it all', async () => {
    const registry = ['--registry', newFolder()];
    const author = ['--actor', 'ann', '--reason', 'first'];
    const files = {
      'a.json': JSON.stringify(rawSpec()),
      'b.json': JSON.stringify(
        rawSpec({ run: 'run00002', snapshot: { tau_jerk: 11, config_version: undefined } }),
      ),
    };
    expect(
      (await serving(['publish', 'a.json', '--alias', 'main', ...author, ...registry], files)).status,
    ).toBe(0);
    expect(
      (await serving(['publish', 'b.json', '--alias', 'main', ...author, ...registry], files)).json,
    ).toMatchObject({
      serving_id: 'srv_demo_run00002_cfg00001',
      reused_existing: false,
    });
    const [a, b] = ['srv_demo_run00001_cfg00001', 'srv_demo_run00002_cfg00001'];
    expect((await serving(['diff', a, 'main', ...registry])).json).toMatchObject({
      serving_ids: [a, b],
      fields: { tau_jerk: [10, 11] },
    });
    expect((await serving(['activate', 'main', a, ...author, ...registry])).status).toBe(0);
    expect((await serving(['resolve', 'main', ...registry])).json).toMatchObject({ serving_id: a });
    expect((await serving(['log', ...registry])).json).toMatchObject([
      { event_id: 1, kind: 'register', actor: 'ann', reason: 'first' },
      { event_id: 2, from_serving_id: a, to_serving_id: b },
      { event_id: 3, kind: 'activate', to_serving_id: a },
    ]);
  });

  it.each([
    [[], 'Name an action'],
    [['toString'], 'Name an action'],
    [['show'], 'takes 1 operands'],
    [['publish', 'a.json'], '--alias'],
    [['publish', 'a.json', '--alias', 'x', ...SHIPPED], 'A catalogue is only read'],
    [['resolve', 'demo', '--symbol', 'X', ...SHIPPED], 'together'],
  ])('says what is wrong with %j', async (args, message) => {
    const { status, errors } = await serving(args, { 'a.json': '{}' });
    expect([status, errors]).toEqual([2, expect.stringContaining(message) as string]);
  });

  it('refuses what is not there', async () => {
    const { status, errors } = await serving(['resolve', 'nope', ...SHIPPED]);
    expect([status, errors]).toEqual([1, expect.stringContaining('serving/unknown') as string]);
  });
});
