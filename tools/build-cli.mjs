/** Bundles the command line into `dist-cli/spymaster.mjs`; packages stay imports. */
import { mkdirSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { ensureKernel } from './build-kernel.mjs';

await ensureKernel();
const started = new Date();
const { outputFiles } = await build({
  absWorkingDir: fileURLToPath(new URL('..', import.meta.url)),
  entryPoints: ['cli/main.ts'],
  outfile: 'dist-cli/spymaster.mjs',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  sourcemap: 'linked',
  logLevel: 'warning',
  write: false,
});
for (const { path, contents } of outputFiles) {
  mkdirSync(dirname(path), { recursive: true });
  // Commands that start meanwhile must see the old file or the new one, whole.
  const fresh = `${path}.${process.pid}`;
  writeFileSync(fresh, contents);
  // A source that was changed during the build is newer than the bundle.
  utimesSync(fresh, started, started);
  renameSync(fresh, path);
}
