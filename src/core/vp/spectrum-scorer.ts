/** The spectrum columns of a block of bins from the feeds of a `SpectrumFeeder`. Kernel code. */
import { toI32, type F64s } from '#base/numeric/arrays';
import type { i32 } from '#base/numeric/types';
import type { SpectrumShape } from '#core/spectrum/spectrum-shape';
import { SpectrumTracker } from '#core/spectrum/spectrum-tracker';
import { BLOCK_BINS, FIRST_SPECTRUM, FLOAT_COUNT, type FrameBlock } from '#core/vp/frame-block';
import { FEED_HEAD, KEEP_LANE, lanesFor } from '#core/vp/spectrum-feeder';

export class SpectrumScorer {
  private readonly tracker: SpectrumTracker;
  private readonly lanes: i32;

  /** @param rows most ticks read per bin; neighbours */
  constructor(shape: SpectrumShape, rows: i32) {
    const lanes = lanesFor(rows);
    this.lanes = lanes;
    this.tracker = new SpectrumTracker(shape, lanes, BLOCK_BINS);
  }

  /** Fills the spectrum columns of the ticks that are fed, in all bins of the block that show them. */
  score(frames: FrameBlock, feeds: F64s, length: i32): void {
    for (let at: i32 = 0; at < length;) {
      const slot = toI32(feeds[at]);
      const before = toI32(feeds[at + 1]);
      const history = toI32(feeds[at + 2]);
      const ahead = toI32(feeds[at + 3]);
      const lane = slot % this.lanes;
      at += FEED_HEAD;
      if (history !== KEEP_LANE) {
        this.tracker.reset(lane, feeds, at, before, history);
        at += history;
      }
      this.advance(lane, feeds, at, ahead, frames.count);
      at += ahead;
      this.show(frames, slot);
    }
  }

  /** Takes a lane through `ahead` bins, the last `count` of them in one go, so that the tracker holds their scores. */
  private advance(lane: i32, feeds: F64s, at: i32, ahead: i32, count: i32): void {
    let from: i32 = 0;
    for (; ahead - from > count;) {
      const missed = ahead - from - count < BLOCK_BINS ? ahead - from - count : BLOCK_BINS;
      this.push(lane, feeds, at + from, missed);
      from += missed;
    }
    this.push(lane, feeds, at + from, count);
  }

  private push(lane: i32, feeds: F64s, at: i32, count: i32): void {
    for (let i = 0; i < count; i++) this.tracker.input[i] = feeds[at + i];
    this.tracker.advance(lane, count);
  }

  private show(frames: FrameBlock, slot: i32): void {
    const rows = frames.rows;
    const tracker = this.tracker;
    for (let bin = 0; bin < frames.count; bin++) {
      const row = frames.rowOf(bin, slot);
      if (row < 0) continue;
      const at = (bin * FLOAT_COUNT + FIRST_SPECTRUM) * rows + row;
      const score = tracker.score[bin];
      frames.floats[at] = tracker.composite[bin];
      frames.floats[at + rows] = tracker.d1[bin];
      frames.floats[at + 2 * rows] = tracker.d2[bin];
      frames.floats[at + 3 * rows] = tracker.d3[bin];
      frames.floats[at + 4 * rows] = score;
      frames.flowState[bin * rows + row] = tracker.stateOf(score);
    }
  }
}
