const PRIME_A = 0x01000193;
const PRIME_B = 0x85ebca6b;

/** 16 hex digits over size and pixels: two 32-bit FNV-style lanes. For equality tests, not for security. */
export function pictureHash(width: number, height: number, rgba: Uint8Array): string {
  let a = 0x811c9dc5 ^ width;
  let b = 0x9747b28c ^ height;
  for (const byte of rgba) {
    a = Math.imul(a ^ byte, PRIME_A);
    b = Math.imul(b ^ byte, PRIME_B);
    b ^= b >>> 15;
  }
  return hex(a) + hex(b);
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
