#!/usr/bin/env node
/** Starts the bundled command line; builds it where it is missing or older than the sources that lie beside it. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BUNDLE = new URL('../dist-cli/spymaster.mjs', import.meta.url);
const SOURCES = [
  'cli',
  'relay',
  'src/base',
  'src/core',
  'src/protocol',
  'tools/build-cli.mjs',
  'package.json',
];

/** Whether anything in the sources changed after `ms`; folders change when a file in them comes or goes. */
function changedSince(path, ms) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return false;
  if (stats.mtimeMs > ms) return true;
  return stats.isDirectory() && readdirSync(path).some((name) => changedSince(join(path, name), ms));
}

function isCurrent() {
  if (!existsSync(BUNDLE)) return false;
  const { mtimeMs } = statSync(BUNDLE);
  return !SOURCES.some((path) => changedSince(join(ROOT, path), mtimeMs));
}

if (!isCurrent()) await import('../tools/build-cli.mjs');
const { main } = await import(BUNDLE.href);
await main();
