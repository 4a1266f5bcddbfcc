/** What the operating system refuses, as problems that say what to do. */
import { fail } from '#base/problem';

/** @throws ProblemError `file/not-found`, `file/is-directory`, `file/unreadable`; `error` itself if it is no system error */
export function failReading(error: unknown, path: string): never {
  switch (systemCode(error)) {
    case undefined:
      throw error;
    case 'ENOENT':
    case 'ENOTDIR':
      return fail('file/not-found', `There is no file of this name: ${path}`, {
        tip: 'Check the spelling and the current folder.',
      });
    case 'EISDIR':
      return failDirectory(path);
    case 'EACCES':
    case 'EPERM':
      return fail('file/unreadable', `The file may not be read: ${path}`, { tip: 'Check its permissions.' });
    default:
      return fail('file/unreadable', `The file cannot be read (${systemCode(error)}): ${path}`, {
        tip: 'Check the disk or the connection it comes from, or copy it again.',
      });
  }
}

/** @throws ProblemError `file/is-directory` */
export function failDirectory(path: string): never {
  return fail('file/is-directory', `This is a directory: ${path}`, { tip: 'Name the files in it.' });
}

const WRITE_TIPS: Readonly<Record<string, string>> = {
  EISDIR: 'This is a directory: name a file in it.',
  ENOENT: 'The folder it should be in does not exist.',
  ENOTDIR: 'The folder it should be in is a file.',
  EACCES: 'Check the permissions of the file and its folder.',
  EPERM: 'Check the permissions of the file and its folder.',
  EROFS: 'The file system is read-only.',
  ENOSPC: 'The disk is full; what was written is incomplete.',
  EDQUOT: 'The disk quota is used up; what was written is incomplete.',
};

/** @throws ProblemError `file/unwritable`; `error` itself if it is no system error */
export function failWriting(error: unknown, path: string): never {
  const code = systemCode(error);
  if (code === undefined) throw error;
  return fail('file/unwritable', `The output cannot be written (${code}): ${path}`, {
    tip: WRITE_TIPS[code] ?? 'What was written is incomplete.',
  });
}

/** `ENOENT`, `EPIPE`, …; `undefined` for an error that does not come from the operating system. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
