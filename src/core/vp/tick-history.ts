/**
 * What the composite of any tick was at the end of each recent bin, rebuilt on demand.
 *
 * Whenever a tick that was touched in a bin reaches the bin's end, the part of its state that its forces depend on is
 * journalled. Between two entries the state follows from the earlier one by whole cells, in the arithmetic of
 * `TickStore`, so a rebuilt history is bit-equal to one recorded bin by bin. Entries older than the history are
 * dropped from the ring; the newest dropped one of each tick is kept as its base.
 */
import { fail } from '#base/problem';
import type { StateReader, StateWriter } from '#base/state-io';
import { compositeOf } from '#core/spectrum/composite';
import type { Forces } from '#core/vp/forces';
import { A_ADD, A_PULL, TICK_STRIDE, V_ADD, V_ASK, V_BID, V_FILL, V_PULL } from '#core/vp/tick-state';
import type { TickStore } from '#core/vp/tick-store';

/** Numbers per entry: the bin, five velocities, two accelerations. */
const ENTRY = 8;
const NONE = -1;
const FIRST_CAPACITY = 4096;
const STATE_TAG = 'vp-history';
const STATE_VERSION = 1;

export class TickHistory {
  /** Ring of entries, oldest at `tail`; the capacity is a power of two. */
  private entries = new Float64Array(FIRST_CAPACITY * ENTRY);
  private entrySlot = new Int32Array(FIRST_CAPACITY);
  /** Ring position of the same tick's entry before this one; stale when that was dropped. */
  private entryBefore = new Int32Array(FIRST_CAPACITY);
  private tail = 0;
  private count = 0;
  /** Ring position of each tick's newest entry, even if that was dropped since; NONE when there never was one. */
  private readonly newest: Int32Array;
  /** Newest dropped entry of each tick; bin NONE when there is none. */
  private readonly bases: Float64Array;
  private readonly before = new Float64Array(TICK_STRIDE);
  private readonly after = new Float64Array(TICK_STRIDE);

  /** @param bins length of the history that can be rebuilt */
  constructor(
    private readonly ticks: TickStore,
    private readonly forces: Forces,
    readonly bins: number,
  ) {
    this.newest = new Int32Array(ticks.slots).fill(NONE);
    this.bases = new Float64Array(ticks.slots * ENTRY);
    for (let o = 0; o < this.bases.length; o += ENTRY) this.bases[o] = NONE;
  }

  /** Entries there is room for. */
  get capacity(): number {
    return this.entrySlot.length;
  }

  /** Journals the ticks of the bin that was just closed. */
  record(): void {
    const { open, openCount, lastEdge } = this.ticks;
    this.drop(lastEdge - this.bins + 1);
    while (this.count + openCount > this.entrySlot.length) this.grow();
    for (let i = 0; i < openCount; i++) this.append(open[i], lastEdge);
  }

  /**
   * Composites of a tick at the ends of the last `length` closed bins, oldest first, into `out[0, length)`; 0 before
   * the tick was first touched and before the first bin. `length` is at most `bins`.
   */
  composites(slot: number, length: number, out: Float64Array): void {
    const last = this.ticks.lastEdge;
    const first = last - length + 1;
    let end = last;
    let bin = Infinity;
    for (let p = this.newest[slot]; p !== NONE && end >= first; p = this.entryBefore[p]) {
      // A dropped entry still holds the tick's base, unless its place was reused by another tick or for a later bin.
      if (this.entrySlot[p] !== slot || this.entries[p * ENTRY] >= bin) break;
      bin = this.entries[p * ENTRY];
      this.fill(this.entries, p * ENTRY, Math.max(bin, first), end, first, out);
      end = bin - 1;
    }
    if (end < first) return;
    const base = slot * ENTRY;
    if (this.bases[base] === NONE) {
      out.fill(0, 0, end - first + 1);
      return;
    }
    // A dropped entry lies at or before every bin that can be asked for.
    this.fill(this.bases, base, first, end, first, out);
  }

  save(writer: StateWriter): void {
    writer.begin(STATE_TAG, STATE_VERSION);
    const based: number[] = [];
    for (let slot = 0; slot < this.ticks.slots; slot++)
      if (this.bases[slot * ENTRY] !== NONE) based.push(slot);
    writer.array(Int32Array.from(based));
    const bases = new Float64Array(based.length * ENTRY);
    based.forEach((slot, i) => bases.set(this.bases.subarray(slot * ENTRY, (slot + 1) * ENTRY), i * ENTRY));
    writer.array(bases);
    const slots = new Int32Array(this.count);
    const entries = new Float64Array(this.count * ENTRY);
    const mask = this.entrySlot.length - 1;
    for (let i = 0; i < this.count; i++) {
      const p = (this.tail + i) & mask;
      slots[i] = this.entrySlot[p];
      entries.set(this.entries.subarray(p * ENTRY, (p + 1) * ENTRY), i * ENTRY);
    }
    writer.number(this.count);
    writer.array(slots);
    writer.array(entries);
  }

  /** Restores into a fresh history of the same shape. */
  restore(reader: StateReader): void {
    reader.begin(STATE_TAG, STATE_VERSION);
    const based = new Int32Array(this.ticks.slots);
    const basedCount = reader.arrayInto(based);
    const bases = new Float64Array(basedCount * ENTRY);
    reader.arrayInto(bases);
    for (let i = 0; i < basedCount; i++) {
      this.bases.set(bases.subarray(i * ENTRY, (i + 1) * ENTRY), this.checked(based[i]) * ENTRY);
    }
    const count = reader.number();
    if (!(count >= 0 && count < 2 ** 31)) fail('state/other-shape', 'Saved history has an impossible length');
    const slots = new Int32Array(count);
    const entries = new Float64Array(count * ENTRY);
    if (reader.arrayInto(slots) !== count || reader.arrayInto(entries) !== entries.length) {
      fail('state/other-shape', 'Saved history is incomplete');
    }
    while (this.entrySlot.length < count) this.grow();
    for (let i = 0; i < count; i++) {
      const p = this.place(this.checked(slots[i]));
      this.entries.set(entries.subarray(i * ENTRY, (i + 1) * ENTRY), p * ENTRY);
    }
  }

  private checked(slot: number): number {
    if (!(slot >= 0 && slot < this.ticks.slots))
      fail('state/other-shape', `Saved tick ${slot} is outside the grid`);
    return slot;
  }

  private append(slot: number, bin: number): void {
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
  private place(slot: number): number {
    const p = (this.tail + this.count++) & (this.entrySlot.length - 1);
    this.entrySlot[p] = slot;
    this.entryBefore[p] = this.newest[slot];
    this.newest[slot] = p;
    return p;
  }

  /** Drops the entries of bins up to `bin`. */
  private drop(bin: number): void {
    const mask = this.entrySlot.length - 1;
    while (this.count > 0 && this.entries[this.tail * ENTRY] <= bin) {
      const p = this.tail;
      const slot = this.entrySlot[p];
      for (let i = 0; i < ENTRY; i++) this.bases[slot * ENTRY + i] = this.entries[p * ENTRY + i];
      this.tail = (p + 1) & mask;
      this.count--;
    }
  }

  private grow(): void {
    const { entries, entrySlot, tail, count } = this;
    const capacity = entrySlot.length * 2;
    this.entries = new Float64Array(capacity * ENTRY);
    this.entrySlot = new Int32Array(capacity);
    this.entryBefore = new Int32Array(capacity);
    this.tail = 0;
    this.count = 0;
    this.newest.fill(NONE);
    for (let i = 0; i < count; i++) {
      const from = (tail + i) & (entrySlot.length - 1);
      const p = this.place(entrySlot[from]);
      for (let k = 0; k < ENTRY; k++) this.entries[p * ENTRY + k] = entries[from * ENTRY + k];
    }
  }

  /** `out[bin - first]` for the bins `from` to `to`, all of which follow from the entry at `values[e]`. */
  private fill(
    values: Float64Array,
    e: number,
    from: number,
    to: number,
    first: number,
    out: Float64Array,
  ): void {
    const s = this.before;
    s[V_ADD] = values[e + 1];
    s[V_PULL] = values[e + 2];
    s[V_FILL] = values[e + 3];
    s[V_BID] = values[e + 4];
    s[V_ASK] = values[e + 5];
    s[A_ADD] = values[e + 6];
    s[A_PULL] = values[e + 7];
    for (let bin = from; bin <= to; bin++) out[bin - first] = this.compositeAfter(bin - values[e]);
  }

  private compositeAfter(cells: number): number {
    const { forces } = this;
    let s = this.before;
    if (cells > 0) {
      this.ticks.applyCells(s, 0, this.after, 0, cells);
      s = this.after;
    }
    const vRest = s[V_BID] + s[V_ASK];
    return compositeOf(
      forces.pressure(s[V_ADD], vRest, s[A_ADD]),
      forces.vacuum(s[V_PULL], s[V_FILL], vRest, s[A_PULL]),
    );
  }
}
