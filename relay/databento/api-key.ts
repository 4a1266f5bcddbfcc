/** The key of an account. It leaves this object only as a hash. */
import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import { fail } from '#base/problem';

const KEY = /^[\x21-\x7e]{32}$/;
const PREFIX = 'db-';
const BUCKET_LENGTH = 5;

export class ApiKey {
  readonly #key: string;
  /** The last characters, which may be shown. */
  readonly bucket: string;

  /** @throws ProblemError `live/bad-key`, which does not repeat it */
  constructor(key: string) {
    if (!KEY.test(key) || !key.startsWith(PREFIX) || new Set(key.slice(PREFIX.length)).size < 4) {
      fail('live/bad-key', 'The key is not one: 32 characters that begin with db-', {
        tip: 'Is the variable set to the key itself, without quotes or blanks?',
      });
    }
    this.#key = key;
    this.bucket = key.slice(-BUCKET_LENGTH);
  }

  /** The answer to a challenge, `H-B`. */
  answer(challenge: string): string {
    const hash = createHash('sha256').update(`${challenge}|${this.#key}`, 'latin1').digest('hex');
    return `${hash}-${this.bucket}`;
  }

  toString(): string {
    return `db-…${this.bucket}`;
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect.custom](): string {
    return this.toString();
  }
}
