/** Control lines of the gateway: `key=value|key=value` and a line feed. Both sides use them. */
import { fail } from '#base/problem';

/** 500 symbols of 70 characters are 35 kB. */
const MAX_LINE_BYTES = 64 << 10;
const LINE_FEED = 0x0a;

/** Fields in the order in which they came. A value may contain `=`; empty fields are ignored. */
export function parseFields(line: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const field of line.split('|')) {
    if (field === '') continue;
    const at = field.indexOf('=');
    fields.set(at < 0 ? field : field.slice(0, at), at < 0 ? '' : field.slice(at + 1));
  }
  return fields;
}

/** The inverse, without a line feed. Members that are `undefined` are left out. */
export function formatFields(fields: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${value}`)
    .join('|');
}

/** Lines out of bytes that arrive in pieces of any size. */
export class LineReader {
  #rest = Buffer.alloc(0);

  push(bytes: Uint8Array): void {
    this.#rest = Buffer.concat([this.#rest, bytes]);
  }

  /**
   * The next whole line without its end, or `undefined`.
   *
   * @throws ProblemError `live/line-too-long`
   */
  next(): string | undefined {
    const end = this.#rest.indexOf(LINE_FEED);
    if ((end < 0 ? this.#rest.length : end) > MAX_LINE_BYTES) {
      fail('live/line-too-long', `A line is longer than ${MAX_LINE_BYTES} bytes`);
    }
    if (end < 0) return undefined;
    const line = this.#rest.toString('utf8', 0, end);
    this.#rest = this.#rest.subarray(end + 1);
    return line;
  }

  /** What follows the last line: the reader gives it away. */
  takeRest(): Uint8Array {
    const rest = this.#rest;
    this.#rest = Buffer.alloc(0);
    return new Uint8Array(rest);
  }
}
