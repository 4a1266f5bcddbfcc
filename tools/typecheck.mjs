/** Type-checks each part of the tree with exactly the libraries it may use. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ensureKernel } from './build-kernel.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
await ensureKernel();
let failed = false;
for (const part of ['core', 'web', 'workers', 'node']) {
  const run = spawnSync('npx', ['tsc', '-p', `tsconfig/${part}.json`], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (run.status !== 0) {
    console.error(`types: ${part} failed`);
    failed = true;
  }
}
process.exit(failed ? 1 : 0);
