import { wordsToNumber } from '#core/mbo/mbo-block';
import { hashWords, multiplier, runLimit } from '#core/book/hash-words';
import { N_KEY_HI, N_KEY_LO, N_LEVEL, OrderStore } from '#core/book/order-store';
import { allocate } from '#core/book/room';

const INITIAL_LEVELS = 1024;
/** Places per level: at most one in eight is occupied. */
const SPARSENESS = 8;

/**
 * Price levels: a slot in the columns for each (side, price), handed out in order of first use and kept until
 * `forgetLevels`. Prices are exact i64 in two words: no tick size is assumed, and neither the number of levels nor
 * their distance matters. The end marker of a level's queue carries the price, so that finding a level and linking
 * an order to it touch the array of the nodes only.
 *
 * The columns are replaced when they grow.
 */
export class LevelStore extends OrderStore {
  /** Level slots are `0..levelCount-1`. */
  levelCount = 0;
  /** 0 bid, 1 ask. */
  levelSide = new Uint8Array(INITIAL_LEVELS);
  /** Exact price_int: the two words of an i64. */
  levelPriceLo = new Int32Array(INITIAL_LEVELS);
  levelPriceHi = new Int32Array(INITIAL_LEVELS);
  /** price_int as f64, exact below 2^53. */
  levelPrice = new Float64Array(INITIAL_LEVELS);
  /** Sum of the remaining quantities. */
  levelQty = new Float64Array(INITIAL_LEVELS);
  /** Orders in the queue, those of size 0 included. */
  levelOrders = new Int32Array(INITIAL_LEVELS);
  /** End marker of the queue. */
  levelQueue = new Int32Array(INITIAL_LEVELS);
  /** 1 while the slot is in the heap of `BestLevel`. */
  levelListed = new Uint8Array(INITIAL_LEVELS);
  /** End marker at each place of the price table, 0 = free. */
  private levelPlaces = new Int32Array(INITIAL_LEVELS * SPARSENESS);
  private levelMask = this.levelPlaces.length - 1;
  private levelShift = Math.clz32(this.levelMask);
  private levelMulLo = multiplier(0);
  private levelMulHi = multiplier(1);
  private levelRekeys = 0;
  private levelRunLimit = runLimit(0);

  /** End marker of the level's queue, 0 = the level was never used since the last clear. */
  findLevel(side: number, priceLo: number, priceHi: number): number {
    const { nodes, levelPlaces, levelMask } = this;
    let place = this.homeOfPrice(side, priceLo, priceHi);
    let left = this.levelRunLimit;
    for (;;) {
      const end = levelPlaces[place];
      if (end === 0) return 0;
      if (
        nodes[end + N_KEY_LO] === priceLo &&
        nodes[end + N_KEY_HI] === priceHi &&
        (nodes[end + N_LEVEL] & 1) === side
      ) {
        return end;
      }
      place = (place + 1) & levelMask;
      if (--left === 0) {
        this.rekeyLevels();
        return this.findLevel(side, priceLo, priceHi);
      }
    }
  }

  /** New slot for a level that `findLevel` does not know; returns the end marker of its queue. */
  openLevel(side: number, priceLo: number, priceHi: number): number {
    if (this.levelCount === this.levelQty.length) this.growLevels();
    const end = this.newQueue();
    const slot = this.levelCount++;
    this.nodes[end + N_KEY_LO] = priceLo;
    this.nodes[end + N_KEY_HI] = priceHi;
    this.nodes[end + N_LEVEL] = 2 * slot + side;
    this.levelSide[slot] = side;
    this.levelPriceLo[slot] = priceLo;
    this.levelPriceHi[slot] = priceHi;
    this.levelPrice[slot] = wordsToNumber(priceLo, priceHi);
    this.levelQty[slot] = 0;
    this.levelOrders[slot] = 0;
    this.levelQueue[slot] = end;
    this.levelListed[slot] = 0;
    this.enterLevel(slot);
    return end;
  }

  /** Forgets all levels, in time proportional to their number and not to the room they once needed. */
  forgetLevels(): void {
    // Backwards: without its latest entry the table is what it was before that entry came.
    for (let slot = this.levelCount - 1; slot >= 0; slot--) {
      let place = this.homeOfPrice(this.levelSide[slot], this.levelPriceLo[slot], this.levelPriceHi[slot]);
      while (this.levelPlaces[place] !== this.levelQueue[slot]) place = (place + 1) & this.levelMask;
      this.levelPlaces[place] = 0;
    }
    this.levelCount = 0;
  }

  private homeOfPrice(side: number, priceLo: number, priceHi: number): number {
    return (hashWords(priceLo, priceHi, this.levelMulLo, this.levelMulHi) >>> this.levelShift) ^ side;
  }

  private enterLevel(slot: number): void {
    let place = this.homeOfPrice(this.levelSide[slot], this.levelPriceLo[slot], this.levelPriceHi[slot]);
    while (this.levelPlaces[place] !== 0) place = (place + 1) & this.levelMask;
    this.levelPlaces[place] = this.levelQueue[slot];
  }

  private growLevels(): void {
    const levels = this.levelCount * 2;
    allocate('price levels', levels, () => {
      this.levelSide = enlarged(this.levelSide, new Uint8Array(levels));
      this.levelPriceLo = enlarged(this.levelPriceLo, new Int32Array(levels));
      this.levelPriceHi = enlarged(this.levelPriceHi, new Int32Array(levels));
      this.levelPrice = enlarged(this.levelPrice, new Float64Array(levels));
      this.levelQty = enlarged(this.levelQty, new Float64Array(levels));
      this.levelOrders = enlarged(this.levelOrders, new Int32Array(levels));
      this.levelQueue = enlarged(this.levelQueue, new Int32Array(levels));
      this.levelListed = enlarged(this.levelListed, new Uint8Array(levels));
      this.rebuildLevels(levels * SPARSENESS);
    });
  }

  private rekeyLevels(): void {
    this.levelRekeys++;
    this.levelRunLimit = runLimit(this.levelRekeys);
    this.levelMulLo = multiplier(2 * this.levelRekeys);
    this.levelMulHi = multiplier(2 * this.levelRekeys + 1);
    this.rebuildLevels(this.levelPlaces.length);
  }

  private rebuildLevels(places: number): void {
    this.levelPlaces = new Int32Array(places);
    this.levelMask = places - 1;
    this.levelShift = Math.clz32(this.levelMask);
    for (let slot = 0; slot < this.levelCount; slot++) this.enterLevel(slot);
  }
}

function enlarged<T extends Uint8Array | Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
