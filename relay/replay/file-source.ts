/** Files as byte sources that do not hold up the relay while the disk is busy. */
import { open, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ByteSource } from '#core/io/byte-source';
import type { Clock } from '#relay/clock';
import { refuseSystem } from '#relay/files';

export interface OpenSource extends ByteSource {
  close(): Promise<void>;
}

/** @throws ProblemError `file/…` */
export async function openSource(path: string): Promise<OpenSource> {
  const file = await opened(path);
  const { size } = await file.stat();
  return {
    ...fileParts(path, file),
    size,
    slice: (start, end) => readSlice(file, path, start, Math.min(end, size)),
  };
}

export interface GrowingSource extends OpenSource {
  /** Whether all that was written so far has been read. */
  readonly isAtEnd: boolean;
  /** The file became shorter: it is another one. */
  readonly wasReplaced: boolean;
}

const POLL_MS = 100;

/**
 * A file that grows: reading beyond its end waits until there is more, the signal is aborted, or it became shorter.
 *
 * @throws ProblemError `file/…`
 */
export async function openGrowing(path: string, clock: Clock, signal: AbortSignal): Promise<GrowingSource> {
  const file = await opened(path);
  let isAtEnd = false;
  let wasReplaced = false;
  return {
    ...fileParts(path, file),
    size: undefined,
    get isAtEnd() {
      return isAtEnd;
    },
    get wasReplaced() {
      return wasReplaced;
    },
    slice: async (start, end) => {
      for (;;) {
        const bytes = await readSlice(file, path, start, end);
        const { size } = await file.stat();
        isAtEnd ||= start + bytes.length >= size;
        wasReplaced = size < start;
        if (bytes.length > 0 || signal.aborted || wasReplaced) return bytes;
        await clock.sleep(POLL_MS, signal);
      }
    },
  };
}

function fileParts(path: string, file: FileHandle) {
  return { name: basename(path), close: () => file.close() };
}

async function opened(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    return refuseSystem(error, path);
  }
}

async function readSlice(file: FileHandle, path: string, start: number, end: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(Math.max(0, end - start));
  let filled = 0;
  try {
    while (filled < bytes.length) {
      const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, start + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
  } catch (error) {
    refuseSystem(error, path);
  }
  return bytes.subarray(0, filled);
}
