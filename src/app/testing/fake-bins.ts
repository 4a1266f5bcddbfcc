/** A bin store without an engine: spots and one value per bin, and tiers that tests choose. */
import type { BinStore } from '#app/bin-store';

const ROWS = 3;

export class FakeBins {
  readonly rows = ROWS;
  /** Whether the store still has the cells of a bin. */
  held: (bin: number) => boolean = () => true;

  constructor(public bins: number) {}

  readonly heads = {
    spotRange: { low: 100, high: 100 },
    column: (field: string): Float64Array => new Float64Array(this.bins).fill(field === 'ready' ? 1 : 100),
  };

  column(bin: number): Float32Array | undefined {
    return this.held(bin) ? new Float32Array(ROWS).fill(bin) : undefined;
  }

  copyColumn(_name: string, from: number, count: number): Float32Array {
    return Float32Array.from({ length: count * ROWS }, (_, i) => from + Math.floor(i / ROWS));
  }

  /** As what the feed takes; it uses no more than is here. */
  get store(): BinStore {
    return this as unknown as BinStore;
  }
}
