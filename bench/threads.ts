/**
 * `.dbn.zst` to encoded bins on three threads, divided as on the page: one reads, decompresses and decodes, the second
 * keeps the book, the third scores and encodes. Records cross in transferred buffers, bins in shared ones, a few of
 * them under way at a time.
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
import type { BinNotes } from '#core/vp/bin-notes';
import { BinStream } from '#core/vp/bin-stream';
import { BlockScorer } from '#core/vp/block-scorer';
import { BinPacker, type PackedBins } from '#core/vp/packed-bins';
import { GridBlockWriter } from '#protocol/grid-block-writer';
import { gridBlockTransfers } from '#protocol/grid-messages';
import { rateRow, type BenchRow } from './rows';
import { wallSeconds } from './timing';

const BLOCKS_IN_FLIGHT = 4;
const STEP_BYTES = 1 << 16;
const MESSAGE_BINS = 64;

interface Task {
  readonly role: 'decoder' | 'engine' | 'scorer';
  readonly path: string;
  readonly ports: readonly MessagePort[];
}

/** Records, or the end of them. */
type Feed = { readonly buffer: ArrayBuffer; readonly count: number } | null;

export const isBenchWorker = !isMainThread;

export async function runBenchWorker(): Promise<void> {
  const { role, path, ports } = workerData as Task;
  if (role === 'decoder') await decodeTo(ports[0], path);
  else if (role === 'engine') await runEngine(ports[0], ports[1]);
  else await score(ports[0]);
}

export async function benchThreads(path: string, records: number, repetitions: number): Promise<BenchRow[]> {
  const alone = await wallSeconds(repetitions, 1, () => decompressAlone(path));
  const together = await wallSeconds(repetitions, 1, () => allThreads(path));
  const decompressor = rateRow('zstd to bytes, alone', records, alone);
  return [
    decompressor,
    rateRow('.dbn.zst to encoded bins, three threads', records, together, {
      floor: '3 M/s',
      goal: '0.9 of zstd alone',
      comparator: 'zstd alone',
      speed: decompressor.p50 * 1e6,
    }),
  ];
}

async function allThreads(path: string): Promise<void> {
  const feed = new MessageChannel();
  const blocks = new MessageChannel();
  const start = (role: Task['role'], ...ports: MessagePort[]): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL(import.meta.url), {
        workerData: { role, path, ports } satisfies Task,
        transferList: ports,
      });
      worker.once('error', reject);
      worker.once('exit', () => resolve());
    });
  await Promise.all([
    start('decoder', feed.port1),
    start('engine', feed.port2, blocks.port1),
    start('scorer', blocks.port2),
  ]);
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

interface ClosedBins {
  readonly stream: BinStream;
  readonly packer: BinPacker;
}

/** For the instrument of a block's first record. */
function closedBins(block: MboBlock): ClosedBins {
  const options = {
    publisherId: block.words[W_HEAD] >>> 16,
    instrumentId: block.words[W_INSTRUMENT],
    scoredApart: true,
  };
  const stream = new BinStream(DEFAULT_RUNTIME_CONFIG, options);
  return { stream, packer: new BinPacker(stream.kernel, DEFAULT_RUNTIME_CONFIG, true) };
}

async function runEngine(feed: MessagePort, blocks: MessagePort): Promise<void> {
  const received: Feed[] = [];
  let onFeed = (): void => undefined;
  feed.on('message', (message: Feed) => {
    received.push(message);
    onFeed();
  });
  let inFlight = 0;
  let onRoom = (): void => undefined;
  let bins: ClosedBins | undefined;
  blocks.on('message', (buffer: SharedArrayBuffer) => {
    bins?.packer.recycle(buffer);
    inFlight--;
    onRoom();
  });
  const sink = (notes: BinNotes): void => {
    if (!bins) return;
    inFlight++;
    blocks.postMessage(bins.packer.pack(notes, bins.stream.timeBaseNs));
  };
  for (;;) {
    while (received.length === 0) await new Promise<void>((resolve) => (onFeed = resolve));
    const message = received.shift();
    if (!message) break;
    const block = new MboBlock(message.buffer, message.count);
    bins ??= closedBins(block);
    for (let from = 0; from < block.count;) {
      from = bins.stream.process(block, from, block.count, sink, MESSAGE_BINS);
      while (inFlight >= BLOCKS_IN_FLIGHT) await new Promise<void>((resolve) => (onRoom = resolve));
    }
    feed.postMessage(0);
  }
  bins?.stream.finish(sink);
  blocks.postMessage(null);
  while (inFlight > 0) await new Promise<void>((resolve) => (onRoom = resolve));
  blocks.close();
}

function score(blocks: MessagePort): Promise<void> {
  const scorer = new BlockScorer(DEFAULT_RUNTIME_CONFIG);
  const writer = new GridBlockWriter(DEFAULT_RUNTIME_CONFIG, MESSAGE_BINS);
  return new Promise((resolve) => {
    blocks.on('message', (packed: PackedBins | null) => {
      if (packed === null) {
        resolve();
        return;
      }
      scorer.score(packed, (head, frame) => {
        writer.append(head, frame, packed.timeBaseNs);
        const block = writer.isFull ? writer.take() : undefined;
        if (block) parentPort?.postMessage(block, gridBlockTransfers(block));
      });
      blocks.postMessage(packed.numbers.buffer);
    });
  });
}
