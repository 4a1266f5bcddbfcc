import { wrap } from 'comlink';
import { describe, expect, it, vi } from 'vitest';
import { problem } from '#base/problem';
import { readJson, fixturePath, readText } from '#testdata/fixtures';
import { parseRuntimeConfig } from '#core/config/runtime-config';
import { appendMbo, MBO_BYTES, MboBlock } from '#core/mbo/mbo-block';
import type { GridFrame } from '#core/vp/frame';
import { VpPipeline } from '#core/vp/vp-pipeline';
import { GridDigest } from '#protocol/grid-digest';
import { GridHeads } from '#protocol/grid-heads';
import { GridIpcLayout } from '#protocol/grid-ipc';
import { GridIpcWriter } from '#protocol/grid-ipc-writer';
import type {
  EngineCheckpoint,
  EngineOutput,
  EngineStart,
  FeedSink,
  ScorerOutput,
} from '#protocol/engine-contract';
import { startPair } from './testing/engine-pair';

const INSTRUMENT = { publisherId: 1, instrumentId: 7 };

function smallSet(): { block: MboBlock; start: EngineStart } {
  const lines = readText(fixturePath('vp', 'small', 'events.csv.gz'))
    .trim()
    .split('\n')
    .slice(1);
  const block = MboBlock.withCapacity(lines.length);
  for (const line of lines) {
    const [ts, action, side, price, size, orderId, flags] = line.split(',');
    appendMbo(block, {
      ...INSTRUMENT,
      tsEvent: BigInt(ts),
      tsRecv: BigInt(ts),
      orderId: BigInt(orderId),
      price: BigInt(price),
      size: Number(size),
      flags: Number(flags),
      channelId: 0,
      action: action.charCodeAt(0),
      side: side.charCodeAt(0),
      tsInDelta: 0,
      sequence: 0,
    });
  }
  const meta = readJson<{ config: Record<string, unknown> }>(fixturePath('vp', 'small', 'meta.json'));
  return { block, start: { config: parseRuntimeConfig(meta.config), instrument: INSTRUMENT } };
}

class Collector implements EngineOutput, ScorerOutput {
  readonly bins: number[] = [];
  readonly digest = new GridDigest();
  readonly checkpoints: EngineCheckpoint[] = [];
  configs = 0;

  onConfig(): Promise<void> {
    this.configs++;
    return Promise.resolve();
  }
  onGrid({ heads, ipc }: Parameters<ScorerOutput['onGrid']>[0]): Promise<ArrayBuffer | undefined> {
    this.bins.push(...(GridHeads.of(heads)?.columns.bin_seq.subarray(0, heads.count) ?? []));
    this.digest.update(ipc);
    return Promise.resolve(ipc.buffer);
  }
  onProgress(): void {
    // not needed here
  }
  onCheckpoint(checkpoint: EngineCheckpoint): void {
    this.checkpoints.push(checkpoint);
  }
}

async function feed(port: MessagePort, block: MboBlock, recordsPerPush: number, from = 0): Promise<void> {
  const sink = wrap<FeedSink>(port);
  for (let at = from; at < block.count; at += recordsPerPush) {
    const to = Math.min(at + recordsPerPush, block.count);
    await sink.push(block.bytes.slice(at * MBO_BYTES, to * MBO_BYTES).buffer, to - at);
  }
  await sink.end();
}

function messageOf(frame: GridFrame): Uint8Array {
  const layout = GridIpcLayout.of(frame.rows);
  const writer = new GridIpcWriter(layout, new ArrayBuffer(layout.stride));
  writer.write(frame, 0);
  return new Uint8Array(writer.buffer);
}

function directDigest(): { hex: string; bins: number } {
  const { block, start } = smallSet();
  const digest = new GridDigest();
  const pipeline = new VpPipeline(start.config, INSTRUMENT);
  let bins = 0;
  const sink: Parameters<VpPipeline['process']>[3] = (_, frame) => {
    bins++;
    digest.update(messageOf(frame));
  };
  pipeline.process(block, 0, block.count, sink);
  pipeline.finish(sink);
  return { hex: digest.hex(), bins };
}

describe('engine and scorer', () => {
  it.each([
    [1, 'copies'],
    [7, 'shared memory'],
    [500, 'copies'],
    [500, 'shared memory'],
    [10_000, 'shared memory'],
  ])(
    'emits the bytes of a direct run when fed %i records at a time, with %s between engine and scorer',
    async (recordsPerPush, between) => {
      const { block, start } = smallSet();
      const output = new Collector();
      const canShare = between === 'shared memory';
      const pair = startPair(start, output, { digest: true, canShare });
      await feed(pair.feed, block, recordsPerPush);
      const end = await pair.running;
      pair.close();
      const direct = directDigest();
      expect(direct.bins).toBeGreaterThan(100);
      expect(end).toMatchObject({ records: block.count, bins: direct.bins, gridSha256: direct.hex });
      expect(output.digest.hex()).toBe(direct.hex);
      expect(output.bins).toEqual(Array.from({ length: direct.bins }, (_, i) => i));
      expect(output.configs).toBe(1);
    },
  );

  it('keeps the order of records when pushes overlap', async () => {
    const { block, start } = smallSet();
    const pair = startPair(start, new Collector(), { digest: true });
    const sink = wrap<FeedSink>(pair.feed);
    const half = 1032;
    const pushes = [
      sink.push(block.bytes.slice(0, half * MBO_BYTES).buffer, half),
      sink.push(block.bytes.slice(half * MBO_BYTES, block.count * MBO_BYTES).buffer, block.count - half),
      sink.end(),
    ];
    await Promise.all(pushes);
    const end = await pair.running;
    pair.close();
    expect(end.gridSha256).toBe(directDigest().hex);
  });

  it('ends with the reason for which its consumer refuses a block', async () => {
    const { block, start } = smallSet();
    const output = new Collector();
    const reason = problem('stream/layout', 'Not the layout of this stream.');
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as it comes over a port
    output.onGrid = () => Promise.reject(reason);
    const pair = startPair(start, output);
    const failed = expect(pair.running).rejects.toMatchObject({ problem: reason });
    await feed(pair.feed, block, 500);
    await failed;
    pair.close();
  });

  it('continues from its own checkpoint to the same bytes', async () => {
    const { block, start } = smallSet();
    const first = new Collector();
    // Five seconds between checkpoints pass at the second record.
    const clock = vi.spyOn(performance, 'now');
    const interrupted = startPair(start, first);
    const sink = wrap<FeedSink>(interrupted.feed);
    await sink.push(block.bytes.slice(0, 1234 * MBO_BYTES).buffer, 1234);
    clock.mockReturnValue(1e9);
    await sink.push(block.bytes.slice(1234 * MBO_BYTES, 1300 * MBO_BYTES).buffer, 66);
    clock.mockRestore();
    interrupted.close();
    const [resume] = first.checkpoints;
    expect(resume.records).toBe(1300);
    expect(first.bins).toHaveLength(resume.bins);

    const output = new Collector();
    const pair = startPair({ ...start, resume }, output, { digest: true });
    await feed(pair.feed, block, 300, 1300);
    // A digest of the rest alone would be taken for one of the whole.
    expect((await pair.running).gridSha256).toBeUndefined();
    pair.close();
    expect(output.bins[0]).toBe(resume.bins);
    const whole = new GridDigest();
    for (const message of directMessages().slice(resume.bins)) whole.update(message);
    expect(output.digest.hex()).toBe(whole.hex());
  });

  it('reports records that it cannot use as a problem', async () => {
    const { block, start } = smallSet();
    const tob = new MboBlock(block.bytes.slice(0, 10 * MBO_BYTES).buffer, 10);
    for (let i = 0; i < 10; i++) tob.bytes[i * MBO_BYTES + 36] |= 64;
    const pair = startPair(start, new Collector());
    const failed = expect(pair.running).rejects.toMatchObject({ problem: { code: 'vp/unsupported-feed' } });
    await wrap<FeedSink>(pair.feed).push(tob.bytes.slice().buffer, 10);
    await failed;
    pair.close();
  });

  it('hands over every bin that was closed before such a record', async () => {
    const { block, start } = smallSet();
    block.bytes[2000 * MBO_BYTES + 36] |= 64;
    const output = new Collector();
    const pair = startPair(start, output);
    const seen = pair.running.catch(() => output.bins.length);
    await feed(pair.feed, block, 500);
    let bins = 0;
    const direct = new VpPipeline(start.config, INSTRUMENT);
    expect(() => direct.process(block, 0, block.count, () => bins++)).toThrow();
    expect(bins).toBeGreaterThan(100);
    expect(await seen).toBe(bins);
    pair.close();
  });
});

function directMessages(): Uint8Array[] {
  const { block, start } = smallSet();
  const messages: Uint8Array[] = [];
  const sink: Parameters<VpPipeline['process']>[3] = (_, frame) => messages.push(messageOf(frame));
  const pipeline = new VpPipeline(start.config, INSTRUMENT);
  pipeline.process(block, 0, block.count, sink);
  pipeline.finish(sink);
  return messages;
}
