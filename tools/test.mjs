/**
 * `npm test`: types, lint, import rules, unit and golden tests, build, browser tests. Every step
 * runs even after a failure, and the last lines say which failed. `--long` widens fuzzing and adds soak tests.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { provideBrowser } from './browser.mjs';
import { ensureKernel } from './build-kernel.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const long = process.argv.includes('--long');
const env = { ...process.env, SPYMASTER_GALLERY: '1', ...(long ? { SPYMASTER_LONG: '1' } : {}) };

/** Steps of a group run at the same time: each of them keeps one core busy. */
const groups = [
  [
    ['types', 'node', ['tools/typecheck.mjs']],
    ['lint', 'npx', ['eslint', '.', '--max-warnings', '0']],
  ],
  [
    ['format', 'npx', ['prettier', '--check', '--log-level', 'warn', '.']],
    ['imports', 'npm', ['run', '--silent', 'imports']],
  ],
  [
    ['build', 'npx', ['vite', 'build', '--logLevel', 'warn']],
    ['build cli', 'node', ['tools/build-cli.mjs']],
  ],
  [['unit', 'npx', ['vitest', 'run', '--reporter=default']]],
  [['browser', 'npx', ['playwright', 'test']]],
];

/** Runs a step; its output goes straight on, or comes as a whole at the end where it would mix with that of another. */
async function run([name, command, args], isAlone) {
  const started = Date.now();
  const output = [];
  const title = `\n── ${name} ${'─'.repeat(60 - name.length)}`;
  if (isAlone) console.log(title);
  let ok;
  try {
    if (name === 'browser') env.SPYMASTER_CHROMIUM = await provideBrowser();
    ok = await new Promise((resolve, reject) => {
      const stdio = ['inherit', ...(isAlone ? ['inherit', 'inherit'] : ['pipe', 'pipe'])];
      const child = spawn(command, args, { cwd: root, stdio, env, shell: process.platform === 'win32' });
      for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => output.push(chunk));
      child.once('error', reject);
      child.once('close', (status) => resolve(status === 0));
    });
  } catch (error) {
    console.error(error.message);
    ok = false;
  }
  if (!isAlone) console.log(`${title}\n${Buffer.concat(output).toString()}`);
  return { name, ok, seconds: (Date.now() - started) / 1000 };
}

// Lint reads types, which are those of the kernel as well.
await ensureKernel();
const results = [];
for (const group of groups) {
  results.push(...(await Promise.all(group.map((step) => run(step, group.length === 1)))));
}

console.log('');
for (const { name, ok, seconds } of results)
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${name.padEnd(10)} ${seconds.toFixed(1)} s`);
const failed = results.filter((r) => !r.ok).length;
console.log(`${results.length - failed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
