import { Store } from '#base/store';
import type { BinStore } from '#app/bin-store';
import type { MapSink } from '#app/map-sink';
import type { MemoryState } from '#app/model';

const DEFAULT_BUDGET_BYTES = 1e9;
/** The heads of a day and one screen of columns need about this much. */
const LEAST_BUDGET_BYTES = 32e6;
/** The renderer's part of the budget, and the most it has a use for. */
const MAP_SHARE = 0.25;
const MAP_MOST_BYTES = 250e6;

/** One budget of memory for stored bins and renderer, and one figure of what they use. */
export class MemoryBudget {
  readonly state = new Store<MemoryState>({ usedBytes: 0, budgetBytes: DEFAULT_BUDGET_BYTES, given: '' });
  readonly #map: Pick<MapSink, 'setBudget' | 'used'>;

  constructor(map: Pick<MapSink, 'setBudget' | 'used'>) {
    this.#map = map;
    map.setBudget(this.#mapBytes);
  }

  /** Most bytes of the bin store. */
  get storeBytes(): number {
    return this.state.value.budgetBytes - this.#mapBytes;
  }

  setTotal(bytes: number): void {
    this.state.update({ budgetBytes: Math.max(LEAST_BUDGET_BYTES, bytes) });
    this.#map.setBudget(this.#mapBytes);
  }

  /** @param heldBytes kept beside the bins, for recovery */
  count(store: BinStore | undefined, heldBytes: number): void {
    const use = store?.use();
    const given: string[] = [];
    if (use && use.displayBins > 0) given.push(`${use.displayBins} bins keep only the display columns`);
    if (use && use.droppedBins > 0) given.push(`${use.droppedBins} bins keep only prices and scores`);
    this.state.update({
      usedBytes: (use?.usedBytes ?? 0) + this.#map.used.value + heldBytes,
      given: given.join('; '),
    });
  }

  get #mapBytes(): number {
    return Math.min(MAP_MOST_BYTES, MAP_SHARE * this.state.value.budgetBytes);
  }
}
