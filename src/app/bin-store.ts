/**
 * All bins of the session in memory, inside a budget.
 *
 * A block of bins arrives as the Arrow IPC bytes the engine made and is kept as it came ("full": all 42
 * columns, f64). When the budget is reached, blocks far from the playhead fall back to the columns the default
 * picture and panels need, as f32 ("display"), then to nothing ("dropped"): the per-bin heads always stay, so
 * trails, spot and state model never have holes.
 */
import { BinHeads } from '#app/bin-heads';
import type { GridHeads } from '#protocol/grid-heads';
import { GridIpcLayout } from '#protocol/grid-ipc';
import { columnIndex } from '#core/vp/columns';

/** Columns that survive in the display tier. */
export const DISPLAY_COLUMNS: readonly string[] = [
  'rest_depth',
  'flow_score',
  'pressure_variant',
  'vacuum_variant',
  'composite',
  'bid_depth',
  'ask_depth',
];

interface Block {
  readonly firstBin: number;
  readonly binCount: number;
  tier: 'full' | 'display' | 'dropped';
  ipc: Uint8Array<ArrayBuffer> | undefined;
  /** One Float32Array of binCount × rows per display column. */
  display: Float32Array[] | undefined;
}

export interface StoreUse {
  usedBytes: number;
  fullBins: number;
  displayBins: number;
  droppedBins: number;
}

export class BinStore {
  readonly heads: BinHeads;
  readonly #rows: number;
  readonly #layout: GridIpcLayout;
  readonly #blocks: Block[] = [];
  #usedBytes = 0;
  #budgetBytes: number;

  /** @param rows rows per bin (2R+1); `tickInt` turns prices into ticks */
  constructor(rows: number, tickInt: number, budgetBytes: number) {
    this.#rows = rows;
    this.#layout = GridIpcLayout.of(rows);
    this.#budgetBytes = budgetBytes;
    this.heads = new BinHeads(tickInt);
  }

  get bins(): number {
    return this.heads.count;
  }

  get rows(): number {
    return this.#rows;
  }

  /**
   * Stores a block that begins at or before the next bin. Bins already stored are replaced: after a worker
   * restart the same bins arrive again.
   *
   * @param ipc the Arrow messages of these bins, in the layout of the stream
   * @returns the buffer of a block that lost its full detail, for whoever fills the next ones
   */
  append(heads: GridHeads, ipc: Uint8Array<ArrayBuffer>, playhead: number): ArrayBuffer | undefined {
    if (heads.count === 0) return undefined;
    const firstBin = heads.columns.bin_seq[0];
    this.#truncate(firstBin);
    this.heads.append(heads);
    this.#blocks.push({ firstBin, binCount: heads.count, tier: 'full', ipc, display: undefined });
    this.#usedBytes += ipc.byteLength;
    return this.enforceBudget(playhead);
  }

  setBudget(bytes: number, playhead: number): void {
    this.#budgetBytes = bytes;
    this.enforceBudget(playhead);
  }

  /**
   * Values of a column over a bin's rows, or undefined when the bin or column is no longer (or not yet) held. Valid
   * until the next `append`: it may give the buffer away.
   */
  column(bin: number, name: string): ArrayLike<number> | undefined {
    const block = this.#blockOf(bin);
    if (!block || block.tier === 'dropped') return undefined;
    const offset = bin - block.firstBin;
    if (block.ipc) {
      const values = this.#layout.column(block.ipc, offset * this.#layout.stride, columnIndex(name));
      return values instanceof BigInt64Array ? Float64Array.from(values, Number) : values;
    }
    const slot = DISPLAY_COLUMNS.indexOf(name);
    return slot < 0
      ? undefined
      : block.display?.[slot].subarray(offset * this.#rows, (offset + 1) * this.#rows);
  }

  /**
   * Copies a column of bins `[from, from + count)` into one array, bin after bin; bins that are not held are NaN.
   */
  copyColumn(name: string, from: number, count: number): Float32Array {
    const out = new Float32Array(count * this.#rows).fill(NaN);
    for (let i = 0; i < count; i++) {
      const values = this.column(from + i, name);
      if (values) out.set(values, i * this.#rows);
    }
    return out;
  }

  use(): StoreUse {
    const use: StoreUse = {
      usedBytes: this.#usedBytes + this.heads.byteLength,
      fullBins: 0,
      displayBins: 0,
      droppedBins: 0,
    };
    for (const b of this.#blocks) {
      if (b.tier === 'full') use.fullBins += b.binCount;
      else if (b.tier === 'display') use.displayBins += b.binCount;
      else use.droppedBins += b.binCount;
    }
    return use;
  }

  /**
   * Gives up detail, farthest from the playhead first, until the budget holds.
   *
   * @returns the buffer of the last block that lost its full detail
   */
  enforceBudget(playhead: number): ArrayBuffer | undefined {
    let emptied: ArrayBuffer | undefined;
    while (this.#isOverBudget()) {
      const victim = this.#farthest('full', playhead);
      if (!victim) break;
      emptied = victim.ipc?.buffer;
      this.#toDisplay(victim);
    }
    while (this.#isOverBudget()) {
      const victim = this.#farthest('display', playhead);
      if (!victim) break;
      this.#drop(victim);
    }
    return emptied;
  }

  #isOverBudget(): boolean {
    return this.#usedBytes + this.heads.byteLength > this.#budgetBytes;
  }

  /** Blocks are ordered by time, so the farthest of a tier is its first or its last. */
  #farthest(tier: Block['tier'], playhead: number): Block | undefined {
    const first = this.#blocks.find((b) => b.tier === tier);
    const last = this.#blocks.findLast((b) => b.tier === tier);
    if (!first || !last) return undefined;
    const beforeIt = playhead - (first.firstBin + first.binCount - 1);
    return beforeIt >= last.firstBin - playhead ? first : last;
  }

  #toDisplay(block: Block): void {
    const display = DISPLAY_COLUMNS.map((name) => this.copyColumn(name, block.firstBin, block.binCount));
    this.#usedBytes -= block.ipc?.byteLength ?? 0;
    block.ipc = undefined;
    block.display = display;
    block.tier = 'display';
    this.#usedBytes += displayBytes(block);
  }

  #drop(block: Block): void {
    this.#usedBytes -= displayBytes(block);
    block.display = undefined;
    block.tier = 'dropped';
  }

  /** Forgets all bins from `bin` on. A block that straddles the border is cut. */
  #truncate(bin: number): void {
    while (this.#blocks.length > 0) {
      const last = this.#blocks[this.#blocks.length - 1];
      if (last.firstBin + last.binCount <= bin) break;
      this.#blocks.pop();
      this.#usedBytes -= (last.ipc?.byteLength ?? 0) + displayBytes(last);
      const keep = bin - last.firstBin;
      if (keep > 0) {
        const cut: Block = {
          ...last,
          binCount: keep,
          ipc: last.ipc?.slice(0, keep * this.#layout.stride),
          display: last.display?.map((values) => values.slice(0, keep * this.#rows)),
        };
        this.#blocks.push(cut);
        this.#usedBytes += (cut.ipc?.byteLength ?? 0) + displayBytes(cut);
      }
    }
    this.heads.truncate(bin);
  }

  #blockOf(bin: number): Block | undefined {
    let low = 0;
    let high = this.#blocks.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const block = this.#blocks[middle];
      if (bin < block.firstBin) high = middle - 1;
      else if (bin >= block.firstBin + block.binCount) low = middle + 1;
      else return block;
    }
    return undefined;
  }
}

function displayBytes(block: Block): number {
  return block.display?.reduce((sum, values) => sum + values.byteLength, 0) ?? 0;
}
