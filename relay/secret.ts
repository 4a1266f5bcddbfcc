import { fail } from '#base/problem';

/** @throws ProblemError `relay/no-secret`, which names the variable and never its value */
export function secretOf(env: Readonly<Record<string, string | undefined>>, name: string): string {
  const value = env[name];
  if (value === undefined || value === '') {
    fail('relay/no-secret', `The environment variable ${name} is not set`, {
      tip: 'Keys and tokens come from the environment only; set it and start the relay again.',
    });
  }
  return value;
}
