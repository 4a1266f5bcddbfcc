import { wordsToNumber } from '#core/mbo/mbo-block';
import { hashWords, MAX_REKEYS, multiplier, PROBE_LIMIT } from '#core/book/hash-words';
import { N_KEY_HI, N_KEY_LO, N_LEVEL, type OrderTable } from '#core/book/order-table';
import { allocate } from '#core/book/room';

/**
 * (side, price) → level, and the columns of the levels. A level is named by its slot in the columns and has a queue of
 * orders, whose end marker carries the price so that finding a level touches the array of the orders only. Prices are exact i64 in two words: no tick size is
 * assumed, and neither the number of levels nor their spacing matters. Slots are handed out in order of first use
 * and live until `clear`.
 */
export class LevelTable {
  count = 0;
  /** 0 bid, 1 ask. */
  side: Uint8Array;
  priceLo: Int32Array;
  priceHi: Int32Array;
  /** price_int as f64, rounded above 2^53. */
  price: Float64Array;
  /** Sum of the remaining quantities. */
  qty: Float64Array;
  /** Orders in the queue, those of size 0 included. */
  orderCount: Int32Array;
  /** End marker of the queue in the order table. */
  queue: Int32Array;
  /** 1 while the slot is in the heap of its side. */
  listed: Uint8Array;
  rekeys = 0;
  /** End marker at each place, 0 = free. */
  private places: Int32Array;
  private mulLo = multiplier(0);
  private mulHi = multiplier(1);
  private mask: number;
  private shift: number;

  constructor(
    private readonly orders: OrderTable,
    initialLevels = 1024,
  ) {
    const bits = Math.ceil(Math.log2(initialLevels * 8)) | 0;
    const capacity = 2 ** bits / 8;
    this.side = new Uint8Array(capacity);
    this.priceLo = new Int32Array(capacity);
    this.priceHi = new Int32Array(capacity);
    this.price = new Float64Array(capacity);
    this.qty = new Float64Array(capacity);
    this.orderCount = new Int32Array(capacity);
    this.queue = new Int32Array(capacity);
    this.listed = new Uint8Array(capacity);
    this.places = new Int32Array(2 ** bits);
    this.mask = this.places.length - 1;
    this.shift = 32 - bits;
  }

  /** End marker of the level's queue, 0 = the level was never used since the last clear. */
  find(side: number, priceLo: number, priceHi: number): number {
    const { places, mask } = this;
    const { nodes } = this.orders;
    let place = (hashWords(priceLo, priceHi, this.mulLo, this.mulHi) >>> this.shift) ^ side;
    let left = PROBE_LIMIT;
    for (;;) {
      const end = places[place];
      if (end === 0) return 0;
      if (
        nodes[end + N_KEY_LO] === priceLo &&
        nodes[end + N_KEY_HI] === priceHi &&
        (nodes[end + N_LEVEL] & 1) === side
      ) {
        return end;
      }
      place = (place + 1) & mask;
      if (--left === 0 && this.rekey()) return this.find(side, priceLo, priceHi);
    }
  }

  /** New slot for a level that `find` does not know; returns the end marker of its queue. */
  open(side: number, priceLo: number, priceHi: number): number {
    if (this.count === this.qty.length) this.grow();
    const { orders } = this;
    const end = orders.newQueue();
    const slot = this.count++;
    orders.nodes[end + N_KEY_LO] = priceLo;
    orders.nodes[end + N_KEY_HI] = priceHi;
    orders.nodes[end + N_LEVEL] = 2 * slot + side;
    this.side[slot] = side;
    this.priceLo[slot] = priceLo;
    this.priceHi[slot] = priceHi;
    this.price[slot] = wordsToNumber(priceLo, priceHi);
    this.qty[slot] = 0;
    this.orderCount[slot] = 0;
    this.queue[slot] = end;
    this.listed[slot] = 0;
    this.places[this.freePlace(slot)] = end;
    return end;
  }

  /** Forgets all levels, in time proportional to their number and not to the room they once needed. */
  clear(): void {
    // Backwards: without its latest entry the table is what it was before that entry came.
    for (let slot = this.count - 1; slot >= 0; slot--) {
      let place = this.homeOf(slot);
      while (this.places[place] !== this.queue[slot]) place = (place + 1) & this.mask;
      this.places[place] = 0;
    }
    this.count = 0;
  }

  private homeOf(slot: number): number {
    return (hashWords(this.priceLo[slot], this.priceHi[slot], this.mulLo, this.mulHi) >>> this.shift) ^ this.side[slot];
  }

  private freePlace(slot: number): number {
    let place = this.homeOf(slot);
    while (this.places[place] !== 0) place = (place + 1) & this.mask;
    return place;
  }

  private grow(): void {
    const capacity = this.qty.length * 2;
    allocate('price levels', capacity, () => {
      this.side = enlarged(this.side, new Uint8Array(capacity));
      this.priceLo = enlarged(this.priceLo, new Int32Array(capacity));
      this.priceHi = enlarged(this.priceHi, new Int32Array(capacity));
      this.price = enlarged(this.price, new Float64Array(capacity));
      this.qty = enlarged(this.qty, new Float64Array(capacity));
      this.orderCount = enlarged(this.orderCount, new Int32Array(capacity));
      this.queue = enlarged(this.queue, new Int32Array(capacity));
      this.listed = enlarged(this.listed, new Uint8Array(capacity));
      this.rebuild(32 - this.shift + 1);
    });
  }

  private rekey(): boolean {
    if (this.rekeys >= MAX_REKEYS) return false;
    this.rekeys++;
    this.mulLo = multiplier(2 * this.rekeys);
    this.mulHi = multiplier(2 * this.rekeys + 1);
    this.rebuild(32 - this.shift);
    return true;
  }

  private rebuild(bits: number): void {
    this.places = new Int32Array(2 ** bits);
    this.mask = this.places.length - 1;
    this.shift = 32 - bits;
    for (let slot = 0; slot < this.count; slot++) this.places[this.freePlace(slot)] = this.queue[slot];
  }
}

function enlarged<T extends Uint8Array | Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
