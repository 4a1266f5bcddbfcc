/**
 * `npm test`: types, lint, import rules, unit and golden tests, build, browser tests. Every step
 * runs even after a failure, and the last lines say which failed. `--long` widens fuzzing and adds soak tests.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { provideBrowser } from './browser.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const long = process.argv.includes('--long');
const env = { ...process.env, SPYMASTER_GALLERY: '1', ...(long ? { SPYMASTER_LONG: '1' } : {}) };

const steps = [
  ['types', 'node', ['tools/typecheck.mjs']],
  ['lint', 'npx', ['eslint', '.', '--max-warnings', '0']],
  ['format', 'npx', ['prettier', '--check', '--log-level', 'warn', '.']],
  ['imports', 'npm', ['run', '--silent', 'imports']],
  ['build', 'npx', ['vite', 'build', '--logLevel', 'warn']],
  ['build cli', 'node', ['tools/build-cli.mjs']],
  ['unit', 'npx', ['vitest', 'run', '--reporter=default']],
  ['browser', 'npx', ['playwright', 'test']],
];

const results = [];
for (const [name, command, args] of steps) {
  const started = Date.now();
  let ok;
  try {
    if (name === 'browser') env.SPYMASTER_CHROMIUM = await provideBrowser();
    console.log(`\n── ${name} ${'─'.repeat(60 - name.length)}`);
    ok =
      spawnSync(command, args, { cwd: root, stdio: 'inherit', env, shell: process.platform === 'win32' })
        .status === 0;
  } catch (error) {
    console.error(error.message);
    ok = false;
  }
  results.push({ name, ok, seconds: (Date.now() - started) / 1000 });
}

console.log('');
for (const { name, ok, seconds } of results)
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${name.padEnd(10)} ${seconds.toFixed(1)} s`);
const failed = results.filter((r) => !r.ok).length;
console.log(`${results.length - failed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
