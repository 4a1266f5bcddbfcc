import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fingerprint, joinFingerprints } from '#core/capture/fingerprint';
import { memorySource } from '#core/io/byte-source';

const MIB = 1 << 20;

function expected(bytes: Uint8Array): string {
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(bytes.length));
  return createHash('sha256')
    .update(bytes.subarray(0, MIB))
    .update(bytes.subarray(Math.max(0, bytes.length - MIB)))
    .update(size)
    .digest('hex');
}

describe('fingerprint', () => {
  it('is the hash of both ends and the size', async () => {
    for (const length of [0, 1, MIB - 1, MIB, MIB + 1, 3 * MIB]) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 31) >> 3);
      expect(await fingerprint(memorySource('x', bytes))).toBe(expected(bytes));
    }
  });

  it('changes with a byte at either end and with the size, and does not see the middle', async () => {
    const of = (change: (bytes: Uint8Array) => void): Promise<string> => {
      const bytes = new Uint8Array(3 * MIB);
      change(bytes);
      return fingerprint(memorySource('x', bytes));
    };
    const plain = await of(() => undefined);
    expect(await of((b) => (b[0] = 1))).not.toBe(plain);
    expect(await of((b) => (b[3 * MIB - 1] = 1))).not.toBe(plain);
    expect(await of((b) => (b[MIB + 5] = 1))).toBe(plain);
    expect(await fingerprint(memorySource('x', new Uint8Array(3 * MIB + 1)))).not.toBe(plain);
  });

  it('is unknown for a pipe, and so for a timeline that holds one', async () => {
    const pipe = { ...memorySource('x', new Uint8Array(5)), size: undefined };
    expect(await fingerprint(pipe)).toBe('');
    expect(joinFingerprints(['a', ''])).toBe('');
    expect(joinFingerprints(['a'])).toBe('a');
    expect(joinFingerprints(['a', 'b'])).toBe(createHash('sha256').update('a\nb').digest('hex'));
  });
});
