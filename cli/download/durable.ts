/** Files that are whole or not there, whatever happens meanwhile. */
import {
  closeSync,
  copyFileSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { failWriting, systemCode } from '#cli/file-problems';

/** Replaces or makes a file. @throws ProblemError `file/unwritable` */
export function writeDurably(path: string, text: string): void {
  const fresh = `${path}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(fresh, text, { flush: true });
    renameDurably(fresh, path);
  } catch (error) {
    failWriting(error, path);
  }
}

/** Gives a finished file its name. @throws an error of the system */
export function renameDurably(from: string, to: string): void {
  flush(from);
  renameSync(from, to);
  flush(dirname(to));
}

/** A second name of a file; a copy where the file system knows no links. @throws ProblemError `file/unwritable` */
export function linkDurably(from: string, to: string): void {
  try {
    if (isSameFile(from, to)) return;
    const fresh = `${to}.tmp`;
    rmSync(fresh, { force: true });
    try {
      linkSync(from, fresh);
    } catch (error) {
      if (systemCode(error) === 'ENOENT') throw error;
      copyFileSync(from, fresh);
    }
    renameDurably(fresh, to);
  } catch (error) {
    failWriting(error, to);
  }
}

function isSameFile(a: string, b: string): boolean {
  const [one, other] = [a, b].map((path) => statSync(path, { throwIfNoEntry: false }));
  return one !== undefined && other !== undefined && one.ino === other.ino && one.dev === other.dev;
}

/** Of a file or a folder. Folders cannot be flushed everywhere. */
function flush(path: string): void {
  try {
    const handle = openSync(path, 'r');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    const code = systemCode(error);
    if (code !== 'EPERM' && code !== 'EISDIR' && code !== 'EINVAL' && code !== 'EBADF') throw error;
  }
}
