/**
 * The spectrum on its own, for a thread beside the one of the `VpKernel` that closes the bins. Kernel code: like that
 * one it runs as TypeScript, and compiled to WebAssembly.
 */
import { fillU8s, newF64s, type F64s } from '#base/numeric/arrays';
import type { i32 } from '#base/numeric/types';
import { FrameBlock } from '#core/vp/frame-block';
import { feedRoom } from '#core/vp/spectrum-feeder';
import { SpectrumScorer } from '#core/vp/spectrum-scorer';
import type { VpShape } from '#core/vp/vp-shape';

export class ScoreKernel {
  /** Rows of closed bins: the caller fills `floats` and `centres` after `begin`. */
  readonly frames: FrameBlock;
  /** Feeds of a `VpKernel`. */
  readonly feeds: F64s;
  /** Length of `feeds`. */
  readonly room: i32;
  private readonly scorer: SpectrumScorer;

  constructor(shape: VpShape) {
    this.frames = new FrameBlock(shape.radius, shape.slots);
    const room = feedRoom(shape.spectrum);
    this.room = room;
    this.feeds = newF64s(room);
    this.scorer = new SpectrumScorer(shape.spectrum, shape.liveRows);
  }

  /** Takes `count` new bins. */
  begin(count: i32): void {
    this.frames.count = count;
    fillU8s(this.frames.flowState, 0, count * this.frames.rows, 0);
  }

  /** Scores the ticks in `feeds[0, length)`. */
  score(length: i32): void {
    this.scorer.score(this.frames, this.feeds, length);
  }
}
