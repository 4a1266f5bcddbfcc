/**
 * The simulated venue's book: orders in slots (structure of arrays), one FIFO queue per side and tick. Ticks are
 * counted from the bottom of the band (0 .. `ticks` - 1); sides are 0 bid, 1 ask. It keeps state and decides
 * nothing; `matching-engine.ts` turns intentions into changes of it and into records.
 */
export type SideIndex = 0 | 1;

const NO_ORDER = -1;
const FIRST_CAPACITY = 1 << 12;

export class FifoBook {
  readonly ticks: number;

  // Per order slot.
  idLo = new Uint32Array(FIRST_CAPACITY);
  idHi = new Uint32Array(FIRST_CAPACITY);
  side = new Uint8Array(FIRST_CAPACITY);
  tick = new Int32Array(FIRST_CAPACITY);
  /** Displayed quantity. */
  size = new Uint32Array(FIRST_CAPACITY);
  /** Hidden quantity that refills the displayed part, and how much of it each time. */
  reserve = new Uint32Array(FIRST_CAPACITY);
  peak = new Uint32Array(FIRST_CAPACITY);
  /** 1: belongs to the feature going on; the background leaves it alone. */
  held = new Uint8Array(FIRST_CAPACITY);
  /** Time and sequence number of the last A or M, as a snapshot reports them. */
  stampNs = new Float64Array(FIRST_CAPACITY);
  stampSequence = new Uint32Array(FIRST_CAPACITY);
  /** Neighbours in the queue, towards its head and its tail; -1 = none. */
  previous = new Int32Array(FIRST_CAPACITY);
  next = new Int32Array(FIRST_CAPACITY);

  // Per level, at `side * ticks + tick`.
  readonly head: Int32Array;
  readonly tail: Int32Array;
  readonly orders: Int32Array;
  readonly depth: Float64Array;

  /** Best tick per side: -1 (no bids), `ticks` (no asks). */
  readonly best: Int32Array;
  readonly sideOrders = new Int32Array(2);

  private free = new Int32Array(FIRST_CAPACITY);
  private freeCount = 0;
  private used = 0;

  constructor(ticks: number) {
    this.ticks = ticks;
    this.head = new Int32Array(2 * ticks).fill(NO_ORDER);
    this.tail = new Int32Array(2 * ticks).fill(NO_ORDER);
    this.orders = new Int32Array(2 * ticks);
    this.depth = new Float64Array(2 * ticks);
    this.best = Int32Array.of(-1, ticks);
  }

  /** Best ask minus best bid in ticks; larger than the band while a side is empty. */
  get spread(): number {
    return this.best[1] - this.best[0];
  }

  get orderCount(): number {
    return this.sideOrders[0] + this.sideOrders[1];
  }

  level(side: SideIndex, tick: number): number {
    return side * this.ticks + tick;
  }

  /** Sum of displayed quantities on `levels` ticks from `tick` away from the spread. */
  depthFrom(side: SideIndex, tick: number, levels: number): number {
    let sum = 0;
    const outward = side === 0 ? -1 : 1;
    for (let i = 0, t = tick; i < levels && t >= 0 && t < this.ticks; i++, t += outward) {
      sum += this.depth[side * this.ticks + t];
    }
    return sum;
  }

  /** Would an order of `side` at `tick` lock or cross the book? */
  crosses(side: SideIndex, tick: number): boolean {
    return side === 0 ? tick >= this.best[1] : tick <= this.best[0];
  }

  /** A new order, last in its queue. */
  insert(side: SideIndex, tick: number, size: number, idLo: number, idHi: number): number {
    const slot = this.freeCount > 0 ? this.free[--this.freeCount] : this.take();
    this.idLo[slot] = idLo;
    this.idHi[slot] = idHi;
    this.side[slot] = side;
    this.size[slot] = size;
    this.reserve[slot] = 0;
    this.peak[slot] = 0;
    this.held[slot] = 0;
    this.enqueue(slot, tick);
    return slot;
  }

  remove(slot: number): void {
    this.dequeue(slot);
    this.free[this.freeCount++] = slot;
  }

  /** To the end of the queue at `tick`, with a new size. */
  requeue(slot: number, tick: number, size: number): void {
    this.dequeue(slot);
    this.size[slot] = size;
    this.enqueue(slot, tick);
  }

  /** Less quantity, same place in the queue. */
  reduce(slot: number, by: number): void {
    this.size[slot] -= by;
    this.depth[this.side[slot] * this.ticks + this.tick[slot]] -= by;
  }

  clear(): void {
    this.head.fill(NO_ORDER);
    this.tail.fill(NO_ORDER);
    this.orders.fill(0);
    this.depth.fill(0);
    this.sideOrders.fill(0);
    this.best[0] = -1;
    this.best[1] = this.ticks;
    this.freeCount = 0;
    this.used = 0;
  }

  private enqueue(slot: number, tick: number): void {
    const side = this.side[slot];
    const level = side * this.ticks + tick;
    const last = this.tail[level];
    this.tick[slot] = tick;
    this.previous[slot] = last;
    this.next[slot] = NO_ORDER;
    if (last < 0) this.head[level] = slot;
    else this.next[last] = slot;
    this.tail[level] = slot;
    this.depth[level] += this.size[slot];
    this.orders[level]++;
    this.sideOrders[side]++;
    if (side === 0 ? tick > this.best[0] : tick < this.best[1]) this.best[side] = tick;
  }

  private dequeue(slot: number): void {
    const side = this.side[slot];
    const level = side * this.ticks + this.tick[slot];
    const before = this.previous[slot];
    const after = this.next[slot];
    if (before < 0) this.head[level] = after;
    else this.next[before] = after;
    if (after < 0) this.tail[level] = before;
    else this.previous[after] = before;
    this.depth[level] -= this.size[slot];
    this.sideOrders[side]--;
    if (--this.orders[level] === 0 && this.tick[slot] === this.best[side]) this.retreat(side);
  }

  /** The best level of a side became empty: on to the next one with orders. */
  private retreat(side: number): void {
    const base = side * this.ticks;
    const outward = side === 0 ? -1 : 1;
    let tick = this.best[side];
    do tick += outward;
    while (tick >= 0 && tick < this.ticks && this.orders[base + tick] === 0);
    this.best[side] = tick;
  }

  private take(): number {
    if (this.used === this.idLo.length) this.grow();
    return this.used++;
  }

  private grow(): void {
    const capacity = this.idLo.length * 2;
    this.idLo = copyInto(new Uint32Array(capacity), this.idLo);
    this.idHi = copyInto(new Uint32Array(capacity), this.idHi);
    this.side = copyInto(new Uint8Array(capacity), this.side);
    this.tick = copyInto(new Int32Array(capacity), this.tick);
    this.size = copyInto(new Uint32Array(capacity), this.size);
    this.reserve = copyInto(new Uint32Array(capacity), this.reserve);
    this.peak = copyInto(new Uint32Array(capacity), this.peak);
    this.held = copyInto(new Uint8Array(capacity), this.held);
    this.stampNs = copyInto(new Float64Array(capacity), this.stampNs);
    this.stampSequence = copyInto(new Uint32Array(capacity), this.stampSequence);
    this.previous = copyInto(new Int32Array(capacity), this.previous);
    this.next = copyInto(new Int32Array(capacity), this.next);
    this.free = copyInto(new Int32Array(capacity), this.free);
  }
}

function copyInto<T extends { set(from: T): void }>(to: T, from: T): T {
  to.set(from);
  return to;
}
