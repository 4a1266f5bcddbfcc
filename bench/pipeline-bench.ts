/** Speed of the whole pipeline, stage by stage, from decoded records to wire bytes. */
import { DEFAULT_RUNTIME_CONFIG } from '#core/config/runtime-config';
import { DbnDecoder } from '#core/dbn/dbn-decoder';
import { MBO_BYTES, MboBlock, W_HEAD, W_INSTRUMENT } from '#core/mbo/mbo-block';
import type { BinSink } from '#core/vp/frame';
import { VpPipeline } from '#core/vp/vp-pipeline';
import { GridIpcLayout } from '#protocol/grid-ipc';

/** @param bytes a whole DBN file with one instrument on the default configuration's price grid */
export function benchPipeline(
  bytes: Uint8Array,
  repetitions: number,
): { name: string; recordsPerSecond: number[] }[] {
  const block = decode(bytes);
  const layout = GridIpcLayout.of(2 * DEFAULT_RUNTIME_CONFIG.grid_radius_ticks + 1);
  const message = new Uint8Array(layout.stride);
  const ignore: BinSink = () => undefined;
  const encode: BinSink = (_, frame) => {
    layout.write(frame, message, 0);
  };
  return [
    { name: 'engine, lazy bins, window read', recordsPerSecond: times(repetitions, block, false, ignore) },
    { name: 'engine, spectrum, state model', recordsPerSecond: times(repetitions, block, true, ignore) },
    { name: 'the same, as Arrow messages', recordsPerSecond: times(repetitions, block, true, encode) },
  ];
}

function times(repetitions: number, block: MboBlock, spectrum: boolean, sink: BinSink): number[] {
  const speeds: number[] = [];
  for (let i = -1; i < repetitions; i++) {
    const pipeline = new VpPipeline(DEFAULT_RUNTIME_CONFIG, {
      publisherId: block.words[W_HEAD] >>> 16,
      instrumentId: block.words[W_INSTRUMENT],
      spectrum,
    });
    const started = process.cpuUsage();
    pipeline.process(block, 0, block.count, sink);
    pipeline.finish(sink);
    const { user, system } = process.cpuUsage(started);
    if (i >= 0) speeds.push((block.count / (user + system)) * 1e6);
  }
  return speeds;
}

function decode(bytes: Uint8Array): MboBlock {
  const decoder = new DbnDecoder();
  const all = new Uint8Array(bytes.length);
  let used = 0;
  for (let at = 0; at < bytes.length; at += 1 << 20) {
    decoder.push(bytes.subarray(at, at + (1 << 20)));
    for (let part = decoder.next(); part; part = decoder.next()) {
      if (part.kind !== 'mbo') continue;
      const records = part.block.bytes.subarray(0, part.block.count * MBO_BYTES);
      all.set(records, used);
      used += records.length;
    }
  }
  return new MboBlock(all.buffer, used / MBO_BYTES);
}
