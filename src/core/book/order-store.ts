import { hashWords, multiplier, runLimit } from '#core/book/hash-words';
import { allocate } from '#core/book/room';

/**
 * A node is an order, or the end marker of a level's queue: 8 words of one array, half a cache line, so that
 * touching an order costs one memory access. A node is named by the index of its first word; 0 is no node.
 */
export const NODE_WORDS = 8;
/** Order id; of an end marker the price of its level. */
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
 * Ids are mostly handed out in sequence. While nothing speaks against it, ids that follow one another lie this many
 * places apart: new orders then touch memory that is in the cache, and even an id range without gaps leaves four
 * places in five free.
 */
const ID_STEP = 5;

/**
 * Orders by exact u64 id (open addressing, linear probing) and the queues through them. At most one place in five of
 * the table is occupied: fuller tables cost more in mispredicted probes than they save in cache.
 *
 * `LevelStore` and `OrderBook` extend this class where one would expect them to hold it: with all arrays in one
 * object a record takes an eighth less time.
 */
export class OrderStore {
  /** All nodes; replaced when they grow. */
  nodes: Int32Array;
  /** The same memory as f64. */
  nodeTimes: Float64Array;
  /** Node at each place of the id table, 0 = free. */
  orderPlaces: Int32Array;
  /** Resting orders. */
  orderCount = 0;
  private orderMask: number;
  private orderShift: number;
  private orderMulLo = 0;
  private orderMulHi = 0;
  /** How often the hash constants were changed because of a long run. */
  orderRekeys = 0;
  private orderRunLimit = runLimit(0);
  private maxOrders: number;
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
    this.maxOrders = Math.floor(this.orderPlaces.length / 5);
    this.setOrderConstants();
  }

  /** Place of the id, or the free place where it belongs. */
  probeOrder(idLo: number, idHi: number): number {
    const { nodes, orderPlaces, orderMask } = this;
    let place = this.homeOfId(idLo, idHi);
    let left = this.orderRunLimit;
    for (;;) {
      const node = orderPlaces[place];
      if (node === 0 || (nodes[node + N_KEY_LO] === idLo && nodes[node + N_KEY_HI] === idHi)) return place;
      place = (place + 1) & orderMask;
      if (--left === 0) {
        this.rekeyOrders();
        return this.probeOrder(idLo, idHi);
      }
    }
  }

  /** Enters an order at the free place that `probeOrder` returned; the new node has an id and nothing else. */
  insertOrder(place: number, idLo: number, idHi: number): number {
    const node = this.newNode();
    const { nodes } = this;
    nodes[node + N_KEY_LO] = idLo;
    nodes[node + N_KEY_HI] = idHi;
    this.orderPlaces[place] = node;
    if (++this.orderCount > this.maxOrders) this.rebuildOrders(33 - this.orderShift);
    return node;
  }

  /** Frees a place and moves later entries of its run back, so that no marks of deleted entries are needed. */
  freeOrderPlace(place: number): void {
    const { orderPlaces, orderMask } = this;
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

  newNode(): number {
    const free = this.freeNode;
    if (free !== 0) {
      this.freeNode = this.nodes[free + N_NEXT];
      return free;
    }
    if (this.unusedNode === this.nodes.length) this.growNodes();
    const fresh = this.unusedNode;
    this.unusedNode = fresh + NODE_WORDS;
    return fresh;
  }

  releaseNode(node: number): void {
    this.nodes[node + N_NEXT] = this.freeNode;
    this.freeNode = node;
  }

  /** Forgets all nodes. The caller has freed the place of every order. */
  releaseAllNodes(): void {
    this.freeNode = 0;
    this.unusedNode = FIRST_NODE;
  }

  /** End marker of a new queue. A queue is a ring through its end marker, so linking and unlinking have no branch. */
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

  private homeOf(node: number): number {
    return this.homeOfId(this.nodes[node + N_KEY_LO], this.nodes[node + N_KEY_HI]);
  }

  private homeOfId(idLo: number, idHi: number): number {
    // `| 0` because an unsigned place in the first round and a signed one in the next would make it a float.
    return (hashWords(idLo, idHi, this.orderMulLo, this.orderMulHi) >>> this.orderShift) | 0;
  }

  private growNodes(): void {
    const grown = newNodes((this.nodes.length / NODE_WORDS) * 2);
    grown.set(this.nodes);
    this.nodes = grown;
    this.nodeTimes = new Float64Array(grown.buffer);
  }

  private rekeyOrders(): void {
    this.orderRekeys++;
    this.orderRunLimit = runLimit(this.orderRekeys);
    this.rebuildOrders(32 - this.orderShift);
  }

  private setOrderConstants(): void {
    const { orderRekeys, orderShift } = this;
    this.orderMulLo = orderRekeys === 0 ? ID_STEP << orderShift : multiplier(2 * orderRekeys);
    this.orderMulHi = multiplier(2 * orderRekeys + 1);
  }

  private rebuildOrders(bits: number): void {
    const old = this.orderPlaces;
    const places = newPlaces(bits);
    const mask = places.length - 1;
    this.orderShift = 32 - bits;
    this.setOrderConstants();
    for (const node of old) {
      if (node === 0) continue;
      let place = this.homeOf(node);
      while (places[place] !== 0) place = (place + 1) & mask;
      places[place] = node;
    }
    this.orderPlaces = places;
    this.orderMask = mask;
    this.maxOrders = Math.floor(places.length / 5);
  }
}

function newNodes(count: number): Int32Array<ArrayBuffer> {
  return allocate('orders', count, () => new Int32Array(count * NODE_WORDS));
}

function newPlaces(bits: number): Int32Array {
  return allocate('orders', 2 ** bits / 5, () => new Int32Array(2 ** bits));
}

/** Smallest power of two with room for `orders` at a load of one fifth. `| 0` keeps the shifts made of it integers. */
function tableBits(orders: number): number {
  return Math.max(10, Math.ceil(Math.log2(orders * 5))) | 0;
}
