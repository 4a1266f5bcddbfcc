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
 */
export class OrderTable {
  /** All nodes; replaced when they grow. */
  nodes: Int32Array;
  /** The same memory as f64. */
  nodeTimes: Float64Array;
  /** Node at each place of the table, 0 = free place. */
  places: Int32Array;
  /** Orders in the table. */
  count = 0;
  /** Times that the hash constants were changed because of long runs. */
  rekeys = 0;
  private mulLo = multiplier(0);
  private mulHi = multiplier(1);
  private mask: number;
  private shift: number;
  private maxCount: number;
  private freeNode = 0;
  private unusedNode = FIRST_NODE;

  constructor(initialOrders: number) {
    const nodes = Math.max(64, Math.ceil(initialOrders) + 1);
    this.nodes = newNodes(nodes);
    this.nodeTimes = new Float64Array(this.nodes.buffer);
    const bits = tableBits(nodes);
    this.places = newPlaces(bits);
    this.mask = this.places.length - 1;
    this.shift = 32 - bits;
    this.maxCount = this.places.length / 5;
  }

  /** Place of the id, or the free place where it belongs. */
  probe(lo: number, hi: number): number {
    const { places, nodes, mask } = this;
    let place = (hashWords(lo, hi, this.mulLo, this.mulHi) >>> this.shift) | 0;
    let left = PROBE_LIMIT;
    for (;;) {
      const node = places[place];
      if (node === 0 || (nodes[node + N_KEY_LO] === lo && nodes[node + N_KEY_HI] === hi)) return place;
      place = (place + 1) & mask;
      if (--left === 0 && this.rekey()) return this.probe(lo, hi);
    }
  }

  /** Enters an order at the free place that `probe` returned; the new node has an id and nothing else. */
  insert(place: number, lo: number, hi: number): number {
    const node = this.newNode();
    const { nodes } = this;
    nodes[node + N_KEY_LO] = lo;
    nodes[node + N_KEY_HI] = hi;
    this.places[place] = node;
    if (++this.count > this.maxCount) this.growPlaces();
    return node;
  }

  /** Frees a place and moves later entries of its run back, so that no markers of deleted entries are needed. */
  remove(place: number): void {
    const { places, mask } = this;
    let hole = place;
    let next = (place + 1) & mask;
    let node = places[next];
    while (node !== 0) {
      if (((next - this.homeOf(node)) & mask) >= ((next - hole) & mask)) {
        places[hole] = node;
        hole = next;
      }
      next = (next + 1) & mask;
      node = places[next];
    }
    places[hole] = 0;
    this.count--;
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

  private homeOf(node: number): number {
    return (hashWords(this.nodes[node + N_KEY_LO], this.nodes[node + N_KEY_HI], this.mulLo, this.mulHi) >>> this.shift) | 0;
  }

  private growNodes(): void {
    const grown = newNodes((this.nodes.length / NODE_WORDS) * 2);
    grown.set(this.nodes);
    this.nodes = grown;
    this.nodeTimes = new Float64Array(grown.buffer);
  }

  private growPlaces(): void {
    this.rebuild(32 - this.shift + 1);
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
    const old = this.places;
    const places = newPlaces(bits);
    const mask = places.length - 1;
    this.shift = 32 - bits;
    for (const node of old) {
      if (node === 0) continue;
      let place = this.homeOf(node);
      while (places[place] !== 0) place = (place + 1) & mask;
      places[place] = node;
    }
    this.places = places;
    this.mask = mask;
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
