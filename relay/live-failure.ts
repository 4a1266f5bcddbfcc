/** Why a connection to a source ended, and whether to try again. */
import { problem, type Problem } from '#base/problem';

/** `backoff`: as often as it takes. `limit`: after 30 s, five times. `once`: then give up. `resync`: without a replay. */
export type Retry = 'no' | 'once' | 'limit' | 'backoff' | 'resync';

export interface LiveFailure {
  readonly problem: Problem;
  readonly retry: Retry;
}

export function failure(code: string, message: string, retry: Retry, tip?: string): LiveFailure {
  return { problem: problem(code, message, tip === undefined ? {} : { tip }), retry };
}
