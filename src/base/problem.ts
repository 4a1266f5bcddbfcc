/**
 * The one shape in which expected failures travel: through results, over worker ports, to the terminal and
 * to the error panels. A bug is an exception of any other kind.
 */
export interface Problem {
  /** `area/what`, stable, for scripts and tests: `dbn/short-header`. */
  readonly code: string;
  /** One sentence in plain words. File names come last. */
  readonly message: string;
  /** Byte offset in the (decompressed, where the message says so) input at which it was noticed. */
  readonly offset?: number;
  /** What the user can do about it. */
  readonly tip?: string;
}

/** A `Problem` as an exception, for places that cannot return a value. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.name = 'ProblemError';
    this.problem = problem;
  }
}

export function problem(
  code: string,
  message: string,
  more: { offset?: number; tip?: string } = {},
): Problem {
  return { code, message, ...more };
}

/** Throws a `ProblemError`; typed `never` so that callers need no `return`. */
export function fail(code: string, message: string, more: { offset?: number; tip?: string } = {}): never {
  throw new ProblemError(problem(code, message, more));
}

/** Any thrown value as a `Problem`; what is not a `ProblemError` is reported as a bug. */
export function toProblem(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  if (isProblem(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  return problem('internal/bug', message, { tip: 'This is a defect in Spymaster, not in your file.' });
}

/** Node's system errors have a `code` and a `message` too: `ENOENT` is no problem code. */
const PROBLEM_CODE = /^[a-z][a-z0-9-]*\/[a-z0-9-]+$/;

function isProblem(value: unknown): value is Problem {
  if (typeof value !== 'object' || value === null) return false;
  const { code, message } = value as Partial<Record<keyof Problem, unknown>>;
  return typeof code === 'string' && PROBLEM_CODE.test(code) && typeof message === 'string';
}

/** One line for terminals and logs: `code: message (at byte n). tip`. */
export function formatProblem(p: Problem): string {
  const at = p.offset === undefined ? '' : ` (at byte ${p.offset})`;
  return `${p.code}: ${p.message}${at}${p.tip ? `\n  tip: ${p.tip}` : ''}`;
}
