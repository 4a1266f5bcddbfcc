import { toProblem } from '#base/problem';

/**
 * Makes every failure of an API behind a port cross it as a plain `Problem`: an `Error` would lose its code,
 * offset and tip on the way.
 */
export function plainErrors<A extends unknown[], R>(
  method: (...args: A) => Promise<R>,
): (...args: A) => Promise<R> {
  return async (...args) => {
    try {
      return await method(...args);
    } catch (error) {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- structured clone keeps plain objects whole
      throw toProblem(error);
    }
  };
}
