import {
  copyF64s,
  copyI32s,
  copyU8s,
  leadingZeros,
  newF64s,
  newI32s,
  newU8s,
  type F64s,
  type I32s,
  type U8s,
} from '#base/numeric/arrays';
import type { bool, i32 } from '#base/numeric/types';
import { hashWords, multiplier, runLimit } from '#core/book/hash-words';
import { N_KEY_HI, N_KEY_LO, N_LEVEL, OrderStore } from '#core/book/order-store';
import { checkRoom } from '#core/book/room';
import { wordsToNumber } from '#core/mbo/mbo-layout';

const INITIAL_LEVELS: i32 = 1024;
/** Places per level: at most one in eight is occupied. */
const SPARSENESS: i32 = 8;

/**
 * Price levels: a slot in the columns for each (side, price), handed out in order of first use and kept until
 * `forgetLevels`. Prices are exact i64 in two words: no tick size is assumed, and neither the number of levels nor
 * their distance matters. The end marker of a level's queue carries the price, so that finding a level and linking
 * an order to it touch the array of the nodes only. Kernel code.
 *
 * The columns are replaced when they grow.
 */
export class LevelStore extends OrderStore {
  /** Level slots are `0..levelCount-1`. */
  levelCount: i32 = 0;
  /** 0 bid, 1 ask. */
  levelSide: U8s = newU8s(INITIAL_LEVELS);
  /** Exact price_int: the two words of an i64. */
  levelPriceLo: I32s = newI32s(INITIAL_LEVELS);
  levelPriceHi: I32s = newI32s(INITIAL_LEVELS);
  /** price_int as f64, exact below 2^53. */
  levelPrice: F64s = newF64s(INITIAL_LEVELS);
  /** Sum of the remaining quantities. */
  levelQty: F64s = newF64s(INITIAL_LEVELS);
  /** Orders in the queue, those of size 0 included. */
  levelOrders: I32s = newI32s(INITIAL_LEVELS);
  /** End marker of the queue. */
  levelQueue: I32s = newI32s(INITIAL_LEVELS);
  /** 1 while the slot is in the heap of `BestLevel`. */
  levelListed: U8s = newU8s(INITIAL_LEVELS);
  private levelRoom: i32 = INITIAL_LEVELS;
  /** End marker at each place of the price table, 0 = free. */
  private levelPlaces: I32s = newI32s(INITIAL_LEVELS * SPARSENESS);
  private levelMask: i32 = INITIAL_LEVELS * SPARSENESS - 1;
  private levelShift: i32 = leadingZeros(INITIAL_LEVELS * SPARSENESS - 1);
  private levelMulLo: i32 = multiplier(0);
  private levelMulHi: i32 = multiplier(1);
  private levelRekeys: i32 = 0;
  private levelRunLimit: i32 = runLimit(0);

  /**
   * End marker of the level's queue, 0 = the level was never used since the last clear.
   * @inline
   */
  findLevel(side: i32, priceLo: i32, priceHi: i32): i32 {
    const place = this.homeOfPrice(side, priceLo, priceHi);
    const end = this.levelPlaces[place];
    return end === 0 || this.isQueueOf(end, side, priceLo, priceHi)
      ? end
      : this.findOn(place, side, priceLo, priceHi);
  }

  /** Where the home of a price is taken by another level. */
  private findOn(home: i32, side: i32, priceLo: i32, priceHi: i32): i32 {
    const levelPlaces = this.levelPlaces;
    const levelMask = this.levelMask;
    let place = (home + 1) & levelMask;
    let left = this.levelRunLimit;
    let end = levelPlaces[place];
    while (end !== 0 && !this.isQueueOf(end, side, priceLo, priceHi)) {
      if (--left === 0) {
        this.rekeyLevels();
        return this.levelOf(side, priceLo, priceHi);
      }
      place = (place + 1) & levelMask;
      end = levelPlaces[place];
    }
    return end;
  }

  /** `findLevel` where inlining would have no end. */
  private levelOf(side: i32, priceLo: i32, priceHi: i32): i32 {
    return this.findLevel(side, priceLo, priceHi);
  }

  /** @inline */
  private isQueueOf(end: i32, side: i32, priceLo: i32, priceHi: i32): bool {
    const nodes = this.nodes;
    return (
      nodes[end + N_KEY_LO] === priceLo &&
      nodes[end + N_KEY_HI] === priceHi &&
      (nodes[end + N_LEVEL] & 1) === side
    );
  }

  /** New slot for a level that `findLevel` does not know; returns the end marker of its queue. */
  openLevel(side: i32, priceLo: i32, priceHi: i32): i32 {
    if (this.levelCount === this.levelRoom) this.growLevels();
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

  /** @inline */
  private homeOfPrice(side: i32, priceLo: i32, priceHi: i32): i32 {
    return (hashWords(priceLo, priceHi, this.levelMulLo, this.levelMulHi) >>> this.levelShift) ^ side;
  }

  private enterLevel(slot: i32): void {
    let place = this.homeOfPrice(this.levelSide[slot], this.levelPriceLo[slot], this.levelPriceHi[slot]);
    while (this.levelPlaces[place] !== 0) place = (place + 1) & this.levelMask;
    this.levelPlaces[place] = this.levelQueue[slot];
  }

  private growLevels(): void {
    const count = this.levelCount;
    const room = count * 2;
    checkRoom(room);
    this.levelSide = largerU8s(this.levelSide, count, room);
    this.levelPriceLo = largerI32s(this.levelPriceLo, count, room);
    this.levelPriceHi = largerI32s(this.levelPriceHi, count, room);
    this.levelPrice = largerF64s(this.levelPrice, count, room);
    this.levelQty = largerF64s(this.levelQty, count, room);
    this.levelOrders = largerI32s(this.levelOrders, count, room);
    this.levelQueue = largerI32s(this.levelQueue, count, room);
    this.levelListed = largerU8s(this.levelListed, count, room);
    this.levelRoom = room;
    this.rebuildLevels(room * SPARSENESS);
  }

  private rekeyLevels(): void {
    this.levelRekeys++;
    this.levelRunLimit = runLimit(this.levelRekeys);
    this.levelMulLo = multiplier(2 * this.levelRekeys);
    this.levelMulHi = multiplier(2 * this.levelRekeys + 1);
    this.rebuildLevels(this.levelMask + 1);
  }

  private rebuildLevels(places: i32): void {
    this.levelPlaces = newI32s(places);
    this.levelMask = places - 1;
    this.levelShift = leadingZeros(this.levelMask);
    for (let slot = 0; slot < this.levelCount; slot++) this.enterLevel(slot);
  }
}

function largerF64s(from: F64s, count: i32, room: i32): F64s {
  const to = newF64s(room);
  copyF64s(from, 0, to, 0, count);
  return to;
}

function largerI32s(from: I32s, count: i32, room: i32): I32s {
  const to = newI32s(room);
  copyI32s(from, 0, to, 0, count);
  return to;
}

function largerU8s(from: U8s, count: i32, room: i32): U8s {
  const to = newU8s(room);
  copyU8s(from, 0, to, 0, count);
  return to;
}
