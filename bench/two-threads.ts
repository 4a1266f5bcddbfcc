/**
 * `.dbn.zst` to encoded bins on two threads, divided as on the page: one reads, decompresses and decodes, the other
 * runs the engine and encodes. Records cross in transferred buffers, a few of them under way at a time.
 */
import { readFileSync } from 'node:fs';
import {
  isMainThread,
  MessageChannel,
  parentPort,
  Worker,
  workerData,
  type MessagePort,
} from 'node:worker_threads';
import { DEFAULT_RUNTIME_CONFIG } from '#core/config/runtime-config';
import { DbnDecoder } from '#core/dbn/dbn-decoder';
import { createDecompressor } from '#core/io/decompress';
import { MBO_BYTES, MboBlock, W_HEAD, W_INSTRUMENT } from '#core/mbo/mbo-block';
import { VpPipeline } from '#core/vp/vp-pipeline';
import { GridBlockWriter } from '#protocol/grid-block-writer';
import { gridBlockTransfers } from '#protocol/grid-messages';
import { rateRow, type BenchRow } from './rows';
import { wallSeconds } from './timing';

const BLOCKS_IN_FLIGHT = 4;
const STEP_BYTES = 1 << 16;
const BLOCK_BINS = 64;

interface Task {
  readonly role: 'decoder' | 'engine';
  readonly path: string;
  readonly port: MessagePort;
}

/** Records, or the end of them. */
type Feed = { readonly buffer: ArrayBuffer; readonly count: number } | null;

export const isBenchWorker = !isMainThread;

export async function runBenchWorker(): Promise<void> {
  const { role, path, port } = workerData as Task;
  if (role === 'decoder') await decodeTo(port, path);
  else await runEngine(port);
}

export async function benchTwoThreads(
  path: string,
  records: number,
  repetitions: number,
): Promise<BenchRow[]> {
  const alone = await wallSeconds(repetitions, 1, () => decompressAlone(path));
  const together = await wallSeconds(repetitions, 1, () => bothThreads(path));
  const decompressor = rateRow('zstd to bytes, alone', records, alone);
  return [
    decompressor,
    rateRow('.dbn.zst to encoded bins, two threads', records, together, {
      floor: '3 M/s',
      goal: '0.9 of zstd alone',
      comparator: 'zstd alone',
      speed: decompressor.p50 * 1e6,
    }),
  ];
}

async function bothThreads(path: string): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  const start = (role: Task['role'], port: MessagePort): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL(import.meta.url), {
        workerData: { role, path, port } satisfies Task,
        transferList: [port],
      });
      worker.once('error', reject);
      worker.once('exit', () => resolve());
    });
  await Promise.all([start('decoder', port1), start('engine', port2)]);
}

async function decompressAlone(path: string): Promise<void> {
  const decompressor = await createDecompressor('zstd');
  const bytes = readFileSync(path);
  for (let at = 0; at < bytes.length; at += STEP_BYTES) {
    decompressor.push(bytes.subarray(at, at + STEP_BYTES), () => undefined);
  }
  decompressor.end(() => undefined);
}

async function decodeTo(port: MessagePort, path: string): Promise<void> {
  const decompressor = await createDecompressor('zstd');
  const decoder = new DbnDecoder();
  const bytes = readFileSync(path);
  let inFlight = 0;
  let onRoom = (): void => undefined;
  port.on('message', () => {
    inFlight--;
    onRoom();
  });
  const pump = async (): Promise<void> => {
    for (let part = decoder.next(); part; part = decoder.next()) {
      if (part.kind !== 'mbo') continue;
      while (inFlight >= BLOCKS_IN_FLIGHT) await new Promise<void>((resolve) => (onRoom = resolve));
      const { buffer } = part.block.bytes.slice(0, part.block.count * MBO_BYTES);
      inFlight++;
      port.postMessage({ buffer, count: part.block.count }, [buffer]);
    }
  };
  for (let at = 0; at < bytes.length; at += STEP_BYTES) {
    decompressor.push(bytes.subarray(at, at + STEP_BYTES), (piece) => decoder.push(piece));
    await pump();
  }
  decompressor.end((piece) => decoder.push(piece));
  await pump();
  port.postMessage(null);
  port.close();
}

function runEngine(port: MessagePort): Promise<void> {
  const writer = new GridBlockWriter(DEFAULT_RUNTIME_CONFIG, BLOCK_BINS);
  let pipeline: VpPipeline | undefined;
  const sink: Parameters<VpPipeline['process']>[3] = (head, frame) => {
    writer.append(head, frame, pipeline?.timeBaseNs ?? 0n);
    const block = writer.isFull ? writer.take() : undefined;
    if (block) parentPort?.postMessage(block, gridBlockTransfers(block));
  };
  return new Promise((resolve) => {
    port.on('message', (feed: Feed) => {
      if (feed === null) {
        pipeline?.finish(sink);
        resolve();
        return;
      }
      const block = new MboBlock(feed.buffer, feed.count);
      pipeline ??= new VpPipeline(DEFAULT_RUNTIME_CONFIG, {
        publisherId: block.words[W_HEAD] >>> 16,
        instrumentId: block.words[W_INSTRUMENT],
      });
      pipeline.process(block, 0, block.count, sink);
      port.postMessage(0);
    });
  });
}
