/** Files of the relay: system errors become problems here. */
import { readFileSync } from 'node:fs';
import { fail } from '#base/problem';

/** @throws ProblemError `file/not-found`, `file/unreadable` */
export function readTextFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    return refuseSystem(error, path);
  }
}

/** @throws ProblemError `file/not-json` */
export function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return fail('file/not-json', `The file is not JSON: ${path}`);
  }
}

/** @throws ProblemError `file/not-found`, `file/failed`; `error` itself where it is no system error */
export function refuseSystem(error: unknown, path: string): never {
  const code = systemCode(error);
  if (code === undefined) throw error;
  if (code === 'ENOENT') return fail('file/not-found', `There is no such file or folder: ${path}`);
  return fail('file/failed', `The operating system refuses (${code}): ${path}`, {
    tip: 'Check permissions, free space and whether it is a file or a folder.',
  });
}

export function isMissing(error: unknown): boolean {
  return systemCode(error) === 'ENOENT';
}

function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}
