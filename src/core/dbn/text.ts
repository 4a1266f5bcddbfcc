/**
 * Fixed-width text of the format: ASCII padded with NUL. Bytes above 127, which the format does not use, are kept
 * one to one as the characters U+0080–U+00FF, so that no input is refused and none is changed by a round trip.
 */
export function readText(bytes: Uint8Array, offset: number, length: number): string {
  let end = offset;
  while (end < offset + length && bytes[end] !== 0) end++;
  let text = '';
  for (let i = offset; i < end; i++) text += String.fromCharCode(bytes[i]);
  return text;
}

/** Writes `text` at `offset`; returns false, writing nothing, where it does not fit in `length` bytes. */
export function writeText(bytes: Uint8Array, offset: number, length: number, text: string): boolean {
  if (text.length > length) return false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0 || code > 255) return false;
  }
  for (let i = 0; i < text.length; i++) bytes[offset + i] = text.charCodeAt(i);
  bytes.fill(0, offset + text.length, offset + length);
  return true;
}
