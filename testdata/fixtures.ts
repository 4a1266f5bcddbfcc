/** Access to test inputs: fixtures of this repository and, where present, captures kept beside it. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const HERE = dirname(fileURLToPath(import.meta.url));

export function fixturePath(...parts: string[]): string {
  return join(HERE, 'fixtures', ...parts);
}

/**
 * Path of a file in the folder of third-party captures (`../shared` beside the checkout, or
 * `SPYMASTER_SHARED`), or `undefined` where it is absent: such tests then skip and say so.
 */
export function sharedPath(...parts: string[]): string | undefined {
  const path = join(process.env['SPYMASTER_SHARED'] ?? join(HERE, '..', '..', 'shared'), ...parts);
  return existsSync(path) ? path : undefined;
}

export function readBytes(path: string): Uint8Array {
  const raw = readFileSync(path);
  return new Uint8Array(path.endsWith('.gz') ? gunzipSync(raw) : raw);
}

export function readText(path: string): string {
  return Buffer.from(readBytes(path)).toString('utf8');
}

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- names the fixture's shape at the call
export function readJson<T>(path: string): T {
  return JSON.parse(readText(path)) as T;
}

export function readNdjson<T>(path: string): T[] {
  return readText(path)
    .split('\n')
    .filter((line) => line.length > 0)
    .map((line) => JSON.parse(line) as T);
}
