/** Paths as byte sources: regular files by random access, everything else (pipes, terminals, devices) as a stream. */
import { fstatSync, openSync, read, readFileSync, readSync, type Stats } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { ByteSource } from '#core/io/byte-source';
import { failDirectory, failReading, systemCode } from '#cli/file-problems';

/** A source that may be a stream. */
export interface Input extends ByteSource {
  /**
   * One more reading follows, straight through from the start: what it has passed need not be kept. Until then a
   * stream keeps all that was read, because recognising a file takes several looks at its beginning.
   */
  readOnce?(): void;
}

/** Whether a path stands for standard input. */
export function isStandardInput(path: string): boolean {
  return path === '-' || path === '/dev/stdin';
}

export interface OpenFile {
  readonly handle: number;
  readonly stats: Stats;
}

/** @throws ProblemError `file/not-found`, `file/is-directory`, `file/unreadable` */
export function openForReading(path: string): OpenFile {
  try {
    const handle = isStandardInput(path) ? 0 : openSync(path, 'r');
    const stats = fstatSync(handle);
    return stats.isDirectory() ? failDirectory(path) : { handle, stats };
  } catch (error) {
    return failReading(error, path);
  }
}

export function fileInput(path: string, { handle, stats }: OpenFile): Input {
  const name = isStandardInput(path) ? 'standard input' : basename(path);
  return stats.isFile() ? regularFile(name, handle, stats.size) : new Stream(name, handle);
}

/** @throws ProblemError `file/unreadable` */
export function readWhole(path: string, { handle }: OpenFile): Uint8Array {
  try {
    return readFileSync(handle);
  } catch (error) {
    return failReading(error, path);
  }
}

function regularFile(name: string, handle: number, size: number): Input {
  return {
    name,
    size,
    slice: async (start, end) => {
      const bytes = new Uint8Array(Math.max(0, Math.min(end, size) - start));
      let filled = 0;
      while (filled < bytes.length) {
        const count = await readSome(name, () =>
          readSync(handle, bytes, filled, bytes.length - filled, start + filled),
        );
        if (count === 0) break;
        filled += count;
      }
      return bytes.subarray(0, filled);
    },
  };
}

/** What a pipe of Linux holds. */
const READ_BYTES = 1 << 16;

/** Reads only when asked to, so that nothing is waited for when the rest is not wanted. */
class Stream implements Input {
  readonly size = undefined;
  readonly name: string;
  readonly #handle: number;
  /** The bytes from `#keptFrom` to `#position`, in pieces. */
  readonly #kept: Uint8Array[] = [];
  #keptFrom = 0;
  #position = 0;
  #ended = false;
  #keepsAll = true;

  constructor(name: string, handle: number) {
    this.name = name;
    this.#handle = handle;
  }

  readOnce(): void {
    this.#keepsAll = false;
  }

  async slice(start: number, end: number): Promise<Uint8Array> {
    if (start < this.#keptFrom) throw new RangeError(`byte ${start} of ${this.name} has gone by`);
    if (!this.#keepsAll) this.#dropBefore(start);
    while (this.#position < end && !this.#ended) await this.#pull();
    const bytes = new Uint8Array(Math.max(0, Math.min(end, this.#position) - start));
    let at = this.#keptFrom - start;
    for (const piece of this.#kept) {
      const from = Math.max(0, -at);
      if (at >= bytes.length) break;
      if (from < piece.length) bytes.set(piece.subarray(from, bytes.length - at), at + from);
      at += piece.length;
    }
    return bytes;
  }

  #dropBefore(start: number): void {
    while (this.#kept.length > 0 && this.#keptFrom + this.#kept[0].length <= start) {
      this.#keptFrom += this.#kept.shift()?.length ?? 0;
    }
  }

  async #pull(): Promise<void> {
    const buffer = new Uint8Array(READ_BYTES);
    const count = await readSome(this.name, async () => {
      const { bytesRead } = await readAsync(this.#handle, buffer, 0, READ_BYTES, null);
      return bytesRead;
    });
    this.#ended = count === 0;
    this.#position += count;
    if (count > 0)
      this.#kept.push(count < READ_BYTES / 2 ? buffer.slice(0, count) : buffer.subarray(0, count));
  }
}

const readAsync = promisify(read);
const RETRY_MS = 5;

/** Bytes read, 0 at the end; waits where the other side has set the handle to non-blocking. */
async function readSome(name: string, attempt: () => number | Promise<number>): Promise<number> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const code = systemCode(error);
      if (code === 'EOF') return 0; // how Windows ends a pipe
      if (code !== 'EAGAIN') failReading(error, name);
    }
    await sleep(RETRY_MS);
  }
}
