/** JSON in the one form that RFC 8785 allows, so that equal values have equal text and therefore equal hashes. */
import { fail } from '#base/problem';
import { sha256Hex } from '#base/sha256';

/** Deeper nesting is no document of ours. */
const MAX_DEPTH = 64;

/**
 * Keys sorted by UTF-16 code units, numbers as ECMAScript prints them, no blanks. Members that are `undefined` are
 * left out, as `JSON.stringify` does.
 *
 * @throws ProblemError `json/not-canonical` for what JSON cannot hold: other types, numbers that are not finite, text
 * with lone surrogates, more than 64 levels
 */
export function canonicalJson(value: unknown): string {
  return write(value, 0);
}

/** SHA-256 of the canonical form, 64 lower-case hex digits. @throws as `canonicalJson` */
export function jsonDigest(value: unknown): string {
  return sha256Hex(canonicalJson(value));
}

function write(value: unknown, depth: number): string {
  if (depth > MAX_DEPTH) refuse(`more than ${MAX_DEPTH} levels`);
  switch (typeof value) {
    case 'string':
      return text(value);
    case 'number':
      return Number.isFinite(value) ? JSON.stringify(value) : refuse(`the number ${value}`);
    case 'boolean':
      return String(value);
    case 'object':
      break;
    default:
      return refuse(`a value of type ${typeof value}`);
  }
  if (value === null) return 'null';
  if (Array.isArray(value)) return `[${value.map((item) => write(item, depth + 1)).join(',')}]`;
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${text(key)}:${write(member, depth + 1)}`);
  return `{${members.join(',')}}`;
}

const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

function text(value: string): string {
  return LONE_SURROGATE.test(value) ? refuse('text that is not well-formed Unicode') : JSON.stringify(value);
}

function refuse(what: string): never {
  return fail('json/not-canonical', `Canonical JSON cannot hold ${what}`);
}
