/**
 * The rows of the last few bins as the kernel writes them: the ticks around the spot of each bin (vacuum-pressure.md
 * section 9). Kernel code.
 */
import {
  fillF64s,
  fillU8s,
  newF64s,
  newI32s,
  newU8s,
  type F64s,
  type I32s,
  type U8s,
} from '#base/numeric/arrays';
import type { bool, i32 } from '#base/numeric/types';
import type { TickReader } from '#core/vp/tick-reader';

/** Bins scored at once. */
export const BLOCK_BINS: i32 = 32;

/** Columns held as f64, in the order of `FLOAT_COLUMNS`: 26 mechanics and forces, six of the spectrum less the state, the last event. */
export const FLOAT_COUNT: i32 = 32;
/** Composite, its three derivatives and the score follow each other. */
export const FIRST_SPECTRUM: i32 = 26;
export const LAST_EVENT_ID: i32 = 31;

export class FrameBlock {
  /** Float column f of row r of bin b at `(b * FLOAT_COUNT + f) * rows + r`. */
  readonly floats: F64s;
  /** `flow_state_code` of row r of bin b at `b * rows + r`, as the byte of an int8. */
  readonly flowState: U8s;
  /** Slot of the spot in each bin, -1 where there is none. */
  readonly centres: I32s;
  readonly rows: i32;
  count: i32 = 0;

  constructor(
    readonly radius: i32,
    private readonly slots: i32,
  ) {
    const rows = 2 * radius + 1;
    this.rows = rows;
    this.floats = newF64s(BLOCK_BINS * FLOAT_COUNT * rows);
    this.flowState = newU8s(BLOCK_BINS * rows);
    this.centres = newI32s(BLOCK_BINS);
  }

  /** Adds a bin: the ticks around slot `centre`; a slot outside the grid, or no centre, gives rows of zeros. */
  add(centre: i32, reader: TickReader): void {
    const rows = this.rows;
    const bin = this.count++;
    const base = bin * FLOAT_COUNT * rows;
    this.centres[bin] = centre;
    const first = centre - this.radius;
    if (centre < 0 || first < 0 || first + rows > this.slots) {
      fillF64s(this.floats, base, base + FLOAT_COUNT * rows, 0);
      fillU8s(this.flowState, bin * rows, (bin + 1) * rows, 0);
      if (centre < 0) return;
    }
    for (let r = 0; r < rows; r++) {
      const slot = first + r;
      if (slot < 0 || slot >= this.slots) continue;
      reader.read(slot, this.floats, base + r, rows);
      this.floats[base + LAST_EVENT_ID * rows + r] = reader.lastEventId;
    }
  }

  /** Row of a slot in a bin, -1 where its window leaves the slot out. */
  rowOf(bin: i32, slot: i32): i32 {
    const centre = this.centres[bin];
    const row = slot - centre + this.radius;
    return centre < 0 || row < 0 || row >= this.rows ? -1 : row;
  }

  /** Whether a bin has a row of the slot: one between two windows is in none of them. */
  shows(slot: i32): bool {
    for (let bin = 0; bin < this.count; bin++) if (this.rowOf(bin, slot) >= 0) return true;
    return false;
  }

  /** Forgets the bins; their memory is written again. */
  clear(): void {
    this.count = 0;
  }
}
