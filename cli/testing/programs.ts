/** Programs that run until they are told to end. */
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';

const BIN = fileURLToPath(new URL('../../bin/spymaster.mjs', import.meta.url));

export interface Program {
  readonly child: ChildProcess;
  /** The exit status. */
  readonly exit: Promise<number | null>;
  /** The first line that it prints; rejects when it ends before. */
  readonly line: Promise<string>;
  readonly errors: () => string;
}

/** A starter of programs that are gone after each test. */
export function programs(): (args: readonly string[]) => Program {
  const started: ChildProcess[] = [];
  afterEach(() => {
    for (const child of started.splice(0)) child.kill('SIGKILL');
  });
  return (args) => {
    const child = spawn(process.execPath, [BIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    started.push(child);
    let stdout = '';
    let stderr = '';
    const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.stderr.on('data', (piece: Buffer) => (stderr += piece.toString()));
    const line = new Promise<string>((resolve, reject) => {
      child.stdout.on('data', (piece: Buffer) => {
        stdout += piece.toString();
        if (stdout.includes('\n')) resolve(stdout);
      });
      void exit.then((status) => reject(new Error(`it ended with ${status}: ${stderr}`)));
    });
    return { child, exit, line, errors: () => stderr };
  };
}
