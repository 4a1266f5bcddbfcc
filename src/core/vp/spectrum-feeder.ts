/**
 * What the spectrum needs to know of a block of bins, for the ticks that are read and for no others: their composites.
 *
 * Ticks share the lanes of a `SpectrumScorer`: slot s uses lane `s mod lanes`, and there are more lanes than rows of
 * the window, so the rows of one window never collide and a tick keeps its lane while the spot wanders by less than
 * the margin. A tick that was out of the window for a few bins is given the composites it missed; one whose lane was
 * lost is given its history. Both give the bits of a lane that was advanced in every bin, so what was read when
 * has no influence.
 *
 *   feed := slot, bins before the history's end, length of the history or KEEP_LANE, bins to advance, composites
 *
 * Feeds are numbers in an array, so that the scorer may work on another thread. Kernel code.
 */
import { fillI32s, newF64s, newI32s, type F64s, type I32s } from '#base/numeric/arrays';
import type { bool, i32 } from '#base/numeric/types';
import type { SpectrumShape } from '#core/spectrum/spectrum-shape';
import { historyBins } from '#core/spectrum/spectrum-tracker';
import type { Forces } from '#core/vp/forces';
import { BLOCK_BINS, type FrameBlock } from '#core/vp/frame-block';
import { TickHistory } from '#core/vp/tick-history';
import type { TickStore } from '#core/vp/tick-store';

/** Numbers of a feed before its composites. */
export const FEED_HEAD: i32 = 4;
/** Instead of the length of a history: the lane goes on from where it is. */
export const KEEP_LANE: i32 = -1;

/** Missed bins up to which advancing by them is cheaper than sorting the windows anew. */
const CATCH_UP_BINS: i32 = 64;
const MIN_MARGIN_LANES: i32 = 16;
/** Feeds handed over at once, in numbers, unless a single one is longer: a block of 300 rows. */
const FEED_NUMBERS: i32 = 16384;

/** Lanes for windows of `rows` neighbouring ticks. */
export function lanesFor(rows: i32): i32 {
  return rows + (rows >> 2 > MIN_MARGIN_LANES ? rows >> 2 : MIN_MARGIN_LANES);
}

/** Length of an array that holds the feeds of one call of `more`. */
export function feedRoom(shape: SpectrumShape): i32 {
  const longest = FEED_HEAD + historyBins(shape) + BLOCK_BINS;
  return longest > FEED_NUMBERS ? longest : FEED_NUMBERS;
}

export class SpectrumFeeder {
  readonly history: TickHistory;
  readonly feeds: F64s;
  private readonly lanes: i32;
  private readonly slotOfLane: I32s;
  /** Bins up to which each lane was fed. */
  private readonly binsOfLane: I32s;
  private readonly past: F64s;
  private readonly historyBins: i32;
  /** Length of `feeds`. */
  readonly room: i32;
  private length: i32 = 0;
  /** Slots of the block that are still to be fed: from `nextSlot` to `lastSlot`. */
  private nextSlot: i32 = 0;
  private lastSlot: i32 = -1;

  /** @param rows most ticks read per bin; neighbours */
  constructor(
    shape: SpectrumShape,
    private readonly ticks: TickStore,
    forces: Forces,
    rows: i32,
  ) {
    const lanes = lanesFor(rows);
    const bins = historyBins(shape);
    this.lanes = lanes;
    this.historyBins = bins;
    this.history = new TickHistory(ticks, forces, bins + BLOCK_BINS);
    const room = feedRoom(shape);
    this.room = room;
    this.feeds = newF64s(room);
    this.slotOfLane = newI32s(lanes);
    this.binsOfLane = newI32s(lanes);
    this.past = newF64s(bins + BLOCK_BINS);
    fillI32s(this.slotOfLane, 0, lanes, -1);
  }

  /** Starts with the bins of a block, which are the last that were closed. */
  begin(frames: FrameBlock): void {
    let first = this.ticks.slots;
    let last: i32 = -1;
    for (let bin = 0; bin < frames.count; bin++) {
      const centre = frames.centres[bin];
      if (centre < 0) continue;
      if (centre - frames.radius < first) first = centre - frames.radius;
      if (centre + frames.radius > last) last = centre + frames.radius;
    }
    this.nextSlot = first < 0 ? 0 : first;
    this.lastSlot = last < this.ticks.slots ? last : this.ticks.slots - 1;
  }

  /** Puts the next feeds into `feeds[0, length)` and returns the length, 0 when there are no more. */
  more(frames: FrameBlock): i32 {
    this.length = 0;
    for (; this.nextSlot <= this.lastSlot; this.nextSlot++) {
      if (!frames.shows(this.nextSlot)) continue;
      if (!this.feed(this.nextSlot, frames.count)) break;
    }
    return this.length;
  }

  /** The composites of a tick in the last `count` bins, and before them what its lane misses; false = no room. */
  private feed(slot: i32, count: i32): bool {
    const lane = slot % this.lanes;
    const bins = this.ticks.lastEdge + 1;
    const before = bins - count;
    const behind = bins - this.binsOfLane[lane];
    let history: i32 = KEEP_LANE;
    let length = behind;
    if (this.slotOfLane[lane] !== slot || behind < count || behind - count > CATCH_UP_BINS) {
      history = before < this.historyBins ? before : this.historyBins;
      length = history + count;
    }
    const at = this.length;
    if (at + FEED_HEAD + length > this.room) return false;
    const feeds = this.feeds;
    feeds[at] = slot;
    feeds[at + 1] = before;
    feeds[at + 2] = history;
    feeds[at + 3] = history === KEEP_LANE ? length : count;
    this.history.composites(slot, length, this.past);
    for (let i = 0; i < length; i++) feeds[at + FEED_HEAD + i] = this.past[i];
    this.length = at + FEED_HEAD + length;
    this.slotOfLane[lane] = slot;
    this.binsOfLane[lane] = bins;
    return true;
  }
}
