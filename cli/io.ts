/** What a command may do with the outside world; tests hand in their own. */
import { closeSync, fstatSync, mkdirSync, statSync, type Stats } from 'node:fs';
import { fileInput, openForReading, readWhole, type Input } from '#cli/file-input';
import { fileOutput, standardOutput, type Output } from '#cli/file-output';
import { failWriting } from '#cli/file-problems';
import { UsageError } from '#cli/usage';

export interface CliIo {
  readonly stdout: Output;
  /** Progress and messages. */
  readonly stderr: { write(text: string): void; readonly isTerminal: boolean };
  /** `-` is standard input. @throws ProblemError `file/…` */
  openInput(path: string): Input;
  /** `-` is standard output. @throws ProblemError `file/…`, UsageError for a file that is being read */
  openOutput(path: string): Output;
  /** `-` is standard input. @throws ProblemError `file/…` */
  readText(path: string): string;
  /** Makes a folder where there is none. @throws ProblemError `file/unwritable` */
  makeFolder(path: string): void;
}

export function nodeIo(): CliIo {
  const inputs = new Set<string>();
  const open = (path: string) => {
    const file = openForReading(path);
    if (file.stats.isFile()) inputs.add(identity(file.stats));
    return file;
  };
  // Messages that nobody reads are no reason to stop.
  process.stderr.on('error', () => undefined);
  return {
    stdout: standardOutput,
    stderr: { write: (text) => void process.stderr.write(text), isTerminal: process.stderr.isTTY },
    openInput: (path) => fileInput(path, open(path)),
    openOutput: (path) => {
      const target = path === '-' ? fstatSync(1) : statOf(path);
      if (target?.isFile() && inputs.has(identity(target))) {
        throw new UsageError(`The output would overwrite an input: ${path}`, 'usage/overwrite');
      }
      return path === '-' ? standardOutput : fileOutput(path);
    },
    readText: (path) => {
      const file = open(path);
      const bytes = readWhole(path, file);
      closeSync(file.handle);
      return Buffer.from(bytes).toString('utf8');
    },
    makeFolder,
  };
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    failWriting(error, path);
  }
}

/** The same for all names of a file. */
function identity({ dev, ino }: Stats): string {
  return `${dev}/${ino}`;
}

/** `undefined` for what is not there or cannot be looked at: opening it will say why. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
