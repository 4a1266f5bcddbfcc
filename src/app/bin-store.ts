/**
 * All bins of the session in memory, inside a budget.
 *
 * A block of bins arrives as the Arrow IPC bytes the engine made and is kept as it came ("full": all 42
 * columns, f64). When the budget is reached, blocks far from the playhead fall back to the columns the default
 * picture and panels need, as f32 ("display"), then to nothing ("dropped"): the per-bin heads always stay, so
 * trails, spot and state model never have holes.
 *
 * Bins of a quiet market may be equal to the last bit: a block of such bins keeps one message for all of them, and
 * shares it with the block before where that holds the same.
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
  /** `same`: in full detail, but `ipc` holds one message that stands for every bin. */
  tier: 'full' | 'same' | 'display' | 'dropped';
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
   * @returns a buffer that is no longer needed, of this block or one that lost its full detail, for whoever fills the
   * next ones
   */
  append(heads: GridHeads, ipc: Uint8Array<ArrayBuffer>, playhead: number): ArrayBuffer | undefined {
    if (heads.count === 0) return undefined;
    const firstBin = heads.columns.bin_seq[0];
    this.#truncate(firstBin);
    this.heads.append(heads);
    if (this.#keepOnce(firstBin, heads.count, ipc)) {
      this.enforceBudget(playhead);
      return ipc.buffer;
    }
    this.#blocks.push({ firstBin, binCount: heads.count, tier: 'full', ipc, display: undefined });
    this.#usedBytes += ipc.byteLength;
    return this.enforceBudget(playhead);
  }

  /** Stores a block of equal bins as one message; says whether it is one. */
  #keepOnce(firstBin: number, binCount: number, ipc: Uint8Array<ArrayBuffer>): boolean {
    const { stride } = this.#layout;
    if (!repeats(ipc, stride, binCount)) return false;
    const before = this.#blocks.at(-1);
    const shared = before?.tier === 'same' && before.ipc && sameWords(before.ipc, 0, ipc, 0, stride);
    const message = shared ? before.ipc : ipc.slice(0, stride);
    this.#blocks.push({ firstBin, binCount, tier: 'same', ipc: message, display: undefined });
    if (!shared) this.#usedBytes += stride;
    return true;
  }

  /** The messages of all bins in order, one or many at a time; undefined unless all are held in full detail. */
  messages(): Iterable<Uint8Array> | undefined {
    const held: { ipc: Uint8Array; times: number }[] = [];
    for (const { tier, ipc, binCount } of this.#blocks) {
      if (!ipc) return undefined;
      held.push({ ipc, times: tier === 'same' ? binCount : 1 });
    }
    return (function* () {
      for (const { ipc, times } of held) for (let i = 0; i < times; i++) yield ipc;
    })();
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
      const at = block.tier === 'same' ? 0 : offset * this.#layout.stride;
      const values = this.#layout.column(block.ipc, at, columnIndex(name));
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
      if (b.tier === 'full' || b.tier === 'same') use.fullBins += b.binCount;
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
    while (this.#isOverBudget()) {
      const victim = this.#farthest('same', playhead);
      if (!victim) break;
      this.#dropShared(victim);
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
    this.#usedBytes += displayBytes(block.display);
  }

  #drop(block: Block): void {
    this.#usedBytes -= displayBytes(block.display);
    block.display = undefined;
    block.tier = 'dropped';
  }

  /** Equal bins are smallest as they are: they lose their one message together, and last of all. */
  #dropShared({ ipc }: Block): void {
    for (const block of this.#blocks) {
      if (block.tier !== 'same' || block.ipc !== ipc) continue;
      block.ipc = undefined;
      block.tier = 'dropped';
    }
    this.#usedBytes -= this.#layout.stride;
  }

  /** Forgets all bins from `bin` on. A block that straddles the border is cut. */
  #truncate(bin: number): void {
    while (this.#blocks.length > 0) {
      const last = this.#blocks[this.#blocks.length - 1];
      if (last.firstBin + last.binCount <= bin) break;
      this.#blocks.pop();
      this.#usedBytes -= this.#bytesOf(last);
      const keep = bin - last.firstBin;
      if (keep > 0) {
        const cut: Block = {
          ...last,
          binCount: keep,
          ipc: last.tier === 'same' ? last.ipc : last.ipc?.slice(0, keep * this.#layout.stride),
          display: last.display?.map((values) => values.slice(0, keep * this.#rows)),
        };
        this.#usedBytes += this.#bytesOf(cut);
        this.#blocks.push(cut);
      }
    }
    this.heads.truncate(bin);
  }

  /** Of a block that comes after all others: a message that it shares is counted where it was first kept. */
  #bytesOf({ ipc, display }: Block): number {
    const isShared = ipc !== undefined && this.#blocks.at(-1)?.ipc === ipc;
    return (isShared ? 0 : (ipc?.byteLength ?? 0)) + displayBytes(display);
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

function displayBytes(display: Block['display']): number {
  return display?.reduce((sum, values) => sum + values.byteLength, 0) ?? 0;
}

/** Whether all messages are equal; the last one is compared first, because what changes differs most from there. */
function repeats(ipc: Uint8Array, stride: number, count: number): boolean {
  if (count < 2) return false;
  for (let i = count - 1; i > 0; i--) if (!sameWords(ipc, 0, ipc, i * stride, stride)) return false;
  return true;
}

/** Compares bytes at multiples of 4, four at a time: as numbers, zeros of either sign would be equal. */
function sameWords(a: Uint8Array, fromA: number, b: Uint8Array, fromB: number, bytes: number): boolean {
  const wordsA = new Int32Array(a.buffer, a.byteOffset + fromA, bytes / 4);
  const wordsB = new Int32Array(b.buffer, b.byteOffset + fromB, bytes / 4);
  for (let i = 0; i < wordsA.length; i++) if (wordsA[i] !== wordsB[i]) return false;
  return true;
}
