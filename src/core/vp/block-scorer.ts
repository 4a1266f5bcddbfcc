/**
 * Closed bins in, scored bins out: spectrum, labels and state model, which need nothing of the book. On another thread
 * than the `BinStream` they come from, they take half of the work of a bin with them; the bins are those of a
 * `VpPipeline`, bit for bit.
 */
import { StateReader, StateWriter } from '#base/state-io';
import type { VpRuntimeConfig } from '#core/config/runtime-config';
import { BinEmitter } from '#core/vp/bin-emitter';
import { NOTES, N_CENTRE } from '#core/vp/bin-notes';
import type { BinSink } from '#core/vp/frame';
import { kernelParameters } from '#core/vp/kernel-parameters';
import { PACKED_NOTES, packedFeeds, packedRows, type PackedBins } from '#core/vp/packed-bins';
import type { ScorePort, ScorerMaker } from '#core/vp/score-port';
import { wasmScorer } from '#core/vp/wasm/wasm-scorer';

const STATE_TAG = 'vp-scores';
const STATE_VERSION = 1;

export class BlockScorer {
  private readonly kernel: ScorePort;
  private readonly emitter: BinEmitter;
  private readonly rows: number;

  /** @param makeScorer another one than the compiled kernel, for tests */
  constructor(config: VpRuntimeConfig, makeScorer: ScorerMaker = wasmScorer) {
    // Which records are taken is decided where the book is.
    this.kernel = makeScorer(kernelParameters(config, { instrumentId: 0, scoredApart: true }));
    this.emitter = new BinEmitter(this.kernel, config);
    this.rows = 2 * config.grid_radius_ticks + 1;
  }

  /** Scores the bins of a block, which follow those of the block before, and hands them over in order. */
  score({ numbers }: PackedBins, sink: BinSink): void {
    const { kernel, rows } = this;
    const count = numbers[0];
    kernel.begin(count);
    for (let bin = 0; bin < count; bin++) {
      kernel.centres[bin] = numbers[PACKED_NOTES + bin * NOTES + N_CENTRE];
    }
    const feedsAt = packedFeeds(count, rows);
    kernel.floats.set(numbers.subarray(packedRows(count), feedsAt));
    for (let at = feedsAt; numbers[at] > 0;) {
      const length = numbers[at];
      kernel.feeds.set(numbers.subarray(at + 1, at + 1 + length));
      kernel.score(length);
      at += 1 + length;
    }
    this.emitter.emit(numbers.subarray(PACKED_NOTES, packedRows(count)), count, sink);
  }

  /** What a scorer needs to go on after these bins; the histories of the ticks come with the feeds of a new stream. */
  save(): Uint8Array {
    const writer = new StateWriter();
    writer.begin(STATE_TAG, STATE_VERSION);
    this.emitter.save(writer);
    return writer.finish();
  }

  /** @throws ProblemError `state/…` when the state is damaged */
  restore(bytes: Uint8Array): void {
    const reader = new StateReader(bytes);
    reader.begin(STATE_TAG, STATE_VERSION);
    this.emitter.restore(reader);
    reader.end();
  }
}
