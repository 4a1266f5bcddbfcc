/** Command lines: parsing with `node:util`, and the errors that mean exit status 2. */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { parseInstant } from '#base/instant';
import { isStandardInput } from '#cli/file-input';

/** A command line that cannot be obeyed; the text says why. */
export class UsageError extends Error {
  /** @param code `usage/…`, as in a `Problem` */
  constructor(
    message: string,
    readonly code = 'usage/bad-option',
  ) {
    super(message);
  }
}

type Options = NonNullable<ParseArgsConfig['options']>;

export interface CommandLine {
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  readonly files: readonly string[];
}

/** Reads options and file names; `help` is added to every command. */
export function parseCommand(args: readonly string[], options: Options): CommandLine {
  try {
    const { values, positionals } = parseArgs({
      args: joinNegative(args),
      options: { ...options, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    });
    return { values: values, files: positionals };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), 'usage/unknown-option');
  }
}

/** `--step -1` as `--step=-1`: the parser would take the number for an option. No option is named by a digit. */
function joinNegative(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const before = joined.at(-1);
    if (/^-\d/.test(arg) && before?.startsWith('--') === true && !before.includes('=')) {
      joined[joined.length - 1] = `${before}=${arg}`;
    } else joined.push(arg);
  }
  return joined;
}

export function requireFiles(line: CommandLine): readonly string[] {
  if (line.files.length === 0)
    throw new UsageError('Name at least one FILE, or - for standard input.', 'usage/no-file');
  requireOneStandardInput(line.files);
  return line.files;
}

/** Standard input can be read by one only. */
export function requireOneStandardInput(paths: readonly string[]): void {
  if (paths.filter(isStandardInput).length > 1)
    throw new UsageError('Standard input was named twice.', 'usage/no-file');
}

export function text(line: CommandLine, name: string): string | undefined {
  const value = line.values[name];
  return typeof value === 'string' ? value : undefined;
}

export function flag(line: CommandLine, name: string): boolean {
  return line.values[name] === true;
}

export function choice<T extends string>(
  line: CommandLine,
  name: string,
  choices: readonly T[],
  fallback: T,
): T {
  const value = text(line, name) ?? fallback;
  const found = choices.find((c) => c === value);
  if (found === undefined)
    throw new UsageError(`--${name} must be one of ${choices.join(', ')}, got ${value}`);
  return found;
}

/** A whole number, perhaps with a sign. */
export function signedNumber(line: CommandLine, name: string): number | undefined {
  const value = text(line, name);
  if (value === undefined) return undefined;
  const number = Number(value);
  if (!/^[+-]?\d+$/.test(value) || !Number.isSafeInteger(number)) {
    throw new UsageError(`--${name} must be a whole number, got ${value}`);
  }
  return number;
}

/** A whole number of at least `least`. */
export function wholeNumber(line: CommandLine, name: string, least: number): number | undefined {
  const value = text(line, name);
  if (value === undefined) return undefined;
  const number = Number(value);
  if (!/^\d+$/.test(value) || !Number.isSafeInteger(number) || number < least) {
    throw new UsageError(`--${name} must be a whole number of at least ${least}, got ${value}`);
  }
  return number;
}

/** An instant: nanoseconds since the epoch, or ISO 8601 with up to nine decimals (UTC without a zone). */
export function instant(line: CommandLine, name: string): bigint | undefined {
  const value = text(line, name);
  if (value === undefined) return undefined;
  const ns = parseInstant(value);
  if (ns === undefined) {
    throw new UsageError(
      `--${name} must be nanoseconds or a time such as 2026-10-06T14:00:00Z, got ${value}`,
    );
  }
  return ns;
}

/** @throws UsageError when it is missing */
export function requireInstant(line: CommandLine, name: string): bigint {
  const ns = instant(line, name);
  if (ns === undefined) throw new UsageError(`Name an instant with --${name}.`);
  return ns;
}
