/**
 * Opens captures and streams their records to the engine's feed port. Reading, decompression and decoding happen
 * here, so that they overlap with the engine in its own worker.
 */
import { transfer, wrap, type Remote } from 'comlink';
import { fail } from '#base/problem';
import type { Capture } from '#core/capture/capture-types';
import { openCapture } from '#core/capture/open-capture';
import { runtimeConfigForInstrument } from '#core/config/instrument-config';
import { MBO_BYTES, readMbo, type MboBlock } from '#core/mbo/mbo-block';
import type {
  FeedSink,
  ImportApi,
  ImportOutput,
  InstrumentConfig,
  InstrumentKey,
  ProbedInstrument,
  ProbeReply,
  ReadProgress,
  StreamRequest,
} from '#protocol/engine-contract';
import { fileSource } from './file-source';
import { loadParquet } from './load-parquet';

/** Blocks under way to the engine before reading waits for it. */
const BLOCKS_IN_FLIGHT = 2;
const PROGRESS_EVERY_MS = 100;

export class ImportHost implements ImportApi {
  #capture: Capture | undefined;

  ping(): number {
    return 0;
  }

  async probe(files: File[]): Promise<ProbeReply> {
    const capture = await openCapture(files.map(fileSource), { parquet: loadParquet });
    this.#capture = capture;
    return captureReply(capture);
  }

  configFor(instrument: InstrumentKey): Promise<InstrumentConfig> {
    const facts = this.#opened().facts(instrument);
    return Promise.resolve({
      config: runtimeConfigForInstrument(facts),
      // A share is worth its price.
      multiplierAssumed: facts.multiplier === undefined && facts.productType !== 'equity_mbo',
    });
  }

  async stream(
    feedPort: MessagePort,
    { instrument, skipRecords }: StreamRequest,
    output: ImportOutput,
  ): Promise<void> {
    const capture = this.#opened();
    const feed = wrap<FeedSink>(feedPort);
    try {
      await this.#streamTo(feed, capture, instrument, skipRecords, output);
    } finally {
      // Also after a failure: the engine then finishes what it has.
      await feed.end();
      feedPort.close();
    }
  }

  async #streamTo(
    feed: Remote<FeedSink>,
    capture: Capture,
    instrument: InstrumentKey,
    skipRecords: number,
    output: ImportOutput,
  ): Promise<void> {
    const inFlight: Promise<void>[] = [];
    let toSkip = skipRecords;
    let lastProgressMs = 0;
    let progress: ReadProgress = { bytes: 0, totalBytes: undefined, lastNs: undefined };
    for await (const part of capture.read({ instrument })) {
      if (part.kind === 'mbo') {
        const isFirst = progress.lastNs === undefined;
        progress = { ...progress, lastNs: readMbo(part.block, part.block.count - 1).tsEvent };
        // What follows may have to wait for the engine.
        if (isFirst) output.onProgress(progress);
        const skipped = Math.min(toSkip, part.block.count);
        toSkip -= skipped;
        if (skipped === part.block.count) continue;
        while (inFlight.length >= BLOCKS_IN_FLIGHT) await inFlight.shift();
        const buffer = copyRecords(part.block, skipped);
        inFlight.push(feed.push(transfer(buffer, [buffer]), part.block.count - skipped));
      } else if (part.kind === 'warning') {
        output.onWarning(part.problem);
      } else if (part.kind === 'progress') {
        progress = { ...progress, bytes: part.bytesRead, totalBytes: part.bytesTotal };
        const now = performance.now();
        if (now - lastProgressMs < PROGRESS_EVERY_MS) continue;
        lastProgressMs = now;
        output.onProgress(progress);
      }
    }
    output.onProgress(progress);
    output.onInstruments(instrumentList(capture));
    await Promise.all(inFlight);
  }

  #opened(): Capture {
    return this.#capture ?? fail('import/not-open', 'No capture is open in this worker.');
  }
}

/** The block is only valid until the next pull; what crosses to the engine is its own buffer. */
function copyRecords(block: MboBlock, from: number): ArrayBuffer {
  return block.bytes.slice(from * MBO_BYTES, block.count * MBO_BYTES).buffer;
}

function instrumentList(capture: Capture): ProbedInstrument[] {
  return capture.instruments().map(({ publisherId, instrumentId, symbol, records, isSpread }) => ({
    publisherId,
    instrumentId,
    symbol,
    records,
    isSpread,
  }));
}

function captureReply(capture: Capture): ProbeReply {
  const instruments = instrumentList(capture);
  const chosen = capture.defaultInstrument();
  if (!chosen) fail('capture/no-records', 'The capture holds no market-by-order records.');
  return {
    files: capture.files.map((f) => f.name),
    totalBytes: capture.files.reduce((sum, f) => sum + (f.size ?? 0), 0),
    fingerprint: capture.fingerprint,
    dataset: capture.metadata.dataset,
    synthetic: capture.metadata.synthetic,
    instruments,
    chosen,
    config: runtimeConfigForInstrument(capture.facts(chosen)),
    warnings: [...capture.warnings],
  };
}
