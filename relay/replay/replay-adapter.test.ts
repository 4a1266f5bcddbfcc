import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { encodeDbn } from '#core/dbn/dbn-encoder';
import { sampleMetadata } from '#core/dbn/testing/samples';
import { appendMbo, MBO_BYTES, MboBlock } from '#core/mbo/mbo-block';
import { ADD, BID } from '#core/mbo/mbo-layout';
import { ConfigFields } from '#relay/config-fields';
import type { EpochStart, FeedAdapter, FeedSink } from '#relay/feed-adapter';
import { replayAdapter } from '#relay/replay/replay-adapter';
import { silentLog } from '#relay/testing/feeds';
import { ManualClock } from '#relay/testing/manual-clock';
import { problemOf, rejectionOf } from '#relay/testing/problems';
import { temporaryFolders } from '#relay/testing/temporary-folder';

const newFolder = temporaryFolders();
const START_NS = 1_700_000_000_000_000_000n;

/** Records at these market times, in ms. */
function capture(timesMs: readonly number[], metadata = sampleMetadata(3)): Uint8Array {
  const block = MboBlock.withCapacity(timesMs.length);
  timesMs.forEach((ms, i) => {
    const ns = START_NS + BigInt(ms) * 1_000_000n;
    appendMbo(block, {
      publisherId: 1,
      instrumentId: 1,
      tsEvent: ns - 5n,
      orderId: BigInt(i),
      price: 1n,
      size: 1,
      flags: 128,
      channelId: 0,
      action: ADD,
      side: BID,
      tsRecv: ns,
      tsInDelta: 0,
      sequence: i,
    });
  });
  return encodeDbn(metadata, [block]);
}

class RecordingSink implements FeedSink {
  readonly epochs: EpochStart[] = [];
  /** Of the current epoch. */
  pieces: { readonly bytes: Uint8Array; readonly catchUp: boolean }[] = [];
  readonly states: string[] = [];

  begin(start: EpochStart): void {
    this.epochs.push(start);
    this.pieces = [];
  }

  dbn(bytes: Uint8Array, catchUp: boolean): void {
    this.pieces.push({ bytes: bytes.slice(), catchUp });
  }

  state(state: string): void {
    if (this.states.at(-1) !== state) this.states.push(state);
  }

  message(): void {
    throw new Error('a replay sends no messages');
  }

  gap(): void {
    throw new Error('a replay has no gaps');
  }

  lag(): void {
    throw new Error('a replay does not lag');
  }

  get bytes(): Buffer {
    return Buffer.concat(this.pieces.map((piece) => piece.bytes));
  }

  /** Records after the metadata. */
  records(metadataBytes: number): number {
    return (this.bytes.length - metadataBytes) / MBO_BYTES;
  }
}

const METADATA_BYTES = capture([]).length;

class Rig {
  isDone = false;
  /** A replay that does nothing waits for its clock. */
  readonly clock: ManualClock = new ManualClock(() => this.isDone || this.clock.sleeping > 0);
  readonly sink = new RecordingSink();
  readonly stop = new AbortController();
  readonly adapter: FeedAdapter;
  done: Promise<void> | undefined;

  constructor(folder: string, fields: Record<string, unknown>) {
    const reader = new ConfigFields(fields, 'feeds.test');
    this.adapter = replayAdapter(reader, {
      folder,
      env: {},
      clock: this.clock,
      log: silentLog,
      random: () => 0,
    });
    reader.finish();
  }

  async run(): Promise<this> {
    this.done = this.adapter.run(this.sink, this.stop.signal).finally(() => (this.isDone = true));
    await this.clock.advance(0);
    return this;
  }

  get records(): number {
    return this.sink.records(METADATA_BYTES);
  }
}

function folderWith(files: Record<string, Uint8Array>): string {
  const folder = newFolder();
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
  return folder;
}

describe('a replay', () => {
  it('puts records out when they are due by the clock of the recording', async () => {
    const file = capture([0, 0, 100, 250, 250, 1000]);
    const rig = await new Rig(folderWith({ 'a.dbn': file }), { path: 'a.dbn', speed: 2 }).run();
    expect(rig.sink.epochs).toMatchObject([
      { reason: 'start', exact: true, dataset: 'TEST.SET', symbols: ['AAA', 'BBB'] },
    ]);
    const seen = [rig.records];
    for (const ms of [49, 1, 75, 374, 1]) {
      await rig.clock.advance(ms);
      seen.push(rig.records);
    }
    expect(seen).toEqual([2, 2, 3, 5, 5, 6]);
    await rig.done;
    expect(rig.sink.bytes.equals(file)).toBe(true);
    expect(rig.sink.states).toEqual(['live']);
  });

  it('brings the book up to the start at once', async () => {
    const file = capture([0, 10, 5000, 6000]);
    const start = '2023-11-14T22:13:25Z'; // 5 s after the first record
    const rig = await new Rig(folderWith({ 'a.dbn': file }), { path: 'a.dbn', start }).run();
    expect(rig.records).toBe(3);
    expect(rig.sink.pieces.map((p) => [p.bytes.length / MBO_BYTES, p.catchUp]).slice(1)).toEqual([
      [2, true],
      [1, false],
    ]);
    await rig.clock.advance(999);
    expect(rig.records).toBe(3);
    await rig.clock.advance(1);
    expect(rig.records).toBe(4);
    await rig.done;
    expect(rig.sink.states).toEqual(['catching-up', 'live']);
  });

  it('runs in circles where it is told to', async () => {
    const rig = await new Rig(folderWith({ 'a.dbn': capture([0, 100]) }), {
      path: 'a.dbn',
      loop: true,
    }).run();
    await rig.clock.advance(100);
    await rig.clock.advance(100);
    expect(rig.sink.epochs.map((epoch) => epoch.reason)).toEqual(['start', 'loop', 'loop']);
    rig.stop.abort();
    await rig.done;
  });

  it('takes the files of a folder as one stream, compressed or not', async () => {
    const [a, b] = [capture([0, 1]), capture([2, 3])];
    const folder = folderWith({ 'b.dbn': b, 'a.dbn.gz': gzipSync(a), 'notes.txt': Uint8Array.of(1) });
    const rig = await new Rig(folder, { path: '.', speed: 'max' }).run();
    await rig.done;
    expect(rig.sink.epochs).toHaveLength(1);
    expect(rig.sink.bytes.equals(Buffer.concat([a, b.subarray(METADATA_BYTES)]))).toBe(true);
  });

  it('refuses files that make no one stream, after the ones that do', async () => {
    const folder = folderWith({ 'a.dbn': capture([0]), 'b.dbn': capture([1], sampleMetadata(2)) });
    const rig = new Rig(folder, { path: ['a.dbn', 'b.dbn'], speed: 'max' });
    expect(await rejectionOf(rig.adapter.run(rig.sink, rig.stop.signal))).toContain('relay/files-differ');
    expect(rig.records).toBe(1);
  });

  it('puts out what is whole of a damaged file, and says what is wrong', async () => {
    const file = capture([0, 1, 2]);
    const folder = folderWith({
      'cut.dbn': file.subarray(0, -10),
      'text.dbn': Buffer.from('hello, hello, hello'),
    });
    const cut = new Rig(folder, { path: 'cut.dbn', speed: 'max' });
    expect(await rejectionOf(cut.adapter.run(cut.sink, cut.stop.signal))).toContain('dbn/truncated');
    expect(cut.records).toBe(2);
    for (const [path, code] of [
      ['text.dbn', 'dbn/bad-magic'],
      ['none.dbn', 'file/not-found'],
    ]) {
      const rig = new Rig(folder, { path });
      expect(await rejectionOf(rig.adapter.run(rig.sink, rig.stop.signal))).toContain(code);
    }
    mkdirSync(join(folder, 'empty'));
    const empty = new Rig(folder, { path: 'empty' });
    expect(await rejectionOf(empty.adapter.run(empty.sink, empty.stop.signal))).toContain(
      'relay/empty-folder',
    );
  });

  it.each([
    [{}, 'path must be'],
    [{ path: 'a', speed: 0 }, 'speed must be'],
    [{ path: 'a', speed: 'fast' }, 'speed must be'],
    [{ path: 'a', start: 'noon' }, 'start must be'],
    [{ path: 'a', tail: true, loop: true }, 'tail must be'],
    [{ path: 'a', speeds: 1 }, 'speeds is no field'],
  ])('is not made of %j: %s', (fields, message) => {
    expect(problemOf(() => new Rig('/', fields))).toContain(`feeds.test.${message}`);
  });
});

describe('a tail', () => {
  it('follows a file as it is written, record by record', async () => {
    const file = capture([0, 1, 2, 3]);
    const path = 'growing.dbn';
    const folder = folderWith({ [path]: file.subarray(0, METADATA_BYTES + MBO_BYTES) });
    const rig = await new Rig(folder, { path, tail: true }).run();
    expect([rig.records, rig.adapter.onDemand]).toEqual([1, false]);
    let written = METADATA_BYTES + MBO_BYTES;
    // Half a record is none.
    for (const [bytes, records] of [
      [MBO_BYTES / 2, 1],
      [MBO_BYTES / 2, 2],
      [2 * MBO_BYTES, 4],
    ]) {
      appendFileSync(join(folder, path), file.subarray(written, (written += bytes)));
      await rig.clock.advance(100);
      expect(rig.records).toBe(records);
    }
    expect(rig.sink.bytes.equals(file)).toBe(true);
    rig.stop.abort();
    await rig.done;
  });

  it('begins anew where the file was replaced by a shorter one', async () => {
    const path = 'growing.dbn';
    const folder = folderWith({ [path]: capture([0, 1, 2, 3]) });
    const rig = await new Rig(folder, { path, tail: true }).run();
    writeFileSync(join(folder, path), capture([9]));
    await rig.clock.advance(100);
    expect(rig.sink.epochs.map((epoch) => epoch.reason)).toEqual(['start', 'resync']);
    expect(rig.records).toBe(1);
    rig.stop.abort();
    await rig.done;
  });
});
