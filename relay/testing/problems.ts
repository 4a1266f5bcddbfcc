import { ProblemError } from '#base/problem';

/** Code and message of the problem that `action` throws, or `none`. */
export function problemOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return described(error);
  }
  return 'none';
}

/** The same for a promise. */
export async function rejectionOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return described(error);
  }
  return 'none';
}

function described(error: unknown): string {
  if (error instanceof ProblemError) return `${error.problem.code}: ${error.problem.message}`;
  throw error;
}
