import { wrap } from 'comlink';
import { describe, expect, it } from 'vitest';
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
import type { EngineCheckpoint, EngineOutput, EngineStart, FeedSink } from '#protocol/engine-contract';
import { EngineHost } from './engine-host';

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
  return { block, start: { config: parseRuntimeConfig(meta.config), instrument: INSTRUMENT, digest: true } };
}

class Collector implements EngineOutput {
  readonly bins: number[] = [];
  readonly digest = new GridDigest();
  readonly checkpoints: EngineCheckpoint[] = [];
  configs = 0;

  onConfig(): Promise<void> {
    this.configs++;
    return Promise.resolve();
  }
  onGrid({ heads, ipc }: Parameters<EngineOutput['onGrid']>[0]): Promise<ArrayBuffer | undefined> {
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

describe('EngineHost', () => {
  it.each([1, 7, 500, 10_000])(
    'emits the bytes of a direct run when fed %i records at a time',
    async (recordsPerPush) => {
      const { block, start } = smallSet();
      const channel = new MessageChannel();
      const output = new Collector();
      const running = new EngineHost().run(start, channel.port1, output);
      await feed(channel.port2, block, recordsPerPush);
      const end = await running;
      channel.port2.close();
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
    const channel = new MessageChannel();
    const running = new EngineHost().run(start, channel.port1, new Collector());
    const sink = wrap<FeedSink>(channel.port2);
    const half = 1032;
    const pushes = [
      sink.push(block.bytes.slice(0, half * MBO_BYTES).buffer, half),
      sink.push(block.bytes.slice(half * MBO_BYTES, block.count * MBO_BYTES).buffer, block.count - half),
      sink.end(),
    ];
    await Promise.all(pushes);
    const end = await running;
    channel.port2.close();
    expect(end.gridSha256).toBe(directDigest().hex);
  });

  it('ends with the reason for which its consumer refuses a block', async () => {
    const { block, start } = smallSet();
    const channel = new MessageChannel();
    const output = new Collector();
    const reason = problem('stream/layout', 'Not the layout of this stream.');
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as it comes over a port
    output.onGrid = () => Promise.reject(reason);
    const running = new EngineHost().run(start, channel.port1, output);
    const failed = expect(running).rejects.toMatchObject({ problem: reason });
    await feed(channel.port2, block, 500);
    await failed;
    channel.port2.close();
  });

  it('continues from a checkpoint to the same bytes', async () => {
    const { block, start } = smallSet();
    const first = new VpPipeline(start.config, INSTRUMENT);
    let bins = 0;
    first.process(block, 0, 1234, () => bins++);
    const channel = new MessageChannel();
    const output = new Collector();
    const resume = { state: first.save(), records: 1234, bins };
    const running = new EngineHost().run({ ...start, resume }, channel.port1, output);
    await feed(channel.port2, block, 300, 1234);
    // A digest of the rest alone would be taken for one of the whole.
    expect((await running).gridSha256).toBeUndefined();
    channel.port2.close();
    expect(output.bins[0]).toBe(bins);
    const whole = new GridDigest();
    const all = directMessages();
    for (const message of all.slice(bins)) whole.update(message);
    expect(output.digest.hex()).toBe(whole.hex());
  });

  it('reports records that it cannot use as a problem', async () => {
    const { block, start } = smallSet();
    const tob = new MboBlock(block.bytes.slice(0, 10 * MBO_BYTES).buffer, 10);
    for (let i = 0; i < 10; i++) tob.bytes[i * MBO_BYTES + 36] |= 64;
    const channel = new MessageChannel();
    const running = new EngineHost().run(start, channel.port1, new Collector());
    const failed = expect(running).rejects.toMatchObject({ problem: { code: 'vp/unsupported-feed' } });
    await wrap<FeedSink>(channel.port2).push(tob.bytes.slice().buffer, 10);
    await failed;
    channel.port2.close();
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
