import { strikeBucket, type StrikeGrid } from '#core/velocity/option-strikes';

export type OptionRight = 'C' | 'P';
export const RIGHTS: readonly OptionRight[] = ['C', 'P'];

/** Best prices of one option at the end of a window, price_int. */
export interface OptionQuote {
  readonly instrumentId: number;
  readonly right: OptionRight;
  /** As listed, price_int. */
  readonly strikeInt: number;
  readonly bid: number;
  readonly ask: number;
  readonly bookValid: boolean;
}

/** Cells of a strike: rights C, P times sides A, B. */
const CELLS_PER_STRIKE = 4;

/**
 * One finished window of all options of an underlying: sums per strike, right and side on a grid around the anchor
 * strike, zero where nothing is known. The same object is filled for every window.
 * Source: velocity.md sections 8.2 to 8.4 and 9.
 */
export class OptionWindow {
  startNs = 0n;
  endNs = 0n;
  /** Reference price of the underlying, price_int; 0 = none, and then there are no cells. */
  anchor = 0;
  /** Cells by strike ascending, then C, P, then A, B; see `cell`. */
  readonly cells: number;
  readonly startQty: Float64Array;
  readonly endQty: Float64Array;
  readonly addQty: Float64Array;
  readonly pullQty: Float64Array;
  readonly restedPullQty: Float64Array;
  readonly fillQty: Float64Array;
  readonly restQty: Float64Array;
  /** 1 = the cell is an observation. */
  readonly valid: Uint8Array;
  quotes: OptionQuote[] = [];
  #anchorStrike = 0;

  constructor(readonly grid: StrikeGrid) {
    this.cells = (2 * grid.reach + 1) * CELLS_PER_STRIKE;
    this.startQty = new Float64Array(this.cells);
    this.endQty = new Float64Array(this.cells);
    this.addQty = new Float64Array(this.cells);
    this.pullQty = new Float64Array(this.cells);
    this.restedPullQty = new Float64Array(this.cells);
    this.fillQty = new Float64Array(this.cells);
    this.restQty = new Float64Array(this.cells);
    this.valid = new Uint8Array(this.cells);
  }

  begin(startNs: bigint, endNs: bigint, anchor: number): void {
    this.startNs = startNs;
    this.endNs = endNs;
    this.anchor = anchor;
    this.#anchorStrike = strikeBucket(this.grid, anchor);
    this.quotes = [];
    const { startQty, endQty, addQty, pullQty, restedPullQty, fillQty, restQty } = this;
    for (const column of [startQty, endQty, addQty, pullQty, restedPullQty, fillQty, restQty]) column.fill(0);
    this.valid.fill(1);
  }

  get hasCells(): boolean {
    return this.anchor > 0;
  }

  /** First of the two cells (A, then B) of a strike's bucket and right; -1 = outside of the grid. */
  cell(bucket: number, right: OptionRight): number {
    const offset = (bucket - this.#anchorStrike) / this.grid.stepInt;
    if (Math.abs(offset) > this.grid.reach) return -1;
    return (offset + this.grid.reach) * CELLS_PER_STRIKE + (right === 'C' ? 0 : 2);
  }

  /** Strike of a cell, price_int. */
  strikeOf(cell: number): number {
    return this.#anchorStrike + this.#offsetOf(cell) * this.grid.stepInt;
  }

  relTicksOf(cell: number): number {
    return this.#offsetOf(cell) * this.grid.relPerStrike;
  }

  rightOf(cell: number): OptionRight {
    return RIGHTS[(cell >> 1) & 1];
  }

  /** 0 bid, 1 ask. */
  sideOf(cell: number): number {
    return 1 - (cell & 1);
  }

  /** All sums are in: what follows from them. */
  finish(): void {
    for (let i = 0; i < this.cells; i++) {
      const before = this.endQty[i] - this.addQty[i] + this.pullQty[i] + this.fillQty[i];
      this.startQty[i] = Math.max(0, before);
    }
  }

  #offsetOf(cell: number): number {
    return Math.floor(cell / CELLS_PER_STRIKE) - this.grid.reach;
  }
}
