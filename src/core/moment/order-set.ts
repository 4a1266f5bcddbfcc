/** A few orders, and whether a record names one of them, without a bigint per record. */
import { joinU64, W_ORDER_ID } from '#core/mbo/mbo-block';
import { hashOfOrder, type OrderFilter } from '#core/moment/order-filter';

export class OrderSet {
  /** With the hash of each. */
  readonly #ids = new Map<bigint, number>();
  readonly #lows = new Set<number>();

  constructor(ids: Iterable<bigint>) {
    for (const id of ids) {
      this.#ids.set(id, hashOfOrder(id));
      this.#lows.add(Number(id & 0xffffffffn));
    }
  }

  get size(): number {
    return this.#ids.size;
  }

  get ids(): IterableIterator<bigint> {
    return this.#ids.keys();
  }

  /** Whether a page of records may name one of them. */
  mayBeIn(filter: OrderFilter): boolean {
    for (const hash of this.#ids.values()) if (filter.mayHold(hash)) return true;
    return false;
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
