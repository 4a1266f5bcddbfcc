/** Answers of the service, checked: what is not understood is a problem, never a guess. Unknown fields are ignored. */
import { fail } from '#base/problem';
import { parseApiTime } from '#core/databento/api-time';
import type { BatchRequest } from '#core/databento/batch-request';

/** `received → queued → processing → finalizing → done → expired → purged`; other states may come and mean: wait. */
export interface JobState {
  readonly id: string;
  readonly state: string;
}

export interface BatchJob extends JobState {
  readonly dataset: string;
  readonly schema: string;
  readonly symbols: readonly string[];
  readonly stypeIn: string;
  readonly start: string;
  readonly end: string;
  readonly splitDuration: string;
  /** 0 to 100 */
  readonly progress: number | undefined;
}

export interface BatchFile {
  readonly name: string;
  readonly size: number;
  /** `sha256:<64 hex digits>`, or a kind we do not know. */
  readonly hash: string;
  /** Path of its address; the host of the answer is never asked. */
  readonly path: string;
}

type Mapping = Readonly<Record<string, unknown>>;

function unreadable(what: string): never {
  return fail('databento/unreadable', `The service answered something else than ${what}.`, {
    tip: 'Try again later; if it stays, the service has changed.',
  });
}

function mapping(value: unknown, what: string): Mapping {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) unreadable(what);
  return value as Mapping;
}

function list(value: unknown, what: string): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : unreadable(what);
}

/** A number of at least 0. @throws ProblemError `databento/unreadable` */
export function parseAmount(value: unknown, what: string): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : unreadable(what);
}

/** Ids become names of folders. @throws ProblemError `databento/unreadable` */
function jobId(value: unknown): string {
  return typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/.test(value)
    ? value
    : unreadable('a job with an id');
}

function optionalText(job: Mapping, key: string, fallback: string): string {
  const value = job[key];
  return typeof value === 'string' ? value : fallback;
}

export function parseJobState(value: unknown): JobState {
  const job = mapping(value, 'a job');
  const { state } = job;
  if (typeof state !== 'string' || !/^[a-z_]{1,32}$/.test(state)) unreadable('a job with a state');
  return { id: jobId(job['id']), state };
}

export function parseJob(value: unknown): BatchJob {
  const job = mapping(value, 'a job');
  const { symbols, progress } = job;
  return {
    ...parseJobState(job),
    dataset: optionalText(job, 'dataset', ''),
    schema: optionalText(job, 'schema', ''),
    symbols: Array.isArray(symbols) ? symbols.map(String) : optionalText(job, 'symbols', '').split(','),
    stypeIn: optionalText(job, 'stype_in', ''),
    start: optionalText(job, 'start', ''),
    end: optionalText(job, 'end', ''),
    splitDuration: optionalText(job, 'split_duration', 'none'),
    progress: typeof progress === 'number' ? progress : undefined,
  };
}

export function parseJobList(value: unknown): JobState[] {
  return list(value, 'a list of jobs').map(parseJobState);
}

/** Whether a job is the one that a request asked for. */
export function isJobOf(job: BatchJob, request: BatchRequest): boolean {
  const sameTime = (a: string, b: string) =>
    parseApiTime(a) !== undefined && parseApiTime(a) === parseApiTime(b);
  const asked = new Set(request.symbols);
  return (
    job.dataset === request.dataset &&
    job.schema === request.schema &&
    job.stypeIn === request.stype_in &&
    job.splitDuration === request.split_duration &&
    sameTime(job.start, request.start) &&
    sameTime(job.end, request.end) &&
    new Set(job.symbols).size === asked.size &&
    job.symbols.every((symbol) => asked.has(symbol))
  );
}

/** @throws ProblemError `databento/unreadable`, `databento/hostile-name` */
export function parseFiles(value: unknown): BatchFile[] {
  const files = list(value, 'a list of files').map(parseFile);
  const names = new Set(files.map((file) => file.name.toLowerCase()));
  if (names.size < files.length) unreadable('a list of files with a name each');
  return files;
}

function parseFile(value: unknown): BatchFile {
  const file = mapping(value, 'a file');
  const { filename, hash, urls } = file;
  if (typeof filename !== 'string' || typeof hash !== 'string') unreadable('a file with a name and a hash');
  const name = checkFileName(filename);
  const url = mapping(urls, 'a file with addresses')['https'];
  const path = typeof url === 'string' ? /^https?:\/\/[^/?#]+(\/[^?#]*)$/.exec(url)?.[1] : undefined;
  // The path is joined to our own base: it may lead nowhere else and not up.
  if (
    path === undefined ||
    !/^\/v0\/batch\/download\/[\x21-\x7e]+$/.test(path) ||
    /(^|\/)\.\.?(\/|$)/.test(path)
  ) {
    unreadable('a file with an address below /v0/batch/download');
  }
  const size = parseAmount(file['size'], 'a file with a size');
  if (!Number.isSafeInteger(size)) unreadable('a file with a size');
  return { name, size, hash, path };
}

/** Printable ASCII, short enough for `.part` behind it, and no way out of its folder. */
function checkFileName(name: string): string {
  const safe = /^[\x20-\x7e]{1,250}$/.test(name) && !/[/\\:]|\.\.|^\.|\.part$/.test(name);
  if (!safe) {
    fail(
      'databento/hostile-name',
      `The service names a file that is not safe to write: ${JSON.stringify(name)}`,
      {
        tip: 'Nothing of this job was written. Ask the vendor what it is.',
      },
    );
  }
  return name;
}
