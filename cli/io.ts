/** What a command may do with the outside world; tests hand in their own. */
import { createWriteStream, openSync, readSync, fstatSync, closeSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { basename } from 'node:path';
import { fail } from '#base/problem';
import type { ByteSource } from '#core/io/byte-source';

export interface Output {
  /** Resolves when more may be written. */
  write(chunk: string | Uint8Array): Promise<void>;
  close(): Promise<void>;
}

export interface CliIo {
  readonly stdout: Output;
  /** Progress and messages. */
  readonly stderr: { write(text: string): void; readonly isTerminal: boolean };
  /** `-` is standard input. @throws ProblemError `file/…` */
  openInput(path: string): ByteSource;
  /** `-` is standard output. @throws ProblemError `file/…` */
  openOutput(path: string): Output;
  readText(path: string): string;
}

/** Thrown when the reader of our output has gone (`| head`): not an error, just the end. */
export class OutputClosed extends Error {}

export function nodeIo(): CliIo {
  const stdout = streamOutput(process.stdout, false);
  return {
    stdout,
    stderr: { write: (text) => void process.stderr.write(text), isTerminal: process.stderr.isTTY },
    openInput: (path) => (path === '-' ? stdinSource() : fileSource(path)),
    openOutput: (path) => (path === '-' ? stdout : streamOutput(createWriteStream(path), true, path)),
    readText: (path) => Buffer.from(readWhole(path)).toString('utf8'),
  };
}

function streamOutput(stream: Writable, ends: boolean, path?: string): Output {
  let failure: Error | undefined;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    failure =
      error.code === 'EPIPE'
        ? new OutputClosed()
        : new Error(`cannot write${path ? ` ${path}` : ''}: ${error.message}`);
  });
  return {
    write: async (chunk) => {
      rethrow(failure);
      if (!stream.write(chunk)) await Promise.race([once(stream, 'drain'), once(stream, 'close')]);
      rethrow(failure);
    },
    close: () =>
      new Promise((resolve, reject) => {
        const done = (): void => {
          if (failure && !(failure instanceof OutputClosed)) reject(failure);
          else resolve();
        };
        if (ends) stream.end(done);
        else stream.write('', done);
      }),
  };
}

function rethrow(failure: Error | undefined): void {
  if (failure) throw failure;
}

function fileSource(path: string): ByteSource {
  const handle = openFile(path);
  return {
    name: basename(path),
    size: fstatSync(handle).size,
    slice: (start, end) => {
      const bytes = new Uint8Array(Math.max(0, end - start));
      let filled = 0;
      while (filled < bytes.length) {
        const read = readSync(handle, bytes, filled, bytes.length - filled, start + filled);
        if (read === 0) break;
        filled += read;
      }
      return Promise.resolve(bytes.subarray(0, filled));
    },
  };
}

function readWhole(path: string): Uint8Array {
  if (path === '-') return new Uint8Array(readFileSync(0));
  const handle = openFile(path);
  try {
    return new Uint8Array(readFileSync(handle));
  } finally {
    closeSync(handle);
  }
}

function openFile(path: string): number {
  try {
    const handle = openSync(path, 'r');
    if (!fstatSync(handle).isDirectory()) return handle;
    closeSync(handle);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    return fail('file/unreadable', `The file cannot be read (${code}): ${path}`, {
      tip: code === 'ENOENT' ? 'There is no file of this name.' : 'Check its permissions.',
    });
  }
  return fail('import/directory', `This is a directory: ${path}`, { tip: 'Name the files in it.' });
}

/** Standard input, read whole: formats with a footer and a second look at the beginning need random access. */
function stdinSource(): ByteSource {
  const bytes = new Uint8Array(readFileSync(0));
  return {
    name: 'standard input',
    size: bytes.length,
    slice: (start, end) => Promise.resolve(bytes.subarray(start, Math.min(end, bytes.length))),
  };
}
