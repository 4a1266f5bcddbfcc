import { describe, expect, it } from 'vitest';
import { fileInput, openForReading, type Input } from '#cli/file-input';

const MIB = 1 << 20;

function zeros(): Input {
  return fileInput('/dev/zero', openForReading('/dev/zero'));
}

describe.skipIf(process.platform === 'win32')('a stream as a source', () => {
  it('has no size and gives its beginning as often as wanted', async () => {
    const input = zeros();
    expect(input.size).toBeUndefined();
    expect(await input.slice(0, 4)).toHaveLength(4);
    expect(await input.slice(100_000, 3 * MIB)).toHaveLength(3 * MIB - 100_000);
    expect(await input.slice(0, MIB)).toHaveLength(MIB);
  });

  it('forgets what went by in the last reading', async () => {
    const input = zeros();
    await input.slice(0, 4 * MIB);
    input.readOnce?.();
    const before = process.memoryUsage().arrayBuffers;
    for (let at = 0; at < 256 * MIB; at += MIB) expect(await input.slice(at, at + MIB)).toHaveLength(MIB);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(128 * MIB);
    await expect(input.slice(0, 1)).rejects.toThrow('gone by');
  });
});
