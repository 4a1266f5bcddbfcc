/** From a file to the first block of encoded bins, by the steps that a drop on the page takes. */
import { open } from 'node:fs/promises';
import { openCapture } from '#core/capture/open-capture';
import { runtimeConfigForInstrument } from '#core/config/instrument-config';
import type { ByteSource } from '#core/io/byte-source';
import { VpPipeline } from '#core/vp/vp-pipeline';
import { GridBlockWriter } from '#protocol/grid-block-writer';
import { timeRow, type BenchRow } from './rows';
import { wallSeconds } from './timing';

const BLOCK_BINS = 64;

export async function benchFirstPicture(path: string, repetitions: number): Promise<BenchRow> {
  const file = await open(path);
  const { size } = await file.stat();
  const source: ByteSource = {
    name: 'capture',
    size,
    slice: async (from, to) => {
      const bytes = new Uint8Array(Math.max(0, Math.min(to, size) - from));
      await file.read(bytes, 0, bytes.length, from);
      return bytes;
    },
  };
  const seconds = await wallSeconds(repetitions, 1, () => firstBlock(source));
  await file.close();
  const megabytes = Math.round(size / 1e6);
  return timeRow(`drop to first picture, ${megabytes} MB`, seconds, { floor: '1000 ms', goal: '400 ms' });
}

async function firstBlock(source: ByteSource): Promise<void> {
  const capture = await openCapture([source]);
  const instrument = capture.defaultInstrument();
  if (!instrument) throw new Error('the capture holds no instrument');
  const config = runtimeConfigForInstrument(capture.facts(instrument));
  const { publisherId, instrumentId } = instrument;
  const pipeline = new VpPipeline(config, { publisherId, instrumentId });
  const writer = new GridBlockWriter(config, BLOCK_BINS);
  let bins = 0;
  for await (const part of capture.read({ instrument })) {
    if (part.kind !== 'mbo') continue;
    for (let from = 0; from < part.block.count;) {
      from = pipeline.process(
        part.block,
        from,
        part.block.count,
        (head, frame) => {
          writer.append(head, frame, pipeline.timeBaseNs);
          bins++;
        },
        BLOCK_BINS - bins,
      );
      if (bins === BLOCK_BINS) return;
    }
  }
}
