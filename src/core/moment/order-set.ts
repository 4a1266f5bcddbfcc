/** A few orders, and whether a record names one of them, without a bigint per record. */
import { joinU64, W_ORDER_ID } from '#core/mbo/mbo-block';

export class OrderSet {
  readonly #ids = new Set<bigint>();
  readonly #lows = new Set<number>();

  constructor(ids: Iterable<bigint>) {
    for (const id of ids) {
      this.#ids.add(id);
      this.#lows.add(Number(id & 0xffffffffn));
    }
  }

  get size(): number {
    return this.#ids.size;
  }

  get ids(): IterableIterator<bigint> {
    return this.#ids.values();
  }

  /** The order that a record names, if it is one of the set. */
  find(words: Uint32Array, base: number): bigint | undefined {
    const lo = words[base + W_ORDER_ID];
    if (!this.#lows.has(lo)) return undefined;
    const id = joinU64(lo, words[base + W_ORDER_ID + 1]);
    return this.#ids.has(id) ? id : undefined;
  }

  delete(id: bigint): void {
    this.#ids.delete(id);
  }
}
