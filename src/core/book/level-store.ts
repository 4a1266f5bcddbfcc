import { wordsToNumber } from '#core/mbo/mbo-block';
import { hashWords, MAX_REKEYS, multiplier, PROBE_LIMIT } from '#core/book/hash-words';
import { N_KEY_HI, N_KEY_LO, N_LEVEL, type OrderStore } from '#core/book/order-store';
import { allocate } from '#core/book/room';

/**
 * (side, price) → level, and the columns of the levels. A level is named by its slot in the columns and has a queue of
 * orders, whose end marker carries the price so that finding a level touches the array of the orders only. Prices are exact i64 in two words: no tick size is
 * assumed, and neither the number of levels nor their spacing matters. Slots are handed out in order of first use
 * and live until `clear`.
 */
export class LevelStore extends OrderStore {
  levelCount = 0;
  /** 0 bid, 1 ask. */
  levelSide: Uint8Array;
  levelPriceLo: Int32Array;
  levelPriceHi: Int32Array;
  /** price_int as f64, rounded above 2^53. */
  levelPrice: Float64Array;
  /** Sum of the remaining quantities. */
  levelQty: Float64Array;
  /** Orders in the queue, those of size 0 included. */
  levelOrders: Int32Array;
  /** End marker of the queue in the order table. */
  levelQueue: Int32Array;
  /** 1 while the slot is in the heap of its side. */
  levelListed: Uint8Array;
  levelRekeys = 0;
  /** End marker at each place, 0 = free. */
  private levelPlaces: Int32Array;
  private levelMulLo = multiplier(0);
  private levelMulHi = multiplier(1);
  private levelMask: number;
  private levelShift: number;

  constructor(
    private readonly orders: OrderStore,
    initialLevels = 1024,
  ) {
    const bits = Math.ceil(Math.log2(initialLevels * 8)) | 0;
    const capacity = 2 ** bits / 8;
    this.levelSide = new Uint8Array(capacity);
    this.levelPriceLo = new Int32Array(capacity);
    this.levelPriceHi = new Int32Array(capacity);
    this.levelPrice = new Float64Array(capacity);
    this.levelQty = new Float64Array(capacity);
    this.levelOrders = new Int32Array(capacity);
    this.levelQueue = new Int32Array(capacity);
    this.levelListed = new Uint8Array(capacity);
    this.levelPlaces = new Int32Array(2 ** bits);
    this.levelMask = this.levelPlaces.length - 1;
    this.levelShift = 32 - bits;
  }

  /** End marker of the level's queue, 0 = the level was never used since the last clear. */
  find(side: number, priceLo: number, priceHi: number): number {
    const { places, mask } = this;
    const { nodes } = this.orders;
    let place = (hashWords(priceLo, priceHi, this.levelMulLo, this.levelMulHi) >>> this.levelShift) ^ side;
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
    if (this.levelCount === this.levelQty.length) this.grow();
    const { orders } = this;
    const end = orders.newQueue();
    const slot = this.levelCount++;
    orders.nodes[end + N_KEY_LO] = priceLo;
    orders.nodes[end + N_KEY_HI] = priceHi;
    orders.nodes[end + N_LEVEL] = 2 * slot + side;
    this.levelSide[slot] = side;
    this.levelPriceLo[slot] = priceLo;
    this.levelPriceHi[slot] = priceHi;
    this.levelPrice[slot] = wordsToNumber(priceLo, priceHi);
    this.levelQty[slot] = 0;
    this.levelOrders[slot] = 0;
    this.levelQueue[slot] = end;
    this.levelListed[slot] = 0;
    this.levelPlaces[this.freePlace(slot)] = end;
    return end;
  }

  /** Forgets all levels, in time proportional to their number and not to the room they once needed. */
  clear(): void {
    // Backwards: without its latest entry the table is what it was before that entry came.
    for (let slot = this.levelCount - 1; slot >= 0; slot--) {
      let place = this.homeOf(slot);
      while (this.levelPlaces[place] !== this.levelQueue[slot]) place = (place + 1) & this.levelMask;
      this.levelPlaces[place] = 0;
    }
    this.levelCount = 0;
  }

  private homeOf(slot: number): number {
    return (hashWords(this.levelPriceLo[slot], this.levelPriceHi[slot], this.levelMulLo, this.levelMulHi) >>> this.levelShift) ^ this.levelSide[slot];
  }

  private freePlace(slot: number): number {
    let place = this.homeOf(slot);
    while (this.levelPlaces[place] !== 0) place = (place + 1) & this.levelMask;
    return place;
  }

  private grow(): void {
    const capacity = this.levelQty.length * 2;
    allocate('price levels', capacity, () => {
      this.levelSide = enlarged(this.levelSide, new Uint8Array(capacity));
      this.levelPriceLo = enlarged(this.levelPriceLo, new Int32Array(capacity));
      this.levelPriceHi = enlarged(this.levelPriceHi, new Int32Array(capacity));
      this.levelPrice = enlarged(this.levelPrice, new Float64Array(capacity));
      this.levelQty = enlarged(this.levelQty, new Float64Array(capacity));
      this.levelOrders = enlarged(this.levelOrders, new Int32Array(capacity));
      this.levelQueue = enlarged(this.levelQueue, new Int32Array(capacity));
      this.levelListed = enlarged(this.levelListed, new Uint8Array(capacity));
      this.rebuild(32 - this.levelShift + 1);
    });
  }

  private rekey(): boolean {
    if (this.levelRekeys >= MAX_REKEYS) return false;
    this.levelRekeys++;
    this.levelMulLo = multiplier(2 * this.levelRekeys);
    this.levelMulHi = multiplier(2 * this.levelRekeys + 1);
    this.rebuild(32 - this.levelShift);
    return true;
  }

  private rebuild(bits: number): void {
    this.levelPlaces = new Int32Array(2 ** bits);
    this.levelMask = this.levelPlaces.length - 1;
    this.levelShift = 32 - bits;
    for (let slot = 0; slot < this.levelCount; slot++) this.levelPlaces[this.freePlace(slot)] = this.levelQueue[slot];
  }
}

function enlarged<T extends Uint8Array | Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
