import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { memorySource } from '#core/io/byte-source';
import { failReading } from '#cli/file-problems';
import type { Output } from '#cli/file-output';
import type { CliIo } from '#cli/io';
import { run } from '#cli/main';

/** A world in memory for running commands in tests: files by path, else from disk. */
export class MemoryIo implements CliIo {
  readonly #files: ReadonlyMap<string, Uint8Array>;
  readonly written = new Map<string, Uint8Array[]>();
  errors = '';
  readonly stdout: Output = this.openOutput('-');
  readonly stderr = { write: (text: string) => void (this.errors += text), isTerminal: false };

  constructor(files: Record<string, Uint8Array | string> = {}) {
    this.#files = new Map(
      Object.entries(files).map(([path, content]) => [
        path,
        typeof content === 'string' ? Buffer.from(content) : content,
      ]),
    );
  }

  openInput(path: string) {
    return memorySource(basename(path), this.#read(path));
  }

  openOutput(path: string): Output {
    const chunks: Uint8Array[] = [];
    if (!this.written.has(path)) this.written.set(path, chunks);
    const target = this.written.get(path) ?? chunks;
    return {
      write: (chunk) => {
        target.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk.slice());
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
    };
  }

  readText(path: string): string {
    return Buffer.from(this.#read(path)).toString('utf8');
  }

  makeFolder(): void {
    // Paths are names here: there are no folders.
  }

  bytes(path = '-'): Uint8Array {
    return new Uint8Array(Buffer.concat(this.written.get(path) ?? []));
  }

  text(path = '-'): string {
    return Buffer.from(this.bytes(path)).toString('utf8');
  }

  lines(path = '-'): string[] {
    return this.text(path).split('\n').slice(0, -1);
  }

  #read(path: string): Uint8Array {
    const held = this.#files.get(path);
    if (held) return held;
    try {
      return new Uint8Array(readFileSync(path));
    } catch (error) {
      return failReading(error, path);
    }
  }
}

/** Runs a command line over files in memory. */
export async function runCli(
  argv: readonly string[],
  files: Record<string, Uint8Array | string> = {},
): Promise<{ status: number; io: MemoryIo }> {
  const io = new MemoryIo(files);
  return { status: await run(argv, io), io };
}
