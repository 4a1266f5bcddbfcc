/** The key of the account. It leaves this file only as the value of a header. */
import { fail } from '#base/problem';

export const KEY_VARIABLE = 'DATABENTO_API_KEY';

const LENGTH = 32;

export class ApiKey {
  readonly #key: string;

  private constructor(key: string) {
    this.#key = key;
  }

  /** @throws ProblemError `download/no-key`, `download/bad-key`, neither of which repeats it */
  static fromEnvironment(env: Readonly<Record<string, string | undefined>>): ApiKey {
    const key = env[KEY_VARIABLE]?.trim();
    if (!key) {
      fail('download/no-key', `The service needs a key, and ${KEY_VARIABLE} is not set.`, {
        tip: `Set it in the environment, never on the command line: read -rs ${KEY_VARIABLE}; export ${KEY_VARIABLE}`,
      });
    }
    const isPlaceholder = /your|x{8}|\*{4}|\.{3}/i.test(key) || new Set(key.slice(3)).size < 5;
    if (key.length !== LENGTH || !/^db-[\x21-\x7e]+$/.test(key) || isPlaceholder) {
      fail(
        'download/bad-key',
        `${KEY_VARIABLE} holds no key: keys begin with db- and have ${LENGTH} characters.`,
        {
          tip: 'Copy it again from the portal of the vendor.',
        },
      );
    }
    return new ApiKey(key);
  }

  /** Of HTTP Basic: the key is the user, the password is empty. */
  get authorization(): string {
    return `Basic ${this.#encoded}`;
  }

  get #encoded(): string {
    return Buffer.from(`${this.#key}:`).toString('base64');
  }

  /** Takes the key out of what others wrote, plain and encoded. */
  redact(text: string): string {
    return [this.#encoded, this.#encoded.replace(/=+$/, ''), this.#key].reduce(
      (clean, secret) => clean.replaceAll(secret, '[key]'),
      text,
    );
  }
}
