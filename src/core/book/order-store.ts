import { asF64s, copyI32s, newI32s, toI32, type F64s, type I32s } from '#base/numeric/arrays';
import type { f64, i32 } from '#base/numeric/types';
import { hashWords, multiplier, runLimit } from '#core/book/hash-words';
import { checkRoom } from '#core/book/room';

/**
 * A node is an order, or the end marker of a level's queue: 8 words of one array, half a cache line, so that
 * touching an order costs one memory access. A node is named by the index of its first word; 0 is no node.
 */
const NODE_WORDS: i32 = 8;
/** Order id; of an end marker the price of its level. */
export const N_KEY_LO: i32 = 0;
export const N_KEY_HI: i32 = 1;
const N_PREV: i32 = 2;
export const N_NEXT: i32 = 3;
/** 2 * level slot + side. */
export const N_LEVEL: i32 = 4;
/** Remaining quantity, u32. */
export const N_SIZE: i32 = 5;
/** Entry time (f64, ns relative to the time base) at `nodeTimes[(node >> 1) + N_ENTRY]`. */
export const N_ENTRY: i32 = 3;

const FIRST_NODE: i32 = 8;

/**
 * Ids are mostly handed out in sequence. While nothing speaks against it, ids that follow one another lie this many
 * places apart: new orders then touch memory that is in the cache, and even an id range without gaps leaves four
 * places in five free.
 */
const ID_STEP: i32 = 5;

/**
 * Orders by exact u64 id (open addressing, linear probing) and the queues through them. At most one place in five of
 * the table is occupied: fuller tables cost more in mispredicted probes than they save in cache. Kernel code.
 *
 * `LevelStore` and `OrderBook` extend this class where one would expect them to hold it: with all arrays in one
 * object a record takes an eighth less time.
 */
export class OrderStore {
  /** All nodes; replaced when they grow. */
  nodes: I32s;
  /** The same memory as f64. */
  nodeTimes: F64s;
  /** Node at each place of the id table, 0 = free. */
  orderPlaces: I32s;
  /** Resting orders. */
  orderCount: i32 = 0;
  /** How often the hash constants were changed because of a long run. */
  orderRekeys: i32 = 0;
  private orderMask: i32;
  private orderShift: i32;
  private orderMulLo: i32;
  private orderMulHi: i32;
  private orderRunLimit: i32 = 32;
  private maxOrders: i32;
  private nodesEnd: i32;
  private freeNode: i32 = 0;
  private unusedNode: i32 = FIRST_NODE;

  /** @param initialOrders orders to make room for at once */
  constructor(initialOrders: i32) {
    const count = initialOrders < 63 ? 64 : initialOrders + 1;
    checkRoom(count);
    let bits: i32 = 10;
    while (1 << bits < count * 5) bits++;
    const nodes = newI32s(count * NODE_WORDS);
    this.nodes = nodes;
    this.nodeTimes = asF64s(nodes, count * NODE_WORDS);
    this.nodesEnd = count * NODE_WORDS;
    this.orderPlaces = newI32s(1 << bits);
    this.orderMask = (1 << bits) - 1;
    this.orderShift = 32 - bits;
    this.maxOrders = roomOfTable(bits);
    this.orderMulLo = ID_STEP << (32 - bits);
    this.orderMulHi = multiplier(1);
  }

  /**
   * Place of the id, or the free place where it belongs.
   * @inline
   */
  probeOrder(idLo: i32, idHi: i32): i32 {
    const place = this.homeOfId(idLo, idHi);
    const node = this.orderPlaces[place];
    if (node === 0 || (this.nodes[node + N_KEY_LO] === idLo && this.nodes[node + N_KEY_HI] === idHi)) {
      return place;
    }
    return this.probeOn(place, idLo, idHi);
  }

  /** Where the home of an id is taken by another order. */
  private probeOn(home: i32, idLo: i32, idHi: i32): i32 {
    const nodes = this.nodes;
    const orderPlaces = this.orderPlaces;
    const orderMask = this.orderMask;
    let place = (home + 1) & orderMask;
    let left = this.orderRunLimit;
    let node = orderPlaces[place];
    while (node !== 0 && (nodes[node + N_KEY_LO] !== idLo || nodes[node + N_KEY_HI] !== idHi)) {
      if (--left === 0) {
        this.rekeyOrders();
        return this.placeOf(idLo, idHi);
      }
      place = (place + 1) & orderMask;
      node = orderPlaces[place];
    }
    return place;
  }

  /** `probeOrder` where inlining would have no end. */
  private placeOf(idLo: i32, idHi: i32): i32 {
    return this.probeOrder(idLo, idHi);
  }

  /**
   * Enters an order at the free place that `probeOrder` returned; the new node has an id and nothing else.
   * @inline
   */
  insertOrder(place: i32, idLo: i32, idHi: i32): i32 {
    const node = this.newNode();
    const nodes = this.nodes;
    nodes[node + N_KEY_LO] = idLo;
    nodes[node + N_KEY_HI] = idHi;
    this.orderPlaces[place] = node;
    if (++this.orderCount > this.maxOrders) this.rebuildOrders(33 - this.orderShift);
    return node;
  }

  /** Frees a place and moves later entries of its run back, so that no marks of deleted entries are needed. */
  freeOrderPlace(place: i32): void {
    const orderPlaces = this.orderPlaces;
    const orderMask = this.orderMask;
    let hole = place;
    let next = (place + 1) & orderMask;
    let node = orderPlaces[next];
    let left = this.orderRunLimit;
    while (node !== 0) {
      if (((next - this.homeOf(node)) & orderMask) >= ((next - hole) & orderMask)) {
        orderPlaces[hole] = node;
        hole = next;
      }
      next = (next + 1) & orderMask;
      node = --left === 0 ? 0 : orderPlaces[next];
    }
    orderPlaces[hole] = 0;
    this.orderCount--;
    // The rest of the run was not looked at: everything gets a new place.
    if (left === 0) this.rekeyOrders();
  }

  /** @inline */
  newNode(): i32 {
    const free = this.freeNode;
    if (free !== 0) {
      this.freeNode = this.nodes[free + N_NEXT];
      return free;
    }
    if (this.unusedNode === this.nodesEnd) this.growNodes();
    const fresh = this.unusedNode;
    this.unusedNode = fresh + NODE_WORDS;
    return fresh;
  }

  /** @inline */
  releaseNode(node: i32): void {
    this.nodes[node + N_NEXT] = this.freeNode;
    this.freeNode = node;
  }

  /** Forgets all nodes. The caller has freed the place of every order. */
  releaseAllNodes(): void {
    this.freeNode = 0;
    this.unusedNode = FIRST_NODE;
  }

  /** End marker of a new queue. A queue is a ring through its end marker, so linking and unlinking have no branch. */
  newQueue(): i32 {
    const end = this.newNode();
    this.nodes[end + N_PREV] = end;
    this.nodes[end + N_NEXT] = end;
    return end;
  }

  /**
   * Puts a node at the back of the queue of `end`.
   * @inline
   */
  link(node: i32, end: i32): void {
    const nodes = this.nodes;
    const last = nodes[end + N_PREV];
    nodes[node + N_PREV] = last;
    nodes[node + N_NEXT] = end;
    nodes[last + N_NEXT] = node;
    nodes[end + N_PREV] = node;
  }

  /** @inline */
  unlink(node: i32): void {
    const nodes = this.nodes;
    const prev = nodes[node + N_PREV];
    const next = nodes[node + N_NEXT];
    nodes[prev + N_NEXT] = next;
    nodes[next + N_PREV] = prev;
  }

  private homeOf(node: i32): i32 {
    return this.homeOfId(this.nodes[node + N_KEY_LO], this.nodes[node + N_KEY_HI]);
  }

  /** @inline */
  private homeOfId(idLo: i32, idHi: i32): i32 {
    // `| 0` because to a JavaScript engine a place that is unsigned here and signed elsewhere would be a float.
    return (hashWords(idLo, idHi, this.orderMulLo, this.orderMulHi) >>> this.orderShift) | 0;
  }

  private growNodes(): void {
    const end = this.nodesEnd * 2;
    checkRoom(end / NODE_WORDS);
    const grown = newI32s(end);
    copyI32s(this.nodes, 0, grown, 0, this.nodesEnd);
    this.nodes = grown;
    this.nodeTimes = asF64s(grown, end);
    this.nodesEnd = end;
  }

  private rekeyOrders(): void {
    this.orderRekeys++;
    this.orderRunLimit = runLimit(this.orderRekeys);
    this.rebuildOrders(32 - this.orderShift);
  }

  private rebuildOrders(bits: i32): void {
    const old = this.orderPlaces;
    const oldCount = this.orderMask + 1;
    const rekeys = this.orderRekeys;
    checkRoom(roomOfTable(bits));
    const places = newI32s(1 << bits);
    const mask = (1 << bits) - 1;
    this.orderShift = 32 - bits;
    this.orderMulLo = rekeys === 0 ? ID_STEP << this.orderShift : multiplier(2 * rekeys);
    this.orderMulHi = multiplier(2 * rekeys + 1);
    for (let i = 0; i < oldCount; i++) {
      const node = old[i];
      if (node === 0) continue;
      let place = this.homeOf(node);
      while (places[place] !== 0) place = (place + 1) & mask;
      places[place] = node;
    }
    this.orderPlaces = places;
    this.orderMask = mask;
    this.maxOrders = roomOfTable(bits);
  }
}

/** Orders of a table with 2^bits places: a fifth of them. */
function roomOfTable(bits: i32): i32 {
  const places: i32 = 1 << bits;
  const fifth: f64 = places * 0.2;
  return toI32(Math.floor(fifth));
}
