import type { Random } from '#base/random';

/** Ways of cutting an input, to feed to decoders that must not care. */
export type Slicer = (bytes: Uint8Array) => Iterable<Uint8Array>;

export function slicesOf(size: number): Slicer {
  return function* (bytes) {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  };
}

export const WHOLE: Slicer = (bytes) => [bytes];

/** Sizes from 0 to `most`, small ones as likely as large ones. */
export function randomSlices(random: Random, most: number): Slicer {
  return function* (bytes) {
    for (let at = 0; at < bytes.length;) {
      const size = random.below(random.below(most) + 1);
      yield bytes.subarray(at, at + size);
      at += size;
    }
  };
}

export function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
