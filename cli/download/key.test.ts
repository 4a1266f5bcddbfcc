/** The key goes to the service as a header, and nowhere else. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ApiKey } from '#cli/download/api-key';
import { Bench, filesBelow, filesOf } from '#cli/download/testing/test-run';
import { TEST_KEY } from '#cli/download/testing/service';

const BIN = fileURLToPath(new URL('../../bin/spymaster.mjs', import.meta.url));
const ENCODED = Buffer.from(`${TEST_KEY}:`).toString('base64');
/** Both ways to write it, and pieces that would give it away. */
const SECRETS = [
  TEST_KEY,
  TEST_KEY.slice(3, 20),
  ENCODED,
  ENCODED.slice(0, 24),
  encodeURIComponent(TEST_KEY),
];

function expectClean(text: string): void {
  for (const secret of SECRETS) expect(text).not.toContain(secret);
}

const DAY = [
  ...['range', '--dataset', 'XNAS.ITCH', '--schema', 'mbo', '--symbols', 'AAPL'],
  ...['--start', '2026-01-06', '--end', '2026-01-06'],
];

describe('the key', () => {
  it('is in no file, output or address of a run through every fault that quotes it', async () => {
    const bench = await Bench.open({ files: filesOf });
    const { service } = bench;
    const echo = `${TEST_KEY} ${ENCODED}`;
    service.warnings = [JSON.stringify([`your key ${echo}`])];
    service.answerFaults.push(
      {
        path: /get_cost/,
        status: 503,
        body: JSON.stringify({ detail: echo }),
        headers: { 'request-id': TEST_KEY },
      },
      {
        path: /submit_job/,
        obeys: true,
        status: 500,
        body: JSON.stringify({ detail: { case: echo, message: echo } }),
      },
      {
        path: /list_files/,
        status: 400,
        body: JSON.stringify({ detail: { case: TEST_KEY, message: echo } }),
      },
    );
    let outputs = '';
    for (const action of ['estimate', 'daemon', 'daemon', 'list', 'plan']) {
      const { io } = await bench.download(
        action,
        ...DAY,
        ...(action === 'daemon' ? ['--yes'] : []),
        '--json',
      );
      outputs += io.text() + io.errors;
    }
    expect(outputs).toContain('your key [key] [key]');
    expect(bench.states).toEqual(['downloaded']);
    expectClean(outputs);
    for (const path of filesBelow(bench.folder)) {
      expectClean(path);
      expectClean(readFileSync(path, 'latin1'));
    }
    for (const { path, fields, headers } of service.requests) {
      expectClean(`${path}?${fields}`);
      const { authorization, ...others } = headers;
      expect(authorization).toBe(`Basic ${ENCODED}`);
      expectClean(JSON.stringify(others));
    }
  });

  it('shows in no form of the object that holds it', () => {
    const key = ApiKey.fromEnvironment({ DATABENTO_API_KEY: TEST_KEY });
    expectClean(
      [inspect(key, { depth: 9, showHidden: true }), JSON.stringify(key), Object.keys(key).join()].join(),
    );
    expect(key.redact(`a ${TEST_KEY} b ${ENCODED} c`)).toBe('a [key] b [key] c');
  });

  it.skipIf(process.platform !== 'linux')('is not in the title or command of the process', async () => {
    const bench = await Bench.open({ files: filesOf });
    const child = spawn(process.execPath, [BIN, 'download', 'estimate', ...DAY], {
      cwd: bench.folder,
      env: { ...process.env, DATABENTO_API_KEY: TEST_KEY, SPYMASTER_DATABENTO_URL: bench.service.url },
    });
    let seen = '';
    bench.service.onRequest = () => {
      for (const file of ['cmdline', 'comm', 'stat'])
        seen += readFileSync(join('/proc', String(child.pid), file), 'latin1');
    };
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += String(data)));
    const status = await new Promise((resolve) => child.on('close', resolve));
    expect({ status, output }).toEqual({
      status: 0,
      output: expect.stringContaining('1 requests, 0.25 USD') as string,
    });
    expect(seen).toContain('estimate');
    expectClean(seen + output);
  });
});
