import { ProblemError } from '#base/problem';

/**
 * An error from inside a unit of the input (a message, a row group) as one of the input: what the unit's reader
 * knows as an offset counts from its own, often decompressed, beginning.
 *
 * @param offset of the unit in the input, in bytes
 */
export function placedAt(offset: number, error: unknown): unknown {
  return error instanceof ProblemError ? new ProblemError({ ...error.problem, offset }) : error;
}
