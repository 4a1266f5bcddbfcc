/**
 * What exact lazy bins save: the engine as it is, and a control that does what the specification says word for word,
 * advancing every tick that was ever touched at every bin edge. Times are CPU times of this process; compare only
 * what one run measured.
 */
import { DEFAULT_RUNTIME_CONFIG } from '#core/config/runtime-config';
import { DbnDecoder } from '#core/dbn/dbn-decoder';
import { MBO_BYTES, MboBlock, W_HEAD, W_INSTRUMENT } from '#core/mbo/mbo-block';
import type { BinSink } from '#core/vp/frame';
import { EDGE, LAST_NS, TICK_STRIDE } from '#core/vp/tick-state';
import { VpPipeline } from '#core/vp/vp-pipeline';

export interface VpBenchRow {
  readonly name: string;
  /** One entry per timed repetition. */
  readonly recordsPerSecond: readonly number[];
}

/** @param bytes a whole DBN file with one instrument on the default configuration's price grid */
export function benchVp(bytes: Uint8Array, repetitions = 5): VpBenchRow[] {
  const block = decode(bytes);
  return [
    measure('engine, every tick in every bin (control)', block, repetitions, {
      eager: true,
      spectrum: false,
    }),
    measure('engine, lazy bins, window read', block, repetitions, { eager: false, spectrum: false }),
    measure('engine, spectrum, state model', block, repetitions, { eager: false, spectrum: true }),
  ];
}

interface Variant {
  readonly eager: boolean;
  readonly spectrum: boolean;
}

function measure(name: string, block: MboBlock, repetitions: number, variant: Variant): VpBenchRow {
  const recordsPerSecond: number[] = [];
  // The first repetition runs before the code is compiled.
  for (let i = -1; i < repetitions; i++) {
    const pipeline = new VpPipeline(DEFAULT_RUNTIME_CONFIG, {
      publisherId: block.words[W_HEAD] >>> 16,
      instrumentId: block.words[W_INSTRUMENT],
      spectrum: variant.spectrum,
    });
    const sink: BinSink = variant.eager ? () => advanceAll(pipeline) : () => undefined;
    const start = process.cpuUsage();
    pipeline.process(block, 0, block.count, sink);
    pipeline.finish(sink);
    const { user, system } = process.cpuUsage(start);
    if (i >= 0) recordsPerSecond.push((block.count / (user + system)) * 1e6);
  }
  return { name, recordsPerSecond };
}

/** Brings every live tick to the edge that was just closed. */
function advanceAll(pipeline: VpPipeline): void {
  const { ticks } = pipeline.engine;
  const { state, lastEdge, lastEdgeNs } = ticks;
  for (let o = 0; o < state.length; o += TICK_STRIDE) {
    const edge = state[o + EDGE];
    if (edge < 0 || edge === lastEdge) continue;
    ticks.applyCells(state, o, state, o, lastEdge - edge);
    state[o + EDGE] = lastEdge;
    state[o + LAST_NS] = lastEdgeNs;
  }
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
