/** Simulated captures in every format, and what is read back of them. */
import { gzipSync } from 'node:zlib';
import { batchOf } from '#testdata/mbo-tables';
import { ArrowWriter } from '#core/arrow/arrow-writer';
import type { Capture, CapturePart, OpenOptions, ReadOptions } from '#core/capture/capture-types';
import { openCapture } from '#core/capture/open-capture';
import { encodeDbn } from '#core/dbn/dbn-encoder';
import type { DbnMetadata } from '#core/dbn/dbn-types';
import { memorySource } from '#core/io/byte-source';
import { concatenate } from '#core/io/testing/slices';
import { appendMbo, MBO_BYTES, MboBlock, type MboRecord } from '#core/mbo/mbo-block';
import { ParquetWriter } from '#core/parquet/parquet-writer';
import { loadParquet } from '#testdata/load-parquet';
import { MarketSimulator } from '#core/sim/market-simulator';
import { DEFAULT_INSTRUMENT, simulatorOptions, type SimulatorOptions } from '#core/sim/options';
import { simulationMetadata } from '#core/sim/simulation-metadata';

export interface Simulation {
  readonly metadata: DbnMetadata;
  readonly block: MboBlock;
}

export function simulate(given: Partial<SimulatorOptions> = {}): Simulation {
  const options = simulatorOptions({ durationSeconds: 20, rate: 400, ...given });
  const simulator = new MarketSimulator(options);
  const block = MboBlock.withCapacity(200_000);
  simulator.fill(block);
  return { metadata: simulationMetadata(options), block };
}

export function instrument(instrumentId: number, symbol: string, dataset = DEFAULT_INSTRUMENT.dataset) {
  return { ...DEFAULT_INSTRUMENT, instrumentId, symbol, dataset };
}

export function dbnOf({ metadata, block }: Simulation): Uint8Array {
  return encodeDbn(metadata, [block]);
}

export function arrowOf({ block }: Simulation, form: 'stream' | 'file' = 'file'): Uint8Array {
  const batch = batchOf(block);
  const writer = new ArrowWriter(batch.schema, form);
  return concatenate([writer.write(batch), writer.finish()]);
}

export async function parquetOf({ block }: Simulation): Promise<Uint8Array> {
  const writer = new ParquetWriter(await loadParquet());
  return concatenate([writer.write(batchOf(block)), writer.finish()]);
}

export function gzip(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(gzipSync(bytes));
}

/** A block of plain adds, for what matters only to counting. */
export function plainBlock(records: readonly Partial<MboRecord>[]): MboBlock {
  const block = MboBlock.withCapacity(records.length);
  records.forEach((given, i) => {
    const tsEvent = given.tsEvent ?? BigInt(1_700_000_000_000_000_000) + BigInt(i);
    appendMbo(block, {
      publisherId: 1,
      instrumentId: 1,
      tsEvent,
      orderId: BigInt(i + 1),
      price: 1_000_000_000n,
      size: 1,
      flags: 128,
      channelId: 0,
      action: 65,
      side: 66,
      tsRecv: tsEvent,
      tsInDelta: 0,
      sequence: i,
      ...given,
    });
  });
  return block;
}

export function open(files: Record<string, Uint8Array>, options: OpenOptions = {}): Promise<Capture> {
  const sources = Object.entries(files).map(([name, bytes]) => memorySource(name, bytes));
  return openCapture(sources, { parquet: loadParquet, ...options });
}

export interface Reading {
  /** All MBO records. */
  readonly bytes: Uint8Array;
  readonly files: readonly number[];
  readonly others: readonly CapturePart[];
}

export async function readAll(capture: Capture, options: ReadOptions = {}): Promise<Reading> {
  const pieces: Uint8Array[] = [];
  const files: number[] = [];
  const others: CapturePart[] = [];
  for await (const part of capture.read(options)) {
    if (part.kind === 'mbo') {
      pieces.push(part.block.bytes.slice(0, part.block.count * MBO_BYTES));
      if (files[files.length - 1] !== part.file) files.push(part.file);
    } else if (part.kind === 'records') others.push({ ...part, bytes: part.bytes.slice() });
    else others.push(part);
  }
  return { bytes: concatenate(pieces), files, others };
}

export function recordBytes(block: MboBlock): Uint8Array {
  return block.bytes.slice(0, block.count * MBO_BYTES);
}
