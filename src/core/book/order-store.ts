import { hashWords, MAX_REKEYS, multiplier, PROBE_LIMIT } from '#core/book/hash-words';
import { allocate } from '#core/book/room';

/**
 * A node is an order, or the end marker of a level's queue: 8 words of one array, half a cache line, so that
 * touching an order costs one memory access. A node is named by the index of its first word; 0 is no node.
 */
export const NODE_WORDS = 8;
/** Order id; of an end marker: price of the level. */
export const N_KEY_LO = 0;
export const N_KEY_HI = 1;
export const N_PREV = 2;
export const N_NEXT = 3;
/** 2 * level slot + side. */
export const N_LEVEL = 4;
/** Remaining quantity, u32. */
export const N_SIZE = 5;
/** Entry time (f64, ns relative to the time base) at `nodeTimes[(node >> 1) + N_ENTRY]`. */
export const N_ENTRY = 3;

const FIRST_NODE = NODE_WORDS;

/**
 * Exact u64 order id → node by open addressing with linear probing, and the nodes with the queues through them.
 * At most one place in five is occupied: fuller tables cost more in mispredicted probes than they save in cache.
 *
 * `LevelStore` and `OrderBook` extend this class instead of holding it: the record path then finds all its arrays in
 * one object, which is worth an eighth of its time.
 */
export class OrderStore {
  /** All nodes; replaced when they grow. */
  nodes: Int32Array;
  /** The same memory as f64. */
  nodeTimes: Float64Array;
  /** Node at each place of the id table, 0 = free place. */
  orderPlaces: Int32Array;
  /** Resting orders. */
  orderCount = 0;
  /** Times that the hash constants were changed because of long runs. */
  orderRekeys = 0;
  private orderMulLo = multiplier(0);
  private orderMulHi = multiplier(1);
  private orderMask: number;
  private orderShift: number;
  private maxCount: number;
  private freeNode = 0;
  private unusedNode = FIRST_NODE;

  constructor(initialOrders: number) {
    const nodes = Math.max(64, Math.ceil(initialOrders) + 1);
    this.nodes = newNodes(nodes);
    this.nodeTimes = new Float64Array(this.nodes.buffer);
    const bits = tableBits(nodes);
    this.orderPlaces = newPlaces(bits);
    this.orderMask = this.orderPlaces.length - 1;
    this.orderShift = 32 - bits;
    this.maxCount = this.orderPlaces.length / 5;
  }

  /** Place of the id, or the free place where it belongs. */
  probeOrder(lo: number, hi: number): number {
    const { orderPlaces: places, nodes } = this;
    const mask = this.orderMask;
    let place = (hashWords(lo, hi, this.orderMulLo, this.orderMulHi) >>> this.orderShift) | 0;
    let left = PROBE_LIMIT;
    for (;;) {
      const node = places[place];
      if (node === 0 || (nodes[node + N_KEY_LO] === lo && nodes[node + N_KEY_HI] === hi)) return place;
      place = (place + 1) & mask;
      if (--left === 0 && this.rekeyOrders()) return this.probeOrder(lo, hi);
    }
  }

  /** Enters an order at the free place that `probe` returned; the new node has an id and nothing else. */
  insertOrder(place: number, lo: number, hi: number): number {
    const node = this.newNode();
    const { nodes } = this;
    nodes[node + N_KEY_LO] = lo;
    nodes[node + N_KEY_HI] = hi;
    this.orderPlaces[place] = node;
    if (++this.orderCount > this.maxCount) this.growOrderPlaces();
    return node;
  }

  /** Frees a place and moves later entries of its run back, so that no markers of deleted entries are needed. */
  removeOrderAt(place: number): void {
    const { orderPlaces: places, orderMask: mask } = this;
    let hole = place;
    let next = (place + 1) & mask;
    let node = places[next];
    while (node !== 0) {
      if (((next - this.homeOfOrder(node)) & mask) >= ((next - hole) & mask)) {
        places[hole] = node;
        hole = next;
      }
      next = (next + 1) & mask;
      node = places[next];
    }
    places[hole] = 0;
    this.orderCount--;
  }

  newNode(): number {
    const node = this.freeNode;
    if (node !== 0) {
      this.freeNode = this.nodes[node + N_NEXT];
      return node;
    }
    if (this.unusedNode === this.nodes.length) this.growNodes();
    const fresh = this.unusedNode;
    this.unusedNode = fresh + NODE_WORDS;
    return fresh;
  }

  freeUp(node: number): void {
    this.nodes[node + N_NEXT] = this.freeNode;
    this.freeNode = node;
  }

  /** A queue is a ring through its end marker, so linking and unlinking need no branch. */
  newQueue(): number {
    const end = this.newNode();
    this.nodes[end + N_PREV] = end;
    this.nodes[end + N_NEXT] = end;
    return end;
  }

  /** Puts a node at the back of the queue of `end`. */
  link(node: number, end: number): void {
    const { nodes } = this;
    const last = nodes[end + N_PREV];
    nodes[node + N_PREV] = last;
    nodes[node + N_NEXT] = end;
    nodes[last + N_NEXT] = node;
    nodes[end + N_PREV] = node;
  }

  unlink(node: number): void {
    const { nodes } = this;
    const prev = nodes[node + N_PREV];
    const next = nodes[node + N_NEXT];
    nodes[prev + N_NEXT] = next;
    nodes[next + N_PREV] = prev;
  }

  /** Forgets all nodes. The caller has removed every order from its place. */
  resetNodes(): void {
    this.freeNode = 0;
    this.unusedNode = FIRST_NODE;
  }

  private homeOfOrder(node: number): number {
    return (hashWords(this.nodes[node + N_KEY_LO], this.nodes[node + N_KEY_HI], this.orderMulLo, this.orderMulHi) >>> this.orderShift) | 0;
  }

  private growNodes(): void {
    const grown = newNodes((this.nodes.length / NODE_WORDS) * 2);
    grown.set(this.nodes);
    this.nodes = grown;
    this.nodeTimes = new Float64Array(grown.buffer);
  }

  private growOrderPlaces(): void {
    this.rebuildOrders(32 - this.orderShift + 1);
  }

  private rekeyOrders(): boolean {
    if (this.orderRekeys >= MAX_REKEYS) return false;
    this.orderRekeys++;
    this.orderMulLo = multiplier(2 * this.orderRekeys);
    this.orderMulHi = multiplier(2 * this.orderRekeys + 1);
    this.rebuildOrders(32 - this.orderShift);
    return true;
  }

  private rebuildOrders(bits: number): void {
    const old = this.orderPlaces;
    const places = newPlaces(bits);
    const mask = places.length - 1;
    this.orderShift = 32 - bits;
    for (const node of old) {
      if (node === 0) continue;
      let place = this.homeOfOrder(node);
      while (places[place] !== 0) place = (place + 1) & mask;
      places[place] = node;
    }
    this.orderPlaces = places;
    this.orderMask = mask;
    this.maxCount = places.length / 5;
  }
}

function newNodes(count: number): Int32Array<ArrayBuffer> {
  return allocate('orders', count, () => new Int32Array(count * NODE_WORDS));
}

function newPlaces(bits: number): Int32Array {
  return allocate('orders', 2 ** bits / 10, () => new Int32Array(2 ** bits));
}

/** Smallest power of two with room for `orders` at a load of one fifth. */
function tableBits(orders: number): number {
  // `| 0` keeps the shifts derived from it integers for the engine.
  return Math.max(10, Math.ceil(Math.log2(orders * 5))) | 0;
}
