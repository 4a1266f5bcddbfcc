/** Every fault of the service, and what is said and done about it. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Bench, content, filesOf, START_MS } from '#cli/download/testing/test-run';
import { TEST_KEY, TestService, type AnswerFault } from '#cli/download/testing/service';
import type { BodyFaults } from '#cli/download/testing/service-bodies';
import type { ServiceFile } from '#cli/download/testing/service-jobs';

const DAY = [
  ...['range', '--dataset', 'XNAS.ITCH', '--schema', 'mbo', '--symbols', 'AAPL'],
  ...['--start', '2026-01-06', '--end', '2026-01-06'],
];
const DAEMON = ['daemon', ...DAY, '--yes'];
const NAME = 'xnas-itch-20260106.mbo.dbn.zst';
const FOLDER = 'dataset=XNAS.ITCH/schema=mbo/symbol=AAPL';
const JOB = `${FOLDER}/XNAS-20260106-TESTJOB001`;
const SIZE = 300_000;
const big = (form: URLSearchParams) => filesOf(form, SIZE);

async function benchWith(...faults: readonly AnswerFault[]): Promise<Bench> {
  const bench = await Bench.open({ files: filesOf });
  bench.service.answerFaults.push(...faults);
  return bench;
}

async function benchWithBody(faults: BodyFaults): Promise<Bench> {
  const bench = await Bench.open({ files: big });
  bench.service.bodyFaults.set(NAME, faults);
  return bench;
}

/** The file is in the lake as the service has it. */
function expectWhole(bench: Bench): void {
  expect(bench.states).toEqual(['downloaded']);
  expect(bench.read(`${JOB}/${NAME}`).equals(content(SIZE, 1))).toBe(true);
}

function expectNothingKept(bench: Bench): void {
  expect(bench.lakeFiles.filter((path) => path.includes(NAME))).toEqual([]);
}

describe('jobs', () => {
  it('whose files are not ready yet are asked for again', async () => {
    const bench = await benchWith({
      path: /list_files/,
      times: 2,
      status: 400,
      body: '{"detail":{"case":"batch_job_not_ready","message":"not yet","status_code":400}}',
    });
    expect((await bench.download(...DAEMON)).status).toBe(0);
    expect(bench.states).toEqual(['downloaded']);
    expect(bench.log).toContain('code=databento/not-ready');
  });

  it('in a state nobody knows are waited for', async () => {
    const bench = await benchWith({
      path: /get_job_details/,
      times: 3,
      status: 200,
      body: '{"id":"XNAS-20260106-TESTJOB001","state":"meditating"}',
    });
    expect((await bench.download(...DAEMON)).status).toBe(0);
    expect(bench.log).toContain('received -> meditating');
  });

  it.each([
    ['expired', 31],
    ['purged', 40],
  ])('that are %s are said to be, and submitted again only on demand', async (state, days) => {
    const bench = await Bench.open({ files: filesOf });
    await bench.download('submit', ...DAY, '--yes');
    bench.nowMs += days * 86_400_000;
    const { status, io } = await bench.download('fetch', 'range');
    expect(status).toBe(1);
    expect(io.errors).toContain(`download/expired: The service has removed the files of the job (${state})`);
    expect(io.errors).toContain('--resubmit');
    expect((await bench.download(...DAEMON)).status).toBe(1);
    expect(bench.service.billed).toHaveLength(1);
    expect((await bench.download(...DAEMON, '--resubmit')).status).toBe(0);
    expect(bench.service.billed).toHaveLength(2);
    expect(bench.requests).toMatchObject([
      {
        state: 'downloaded',
        earlier_job_ids: ['XNAS-20260106-TESTJOB001'],
        job_id: 'XNAS-20260106-TESTJOB002',
      },
    ]);
  });

  it('that expire while they are fetched are said to have expired', async () => {
    const bench = await Bench.open({ files: filesOf });
    await bench.download('submit', ...DAY, '--yes');
    await bench.download('poll', 'range', '--wait');
    expect(bench.states).toEqual(['done']);
    bench.service.onRequest = ({ path }) => {
      if (path.endsWith(NAME)) bench.nowMs = START_MS + 31 * 86_400_000;
    };
    const { status, io } = await bench.download('fetch', 'range');
    expect(status).toBe(1);
    expect(io.errors).toContain('download/expired');
    expect(bench.states).toEqual(['expired']);
  });

  it('that the service does not know are an error, and the run ends', async () => {
    const bench = await Bench.open({ files: filesOf });
    await bench.download('submit', ...DAY, '--yes');
    bench.service.jobs.list.length = 0;
    const { status, io } = await bench.download(...DAEMON);
    expect(status).toBe(1);
    expect(io.errors).toContain('databento/no-job: The service does not know this job (HTTP 404');
    expect(bench.service.billed).toEqual([]);
  });

  it('without files are an error', async () => {
    const bench = await Bench.open({ files: () => [] });
    const { status, io } = await bench.download(...DAEMON);
    expect(status).toBe(1);
    expect(io.errors).toContain('databento/no-files');
  });
});

describe('a service in trouble', () => {
  it.each([408, 500, 502, 503, 504])('status %i is tried again after a while', async (status) => {
    const bench = await benchWith({ path: /get_cost/, times: 3, status, body: '<html>bad gateway</html>' });
    expect((await bench.download('submit', ...DAY, '--yes')).status).toBe(0);
    expect(bench.slept.slice(0, 3)).toEqual([1000, 2000, 4000]);
    expect(bench.log).toMatch(/RETRY seconds=1.0 code=databento\/(server|timeout) message=/);
  });

  it('is left alone after five failures', async () => {
    const bench = await benchWith({ path: /get_cost/, times: 99, status: 503 });
    const { status, io } = await bench.download('estimate', ...DAY);
    expect(status).toBe(1);
    expect(io.errors).toContain('databento/server: The service has a fault (HTTP 503, request req-6)');
    expect(bench.service.requests).toHaveLength(6);
  });

  it('is waited for as long as it says', async () => {
    const bench = await benchWith(
      { path: /get_cost/, status: 429, headers: { 'retry-after': '17' } },
      { path: /get_cost/, status: 429 },
    );
    expect((await bench.download('submit', ...DAY, '--yes')).status).toBe(0);
    expect(bench.slept.slice(0, 2)).toEqual([17_000, 1000]);
  });

  it('that never has time ends the run after ten minutes', async () => {
    const bench = await benchWith({
      path: /get_cost/,
      times: 99,
      status: 429,
      headers: { 'retry-after': '90' },
    });
    const { status, io } = await bench.download('estimate', ...DAY);
    expect(status).toBe(1);
    expect(io.errors).toContain('databento/too-many: The service asks for fewer requests (HTTP 429');
    expect(bench.slept).toEqual(Array(6).fill(90_000));
  });

  it('is asked again after a connection that broke or fell silent', async () => {
    const bench = await benchWith(
      { path: /get_cost/, instead: 'drop' },
      { path: /get_cost/, instead: 'silence' },
    );
    expect((await bench.download('submit', ...DAY, '--yes')).status).toBe(0);
    expect(bench.log).toContain(
      'code=databento/unreachable message="The connection to the service failed (ECONNRESET).',
    );
    expect(bench.log).toContain('code=databento/silent message="Nothing came from the service for 0.25 s."');
  });

  it('that cannot be reached is named, and the daemon goes on when it is back', async () => {
    const bench = await Bench.open({ files: filesOf });
    await bench.download('submit', ...DAY, '--yes');
    bench.service.answerFaults.push({ path: /get_job_details/, times: 14, instead: 'drop' });
    const { status, io } = await bench.download('fetch', 'range');
    expect(status).toBe(1);
    expect(io.errors).toContain('databento/unreachable');
    expect((await bench.download(...DAEMON)).status).toBe(0);
  });

  it('that answers what is no JSON is tried again', async () => {
    const bench = await benchWith({ path: /get_cost/, status: 200, body: '<html>' });
    expect((await bench.download('submit', ...DAY, '--yes')).status).toBe(0);
    expect(bench.log).toContain('databento/unreadable');
  });

  it.each([
    ['a price', /get_cost/, '{"usd":1}', 'The service answered something else than a price'],
    ['a price', /get_cost/, '-1', 'something else than a price'],
    ['files', /list_files/, '{}', 'something else than a list of files'],
    [
      'files',
      /list_files/,
      '[{"filename":"a","size":1,"hash":"x","urls":{"https":"https://a/b"}}]',
      'with an address',
    ],
    ['a state', /get_job_details/, '{"id":"a","state":7}', 'a job with a state'],
  ])('that answers something else than %s is not believed', async (_, path, body, message) => {
    const bench = await benchWith({ path, times: 9, status: 200, body });
    const { status, io } = await bench.download(...DAEMON);
    expect(status).toBe(1);
    expect(io.errors).toContain(message);
  });

  it('may warn, in JSON or not, and is shown once', async () => {
    const bench = await Bench.open({ files: filesOf });
    bench.service.warnings = ['["DeprecationWarning: old","second"]', 'no JSON'];
    const { status, io } = await bench.download(...DAEMON);
    expect(status).toBe(0);
    const warnings = io.errors.trim().split('\n');
    expect(warnings).toEqual([
      'warning: the service says: DeprecationWarning: old',
      'warning: the service says: second',
      'warning: the service says: no JSON',
    ]);
  });
});

describe('a refusal', () => {
  it.each([
    [
      401,
      '{"detail":"Not authenticated"}',
      'databento/unauthorised: The service does not accept the key (HTTP 401',
    ],
    [402, '{"detail":{"case":"account_insufficient_funds","message":"Pay"}}', 'databento/payment'],
    [403, '{"detail":{"case":"license_not_found_unauthorized","message":"No"}}', 'databento/forbidden'],
    [404, '{"detail":"no such symbol"}', 'databento/not-found'],
    [
      422,
      '{"detail":[{"loc":["x"],"msg":"Input should be greater than 0"}]}',
      'Input should be greater than 0',
    ],
    [307, '', 'databento/redirect'],
    [418, 'teapot', 'databento/refused'],
  ])('with status %i is final: one request, no job', async (status, body, message) => {
    for (const path of [/get_cost/, /submit_job/]) {
      const bench = await benchWith({
        path,
        times: 9,
        status,
        body,
        headers: { location: 'https://x.example/' },
      });
      const result = await bench.download('submit', ...DAY, '--yes');
      expect(result.status).toBe(1);
      expect(result.io.errors).toContain(message);
      expect(bench.service.seen(path)).toHaveLength(1);
      expect(bench.service.billed).toEqual([]);
    }
  });

  it('of a time names what there is', async () => {
    const payload = { available_start: '2018-05-01T00:00:00Z', available_end: '2026-01-06T12:00:00Z' };
    const body = { detail: { case: 'data_end_after_available_end', message: 'too late', payload } };
    const bench = await benchWith({ path: /get_cost/, status: 422, body: JSON.stringify(body) });
    const { io } = await bench.download('submit', ...DAY, '--yes');
    expect(io.errors).toContain(
      'Available is 2018-05-01T00:00:00Z to 2026-01-06T12:00:00Z: set --start and --end',
    );
  });

  it('of a submission leaves the way free for another', async () => {
    const bench = await benchWith({ path: /submit_job/, status: 422, body: '{"detail":"no"}' });
    expect((await bench.download(...DAEMON)).status).toBe(1);
    expect(bench.states).toEqual(['error']);
    expect((await bench.download('list', 'range')).io.text()).toContain('databento/impossible');
    expect((await bench.download(...DAEMON)).status).toBe(0);
    expect(bench.states).toEqual(['downloaded']);
    expect(bench.service.billed).toHaveLength(1);
  });
});

describe('a submission', () => {
  it.each([
    ['the connection broke', { instead: 'drop' } as const],
    ['nothing came back', { instead: 'silence' } as const],
    ['the answer was a fault', { status: 502 }],
    ['the answer came from something in between', { status: 524 }],
    ['the answer was another success', { status: 202, body: '{}' }],
    ['the answer led elsewhere', { status: 303, headers: { location: '/elsewhere' } }],
    ['the answer was no JSON', { status: 200, body: '<html>' }],
    ['the answer named no job', { status: 200, body: '{}' }],
  ])('is not repeated where %s: the job is found and adopted', async (_, fault) => {
    const bench = await benchWith({ path: /submit_job/, obeys: true, ...fault });
    expect((await bench.download(...DAEMON)).status).toBe(0);
    expect(bench.service.seen(/submit_job/)).toHaveLength(1);
    expect(bench.service.billed).toHaveLength(1);
    expect(bench.log).toContain(
      'ADOPT XNAS.ITCH|mbo|AAPL|2026-01-06..2026-01-07 job=XNAS-20260106-TESTJOB001',
    );
    expect(bench.states).toEqual(['downloaded']);
  });

  it.each([
    ['a broken connection', { instead: 'drop' } as const],
    ['silence', { instead: 'silence' } as const],
    ['status 502', { status: 502 }],
    ['an answer that names no job', { status: 200, body: '{"state":"queued"}' }],
    ['an answer that is no JSON', { status: 200, body: '<html>' }],
  ])('after %s is looked for two minutes, and then asked about', async (_, fault) => {
    const bench = await benchWith({ path: /submit_job/, ...fault });
    const { status, io } = await bench.download(...DAEMON);
    expect(status).toBe(1);
    expect(bench.nowMs - START_MS).toBeGreaterThanOrEqual(120_000);
    expect(io.errors).toContain('download/unsure: The answer to a submission of 2026-01-07T12:00:');
    expect(io.errors).toContain('--resubmit');
    expect(bench.service.seen(/submit_job/)).toHaveLength(1);
    expect((await bench.download(...DAEMON)).status).toBe(1);
    expect(bench.service.seen(/submit_job/)).toHaveLength(1);
    expect((await bench.download(...DAEMON, '--resubmit')).status).toBe(0);
    expect(bench.service.billed).toHaveLength(1);
    expect(bench.states).toEqual(['downloaded']);
  });

  it.each([-3_600_000, 3_600_000])('is found whatever the clock: %i ms apart', async (skewMs) => {
    const bench = await Bench.open({ files: filesOf, skewMs });
    bench.service.answerFaults.push({ path: /submit_job/, obeys: true, instead: 'drop' });
    expect((await bench.download(...DAEMON)).status).toBe(0);
    expect(bench.service.billed).toHaveLength(1);
    expect(bench.requests[0].clock_skew_ms).toBe(skewMs);
  });

  it('does not adopt the job of another request', async () => {
    const bench = await benchWith({ path: /submit_job/, instead: 'drop' });
    for (const change of [
      { symbols: 'MSFT' },
      { schema: 'trades' },
      { end: '2026-01-08' },
      { stype_in: 'parent' },
    ]) {
      const form = { dataset: 'XNAS.ITCH', schema: 'mbo', symbols: 'AAPL', stype_in: 'raw_symbol' };
      const times = { start: '2026-01-06', end: '2026-01-07', split_duration: 'day' };
      bench.service.jobs.add(new URLSearchParams({ ...form, ...times, ...change }), []);
    }
    expect((await bench.download('submit', ...DAY, '--yes')).status).toBe(1);
    expect(bench.states).toEqual(['intent']);
  });

  it('is lost once more at most, where it is to be submitted again', async () => {
    const bench = await benchWith({ path: /submit_job/, times: 9, instead: 'drop' });
    expect((await bench.download(...DAEMON)).status).toBe(1);
    expect((await bench.download(...DAEMON, '--resubmit')).status).toBe(1);
    expect(bench.service.seen(/submit_job/)).toHaveLength(2);
  });

  it('that was lost is looked for by fetch too, which then ends', async () => {
    const bench = await benchWith({ path: /submit_job/, instead: 'drop' });
    bench.service.answerFaults.push({ path: /list_jobs/, times: 9, status: 503 });
    expect((await bench.download('submit', ...DAY, '--yes')).io.errors).toContain('databento/server');
    expect(bench.states).toEqual(['intent']);
    const { status, io } = await bench.download('fetch', 'range', '--wait');
    expect(status).toBe(1);
    expect(io.errors).toContain('download/unsure');
  });

  it('that was told to wait is sent again: nothing was done', async () => {
    const bench = await benchWith({ path: /submit_job/, status: 429, headers: { 'retry-after': '7' } });
    expect((await bench.download('submit', ...DAY, '--yes')).status).toBe(0);
    expect(bench.slept).toContain(7000);
    expect(bench.service.billed).toHaveLength(1);
  });

  it('never goes beyond half the limits, over several runs', async () => {
    const bench = await Bench.open({ files: filesOf, usd: 0.01 });
    const roots = Array.from({ length: 12 }, (_, i) => `S${i}`).join();
    const week = ['--start', '2026-01-05', '--end', '2026-01-09', '--pause-seconds', '0', '--yes'];
    const some = ['equities', '--options-schemas', 'definition', ...week];
    await bench.download('submit', ...some, '--symbols', roots);
    await bench.download('submit', ...some, '--symbols', 'T0,T1,T2,T3');
    expect(bench.service.billed).toHaveLength(32);
    for (const [path, calls, perMs] of [
      [/submit_job/, 10, 60_000],
      [/get_cost/, 10, 1000],
    ] as const) {
      const times = bench.service.seen(path).map((r) => r.atMs);
      for (let i = calls; i < times.length; i++)
        expect(times[i] - times[i - calls]).toBeGreaterThanOrEqual(perMs);
    }
  });
});

describe('bodies', () => {
  it.each([
    ['breaks off again and again', { dropsAfter: 90_000 }],
    ['ends early as if it were whole', { endsAfter: 120_000 }],
    ['falls silent', { stallsAfter: 200_000 }],
    ['comes slowly', { slow: { bytes: 20_000, everyMs: 5 } }],
    ['cannot be continued', { ignoresRange: true }],
    ['is refused from the middle once', { dropsAfter: 200_000, refusesRange: true }],
    ['has a wrong byte once', { corrupted: 1 }],
  ] as const)('a file that %s arrives whole', async (_, faults) => {
    const bench = await benchWithBody({ ...faults });
    const { status, io } = await bench.download(...DAEMON);
    expect(io.errors).toBe('');
    expect(status).toBe(0);
    expectWhole(bench);
  });

  it('are continued where they broke off, not begun again', async () => {
    const bench = await benchWithBody({ dropsAfter: 70_000 });
    await bench.download(...DAEMON);
    expectWhole(bench);
    const parts = bench.service.deliveries.filter((d) => d.name === NAME);
    expect(parts.map((d) => d.from)).toEqual([0, 70_000, 140_000, 210_000, 280_000]);
    expect(parts.reduce((sum, d) => sum + d.bytes, 0)).toBe(SIZE);
  });

  it('are continued from what an earlier run left', async () => {
    const bench = await benchWithBody({});
    await bench.download('submit', ...DAY, '--yes');
    const folder = join(bench.folder, 'lake/raw/source=databento', JOB);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${NAME}.part`), content(SIZE, 1).subarray(0, 123_456));
    await bench.download('fetch', 'range', '--wait');
    expectWhole(bench);
    expect(bench.service.deliveries.filter((d) => d.name === NAME)).toMatchObject([{ from: 123_456 }]);
  });

  it.each([
    ['longer than the file', content(SIZE + 10, 9)],
    ['of something else', content(SIZE, 9)],
    ['of something else and short', content(100, 9)],
  ])('an earlier part that is %s is thrown away', async (_, part) => {
    const bench = await benchWithBody({});
    await bench.download('submit', ...DAY, '--yes');
    const folder = join(bench.folder, 'lake/raw/source=databento', JOB);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${NAME}.part`), part);
    expect((await bench.download('fetch', 'range', '--wait')).status).toBe(0);
    expectWhole(bench);
  });

  it.each([
    ['with a wrong checksum', { corrupted: 99 }, 'databento/wrong-checksum: The content has another SHA-256'],
    [
      'longer than listed',
      { extra: 5 },
      `databento/wrong-size: The service sends more than the ${SIZE} bytes`,
    ],
    [
      'from elsewhere',
      { dropsAfter: 9000, rangeOffBy: 7 },
      'databento/wrong-size: The service serves another range',
    ],
  ] as const)('%s are fetched once more and then not kept', async (_, faults, message) => {
    const bench = await benchWithBody({ ...faults });
    const { status, io } = await bench.download(...DAEMON);
    expect(status).toBe(1);
    expect(io.errors).toContain(message);
    expect(io.errors).toContain(NAME);
    expectNothingKept(bench);
    expect(bench.states).toEqual(['error']);
    expect(bench.service.deliveries.filter((d) => d.name === NAME && d.from === 0)).toHaveLength(2);
    // Paid for and still there: a later run fetches it, and submits nothing.
    bench.service.bodyFaults.clear();
    expect((await bench.download(...DAEMON)).status).toBe(0);
    expectWhole(bench);
    expect(bench.service.billed).toHaveLength(1);
  });

  it('that never get further are given up after five failures, and kept', async () => {
    const bench = await benchWithBody({ dropsAfter: 0 });
    const { status, io } = await bench.download('fetch', 'range');
    expect({ status, errors: io.errors }).toEqual({ status: 0, errors: '' });
    await bench.download('submit', ...DAY, '--yes');
    await bench.download('poll', 'range', '--wait');
    const result = await bench.download('fetch', 'range');
    expect(result.status).toBe(1);
    expect(result.io.errors).toContain('databento/unreachable');
    expect(bench.service.deliveries.filter((d) => d.name === NAME)).toHaveLength(6);
  });

  it('that can neither be continued nor finished are given up too', async () => {
    const bench = await benchWithBody({ ignoresRange: true, dropsAfter: 100_000 });
    await bench.download('submit', ...DAY, '--yes');
    await bench.download('poll', 'range', '--wait');
    const { status, io } = await bench.download('fetch', 'range');
    expect(status).toBe(1);
    expect(io.errors).toContain('databento/unreachable');
    expect(bench.service.deliveries.filter((d) => d.name === NAME)).toHaveLength(6);
  });

  it('from another host are refused, and it never hears from us', async () => {
    const stranger = await TestService.start();
    try {
      const bench = await benchWithBody({ redirectsTo: `${stranger.url}/v0/batch/download/x` });
      const { status, io } = await bench.download(...DAEMON);
      expect(status).toBe(1);
      expect(io.errors).toContain(
        'databento/redirect: The service sent us to another host, which is not followed',
      );
      expect(stranger.requests).toEqual([]);
      expectNothingKept(bench);
    } finally {
      await stranger.close();
    }
  });

  it('are followed on the same host', async () => {
    const bench = await benchWithBody({});
    bench.service.bodyFaults.set(NAME, {
      redirectsTo: `/v0/batch/download/TESTUSER/XNAS-20260106-TESTJOB001/metadata.json`,
    });
    await bench.download(...DAEMON);
    expect(bench.service.deliveries.filter((d) => d.name === 'metadata.json').length).toBeGreaterThan(1);
  });

  it('that lead in a circle are not followed for ever', async () => {
    const bench = await benchWithBody({});
    bench.service.bodyFaults.set(NAME, {
      redirectsTo: `/v0/batch/download/TESTUSER/XNAS-20260106-TESTJOB001/${NAME}`,
    });
    const { status, io } = await bench.download(...DAEMON);
    expect(status).toBe(1);
    expect(io.errors).toContain('databento/redirect');
  });
});

describe('lists of files', () => {
  const one = (file: Partial<ServiceFile> = {}) => [{ name: NAME, content: content(5000, 1), ...file }];

  it.each([
    ['../x'],
    ['a/b'],
    ['a\\b'],
    ['..'],
    ['.hidden'],
    ['c:x'],
    ['x\u0000'],
    ['ü'],
    ['251 letters '.padEnd(251, 'x')],
    ['a.part'],
    [''],
  ])('with the name %j are refused, and nothing is written', async (name) => {
    const bench = await Bench.open({ files: () => [...one(), ...one({ name })] });
    const { status, io } = await bench.download(...DAEMON);
    expect(status).toBe(1);
    expect(io.errors).toContain('databento/hostile-name: The service names a file that is not safe to write');
    expect(existsSync(join(bench.folder, 'lake'))).toBe(false);
    expect(readdirSync(bench.folder)).toEqual(['logs']);
  });

  it.each([
    ['https://evil.example/elsewhere/file'],
    ['https://api.databento.com/v0/batch/download/../../../x'],
    ['https://api.databento.com/v0/batch/download/a?b'],
    ['ftp://api.databento.com/v0/batch/download/a'],
    ['nonsense'],
  ])('with the address %s are refused', async (url) => {
    const bench = await Bench.open({ files: () => one({ url }) });
    const { status, io } = await bench.download(...DAEMON);
    expect(status).toBe(1);
    expect(io.errors).toContain('a file with an address below /v0/batch/download');
  });

  it('name a host that is never asked: files come from where the calls go', async () => {
    const bench = await Bench.open({ files: () => one() });
    expect((await bench.download(...DAEMON)).status).toBe(0);
    expect(bench.service.seen(/\/download\//)).toHaveLength(1);
  });

  it('with a wrong size are not believed', async () => {
    for (const size of [4000, 6000]) {
      const bench = await Bench.open({ files: () => one({ size }) });
      const { status, io } = await bench.download('daemon', ...DAY, '--yes');
      expect(status).toBe(1);
      expect(io.errors).toMatch(/databento\/(wrong-size|short-body|refused|wrong-checksum)/);
      expect(bench.states).toEqual(['error']);
    }
  });

  it('with a kind of hash that we do not know leave the file, as unverified', async () => {
    const bench = await Bench.open({ files: () => one({ hash: 'blake9:00' }) });
    expect((await bench.download(...DAEMON)).status).toBe(0);
    expect(bench.requests[0].files).toMatchObject([{ verified: false }]);
    expect(bench.log).toContain('message=unverified hash=blake9:00');
  });

  it('with an empty file and the same name twice', async () => {
    const bench = await Bench.open({ files: () => one({ content: new Uint8Array(0) }) });
    expect((await bench.download(...DAEMON)).status).toBe(0);
    expect(bench.read(`${JOB}/${NAME}`)).toHaveLength(0);
    const twice = await Bench.open({ files: () => [...one(), ...one({ name: NAME.toUpperCase() })] });
    expect((await twice.download(...DAEMON)).io.errors).toContain('a list of files with a name each');
  });
});

describe('what is on this machine', () => {
  it('a tracker that is no tracker is left as it is', async () => {
    for (const text of ['', '{', '[]', '{"jobs":{}}', '{"requests":[{"id":"x"}]}']) {
      const bench = await Bench.open({ files: filesOf });
      mkdirSync(join(bench.folder, 'logs'));
      writeFileSync(bench.trackerPath, text);
      const { status, io } = await bench.download(...DAEMON);
      expect(status).toBe(1);
      expect(io.errors).toContain('download/bad-tracker: The tracker cannot be used');
      expect(bench.service.requests).toEqual([]);
      expect(readdirSync(join(bench.folder, 'logs'))).toEqual(['jobs.json']);
    }
  });

  it('a lock of a process that has gone is taken over', async () => {
    for (const text of [
      '{"host":"',
      JSON.stringify({ host: (await import('node:os')).hostname(), pid: 2 ** 22 + 1, began: '1' }),
    ]) {
      const bench = await Bench.open({ files: filesOf });
      mkdirSync(join(bench.folder, 'logs'));
      writeFileSync(`${bench.trackerPath}.lock`, text);
      expect((await bench.download(...DAEMON)).status).toBe(0);
      expect(readdirSync(join(bench.folder, 'logs'))).toEqual(['jobs.json', 'jobs.log']);
    }
  });

  it('a lock of another machine is not', async () => {
    const bench = await Bench.open({ files: filesOf });
    mkdirSync(join(bench.folder, 'logs'));
    writeFileSync(`${bench.trackerPath}.lock`, '{"host":"elsewhere","pid":1,"began":""}');
    const { status, io } = await bench.download(...DAEMON);
    expect(status).toBe(1);
    expect(io.errors).toContain('download/locked: Another download (process 1 on elsewhere)');
  });

  it('a lake that cannot be written says so', async () => {
    const bench = await Bench.open({ files: filesOf });
    writeFileSync(join(bench.folder, 'lake'), 'a file');
    const { status, io } = await bench.download(...DAEMON);
    expect(status).toBe(1);
    expect(io.errors).toMatch(/file\/(unwritable|unreadable|not-found)/);
  });

  it('space that is not there is missed before anything is fetched', async () => {
    const bench = await Bench.open({ files: () => [{ name: NAME, content: content(10, 1), size: 2 ** 52 }] });
    const { status, io } = await bench.download(...DAEMON);
    expect(status).toBe(1);
    expect(io.errors).toContain('download/no-space: The files need 4728');
    expect(bench.service.deliveries).toEqual([]);
    expect(bench.states).toEqual(['done']);
  });

  it.each([
    [undefined, 'download/no-key'],
    ['', 'download/no-key'],
    ['db-short', 'download/bad-key'],
    ['db-YOUR_KEY_HERE_0123456789abcdef', 'download/bad-key'],
    ['db-xxxxxxxxxxxxxxxxxxxxxxxxxxxxx', 'download/bad-key'],
    [`xx${TEST_KEY.slice(2)}`, 'download/bad-key'],
  ])('the key %j is refused before anything is sent', async (key, code) => {
    const bench = await Bench.open();
    bench.env = { DATABENTO_API_KEY: key };
    const { status, io } = await bench.download(...DAEMON);
    expect(status).toBe(1);
    expect(io.errors).toContain(`${code}: `);
    if (key) expect(io.errors).not.toContain(key);
    expect(bench.service.requests).toEqual([]);
  });

  it.each([
    ['http://hist.databento.com'],
    ['ftp://127.0.0.1'],
    ['https://u:p@h.example'],
    ['x'],
    ['http://127.0.0.1.evil.example'],
  ])('the address %s is refused: the key would be seen', async (url) => {
    const bench = await Bench.open();
    bench.env = { DATABENTO_API_KEY: TEST_KEY, SPYMASTER_DATABENTO_URL: url };
    const { status, io } = await bench.download('estimate', ...DAY);
    expect(status).toBe(1);
    expect(io.errors).toContain('download/bad-url');
  });
});
