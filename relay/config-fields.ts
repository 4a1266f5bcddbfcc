/** Reading one mapping of the configuration: every message names the field, and what is not known is refused. */
import { fail } from '#base/problem';

export class ConfigFields {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #path: string;
  readonly #known = new Set<string>();

  /** @param path of the mapping within the file, for messages; empty at the top */
  constructor(value: unknown, path: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      badConfig(path === '' ? 'the configuration' : path, 'a mapping', value);
    }
    this.#values = value as Readonly<Record<string, unknown>>;
    this.#path = path;
  }

  pathOf(name: string): string {
    return this.#path === '' ? name : `${this.#path}.${name}`;
  }

  has(name: string): boolean {
    return this.#read(name) !== undefined;
  }

  text(name: string, fallback?: string): string {
    const value = this.#read(name) ?? fallback;
    if (typeof value !== 'string' || value.trim() === '') badConfig(this.pathOf(name), 'text', value);
    return value;
  }

  optionalText(name: string): string | undefined {
    return this.has(name) ? this.text(name) : undefined;
  }

  /** As it stands in the file. */
  optionalRaw(name: string): unknown {
    return this.#read(name);
  }

  choice<T extends string>(name: string, choices: readonly T[], fallback?: T): T {
    const value = this.#read(name) ?? fallback;
    const found = choices.find((choice) => choice === value);
    return found ?? badConfig(this.pathOf(name), `one of ${choices.join(', ')}`, value);
  }

  flag(name: string, fallback: boolean): boolean {
    const value = this.#read(name) ?? fallback;
    return typeof value === 'boolean' ? value : badConfig(this.pathOf(name), 'true or false', value);
  }

  /** A whole number. */
  whole(name: string, least: number, most: number, fallback?: number): number {
    const value = this.#read(name) ?? fallback;
    if (!Number.isSafeInteger(value) || (value as number) < least || (value as number) > most) {
      badConfig(this.pathOf(name), `a whole number from ${least} to ${most}`, value);
    }
    return value as number;
  }

  positive(name: string, fallback: number): number {
    const value = this.#read(name) ?? fallback;
    if (typeof value !== 'number' || !(value > 0)) badConfig(this.pathOf(name), 'a number above 0', value);
    return value;
  }

  /** One text, or a list of them. */
  texts(name: string, fallback?: readonly string[]): readonly string[] {
    const value = this.#read(name) ?? fallback;
    const list: readonly unknown[] = Array.isArray(value) ? (value as unknown[]) : [value];
    if (!list.every((item) => typeof item === 'string' && item.trim() !== '')) {
      badConfig(this.pathOf(name), 'text or a list of texts', value);
    }
    return list as readonly string[];
  }

  /** An absent mapping is an empty one. */
  mapping(name: string): ConfigFields {
    return new ConfigFields(this.#read(name) ?? {}, this.pathOf(name));
  }

  list(name: string): readonly ConfigFields[] {
    const value = this.#read(name);
    if (!Array.isArray(value)) badConfig(this.pathOf(name), 'a list', value);
    return (value as unknown[]).map((item, i) => new ConfigFields(item, `${this.pathOf(name)}[${i}]`));
  }

  /** All members of a mapping whose names are free, in order. */
  entries(): readonly (readonly [name: string, fields: ConfigFields])[] {
    return Object.entries(this.#values).map(([name, value]) => {
      this.#known.add(name);
      return [name, new ConfigFields(value, this.pathOf(name))] as const;
    });
  }

  /** To be called after everything was read. @throws ProblemError `relay/bad-config` for a field that nobody reads */
  finish(): void {
    const unknown = Object.keys(this.#values).find((name) => !this.#known.has(name));
    if (unknown === undefined) return;
    fail('relay/bad-config', `${this.pathOf(unknown)} is no field of the configuration`, {
      tip: `There are: ${[...this.#known].join(', ')}.`,
    });
  }

  #read(name: string): unknown {
    this.#known.add(name);
    return this.#values[name] ?? undefined;
  }
}

/** The value is not repeated: it may be a secret that stands in the wrong place. */
export function badConfig(path: string, wanted: string, value: unknown): never {
  const found =
    value === undefined ? 'it is missing' : `it is ${Array.isArray(value) ? 'a list' : `a ${typeof value}`}`;
  return fail('relay/bad-config', `${path} must be ${wanted}; ${found}`);
}
