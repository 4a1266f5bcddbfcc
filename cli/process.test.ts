/** The program as a shell runs it: real files, pipes and exit statuses. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goldenDbn } from '#cli/testing/golden-dbn';

const BIN = fileURLToPath(new URL('../bin/spymaster.mjs', import.meta.url));
const BUNDLE = fileURLToPath(new URL('../dist-cli/spymaster.mjs', import.meta.url));
const small = goldenDbn('small');
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'spymaster-cli-'));
  writeFileSync(join(folder, 's.dbn'), small);
  expect(shell('spymaster --help').status).toBe(0); // builds the bundle, if need be, before anything is compared
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true }));

function shell(script: string) {
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['-o', 'pipefail', '-c', `spymaster() { "${process.execPath}" "${BIN}" "$@"; }\n${script}`],
    { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  return { status, stdout, stderr };
}

describe.skipIf(process.platform === 'win32')('the program', () => {
  const instruments = (text: string): unknown => (JSON.parse(text) as { instruments: unknown }).instruments;

  it.each([
    ['a pipe', 'cat s.dbn | spymaster info - --json'],
    ['/dev/stdin', 'cat s.dbn | spymaster info /dev/stdin --json'],
    ['a redirection', 'spymaster info - --json < s.dbn'],
    ['a process substitution', 'spymaster info <(cat s.dbn) --json'],
    ['a named pipe', 'mkfifo p; cat s.dbn > p & spymaster info p --json'],
    ['a compressed pipe', 'gzip -c s.dbn | spymaster info - --json'],
    [
      'a Parquet pipe',
      'spymaster decode s.dbn --format parquet -o s.parquet; cat s.parquet | spymaster info - --json',
    ],
  ])('reads %s like a file', (_, script) => {
    const file = shell('spymaster info s.dbn --json');
    const other = shell(script);
    expect(other).toMatchObject({ status: 0, stderr: '' });
    const [wanted, got] = [file.stdout, other.stdout].map(instruments) as [{ records: number }[], unknown];
    expect(wanted[0].records).toBe(2064);
    expect(got).toMatchObject([{ records: 2064, instrument_id: 42 }]);
  });

  it('answers about an instant of a pipe, and reads no further', () => {
    const at = '2026-02-06T14:30:10Z';
    const file = shell(`spymaster book s.dbn --at ${at} --step -3 --json`);
    const pipe = shell(
      `{ cat s.dbn; head -c 1000 /dev/zero; } | spymaster book - --at ${at} --step -3 --json`,
    );
    expect(pipe).toMatchObject({ status: 0, stderr: '' });
    const [wanted, got] = [file, pipe].map(
      ({ stdout }) => JSON.parse(stdout) as { records: number; file: string },
    );
    expect({ ...got, file: wanted.file }).toEqual(wanted);
    expect(wanted.records).toBeGreaterThan(100);
    const price = shell(`spymaster orders s.dbn --at ${at} --price 21500.0 --format csv`);
    expect(price.stdout).toMatch(/^order_id,side,price/);
  });

  it('ends quietly when its reader goes', () => {
    const result = shell('spymaster decode s.dbn | head -1');
    expect(result).toMatchObject({ status: 0, stderr: '' });
    expect(result.stdout.split('\n')).toHaveLength(2);
  });

  it('waits for a slow reader without a word', () => {
    const { status, stdout, stderr } = shell('spymaster grid s.dbn | (sleep 0.5; wc -l)');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(Number(stdout)).toBe(120);
  });

  it.each([
    ['a missing file', 'spymaster info nothing.dbn', 'file/not-found'],
    ['a directory', 'spymaster info .', 'file/is-directory'],
    ['a missing configuration', 'spymaster grid s.dbn --config nothing.yaml', 'file/not-found'],
    ['a directory as output', 'spymaster book s.dbn --final -o .', 'file/unwritable'],
    ['an output without a folder', 'spymaster decode s.dbn -o no/such/folder', 'file/unwritable'],
    ['an empty pipe', 'spymaster info - < /dev/null', 'import/empty'],
  ])('reports %s with status 1, a code and a tip', (_, script, code) => {
    const { status, stdout, stderr } = shell(script);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain(`${code}: `);
    expect(stderr).toContain('tip: ');
  });

  it
    .skipIf(process.platform !== 'linux')
    .each([
      ['spymaster book s.dbn --final --json -o /dev/full'],
      ['spymaster decode s.dbn --format parquet -o /dev/full'],
      ['spymaster decode s.dbn > /dev/full'],
    ])('reports a full disk: %s', (script) => {
    const { status, stderr } = shell(script);
    expect(status).toBe(1);
    expect(stderr).toContain('file/unwritable');
    expect(stderr).toContain('disk is full');
  });

  it('never writes over what it reads', () => {
    symlinkSync('s.dbn', join(folder, 'link.dbn'));
    writeFileSync(join(folder, 'cfg.json'), '{}');
    for (const script of [
      'spymaster decode s.dbn -o s.dbn',
      'spymaster decode s.dbn -o link.dbn',
      'spymaster decode s.dbn -o ./s.dbn',
      'spymaster decode - -o s.dbn < s.dbn',
      'spymaster decode s.dbn >> s.dbn',
    ]) {
      const { status, stderr } = shell(script);
      expect(status, script).toBe(2);
      expect(stderr).toContain('would overwrite an input');
    }
    expect(readFileSync(join(folder, 's.dbn')).equals(small)).toBe(true);
  });

  it.each([
    ['spymaster info - - < s.dbn'],
    ['spymaster info - /dev/stdin < s.dbn'],
    ['spymaster grid - --config - < s.dbn'],
  ])('refuses standard input twice: %s', (script) => {
    const { status, stderr } = shell(script);
    expect(status).toBe(2);
    expect(stderr).toContain('twice');
  });

  it('builds a bundle that is older than the sources again', () => {
    utimesSync(BUNDLE, 1e9, 1e9);
    expect(shell('spymaster --help').status).toBe(0);
    expect(statSync(BUNDLE).mtimeMs).toBeGreaterThan(1.7e12);
  });
});
