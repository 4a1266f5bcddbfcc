import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Random } from '#base/random';
import { decodeFrames } from '#protocol/relay-frames';
import { Spool } from '#relay/spool';
import { temporaryFolders } from '#relay/testing/temporary-folder';

const newFolder = temporaryFolders();

function spoolIn(folder: string): Spool {
  return new Spool(join(folder, 'a.frames'), 0);
}

/** Everything from a position on, read as a client does. */
async function readAll(spool: Spool, from = 0): Promise<{ payload: Buffer; messages: Uint8Array[] }> {
  const messages: Uint8Array[] = [];
  for (let at = from; ;) {
    const bytes = await spool.read(at);
    if (bytes.length === 0) break;
    messages.push(bytes.slice());
    at += bytes.length;
  }
  return { payload: Buffer.concat(messages.flatMap((m) => decodeFrames(m).map((f) => f.payload))), messages };
}

describe('a spool', () => {
  it('gives back what was put in, from memory and from disk, from every frame on', async () => {
    const folder = newFolder();
    const spool = spoolIn(folder);
    const random = new Random(5);
    const pieces: Uint8Array[] = [];
    const positions: number[] = [];
    // More than is kept in memory, in pieces from nothing to several messages.
    for (let total = 0; total < 9 << 20;) {
      const piece = new Uint8Array(random.below(random.below(4) === 0 ? 400_000 : 3000)).fill(pieces.length);
      positions.push(spool.size);
      spool.append('dbn', piece, 1n, false);
      pieces.push(piece);
      total += piece.length;
    }
    expect(statSync(join(folder, 'a.frames')).size).toBe(spool.size);
    expect((await readAll(spool)).payload.equals(Buffer.concat(pieces))).toBe(true);
    for (const i of [0, 1, pieces.length >> 1, pieces.length - 1]) {
      const { payload } = await readAll(spool, positions[i]);
      expect(payload.equals(Buffer.concat(pieces.slice(i)))).toBe(true);
      expect(await spool.isBoundary(positions[i])).toBe(true);
    }
    for (const position of [-1, 1, positions[1] + 1, spool.size + 1, 0.5, NaN]) {
      expect(await spool.isBoundary(position)).toBe(false);
    }
    expect(await spool.isBoundary(spool.size)).toBe(true);
    spool.discard();
  });

  it('joins small frames into one message and leaves large messages whole', async () => {
    const spool = spoolIn(newFolder());
    for (let i = 0; i < 100; i++) spool.append('text', new Uint8Array(100), 1n, false);
    spool.append('binary', new Uint8Array(1 << 20), 1n, false);
    const { messages } = await readAll(spool);
    expect(messages.map((m) => decodeFrames(m).length)).toEqual([100, 1]);
    spool.discard();
  });

  it('keeps its file until the last reader has left', () => {
    const folder = newFolder();
    const spool = spoolIn(folder);
    spool.retain();
    spool.retain();
    spool.discard();
    spool.release();
    expect(readdirSync(folder)).toEqual(['a.frames']);
    spool.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('keeps the next ones for who still reads it, and closes each file once', async () => {
    const folder = newFolder();
    const [a, b, c] = ['a', 'b', 'c'].map((name, i) => new Spool(join(folder, name), i));
    a.retain();
    a.continueIn(b);
    a.discard();
    b.continueIn(c);
    b.discard();
    c.discard();
    expect(readdirSync(folder)).toEqual(['a', 'b', 'c']);
    b.retain();
    a.release();
    expect(readdirSync(folder)).toEqual(['b', 'c']);
    b.append('dbn', Uint8Array.of(7), 1n, false);
    expect((await readAll(b)).payload).toEqual(Buffer.of(7));
    b.release();
    expect(readdirSync(folder)).toEqual([]);
    expect(() => c.discard()).not.toThrow();
  });

  it.skipIf(process.platform === 'win32')('can be read by its owner only', () => {
    const folder = newFolder();
    const spool = spoolIn(folder);
    expect(statSync(join(folder, 'a.frames')).mode & 0o777).toBe(0o600);
    spool.discard();
  });
});
