/** The way from a command line to a lake, against the test service. */
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Bench, filesOf } from '#cli/download/testing/test-run';
import { TEST_KEY } from '#cli/download/testing/service';
import { runCli } from '#cli/testing/memory-io';
import { listSessions } from '#core/lake/raw-sessions';

const WEEK = ['--start', '2026-01-05', '--end', '2026-01-09'];
const RANGE = ['range', '--dataset', 'XNAS.ITCH', '--schema', 'mbo', '--symbols', 'AAPL'];
const DAY = [...RANGE, '--start', '2026-01-06', '--end', '2026-01-06'];
const SHARES = 'product_type=equity_mbo/symbol=SPY/table=market_by_order_dbn';
const EQUITIES = ['equities', '--symbols', 'SPY', '--options-schemas', 'definition', ...WEEK];

describe('a plan', () => {
  it('needs neither key nor network, and is what is sent, byte for byte', async () => {
    const bench = await Bench.open({ files: filesOf });
    bench.env = {};
    const plan = await bench.download('plan', ...EQUITIES, '--json');
    expect(plan.status).toBe(0);
    expect(bench.service.requests).toEqual([]);
    const dry = await bench.download('submit', ...EQUITIES, '--dry-run', '--json');
    expect(dry.io.text()).toBe(plan.io.text());
    const planned = (
      JSON.parse(plan.io.text()) as { requests: { method: string; path: string; body: string }[] }
    ).requests;
    expect(planned).toHaveLength(2);
    bench.env = { DATABENTO_API_KEY: TEST_KEY };
    expect((await bench.download('submit', ...EQUITIES, '--yes')).status).toBe(0);
    const sent = bench.service
      .seen(/submit_job/)
      .map((r) => ({ method: r.method, path: r.path, body: r.fields }));
    expect(sent).toEqual(planned.map(({ method, path, body }) => ({ method, path, body })));
    const again = await bench.download('plan', ...EQUITIES);
    expect(again.io.text()).toBe('0 requests, 10 days are here or under way\n');
  });

  it('shows a form that a person can read', async () => {
    const bench = await Bench.open();
    const { io } = await bench.download('plan', ...DAY);
    expect(io.text()).toContain(
      'POST /v0/batch.submit_job\n  dataset=XNAS.ITCH&symbols=AAPL&schema=mbo&stype_in=raw_symbol&start=2026-01-06&end=2026-01-07',
    );
  });

  it('has prices and sizes where they are asked for', async () => {
    const bench = await Bench.open({ usd: 1.5 });
    const { status, io } = await bench.download('estimate', ...EQUITIES);
    expect(status).toBe(0);
    expect(io.text()).toContain('1.50 USD  1.500 GB uncompressed');
    expect(io.text()).toContain('2 requests, 3.00 USD');
    const dry = await bench.download('daemon', ...EQUITIES, '--dry-run');
    expect(dry.io.text()).toBe(io.text());
    expect(bench.service.billed).toEqual([]);
  });
});

describe('money', () => {
  it('is spent only after --yes', async () => {
    const bench = await Bench.open({ files: filesOf });
    for (const action of ['submit', 'daemon']) {
      const { status, io } = await bench.download(action, ...DAY);
      expect(status).toBe(2);
      expect(io.errors).toContain('is billed: look at estimate, then add --yes');
    }
    expect(bench.service.requests).toEqual([]);
  });

  it('is not spent above the cap, nor at all at 0', async () => {
    const bench = await Bench.open({ files: filesOf, usd: 3 });
    for (const cap of [[], ['--max-cost', '0'], ['--max-cost', '5.99']]) {
      const { status, io } = await bench.download('submit', ...EQUITIES, '--yes', ...cap);
      expect(status).toBe(1);
      expect(io.errors).toContain('download/over-budget: 2 requests cost 6.00 USD, more than --max-cost');
      expect(io.errors).toContain('--max-cost 6 allows it');
    }
    expect(bench.service.billed).toEqual([]);
    expect((await bench.download('submit', ...EQUITIES, '--yes', '--max-cost', '6')).status).toBe(0);
    expect(bench.service.billed).toHaveLength(2);
  });

  it('is not spent twice: neither a second run nor another tracker asks for what is there', async () => {
    const bench = await Bench.open({ files: filesOf });
    expect((await bench.download('daemon', ...EQUITIES, '--yes')).status).toBe(0);
    expect((await bench.download('submit', ...EQUITIES, '--yes')).status).toBe(0);
    const elsewhere = ['--tracker', join(bench.folder, 'other.json')];
    expect((await bench.download('submit', ...EQUITIES, '--yes', ...elsewhere)).status).toBe(0);
    expect(bench.service.billed).toHaveLength(2);
    expect(bench.log).toMatch(
      / REUSE XNAS\.ITCH\|mbo\|SPY\|2026-01-05 job=XNAS-20260106-TESTJOB001 state=downloaded$/m,
    );
    const otherLog = readFileSync(join(bench.folder, 'other.log'), 'utf8');
    expect(otherLog).toMatch(/ SKIP XNAS\.ITCH\|mbo\|SPY\|2026-01-05 is in the lake$/m);
  });
});

describe('the daemon', () => {
  it('goes through all seven states to files in the lake, and ends by itself', async () => {
    const bench = await Bench.open({ files: filesOf });
    const { status, io } = await bench.download('daemon', ...DAY, '--yes');
    expect(io.errors).toBe('');
    expect(status).toBe(0);
    expect(bench.states).toEqual(['downloaded']);
    const log = bench.log;
    expect(log).toMatch(
      /^\S+Z SUBMIT XNAS\.ITCH\|mbo\|AAPL\|2026-01-06\.\.2026-01-07 job=\S+ usd=0\.25 state=received$/m,
    );
    expect(log).toMatch(/Z STATE \S+ received -> queued /);
    expect(log).toMatch(/Z STATE \S+ \w+ -> done /);
    expect(log).toMatch(/Z DOWNLOAD .* file=xnas-itch-20260106\.mbo\.dbn\.zst bytes=5000$/m);
    expect(log).toMatch(/Z COMPLETE /);
    expect(log.trimEnd().split('\n').at(-1)).toMatch(/Z STATUS 1\/1$/);
    const [name] = bench.lakeFiles.filter((path) => path.endsWith('.zst'));
    expect(name).toBe(
      'dataset=XNAS.ITCH/schema=mbo/symbol=AAPL/XNAS-20260106-TESTJOB001/xnas-itch-20260106.mbo.dbn.zst',
    );
  });

  it('places the files of a month under their days, as links, and as sessions of the lake', async () => {
    const bench = await Bench.open({ files: filesOf });
    await bench.download('daemon', ...EQUITIES, '--yes');
    const job = 'XNAS-20260106-TESTJOB001';
    const [placed, link] = [
      `${SHARES}/${job}/xnas-itch-20260107.mbo.dbn.zst`,
      `${SHARES}/xnas-itch-20260107.mbo.dbn.zst`,
    ];
    expect(bench.lakeFiles).toEqual(expect.arrayContaining([placed, link, `${SHARES}/${job}/metadata.json`]));
    const raw = join(bench.folder, 'lake/raw/source=databento');
    expect(statSync(join(raw, placed)).ino).toBe(statSync(join(raw, link)).ino);
    expect(bench.lakeFiles.filter((path) => path.endsWith('.part') || path.endsWith('.tmp'))).toEqual([]);
    const { sessions } = listSessions(bench.lakeFiles);
    expect(sessions.map((s) => [s.date, s.symbol, s.underlying.length, s.definitions.length])).toEqual(
      ['05', '06', '07', '08', '09'].map((day) => [`2026-01-${day}`, 'SPY', 1, 1]),
    );
    expect(bench.lakeFiles).toContain(
      'dataset=definition/venue=opra/opra-pillar-20260107.SPY.definition.dbn.zst',
    );
  });

  it('keeps a tracker that scripts can read', async () => {
    const bench = await Bench.open({ files: filesOf });
    await bench.download('daemon', ...EQUITIES, '--yes');
    const filter = '.jobs | to_entries[] | "\\(.key) \\(.value.state) \\(.value.files | length)"';
    const jq = spawnSync('jq', ['-r', filter, bench.trackerPath], { encoding: 'utf8' });
    if (jq.error) return;
    expect(jq.stdout.split('\n').slice(0, 2)).toEqual([
      'XNAS.ITCH|mbo|SPY|2026-01-05 downloaded 1',
      'XNAS.ITCH|mbo|SPY|2026-01-06 downloaded 1',
    ]);
    expect(jq.stdout.trimEnd().split('\n')).toHaveLength(10);
  });

  it('lets another one not near its tracker', async () => {
    const bench = await Bench.open({ files: filesOf });
    let second: Promise<{ status: number; io: { errors: string } }> | undefined;
    bench.service.onRequest = ({ path }) => {
      if (/submit_job/.test(path)) second = bench.download('poll', 'range');
    };
    expect((await bench.download('daemon', ...DAY, '--yes')).status).toBe(0);
    const { status, io } = await second!;
    expect(status).toBe(1);
    expect(io.errors).toContain('download/locked: Another download');
  });
});

describe('step by step', () => {
  it('submit, poll, fetch and list do what the daemon does', async () => {
    const bench = await Bench.open({ files: filesOf });
    expect((await bench.download('submit', ...DAY, '--yes')).io.text()).toContain('received');
    bench.nowMs += 2000;
    expect((await bench.download('poll', 'range')).io.text()).toMatch(/^queued /);
    expect((await bench.download('fetch', 'range')).io.text()).toMatch(/^queued /);
    expect((await bench.download('poll', 'range', '--wait')).io.text()).toMatch(/^done /);
    const fetched = await bench.download('fetch', 'range');
    expect(fetched.status).toBe(0);
    expect(fetched.io.text()).toMatch(/^downloaded .* 2\/2 files\n1\/1\n$/);
    expect((await bench.download('list', 'range')).io.text()).toBe(fetched.io.text());
    const list = JSON.parse((await bench.download('list', 'range', '--json')).io.text()) as object;
    expect(list).toMatchObject({ downloaded: 1, total: 1, requests: [{ phase: 'downloaded' }] });
  });

  it('fetches what is listed, and only that', async () => {
    const bench = await Bench.open({ files: filesOf });
    await bench.download('daemon', ...DAY, '--yes');
    const folder = 'dataset=XNAS.ITCH/schema=mbo/symbol=AAPL/XNAS-20260106-TESTJOB001';
    for (const file of bench.requests[0].files) {
      const sha256 = createHash('sha256')
        .update(bench.read(`${folder}/${file.name}`))
        .digest('hex');
      expect(file).toMatchObject({ hash: `sha256:${sha256}`, verified: true });
    }
  });

  it('asks for many jobs at once', async () => {
    const bench = await Bench.open({ files: filesOf, usd: 0.01 });
    const many = ['equities', '--symbols', 'A,B,C,D', '--options-schemas', 'definition', ...WEEK];
    await bench.download('submit', ...many, '--yes');
    await bench.download('poll', 'equities');
    expect(bench.service.seen(/get_job_details/)).toEqual([]);
    const [list] = bench.service.seen(/list_jobs/);
    expect(list.fields).toMatch(/^since=2026-01-07T11%3A59%3A00\.000Z&short=true$/);
  });
});

describe('the command line', () => {
  it.each([
    [['download'], 'Name an action'],
    [['download', 'plan'], 'Name what to fetch'],
    [['download', 'plan', 'futures'], '--start is missing'],
    [['download', 'plan', 'futures', '--start', '2026-01-05', '--end', '2026-02-30'], 'A date must be'],
    [['download', 'plan', 'futures', '--start', '2026-01-05', '--end', '2026-01-01'], 'is before --start'],
    [['download', 'plan', 'futures', ...WEEK, '--symbols', 'es'], '--symbols takes roots'],
    [
      ['download', 'plan', 'futures', ...WEEK, '--options-schemas', 'mbp-1'],
      '--options-schemas takes definition',
    ],
    [['download', 'plan', 'futures', ...WEEK, '--equity-schemas', 'mbo'], 'does not go with futures'],
    [['download', 'plan', 'equities', ...WEEK, '--include-futures'], 'does not go with equities'],
    [['download', 'plan', 'range', ...WEEK], '--dataset is missing'],
    [
      ['download', 'plan', 'range', '--dataset', 'x', ...WEEK, '--schema', 'mbo', '--symbols', 'A'],
      'A dataset looks like',
    ],
    [['download', 'plan', ...RANGE, ...WEEK, '--split', 'hour'], '--split must be one of'],
    [['download', 'plan', ...RANGE, ...WEEK, '--stype-in', 'isin'], '--stype-in must be one of'],
    [['download', 'plan', ...DAY, 'extra'], 'does not know extra'],
    [['download', 'plan', ...DAY, '--max-cost', '-1'], '--max-cost'],
    [['download', 'plan', ...DAY, '--key', 'x'], "Unknown option '--key'"],
  ])('refuses %j with status 2', async (argv, message) => {
    const { status, io } = await runCli(argv);
    expect(status).toBe(2);
    expect(io.errors).toContain(message);
    expect(io.text()).toBe('');
  });

  it('explains itself', async () => {
    const { status, io } = await runCli(['download', '--help']);
    expect(status).toBe(0);
    expect(io.text()).toContain('daemon');
    expect(io.text()).toContain('DATABENTO_API_KEY');
  });
});
