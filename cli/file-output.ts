/** Where output goes. Writing is synchronous: a slow reader holds us up, and nothing is lost at the end. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { failWriting, systemCode } from '#cli/file-problems';

export interface Output {
  /**
   * Resolves when more may be written.
   * @throws OutputClosed, ProblemError `file/unwritable`
   */
  write(chunk: string | Uint8Array): Promise<void>;
  /** @throws ProblemError `file/unwritable` */
  close(): Promise<void>;
}

/** Thrown when the reader of our output has gone (`| head`): not an error, just the end. */
export class OutputClosed extends Error {}

/** Empties the file or makes it. @throws ProblemError `file/unwritable` */
export function fileOutput(path: string): Output {
  try {
    const handle = openSync(path, 'w');
    return { write: (chunk) => writeAll(handle, chunk, path), close: () => closed(handle, path) };
  } catch (error) {
    return failWriting(error, path);
  }
}

/** Standard output, which stays open. */
export const standardOutput: Output = {
  write: (chunk) => writeAll(1, chunk, 'standard output'),
  close: () => Promise.resolve(),
};

const RETRY_MS = 1;

async function writeAll(handle: number, chunk: string | Uint8Array, path: string): Promise<void> {
  const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(handle, bytes, at);
    } catch (error) {
      const code = systemCode(error);
      if (code === 'EPIPE') throw new OutputClosed();
      // A pipe that the other side has set to non-blocking is full.
      if (code !== 'EAGAIN') failWriting(error, path);
      await sleep(RETRY_MS);
    }
  }
}

function closed(handle: number, path: string): Promise<void> {
  try {
    closeSync(handle);
    return Promise.resolve();
  } catch (error) {
    return failWriting(error, path);
  }
}
