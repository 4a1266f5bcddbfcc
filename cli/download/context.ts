/** What the steps of a download share. */
import { formatProblem, ProblemError, type Problem } from '#base/problem';
import type { TrackedRequest } from '#core/databento/tracker';
import { Refusal, type DatabentoClient } from '#cli/download/client';
import type { EventLog, LogVerb } from '#cli/download/event-log';
import { ConnectionError } from '#cli/download/http';
import type { Progress } from '#cli/download/progress';
import type { TrackerFile } from '#cli/download/tracker-file';
import type { DownloadWorld } from '#cli/download/world';
import type { CliIo } from '#cli/io';

export class DownloadContext {
  /** Requests that failed in this run, and are left alone for its rest. */
  readonly failed = new Set<string>();
  #problems = 0;

  constructor(
    readonly io: CliIo,
    readonly world: DownloadWorld,
    readonly client: DatabentoClient,
    readonly file: TrackerFile,
    readonly log: EventLog,
    readonly progress: Progress,
    /** Folder of the raw layout. */
    readonly raw: string,
  ) {}

  get tracker() {
    return this.file.tracker;
  }

  get hasProblems(): boolean {
    return this.#problems > 0;
  }

  /** Shown and logged; the command ends with status 1. */
  report(p: Problem, request?: TrackedRequest): void {
    this.#problems++;
    this.progress.clear();
    const about = request ? `${titleOf(request)}: ` : '';
    this.io.stderr.write(`error: ${about}${formatProblem(p)}\n`);
    this.log.write('ERROR', request ? titleOf(request) : '', {
      code: p.code,
      message: p.message,
      job: request?.job_id,
    });
  }

  note(verb: LogVerb, request: TrackedRequest, fields: Parameters<EventLog['write']>[2] = {}): void {
    this.log.write(verb, titleOf(request), { job: request.job_id, ...fields });
  }

  /** Notes a failure in the tracker; the request is not touched again in this run. */
  fail(request: TrackedRequest, p: Problem): void {
    this.failed.add(request.id);
    this.tracker.failed(request.id, p);
    this.file.save();
    this.report(p, request);
  }
}

/** The first day, and how many there are. */
export function titleOf({ keys }: Pick<TrackedRequest, 'keys'>): string {
  return keys.length === 1 ? keys[0] : `${keys[0]}+${keys.length - 1}`;
}

/** The problem of an expected failure of one request; everything else, and what concerns the account, is thrown. */
export function problemOfOne(error: unknown): Problem {
  if (error instanceof Refusal && error.verdict.kind === 'refused' && error.verdict.isAccount) throw error;
  if (error instanceof ProblemError) return error.problem;
  throw error;
}

/** Whether a failure may be over the next time. */
export function isPassing(error: unknown): boolean {
  if (error instanceof ConnectionError) return error.isPassing;
  return error instanceof Refusal && (error.verdict.kind === 'retry' || error.verdict.kind === 'wait');
}
