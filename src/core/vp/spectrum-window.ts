/**
 * The spectrum of the ticks that are read, and of no others, for a block of bins at a time.
 *
 * Ticks share the lanes of a `SpectrumTracker`: slot s uses lane `s mod lanes`, and there are more lanes than rows of
 * the window, so the rows of one window never collide and a tick keeps its lane while the spot wanders by less than
 * the margin. A tick that was out of the window for a few bins is given the composites it missed; one whose lane was
 * lost is rebuilt from the history. Both give the bits of a lane that was advanced in every bin, so what was read when
 * has no influence. Kernel code.
 */
import { fillI32s, newF64s, newI32s, type F64s, type I32s } from '#base/numeric/arrays';
import type { i32 } from '#base/numeric/types';
import { SpectrumTracker } from '#core/spectrum/spectrum-tracker';
import type { SpectrumShape } from '#core/spectrum/spectrum-shape';
import type { Forces } from '#core/vp/forces';
import { BLOCK_BINS, FIRST_SPECTRUM, FLOAT_COUNT, type FrameBlock } from '#core/vp/frame-block';
import { TickHistory } from '#core/vp/tick-history';
import type { TickStore } from '#core/vp/tick-store';

/** Missed bins up to which advancing by them is cheaper than sorting the windows anew. */
const CATCH_UP_BINS: i32 = 64;
const MIN_MARGIN_LANES: i32 = 16;

/** Lanes for windows of `rows` neighbouring ticks. */
export function lanesFor(rows: i32): i32 {
  return rows + (rows >> 2 > MIN_MARGIN_LANES ? rows >> 2 : MIN_MARGIN_LANES);
}

export class SpectrumWindow {
  readonly tracker: SpectrumTracker;
  readonly history: TickHistory;
  private readonly lanes: i32;
  private readonly slotOfLane: I32s;
  private readonly past: F64s;

  /** @param rows most ticks read per bin; neighbours */
  constructor(
    shape: SpectrumShape,
    private readonly ticks: TickStore,
    forces: Forces,
    rows: i32,
  ) {
    const lanes = lanesFor(rows);
    const tracker = new SpectrumTracker(shape, lanes, BLOCK_BINS);
    const bins = tracker.historyLength + BLOCK_BINS;
    this.lanes = lanes;
    this.tracker = tracker;
    this.history = new TickHistory(ticks, forces, bins);
    this.slotOfLane = newI32s(lanes);
    this.past = newF64s(bins);
    fillI32s(this.slotOfLane, 0, lanes, -1);
  }

  /** Fills the spectrum columns of the bins of a block, which are the last that were closed. */
  score(frames: FrameBlock): void {
    let first = this.ticks.slots;
    let last: i32 = -1;
    for (let bin = 0; bin < frames.count; bin++) {
      const centre = frames.centres[bin];
      if (centre < 0) continue;
      if (centre - frames.radius < first) first = centre - frames.radius;
      if (centre + frames.radius > last) last = centre + frames.radius;
    }
    if (first < 0) first = 0;
    if (last >= this.ticks.slots) last = this.ticks.slots - 1;
    for (let slot = first; slot <= last; slot++) this.scoreSlot(frames, slot);
  }

  private scoreSlot(frames: FrameBlock, slot: i32): void {
    const rows = frames.rows;
    const tracker = this.tracker;
    let isAdvanced = false;
    for (let bin = 0; bin < frames.count; bin++) {
      const centre = frames.centres[bin];
      const row = slot - centre + frames.radius;
      if (centre < 0 || row < 0 || row >= rows) continue;
      // A slot between two windows of the block is in none of them and is not looked at.
      if (!isAdvanced) {
        this.advance(slot, frames.count);
        isAdvanced = true;
      }
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

  /** Takes the tick's lane through the last `count` bins. */
  private advance(slot: i32, count: i32): void {
    const lane = slot % this.lanes;
    const bins = this.ticks.lastEdge + 1;
    const past = this.past;
    let behind = bins - this.tracker.binsOf(lane);
    if (this.slotOfLane[lane] === slot && behind >= count && behind - count <= CATCH_UP_BINS) {
      this.history.composites(slot, behind, past);
    } else {
      const before = bins - count;
      const length = before < this.tracker.historyLength ? before : this.tracker.historyLength;
      this.history.composites(slot, length + count, past);
      this.tracker.reset(lane, past, before, length);
      this.slotOfLane[lane] = slot;
      for (let i = 0; i < count; i++) past[i] = past[length + i];
      behind = count;
    }
    let from: i32 = 0;
    for (; behind - from > count;) {
      const missed = behind - from - count < BLOCK_BINS ? behind - from - count : BLOCK_BINS;
      this.push(lane, from, missed);
      from += missed;
    }
    this.push(lane, from, count);
  }

  private push(lane: i32, from: i32, count: i32): void {
    for (let i = 0; i < count; i++) this.tracker.input[i] = this.past[from + i];
    this.tracker.advance(lane, count);
  }
}
