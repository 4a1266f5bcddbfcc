import { describe, expect, it } from 'vitest';
import { sniffCompression } from '#core/io/decompress';

describe('the first bytes', () => {
  it('tell zstd, its skippable frames and gzip, and nothing else', () => {
    expect(sniffCompression(Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, 1]))).toBe('zstd');
    expect(sniffCompression(Uint8Array.from([0x50, 0x2a, 0x4d, 0x18]))).toBe('zstd');
    expect(sniffCompression(Uint8Array.from([0x5f, 0x2a, 0x4d, 0x18]))).toBe('zstd');
    expect(sniffCompression(Uint8Array.from([0x1f, 0x8b]))).toBe('gzip');
    expect(sniffCompression(Uint8Array.from([0x60, 0x2a, 0x4d, 0x18]))).toBeUndefined();
    expect(sniffCompression(Uint8Array.from([0x44, 0x42, 0x4e, 3]))).toBeUndefined();
    expect(sniffCompression(new Uint8Array(0))).toBeUndefined();
  });
});
