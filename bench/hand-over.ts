/**
 * A bin on its way from the engine to the page, without the engine's own work: encoded, posted, received and checked
 * against the stream contract. Both sides run in one thread, so that the CPU time is that of both. The page keeps the
 * buffers until its memory budget is full, and returns them from then on.
 */
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { DEFAULT_RUNTIME_CONFIG } from '#core/config/runtime-config';
import type { BinSink } from '#core/vp/frame';
import { VpPipeline } from '#core/vp/vp-pipeline';
import type { MboBlock } from '#core/mbo/mbo-block';
import { GridBlockWriter } from '#protocol/grid-block-writer';
import { runtimeConfigMessage } from '#protocol/grid-encode';
import { gridBlockTransfers, type GridBlock } from '#protocol/grid-messages';
import { GridStreamReader } from '#protocol/grid-stream-reader';
import { timeRow, type BenchRow } from './rows';
import { cpuSeconds } from './timing';
import { instrumentOf } from './vp-bench';

const BLOCK_BINS = 64;
const BLOCKS = 200;

export function benchHandOver(records: MboBlock, repetitions: number): BenchRow[] {
  const row = (name: string, returned: boolean): BenchRow =>
    timeRow(name, secondsPerBin(records, repetitions, returned), {}, 'µs');
  return [row('encode and hand over a bin', false), row('encode and hand over, buffers returned', true)];
}

function secondsPerBin(records: MboBlock, repetitions: number, returned: boolean): number[] {
  const { port1, port2 } = new MessageChannel();
  const reader = new GridStreamReader();
  reader.json(runtimeConfigMessage(DEFAULT_RUNTIME_CONFIG));
  const writer = new GridBlockWriter(DEFAULT_RUNTIME_CONFIG, BLOCK_BINS);
  let seconds: number[] = [];
  const pipeline = new VpPipeline(DEFAULT_RUNTIME_CONFIG, instrumentOf(records));
  const handOver = (): void => {
    const block = writer.take();
    if (!block) return;
    port1.postMessage(block, gridBlockTransfers(block));
    const { message } = receiveMessageOnPort(port2) as { message: GridBlock };
    reader.block(message);
    if (returned) writer.recycle(message.ipc.buffer);
  };
  // Within the sink, because a frame is only there during the call.
  const sink: BinSink = (head, frame) => {
    seconds = cpuSeconds(repetitions, 2, () => {
      for (let bin = 0; bin < BLOCKS * BLOCK_BINS; bin++) {
        writer.append(head, frame, pipeline.timeBaseNs);
        if (writer.isFull) handOver();
      }
    });
  };
  pipeline.process(records, 0, records.count, sink, 1);
  port1.close();
  return seconds.map((s) => s / (BLOCKS * BLOCK_BINS));
}
