/**
 * What the composite of any tick was at the end of each recent bin, rebuilt on demand.
 *
 * Whenever a tick that was touched in a bin reaches the bin's end, the part of its state that its forces depend on is
 * journalled. Between two entries the state follows from the earlier one by whole cells, in the arithmetic of
 * `TickStore`, so a rebuilt history is bit-equal to one recorded bin by bin. Entries older than the history are
 * dropped from the ring; the newest dropped one of each tick is kept as its base. Kernel code.
 */
import {
  copyF64s,
  fillF64s,
  fillI32s,
  newF64s,
  newI32s,
  toI32,
  type F64s,
  type I32s,
} from '#base/numeric/arrays';
import { stop } from '#base/numeric/stop';
import type { f64, i32 } from '#base/numeric/types';
import type { StateReader, StateWriter } from '#base/state-io';
import { compositeOf } from '#core/spectrum/composite';
import { POWER_ROWS, POWER_STRIDE } from '#core/vp/cell-powers';
import type { Forces } from '#core/vp/forces';
import { A_ADD, A_PULL, TICK_STRIDE, V_ADD, V_ASK, V_BID, V_FILL, V_PULL } from '#core/vp/tick-state';
import type { TickStore } from '#core/vp/tick-store';

/** Numbers per entry: the bin, five velocities, two accelerations. */
const ENTRY: i32 = 8;
const NONE: i32 = -1;
const FIRST_CAPACITY: i32 = 4096;
/** 512 MiB, the longest array that doubling reaches. */
const MOST_ENTRIES: i32 = 8388608;
const STATE_TAG = 'vp-history';
const STATE_VERSION = 2;

export class TickHistory {
  /** Entries there is room for, a power of two. */
  capacity: i32 = FIRST_CAPACITY;
  /** Ring of entries, oldest at `tail`. */
  private entries: F64s = newF64s(FIRST_CAPACITY * ENTRY);
  private entrySlot: I32s = newI32s(FIRST_CAPACITY);
  /** Ring position of the same tick's entry before this one; stale when that was dropped. */
  private entryBefore: I32s = newI32s(FIRST_CAPACITY);
  private tail: i32 = 0;
  private count: i32 = 0;
  /** Ring position of each tick's newest entry, even if that was dropped since; NONE when there never was one. */
  private readonly newest: I32s;
  /** Newest dropped entry of each tick; bin NONE when there is none. */
  private readonly bases: F64s;
  private readonly scratch: F64s = newF64s(TICK_STRIDE);

  /** @param bins length of the history that can be rebuilt */
  constructor(
    private readonly ticks: TickStore,
    private readonly forces: Forces,
    readonly bins: i32,
  ) {
    const slots = ticks.slots;
    const newest = newI32s(slots);
    const bases = newF64s(slots * ENTRY);
    for (let slot = 0; slot < slots; slot++) {
      newest[slot] = NONE;
      bases[slot * ENTRY] = NONE;
    }
    this.newest = newest;
    this.bases = bases;
  }

  /** Journals the ticks of the bin that was just closed. */
  record(): void {
    const ticks = this.ticks;
    this.drop(ticks.lastEdge - this.bins + 1);
    while (this.count + ticks.openCount > this.capacity) this.grow();
    for (let i = 0; i < ticks.openCount; i++) this.append(ticks.open[i], ticks.lastEdge);
  }

  /**
   * Composites of a tick at the ends of the last `length` closed bins, oldest first, into `out[0, length)`; 0 before
   * the tick was first touched and before the first bin. `length` is at most `bins`.
   */
  composites(slot: i32, length: i32, out: F64s): void {
    const first = this.ticks.lastEdge - length + 1;
    let end = this.ticks.lastEdge;
    let bin: f64 = Infinity;
    for (let p = this.newest[slot]; p !== NONE && end >= first; p = this.entryBefore[p]) {
      // A dropped entry still holds the tick's base, unless its place was reused by another tick or for a later bin.
      if (this.entrySlot[p] !== slot || this.entries[p * ENTRY] >= bin) break;
      bin = this.entries[p * ENTRY];
      const from = toI32(bin);
      this.fill(this.entries, p * ENTRY, from > first ? from : first, end, first, out);
      end = from - 1;
    }
    if (end < first) return;
    const base = slot * ENTRY;
    // A dropped entry lies at or before every bin that can be asked for.
    if (this.bases[base] === NONE) fillF64s(out, 0, end - first + 1, 0);
    else this.fill(this.bases, base, first, end, first, out);
  }

  save(writer: StateWriter): void {
    writer.begin(STATE_TAG, STATE_VERSION);
    const slots = this.ticks.slots;
    let based: i32 = 0;
    for (let slot = 0; slot < slots; slot++) if (this.bases[slot * ENTRY] !== NONE) based++;
    writer.beginI32s(based);
    for (let slot = 0; slot < slots; slot++) if (this.bases[slot * ENTRY] !== NONE) writer.i32(slot);
    writer.beginF64s(based * ENTRY);
    for (let slot = 0; slot < slots; slot++) {
      if (this.bases[slot * ENTRY] !== NONE) writer.moreF64s(this.bases, slot * ENTRY, ENTRY);
    }
    const mask = this.capacity - 1;
    writer.number(this.count);
    writer.beginI32s(this.count);
    for (let i = 0; i < this.count; i++) writer.i32(this.entrySlot[(this.tail + i) & mask]);
    writer.beginF64s(this.count * ENTRY);
    for (let i = 0; i < this.count; i++)
      writer.moreF64s(this.entries, ((this.tail + i) & mask) * ENTRY, ENTRY);
  }

  /** Restores into a fresh history of the same shape. */
  restore(reader: StateReader): void {
    reader.begin(STATE_TAG, STATE_VERSION);
    const slots = this.ticks.slots;
    const based = newI32s(slots);
    const basedCount = reader.i32s(based, slots);
    const bases = newF64s(basedCount * ENTRY);
    if (reader.f64s(bases, basedCount * ENTRY) !== basedCount * ENTRY) refuse('Saved history is incomplete');
    for (let i = 0; i < basedCount; i++) {
      this.checkBin(bases[i * ENTRY], 0, this.ticks.lastEdge - this.bins + 1);
      copyF64s(bases, i * ENTRY, this.bases, this.checked(based[i]) * ENTRY, ENTRY);
    }
    const count = reader.count(MOST_ENTRIES);
    const entrySlots = newI32s(count);
    const entries = newF64s(count * ENTRY);
    if (reader.i32s(entrySlots, count) !== count || reader.f64s(entries, count * ENTRY) !== count * ENTRY) {
      refuse('Saved history is incomplete');
    }
    while (this.capacity < count) this.grow();
    let bin: f64 = 0;
    for (let i = 0; i < count; i++) {
      this.checkBin(entries[i * ENTRY], bin, this.ticks.lastEdge);
      bin = entries[i * ENTRY];
      const p = this.place(this.checked(entrySlots[i]));
      copyF64s(entries, i * ENTRY, this.entries, p * ENTRY, ENTRY);
    }
  }

  /** Entries come in the order of their bins, none ahead of the ticks; bases are older than all that can be asked for. */
  private checkBin(bin: f64, least: f64, most: f64): void {
    if (!(bin >= least && bin <= most && Math.floor(bin) === bin)) {
      refuse('Saved history stands at an impossible bin');
    }
  }

  private checked(slot: i32): i32 {
    if (!(slot >= 0 && slot < this.ticks.slots)) refuse('A saved tick is outside the grid');
    return slot;
  }

  private append(slot: i32, bin: i32): void {
    const p = this.place(slot) * ENTRY;
    const e = this.entries;
    const s = this.ticks.state;
    const o = slot * TICK_STRIDE;
    e[p] = bin;
    e[p + 1] = s[o + V_ADD];
    e[p + 2] = s[o + V_PULL];
    e[p + 3] = s[o + V_FILL];
    e[p + 4] = s[o + V_BID];
    e[p + 5] = s[o + V_ASK];
    e[p + 6] = s[o + A_ADD];
    e[p + 7] = s[o + A_PULL];
  }

  /** Takes the next place of the ring for a tick. */
  private place(slot: i32): i32 {
    const p = (this.tail + this.count) & (this.capacity - 1);
    this.count++;
    this.entrySlot[p] = slot;
    this.entryBefore[p] = this.newest[slot];
    this.newest[slot] = p;
    return p;
  }

  /** Drops the entries of bins up to `bin`. */
  private drop(bin: i32): void {
    while (this.count > 0 && this.entries[this.tail * ENTRY] <= bin) {
      const p = this.tail;
      copyF64s(this.entries, p * ENTRY, this.bases, this.entrySlot[p] * ENTRY, ENTRY);
      this.tail = (p + 1) & (this.capacity - 1);
      this.count--;
    }
  }

  private grow(): void {
    const entries = this.entries;
    const entrySlot = this.entrySlot;
    const tail = this.tail;
    const count = this.count;
    const mask = this.capacity - 1;
    const capacity = this.capacity * 2;
    if (capacity > MOST_ENTRIES) {
      stop(
        'vp/out-of-memory',
        'Too many price levels change within the history of the scores',
        'Choose a shorter z-score window or a smaller grid.',
      );
    }
    const larger = newF64s(capacity * ENTRY);
    const slots = newI32s(capacity);
    const before = newI32s(capacity);
    this.capacity = capacity;
    this.entries = larger;
    this.entrySlot = slots;
    this.entryBefore = before;
    this.tail = 0;
    this.count = 0;
    fillI32s(this.newest, 0, this.ticks.slots, NONE);
    for (let i = 0; i < count; i++) {
      const from = (tail + i) & mask;
      const p = this.place(entrySlot[from]);
      copyF64s(entries, from * ENTRY, this.entries, p * ENTRY, ENTRY);
    }
  }

  /** `out[bin - first]` for the bins `from` to `to`, all of which follow from the entry at `values[e]`. */
  private fill(values: F64s, e: i32, from: i32, to: i32, first: i32, out: F64s): void {
    const bin0 = toI32(values[e]);
    const vAdd = values[e + 1];
    const vPull = values[e + 2];
    const vFill = values[e + 3];
    const vBid = values[e + 4];
    const vAsk = values[e + 5];
    const aAdd = values[e + 6];
    const aPull = values[e + 7];
    const powers = this.ticks.powers;
    const forces = this.forces;
    for (let bin = from; bin <= to; bin++) {
      const cells = bin - bin0;
      if (cells >= POWER_ROWS) {
        out[bin - first] = this.compositeLater(values, e, cells);
        continue;
      }
      // The part of `TickStore.applyCells` on which the forces depend; row 0 changes nothing.
      const row = cells * POWER_STRIDE;
      const p = powers[row];
      const q = powers[row + 1];
      const r = powers[row + 2];
      const vRest = p * vBid + p * vAsk;
      out[bin - first] = compositeOf(
        forces.pressure(p * vAdd, vRest, q * vAdd + r * aAdd),
        forces.vacuum(p * vPull, p * vFill, vRest, q * vPull + r * aPull),
      );
    }
  }

  private compositeLater(values: F64s, e: i32, cells: i32): f64 {
    const s = this.scratch;
    s[V_ADD] = values[e + 1];
    s[V_PULL] = values[e + 2];
    s[V_FILL] = values[e + 3];
    s[V_BID] = values[e + 4];
    s[V_ASK] = values[e + 5];
    s[A_ADD] = values[e + 6];
    s[A_PULL] = values[e + 7];
    this.ticks.applyCells(s, 0, cells);
    const vRest = s[V_BID] + s[V_ASK];
    return compositeOf(
      this.forces.pressure(s[V_ADD], vRest, s[A_ADD]),
      this.forces.vacuum(s[V_PULL], s[V_FILL], vRest, s[A_PULL]),
    );
  }
}

function refuse(why: string): void {
  stop('state/other-shape', why, 'Discard the saved state and start from the beginning of the data.');
}
